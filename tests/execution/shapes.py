"""Processes of any size: long, wide or deep ones, and what they end with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from tests.execution.drawing import diagram, extensions, flows, line, node, user_task


@dataclass(frozen=True, kw_only=True)
class Shape:
    """`full`: the largest size; `draw`: size -> diagram; `result`: size -> variables at the end.

    `values`: what the task that is opened as the n-th (from 0) is completed with.
    """

    full: int
    draw: Callable[[int], bytes]
    result: Callable[[int], Mapping[str, Any]]
    values: Callable[[int], Mapping[str, Any]] = lambda place: {}


def script(id_: str, text: str, content: str = "") -> str:
    return node("scriptTask", id_, f"{content}<bpmn:script>{escape(text)}</bpmn:script>")


def work(id_: str, text: str) -> str:
    """A user task that assigns something when it is completed."""
    return node(
        "userTask",
        id_,
        extensions(
            '<spiffworkflow:properties><spiffworkflow:property name="candidateGroups" '
            f'value="PJMO"/></spiffworkflow:properties>'
            f"<spiffworkflow:postScript>{escape(text)}</spiffworkflow:postScript>"
        ),
        name="作業",
    )


def loop(rounds: int) -> bytes:
    """So many automatic steps, one after the other."""
    again = (
        f'<bpmn:standardLoopCharacteristics loopMaximum="{rounds}">'
        "<bpmn:loopCondition>true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    return line(
        ("prepare", script("prepare", "n = 0")), ("each", script("each", "n = n + 1", again))
    )


def items(size: int, each: str) -> bytes:
    """Something repeated for every item of a list."""
    prepare = f"一覧 = for n in 1..{size} return n"
    return line(("prepare", script("prepare", prepare)), ("each", each))


def over_items(*, in_turn: bool) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(in_turn).lower()}">'
        "<bpmn:loopDataInputRef>一覧</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>結果</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="件"/><bpmn:outputDataItem id="答え"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def people_over_items(size: int, *, in_turn: bool) -> bytes:
    return items(size, user_task("each", over_items(in_turn=in_turn)))


def scripts_over_items(size: int, *, in_turn: bool) -> bytes:
    return items(size, script("each", "答え = 件 * 2", over_items(in_turn=in_turn)))


def doubled(size: int) -> Mapping[str, Any]:
    numbers = [Decimal(n) for n in range(1, size + 1)]
    return {"一覧": numbers, "結果": [2 * n for n in numbers]}


def answer(place: int) -> Mapping[str, Any]:
    return {"答え": 2 * (place + 1)}


def nested(depth: int) -> bytes:
    """Sub-processes one in the other, a task before and a script behind each of them."""
    inner = work("deep", "底 = 1")
    name = "deep"
    for level in range(depth):
        ids = (f"b{level}", f"t{level}", name, f"c{level}", f"e{level}")
        inner = node(
            "subProcess",
            f"s{level}",
            node("startEvent", ids[0])
            + user_task(ids[1])
            + inner
            + script(ids[3], f"段{level} = {level}")
            + node("endEvent", ids[4])
            + flows(*ids),
            name="段",
        )
        name = f"s{level}"
    return line((name, inner))


def levels(depth: int) -> Mapping[str, Any]:
    return {"底": Decimal(1), **{f"段{level}": Decimal(level) for level in range(depth)}}


def branches(width: int) -> bytes:
    """So many tasks side by side, each with something to tell."""
    names = [f"t{n}" for n in range(width)]
    return diagram(
        node("startEvent", "begin"),
        node("parallelGateway", "split"),
        *(work(name, f"{name} = {n}") for n, name in enumerate(names)),
        node("parallelGateway", "join"),
        node("endEvent", "finish"),
        flows("begin", "split"),
        *(flows("split", name, "join") for name in names),
        flows("join", "finish"),
    )


def told(width: int) -> Mapping[str, Any]:
    return {f"t{n}": Decimal(n) for n in range(width)}


SHAPES: Mapping[str, Shape] = {
    "loop": Shape(full=10_000, draw=loop, result=lambda rounds: {"n": Decimal(rounds)}),
    "items_in_turn": Shape(
        full=1_000, draw=partial(people_over_items, in_turn=True), result=doubled, values=answer
    ),
    "items_at_once": Shape(
        full=1_000, draw=partial(people_over_items, in_turn=False), result=doubled, values=answer
    ),
    "scripts_in_turn": Shape(
        full=1_000, draw=partial(scripts_over_items, in_turn=True), result=doubled
    ),
    "scripts_at_once": Shape(
        full=1_000, draw=partial(scripts_over_items, in_turn=False), result=doubled
    ),
    "nested": Shape(full=30, draw=nested, result=levels),
    "branches": Shape(full=300, draw=branches, result=told),
}
