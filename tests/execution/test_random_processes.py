"""Any process, finished in any order and reloaded at any point, ends as one kept in memory."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.execution.step import EndKind
from tests.execution.drawing import diagram, flow, flows, node, script, timer, user_task
from tests.execution.running import Case, House, draw

LEAVES = ("task", "script", "wait")
BRANCHES = ("row", "all", "some", "one", "loop", "inside", "each", "rim")
TABLE = {"列0": [1, {"名": ["甲"]}], "列1": [], "長": {"甲": 1}}


def block(chance: Random, depth: int = 0) -> Any:
    """What a process is made of: a name, or (kind, parts)."""
    if depth == 3 or chance.random() < 0.4:
        return chance.choice(LEAVES)
    parts = [block(chance, depth + 1) for _ in range(chance.randint(1, 2))]
    return chance.choice(BRANCHES), parts


@dataclass
class Drawing:
    """Draws blocks with running numbers; every block has one way in and one way out."""

    count: int = 0
    xml: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def add(self, xml: str) -> None:
        self.xml.append(xml)

    def connect(self, *ids: str) -> None:
        self.add(flows(*ids))

    def block(self, block: Any) -> tuple[str, str]:
        """Draw it; returns its first and last node."""
        if isinstance(block, str):
            return self.leaf(block)
        kind, parts = block
        result: tuple[str, str] = getattr(self, kind)(parts)
        return result

    def leaf(self, kind: str) -> tuple[str, str]:
        id_ = self.name(kind)
        if kind == "task":
            self.add(user_task(id_))
        elif kind == "script":
            self.add(script(f"{id_} = sum([n, 1])").replace('"compute"', f'"{id_}"'))
        else:
            self.add(node("intermediateCatchEvent", id_, timer("timeDuration", "PT1H"), name="待"))
        return id_, id_

    def row(self, parts: list[Any]) -> tuple[str, str]:
        ends = [self.block(part) for part in parts]
        for (_, last), (first, _) in itertools.pairwise(ends):
            self.connect(last, first)
        return ends[0][0], ends[-1][1]

    def all(self, parts: list[Any]) -> tuple[str, str]:
        split, join = self.name("split"), self.name("join")
        self.add(node("parallelGateway", split) + node("parallelGateway", join))
        for part in [*parts, "task"]:
            first, last = self.block(part)
            self.connect(split, first)
            self.connect(last, join)
        return split, join

    def some(self, parts: list[Any]) -> tuple[str, str]:
        split, join, never = self.name("some"), self.name("gather"), self.name("task")
        self.add(node("inclusiveGateway", split, default=f"{split}_to_{never}"))
        self.add(node("inclusiveGateway", join) + user_task(never))
        for number, part in enumerate([*parts, "task", "wait"]):
            first, last = self.block(part)
            self.add(flow(split, first, f"n > {number - 1}"))
            self.connect(last, join)
        self.add(flow(split, never))
        self.connect(never, join)
        return split, join

    def one(self, parts: list[Any]) -> tuple[str, str]:
        split, join, other = self.name("which"), self.name("meet"), self.name("task")
        self.add(node("exclusiveGateway", split, default=f"{split}_to_{other}"))
        self.add(node("exclusiveGateway", join) + user_task(other))
        first, last = self.row(parts)
        self.add(flow(split, first, "n = 1") + flow(split, other))
        self.connect(last, join)
        self.connect(other, join)
        return split, join

    def loop(self, parts: list[Any]) -> tuple[str, str]:
        entry, again, once = self.name("entry"), self.name("again"), self.name("task")
        counter = f"runs_{entry}"
        self.add(node("exclusiveGateway", entry) + user_task(once))
        out = self.name("out")
        self.add(node("exclusiveGateway", again, default=f"{again}_to_{out}"))
        self.add(user_task(out))
        count = self.name("count")
        self.add(script(f"{counter} = {counter} + 1").replace('"compute"', f'"{count}"'))
        init = self.name("init")
        self.add(script(f"{counter} = 0").replace('"compute"', f'"{init}"'))
        first, last = self.row(parts)
        self.connect(init, entry, once, first)
        self.connect(last, count, again, out)
        self.add(flow(again, entry, f"{counter} < 3"))
        return init, out

    def scope(self, parts: list[Any]) -> str:
        outer, self.xml = self.xml, []
        begin, end = self.name("begin"), self.name("end")
        self.add(node("startEvent", begin) + node("endEvent", end))
        first, last = self.row(parts)
        self.connect(begin, first)
        self.connect(last, end)
        inner, self.xml = "".join(self.xml), outer
        return inner

    def inside(self, parts: list[Any]) -> tuple[str, str]:
        id_ = self.name("inside")
        self.add(node("subProcess", id_, self.scope(parts), name="内"))
        return id_, id_

    def each(self, parts: list[Any]) -> tuple[str, str]:
        id_ = self.name("each")
        sequential = "true" if len(parts) > 1 else "false"
        repeat = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
            "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        self.add(node("subProcess", id_, repeat + self.scope(parts), name="各"))
        return id_, id_

    def rim(self, parts: list[Any]) -> tuple[str, str]:
        id_, rim, after, end = (self.name(kind) for kind in ("task", "rim", "task", "end"))
        self.add(user_task(id_))
        self.add(
            node(
                "boundaryEvent",
                rim,
                timer("timeCycle", "R2/PT2H"),
                attachedToRef=id_,
                cancelActivity="false",
            )
        )
        self.add(user_task(after) + node("endEvent", end))
        first, last = self.row(parts)
        self.connect(rim, first)
        self.connect(last, end)
        self.connect(id_, after)
        return id_, after


def drawn(parts: list[Any]) -> bytes:
    drawing = Drawing()
    drawing.add(node("startEvent", "begin") + node("endEvent", "finish"))
    first, last = drawing.row(parts)
    drawing.connect("begin", first)
    drawing.connect(last, "finish")
    return diagram(*drawing.xml)


def changed(pick: int, turn: int) -> dict[str, Any]:
    """Now and then another table: parts of it are as before, parts are not."""
    if pick % 3:
        return {}
    return {"表": {**TABLE, f"列{pick % 2}": [*TABLE["列0"], {"回": turn}]}}


def finish(case: Case, choices: list[int], reloads: list[bool]) -> Case:
    """Move the instance on to its end by the given choices."""
    case.begin({"n": 1, "表": TABLE})
    for turn in range(2_000):
        if case.step.ended is not None:
            return case
        assert case.failures == {}
        pick = choices[turn % len(choices)]
        names = sorted({task.element_id for task in case.tasks.values()})
        if case.timers and (pick % 4 == 0 or not names):
            case.ring()
        else:
            name = names[pick % len(names)]  # of several runs of one element, the first opened
            case.complete(name, **{f"{name}_by": pick % 3, **changed(pick, turn)})
        if reloads[turn % len(reloads)]:
            case.reload()
    raise AssertionError("no end")


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_a_reloaded_instance_goes_the_way_of_one_kept_in_memory(seed: int) -> None:
    chance = Random(seed)
    bundle = draw(drawn([block(chance) for _ in range(chance.randint(1, 3))]))
    choices = [chance.randint(0, 60) for _ in range(12)]
    reloads = [chance.random() < 0.5 for _ in range(5)]

    kept = finish(Case(bundle, House(), reloads=False), choices, [False])
    reloaded = finish(Case(bundle, House(), reloads=False), choices, reloads)

    assert reloaded.trace == kept.trace
    assert reloaded.cancelled == kept.cancelled
    assert reloaded.variables == kept.variables
    assert kept.ended.kind == EndKind.COMPLETED
    assert (kept.tasks, kept.timers) == ({}, {})
