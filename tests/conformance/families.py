"""All rows, family by family."""

from __future__ import annotations

from tests.conformance import (
    rows_activities,
    rows_adhoc,
    rows_beginnings,
    rows_compensation,
    rows_complex,
    rows_data,
    rows_elements,
    rows_event_scopes,
    rows_events,
    rows_gateways,
    rows_inclusive,
    rows_open_ends,
    rows_positions,
    rows_refused,
    rows_repeats,
    rows_splits,
    rows_structure,
)
from tests.conformance.rows import Refusal, Row

FAMILIES = (
    rows_event_scopes,
    rows_complex,
    rows_open_ends,
    rows_splits,
    rows_structure,
    rows_beginnings,
    rows_inclusive,
    rows_activities,
    rows_adhoc,
    rows_compensation,
    rows_repeats,
    rows_gateways,
    rows_events,
    rows_positions,
    rows_elements,
    rows_refused,
    rows_data,
)
ROWS: tuple[Row | Refusal, ...] = tuple(row for family in FAMILIES for row in family.ROWS)
