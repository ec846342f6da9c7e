"""Tasks, sub-processes, calls, and how often they are done."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.execution.drawing import flow, line, node, operator, properties, script, user_task

ERROR = '<bpmn:error id="e1" name="e1" errorCode="E1"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e1"/>'

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="scriptTask",
        model=line(("compute", script("b = a + 1"))),
        given={"a": 1},
        trace="begin compute finish",
        data={"b": 2},
    ),
    Row(
        name="manualTask",
        model=line(("sign", node("manualTask", "sign"))),
        play="do sign",
        trace="begin sign finish",
    ),
    Row(
        name="serviceTask",
        model=line(
            ("count", node("serviceTask", "count", operator("register.count", register='"R01"')))
        ),
        trace="begin count finish",
        data={"結果": 0},
    ),
    Row(
        name="scriptTask, failing with an error code",
        model=line(
            (
                "compute",
                node(
                    "scriptTask",
                    "compute",
                    properties({"errorCode": "E1"}) + "<bpmn:script>b = missing + 1</bpmn:script>",
                ),
            ),
            roots=ERROR,
            more=node("boundaryEvent", "rim", ON_ERROR, attachedToRef="compute")
            + flow("rim", "finish"),
        ),
        trace="begin rim finish",
        cancelled="",
    ),
    Row(
        name="serviceTask, answering with an error",
        model=line(
            (
                "count",
                node(
                    "serviceTask",
                    "count",
                    operator("register.count", register='"R01"').replace(
                        "</bpmn:extensionElements>", ""
                    )
                    + properties({"errorExpression": 'if 結果 = 0 then "E1" else null'}).replace(
                        "<bpmn:extensionElements>", ""
                    ),
                ),
            ),
            roots=ERROR,
            more=node("boundaryEvent", "rim", ON_ERROR, attachedToRef="count")
            + flow("rim", "finish"),
        ),
        trace="begin rim finish",
    ),
    Row(
        name="scriptTask, failing and tried again",
        model=line(
            ("compute", script("b = missing + 1")),
            ("after", user_task("after")),
        ),
        play="incident compute\nretry\nincident compute\nrunning",
        trace="begin",
        cancelled="",
        ends="running",
    ),
)
