"""Processes, flows, lanes and what stands around them."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.execution.drawing import diagram, flows, line, node, user_task

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="process",
        model=line(("approve", user_task("approve"))),
        play="do approve",
        trace="begin approve finish",
    ),
    Row(
        name="process, several start events",
        model=diagram(
            node("startEvent", "begin"),
            node(
                "startEvent", "ordered", '<bpmn:messageEventDefinition id="d" messageRef="order"/>'
            ),
            user_task("approve"),
            user_task("deliver"),
            node("endEvent", "finish"),
            flows("begin", "approve", "finish"),
            flows("ordered", "deliver", "finish"),
            roots='<bpmn:message id="order" name="several starts"/>',
        ),
        play='send "several starts"\nopen deliver\ndo deliver',
        trace="ordered deliver finish",
    ),
)
