"""The table of `engine/execution/README.md` says what the rows prove, no more and no less."""

from __future__ import annotations

import pytest

from tests.conformance.families import ROWS
from tests.conformance.positions import ALLOWED, model, names
from tests.conformance.rows import Row
from tests.conformance.table import REST, line_of_event, lines
from tests.conformance.table import ROWS as HEADING
from tests.execution.drawing import is_sentence, refused

EVENTS = list(names())
WRITTEN = {row.name for row in ROWS}
REFUSED = [
    pytest.param(place, kind, id=name)
    for name, place, kind in EVENTS
    if name not in WRITTEN and (line_of_event(name) is None or line_of_event(name).answer != "runs")
]


def test_what_the_table_says_to_run_has_a_row_that_runs_and_the_reverse() -> None:
    told = {line.name for line in lines(HEADING).values() if line.answer == "runs"}

    assert told == {row.name for row in ROWS if isinstance(row, Row)}


def test_what_the_table_says_to_be_refused_is_refused_and_the_reverse() -> None:
    told = {name for name, line in lines(HEADING).items() if line.answer == "refused"}
    rests = {name for name in told if name.endswith(REST)}
    drawn = {name for name, *_ in EVENTS}

    assert told - rests - drawn == {
        row.name for row in ROWS if not isinstance(row, Row) and row.name not in drawn
    }
    assert {line.answer for line in lines(HEADING).values()} == {"runs", "refused"}


def test_every_event_definition_has_a_line_for_every_place() -> None:
    without = [name for name, *_ in EVENTS if line_of_event(name) is None]

    assert without == []


def test_what_bpmn_has_is_named_and_only_what_it_lacks_is_left_to_the_rest() -> None:
    unnamed = [
        name
        for name, place, kind in EVENTS
        if kind in ALLOWED[place] and name not in lines(HEADING)
    ]

    assert unnamed == []


@pytest.mark.parametrize(("place", "kind"), REFUSED)
def test_an_event_that_does_not_run_is_refused(place: str, kind: str) -> None:
    found = refused(model(place, kind))

    told = [one for one in found if one.element_id in ("x", "apart")]
    assert told, found
    assert all(is_sentence(one.message) for one in found)
