"""Gateways that lead nowhere, and loops in which nobody rests, are refused."""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    check_refusal,
    diagram,
    flow,
    flows,
    node,
    refused,
    rows,
    script,
    timer,
    user_task,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
SIGNAL = '<bpmn:signal id="s" name="sig.x"/>'
BEGIN, FINISH, TASK = node("startEvent", "begin"), node("endEvent", "finish"), user_task()
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
TIMER = timer("timeDuration", "P1D")
Places = set[tuple[str, str]]


def choice(*flows_: str, kind: str = "exclusiveGateway", **attributes: str) -> bytes:
    """A gateway `which` with two tasks behind it, and the given flows out of it."""
    return diagram(
        BEGIN,
        node(kind, "which", **attributes),
        user_task("left"),
        user_task("right"),
        FINISH,
        flow("begin", "which"),
        *flows_,
        flow("left", "finish"),
        flow("right", "finish"),
    )


def waiting(*events: str, roots: str = MESSAGE + SIGNAL, **attributes: str) -> bytes:
    """An event-based gateway `which` before events `e1`, `e2`, ..."""
    ids = [f"e{n}" for n in range(1, len(events) + 1)]
    return diagram(
        BEGIN,
        node("eventBasedGateway", "which", **attributes),
        *events,
        FINISH,
        flow("begin", "which"),
        *(flow("which", id_) + flow(id_, "finish") for id_ in ids),
        roots=roots,
    )


def catch(id_: str, definition: str) -> str:
    return node("intermediateCatchEvent", id_, definition)


LEFT, RIGHT = flow("which", "left", "x = 1"), flow("which", "right")

GATEWAYS: dict[str, tuple[bytes, Places]] = {
    "no default flow": (
        choice(LEFT, flow("which", "right", "x = 2")),
        {("no_default", "which")},
    ),
    "flow without condition": (
        choice(flow("which", "left"), RIGHT, default="which_to_right"),
        {("no_condition", "which_to_left")},
    ),
    "condition on the default flow": (
        choice(LEFT, flow("which", "right", "x = 2"), default="which_to_right"),
        {("condition_on_default", "which_to_right")},
    ),
    "default flow of another gateway": (
        choice(LEFT, flow("which", "right", "x = 2"), default="begin_to_which"),
        {("missing_ref", "which")},
    ),
    "inclusive gateway without default": (
        choice(LEFT, flow("which", "right", "x = 2"), kind="inclusiveGateway"),
        {("no_default", "which")},
    ),
    "condition on the only flow": (
        diagram(
            BEGIN,
            node("exclusiveGateway", "which"),
            FINISH,
            flow("begin", "which"),
            flow("which", "finish", "x = 1"),
        ),
        {("condition_on_only_flow", "which_to_finish")},
    ),
    "condition behind a parallel gateway": (
        choice(LEFT, RIGHT, kind="parallelGateway"),
        {("condition_ignored", "which_to_left")},
    ),
    "empty condition": (
        choice(flow("which", "left", " "), RIGHT, default="which_to_right"),
        {("empty_expression", "which_to_left")},
    ),
    "broken condition": (
        choice(flow("which", "left", "x =="), RIGHT, default="which_to_right"),
        {("broken_feel", "which_to_left")},
    ),
    "loop that never rests": (
        diagram(
            BEGIN,
            node("exclusiveGateway", "again"),
            script("n = 1"),
            node("exclusiveGateway", "which", default="which_to_again"),
            FINISH,
            flows("begin", "again", "compute", "which", "again"),
            flow("which", "finish", "n = 2"),
        ),
        {("endless_loop", "again")},
    ),
    "parallel event gateway": (
        waiting(catch("e1", ON_MESSAGE), catch("e2", TIMER), eventGatewayType="Parallel"),
        {("event_gateway_type", "which")},
    ),
    "one message twice behind an event gateway": (
        waiting(catch("e1", ON_MESSAGE), catch("e2", ON_MESSAGE)),
        {("same_event_twice", "e2")},
    ),
    "task behind an event gateway": (
        waiting(catch("e1", ON_MESSAGE), user_task("e2")),
        {("event_gateway_target", "e2")},
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), rows(GATEWAYS))
def test_a_gateway_that_would_not_decide_as_drawn_is_refused(
    drawn: bytes, expected: Places
) -> None:
    check_refusal(refused(drawn), expected)
