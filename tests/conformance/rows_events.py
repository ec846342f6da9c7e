"""Events: every definition in every place."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import flow, line, node, timer, user_task

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="intermediateCatchEvent, timer",
        model=line(("rest", node("intermediateCatchEvent", "rest", timer("timeDuration", "PT2H")))),
        play="wait 1h\nrunning\nwait 1h",
        trace="begin rest finish",
    ),
    Row(
        name="boundaryEvent, timer, interrupting",
        model=line(
            ("approve", user_task("approve")),
            more=node(
                "boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="approve"
            )
            + flow("late", "finish"),
        ),
        play="wait 2h",
        trace="begin late finish",
        cancelled="approve",
    ),
    refusal(
        "intermediateCatchEvent, none",
        line(("rest", node("intermediateCatchEvent", "rest"))),
        ("no_definition", "rest"),
    ),
)
