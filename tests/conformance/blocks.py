"""Processes put together at random from blocks with one way in and one way out.

Behind every gateway that opens several ways at once stands a task, so that no two paths run by
themselves at the same moment: their order would be free.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.execution.drawing import diagram, flow, flows, node, script, timer, user_task

LEAVES = ("task", "script", "wait", "hear")
KINDS = ("row", "all", "some", "one", "race", "loop", "inside", "each", "stop", "fail", "tell")
RIMS = ("", "timer", "message", "error", "any error", "escalation", "several")
DEEPEST = 5
Block = Any  # a leaf's name, or (kind, parts, rim, sign)


def blocks() -> st.SearchStrategy[Block]:
    """A block up to five deep."""
    leaves: st.SearchStrategy[Block] = st.sampled_from(LEAVES)
    found = leaves
    for _ in range(DEEPEST):
        inner = st.tuples(
            st.sampled_from(KINDS),
            st.lists(found, min_size=1, max_size=3),
            st.sampled_from(RIMS),
            st.booleans(),
        )
        found = st.one_of(leaves, inner, inner, inner)
    return found


@dataclass
class Drawing:
    """Draws blocks with running numbers."""

    count: int = 0
    xml: list[str] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # of errors and escalations around

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, block: Block) -> tuple[str, str]:
        """Draw it; returns its first and last node."""
        if isinstance(block, str):
            return self.leaf(block)
        kind, parts, rim, sign = block
        if kind in ("inside", "each"):
            return self.activity(kind, parts, rim, sign=sign)
        found: tuple[str, str] = getattr(self, kind)(parts, sign)
        return found

    def leaf(self, kind: str) -> tuple[str, str]:
        id_ = self.name(kind)
        if kind == "task":
            self.xml.append(user_task(id_))
        elif kind == "script":
            self.xml.append(script(f"{id_} = {self.count}").replace('"compute"', f'"{id_}"'))
        else:
            what = self.moment() if kind == "wait" else self.message()
            self.xml.append(node("intermediateCatchEvent", id_, what))
        return id_, id_

    def moment(self) -> str:
        return timer("timeDuration", f"PT{self.seconds()}S")

    def seconds(self) -> int:
        """A length of its own, so that no two timers ring at one moment."""
        self.count += 1
        return 10_000 + self.count * self.count * 7 + self.count

    def message(self) -> str:
        name = self.name("message")
        self.roots.append(node("message", name, name=name))
        return f'<bpmn:messageEventDefinition messageRef="{name}"/>'

    def code(self, kind: str, code: str) -> str:
        root = node(kind, f"{kind}_{code}", name=code, **{f"{kind}Code": code})
        if root not in self.roots:
            self.roots.append(root)
        return f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}_{code}"/>'

    def row(self, parts: list[Block], sign: bool = False) -> tuple[str, str]:
        ends = [self.block(part) for part in parts]
        for (_, last), (first, _) in pairwise(ends):
            self.xml.append(flow(last, first))
        return ends[0][0], ends[-1][1]

    def behind_task(self, part: Block) -> tuple[str, str]:
        first, _ = self.leaf("task")
        inner, last = self.block(part)
        self.xml.append(flow(first, inner))
        return first, last

    def all(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        split, join = self.name("split"), self.name("join")
        self.xml.append(node("parallelGateway", split) + node("parallelGateway", join))
        for part in [*parts, "task"]:
            first, last = self.behind_task(part)
            self.xml.append(flow(split, first) + flow(last, join))
        return split, join

    def choice(self, kind: str, parts: list[Block]) -> tuple[str, str]:
        """A task, a gateway that looks at its answer, and where the ways meet again."""
        ask, split, meet = self.leaf("task")[0], self.name("choose"), self.name("meet")
        other = self.leaf("task")[0]
        self.xml.append(node(kind, split, default=f"{split}_to_{other}") + node(kind, meet))
        self.xml.append(flow(ask, split))
        for number, part in enumerate(parts):
            first, last = self.behind_task(part)
            self.xml.append(flow(split, first, f"v_{ask} > {number}") + flow(last, meet))
        self.xml.append(flow(split, other) + flow(other, meet))
        return ask, meet

    def some(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        return self.choice("inclusiveGateway", parts)

    def one(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        return self.choice("exclusiveGateway", parts)

    def race(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        gate, meet = self.name("race"), self.name("meet")
        self.xml.append(node("eventBasedGateway", gate) + node("exclusiveGateway", meet))
        for number, part in enumerate([*parts, "task"]):
            heard, what = self.name("heard"), self.message() if number else self.moment()
            self.xml.append(node("intermediateCatchEvent", heard, what) + flow(gate, heard))
            first, last = self.block(part)
            self.xml.append(flow(heard, first) + flow(last, meet))
        return gate, meet

    def loop(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        entry, again, out = self.name("entry"), self.name("again"), self.name("out")
        self.xml.append(node("exclusiveGateway", entry))
        self.xml.append(node("exclusiveGateway", again, default=f"{again}_to_{out}"))
        self.xml.append(node("intermediateThrowEvent", out))
        first, last = self.row(parts)
        ask = self.leaf("task")[0]
        self.xml.append(flows(entry, first) + flow(last, ask) + flows(ask, again, out))
        self.xml.append(flow(again, entry, f"v_{ask} > 1"))
        return entry, out

    def aside(self, parts: list[Block], end: str) -> tuple[str, str]:
        """A choice whose first way ends there.

        Behind a task: else an inclusive join might or might not go on before the end is reached.
        """
        ask, split, last = self.leaf("task")[0], self.name("choose"), self.name("end")
        before = self.leaf("task")[0]
        first, over = self.row(parts)
        self.xml.append(node("exclusiveGateway", split, default=f"{split}_to_{first}"))
        self.xml.append(node("endEvent", last, end) + flow(ask, split))
        self.xml.append(flow(split, before, f"v_{ask} > 1") + flow(before, last))
        self.xml.append(flow(split, first))
        return ask, over

    def stop(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        return self.aside(parts, "<bpmn:terminateEventDefinition/>")

    def fail(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        return self.aside(parts, self.code("error", "E1" if sign else "E2"))

    def tell(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        """An escalation on the way, behind which something runs by itself."""
        told, (after, _) = self.name("tell"), self.leaf("script")
        what = self.code("escalation", "E1" if sign else "E2")
        self.xml.append(node("intermediateThrowEvent", told, what) + flow(told, after))
        first, last = self.row(parts)
        self.xml.append(flow(after, first))
        return told, last

    def scope(self, parts: list[Block]) -> str:
        outer, self.xml = self.xml, []
        begin, end = self.name("begin"), self.name("end")
        self.xml.append(node("startEvent", begin) + node("endEvent", end))
        first, last = self.behind_task(("row", parts, "", False))
        self.xml.append(flow(begin, first) + flow(last, end))
        inner, self.xml = "".join(self.xml), outer
        return inner

    def activity(self, kind: str, parts: list[Block], rim: str, *, sign: bool) -> tuple[str, str]:
        id_, meet = self.name(kind), self.name("meet")
        inner = self.scope(parts)
        if kind == "each":
            inner = (
                f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sign).lower()}">'
                f"<bpmn:loopCardinality>{len(parts)}</bpmn:loopCardinality>"
                f"</bpmn:multiInstanceLoopCharacteristics>{inner}"
            )
        self.xml.append(node("subProcess", id_, inner, name="内"))
        self.xml.append(node("exclusiveGateway", meet) + flow(id_, meet))
        for what, interrupts in self.rims(rim, sign=sign):
            self.rim(id_, meet, what, interrupts=interrupts)
        return id_, meet

    def rims(self, rim: str, *, sign: bool) -> list[tuple[str, bool]]:
        """Definitions of the boundary events, and whether they interrupt."""
        if rim == "several":
            return [
                (self.message(), sign),
                (self.moment(), not sign),
                (self.code("error", "E1"), True),
            ]
        if rim == "timer":
            cycle = timer("timeCycle", f"R2/PT{self.seconds()}S")
            return [(self.moment(), True) if sign else (cycle, False)]
        if rim == "error":
            return [(self.code("error", "E1"), True)]
        found = {
            "message": self.message,
            "any error": lambda: "<bpmn:errorEventDefinition/>",
            "escalation": lambda: self.code("escalation", "E1"),
        }.get(rim)
        return [] if found is None else [(found(), sign or rim == "any error")]

    def rim(self, host: str, meet: str, what: str, *, interrupts: bool) -> None:
        id_, after = self.name("rim"), self.leaf("task")[0]
        manner = "true" if interrupts else "false"
        self.xml.append(
            node("boundaryEvent", id_, what, attachedToRef=host, cancelActivity=manner)
            + flow(id_, after)
        )
        if interrupts:
            self.xml.append(flow(after, meet))
        else:
            end = self.name("end")
            self.xml.append(node("endEvent", end) + flow(after, end))


def drawn(parts: list[Block]) -> bytes:
    """A process of these blocks, one after the other."""
    drawing = Drawing()
    first, last = drawing.row(parts)
    return diagram(
        node("startEvent", "begin"),
        node("endEvent", "finish"),
        *drawing.xml,
        flow("begin", first),
        flow(last, "finish"),
        roots="".join(drawing.roots),
    )
