"""All rows, family by family."""

from __future__ import annotations

from tests.conformance import (
    rows_activities,
    rows_adhoc,
    rows_compensation,
    rows_elements,
    rows_event_scopes,
    rows_events,
    rows_gateways,
    rows_positions,
    rows_refused,
    rows_repeats,
    rows_structure,
)
from tests.conformance.rows import Refusal, Row

FAMILIES = (
    rows_event_scopes,
    rows_structure,
    rows_activities,
    rows_adhoc,
    rows_compensation,
    rows_repeats,
    rows_gateways,
    rows_events,
    rows_positions,
    rows_elements,
    rows_refused,
)
ROWS: tuple[Row | Refusal, ...] = tuple(row for family in FAMILIES for row in family.ROWS)
