"""Every model does what its row says: kept in memory, and reloaded before every step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import RefusedError
from engine.domain.values import storable
from tests.conformance.families import ROWS
from tests.conformance.playing import Play
from tests.conformance.rows import Refusal, Row

RUNS = [row for row in ROWS if isinstance(row, Row)]
REFUSALS = [row for row in ROWS if isinstance(row, Refusal)]
KEYS = (f"case{number}" for number in count(1))


@pytest.fixture(scope="module", params=[2000, 0], ids=["kept", "reloaded"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[testing.TestOffice]:
    folder = tmp_path_factory.mktemp("office")
    settings = {"cache": {"live_instances": request.param}}
    with testing.office(folder, settings=settings) as office:
        yield office


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in RUNS])
def test_a_model_runs_as_its_row_says(office: testing.TestOffice, row: Row) -> None:
    play = Play(office, row, next(KEYS))
    before = Counter(message.name for message in office.undelivered())
    try:
        play.run()

        head = office.head(play.case.id)
        assert in_order(office.trace(play.case), row.trace), office.trace(play.case)
        assert sorted(play.cancelled()) == sorted(row.cancelled.split())
        assert head.state == row.ends
        seen = office.variables(play.case)
        assert {name: seen.get(name) for name in row.data} == storable(dict(row.data))
        left = Counter(message.name for message in office.undelivered()) - before
        assert sorted(left.elements()) == sorted(row.messages.split())
    finally:
        play.tidy()


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in REFUSALS])
def test_a_model_is_refused_as_its_row_says(office: testing.TestOffice, row: Refusal) -> None:
    play = Play(office, Row(name=row.name, model=row.model, trace=""), next(KEYS))

    with pytest.raises(RefusedError) as refused:
        play.deploy()

    found = {(one.code, one.element_id) for one in refused.value.findings}
    assert {(code, id_.replace(play.key, "case")) for code, id_ in found} == row.reasons
    assert all(one.message.endswith("。") for one in refused.value.findings)


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)


def in_order(trace: list[str], expected: str) -> bool:
    """Whether the trace is as expected; those in parentheses may come in any order."""
    rest: list[Any] = list(trace)
    for group in re.findall(r"\(([^)]*)\)|(\S+)", expected):
        wanted = group[0].split() or [group[1]]
        found, rest = rest[: len(wanted)], rest[len(wanted) :]
        if sorted(found) != sorted(wanted):
            return False
    return not rest
