"""Processes put together at random from blocks with one way in and one way out.

Behind every gateway that opens several ways at once stands a task, so that no two paths run by
themselves at the same moment: their order would be free.  For the same reason no two timers ring
at one moment, and nobody throws a message or signal that others wait for.

Event sub-processes, compensation, transactions, conditions and calls are left to the rows: they
are more than tokens, and the oracle knows no more than those.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.execution.drawing import diagram, flow, flows, node, script, timer, user_task

LEAVES = ("task", "script", "wait", "hear")
ACTIVITIES = ("inside", "each", "again")
GATEWAYS = ("all", "some", "one", "race", "first", "loop")
KINDS = ("row", *GATEWAYS, *ACTIVITIES, *ACTIVITIES, "many", "many", "stop", "fail", "tell")
THROWN = ("error", "any error", "escalation")  # nothing throws them in a task
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
        found = st.one_of(leaves, inner, inner, inner, inner)
    return found


@dataclass
class Drawing:
    """Draws blocks with running numbers; `depths`: how many blocks an element stands in."""

    count: int = 0
    depth: int = 0
    depths: dict[str, int] = field(default_factory=dict)
    xml: list[str] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # of errors and escalations around

    def name(self, kind: str) -> str:
        self.count += 1
        name = f"{kind}{self.count}"
        self.depths[name] = self.depth
        return name

    def block(self, block: Block) -> tuple[str, str]:
        """Draw it; returns its first and last node."""
        self.depth += 1
        ends = self.leaf(block) if isinstance(block, str) else self.compound(*block)
        self.depth -= 1
        return ends

    def compound(self, kind: str, parts: list[Block], rim: str, sign: bool) -> tuple[str, str]:
        if kind in ACTIVITIES:
            return self.activity(kind, parts, rim, sign=sign)
        if kind == "many":
            return self.many(parts, rim, sign=sign)
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

    def some_code(self) -> str:
        """Mostly the one that boundary events catch."""
        return "E1" if self.count % 3 else "E2"

    def row(self, parts: list[Block], sign: bool = False) -> tuple[str, str]:
        ends = [self.block(part) for part in parts]
        for (_, last), (first, _) in pairwise(ends):
            self.xml.append(flow(last, first))
        return ends[0][0], ends[-1][1]

    def line(self, leaf: str, parts: list[Block]) -> tuple[str, str]:
        first, _ = self.leaf(leaf)
        inner, last = self.row(parts)
        self.xml.append(flow(first, inner))
        return first, last

    def behind_task(self, part: Block) -> tuple[str, str]:
        return self.line("task", [part])

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

    def first(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        """All but one of several ways are needed to go on; the last of them may lead aside."""
        split, gate, after = self.name("split"), self.name("first"), self.leaf("task")[0]
        begins = f"activationCount &gt;= {len(parts)}"
        self.xml.append(node("parallelGateway", split))
        self.xml.append(
            node(
                "complexGateway",
                gate,
                f"<bpmn:activationCondition>{begins}</bpmn:activationCondition>",
            )
        )
        for part in [*parts, "task"]:
            first, last = self.behind_task(part)
            self.xml.append(flow(split, first) + flow(last, gate))
        self.xml.append(flow(gate, after, "waitingForStart"))
        if sign:
            late, end = self.leaf("task")[0], self.name("end")
            self.xml.append(node("endEvent", end) + flow(late, end))
            self.xml.append(flow(gate, late, "not(waitingForStart)"))
        return split, after

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
        return self.aside(parts, self.code("error", self.some_code()))

    def tell(self, parts: list[Block], sign: bool) -> tuple[str, str]:
        """An escalation on the way, behind which something runs by itself."""
        told, what = self.name("tell"), self.code("escalation", self.some_code())
        after, last = self.line("script", parts)
        self.xml.append(node("intermediateThrowEvent", told, what) + flow(told, after))
        return told, last

    def scope(self, parts: list[Block]) -> tuple[str, str]:
        """The content of a sub-process, and the task it begins with."""
        outer, self.xml = self.xml, []
        begin, end = self.name("begin"), self.name("end")
        self.xml.append(node("startEvent", begin) + node("endEvent", end))
        first, last = self.line("task", parts)
        self.xml.append(flow(begin, first) + flow(last, end))
        inner, self.xml = "".join(self.xml), outer
        return inner, first

    def activity(self, kind: str, parts: list[Block], rim: str, *, sign: bool) -> tuple[str, str]:
        id_, meet = self.name(kind), self.name("meet")
        thrown = {"escalation": "tell", "error": "fail", "any error": "fail", "several": "fail"}
        if rim in thrown:
            parts = [*parts, (thrown[rim], ["script"], "", sign)]
        inner, asked = self.scope(parts)
        first = id_
        if kind == "each":
            inner = times(len(parts), in_turn=sign) + inner
        elif kind == "again" and sign:
            first = self.leaf("task")[0]
            inner = loop(f"loopCounter &lt; v_{first}", testBefore="true") + inner
            self.xml.append(flow(first, id_))
        elif kind == "again":
            inner = loop(f"v_{asked} &gt; 1", loopMaximum="3") + inner
        self.xml.append(node("subProcess", id_, inner, name="内"))
        self.around(id_, meet, rim, sign=sign)
        return first, meet

    def many(self, parts: list[Block], rim: str, *, sign: bool) -> tuple[str, str]:
        """A task with boundary events, done once or several times, before the parts."""
        id_, meet = self.name("task"), self.name("meet")
        repeats = ("", times(2, in_turn=sign), loop(f"v_{id_} &gt; 0", loopMaximum="3"))
        self.xml.append(user_task(id_, repeats[len(parts) - 1]))
        self.around(id_, meet, "" if rim in THROWN else rim, sign=sign)
        first, last = self.row(parts)
        self.xml.append(flow(meet, first))
        return id_, last

    def around(self, id_: str, meet: str, rim: str, *, sign: bool) -> None:
        """The boundary events of an activity, and where the way goes on."""
        self.xml.append(node("exclusiveGateway", meet) + flow(id_, meet))
        for what, interrupts in self.rims(rim, sign=sign):
            self.rim(id_, meet, what, interrupts=interrupts)

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


def times(number: int, *, in_turn: bool) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(in_turn).lower()}">'
        f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def loop(condition: str, **attributes: str) -> str:
    """A standard loop; the condition is XML."""
    shown = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>"
    return node("standardLoopCharacteristics", "", shown, **attributes).replace(' id=""', "")


def drawn(parts: list[Block]) -> tuple[bytes, dict[str, int]]:
    """A process of these blocks, one after the other, and how deep its elements stand."""
    drawing = Drawing()
    first, last = drawing.row(parts)
    xml = diagram(
        node("startEvent", "begin"),
        node("endEvent", "finish"),
        *drawing.xml,
        flow("begin", first),
        flow(last, "finish"),
        roots="".join(drawing.roots),
    )
    return xml, drawing.depths
