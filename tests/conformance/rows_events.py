"""Events: more than one row per definition and place, which stand in `rows_positions`."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import line, node

ROWS: tuple[Row | Refusal, ...] = (
    refusal(
        "intermediateCatchEvent, none",
        line(("rest", node("intermediateCatchEvent", "rest"))),
        ("no_definition", "rest"),
    ),
)
