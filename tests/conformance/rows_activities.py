"""Tasks, sub-processes, calls, and how often they are done."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.execution.drawing import line, node, operator, script, user_task

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
