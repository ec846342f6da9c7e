"""Gateways, and ways that part and meet."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.execution.drawing import diagram, flow, flows, node, user_task

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="parallelGateway",
        model=diagram(
            node("startEvent", "begin"),
            node("parallelGateway", "fork"),
            user_task("a"),
            user_task("b"),
            node("parallelGateway", "join"),
            node("endEvent", "finish"),
            flows("begin", "fork", "a", "join", "finish"),
            flows("fork", "b", "join"),
        ),
        play="open a b\ndo b\nrunning\ndo a",
        trace="begin fork b a join finish",
    ),
    Row(
        name="exclusiveGateway",
        model=diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "choose", default="choose_to_b"),
            user_task("a"),
            user_task("b"),
            node("endEvent", "finish"),
            flows("begin", "choose", "b", "finish"),
            flow("choose", "a", "n > 1"),
            flow("a", "finish"),
        ),
        given={"n": 2},
        play="do a",
        trace="begin choose a finish",
    ),
)
