"""Every model does what its row says: kept in memory, and reloaded before every step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import testing
from engine.domain.errors import RefusedError
from tests.conformance.families import ROWS
from tests.conformance.playing import Play, prove
from tests.conformance.rows import Refusal, Row
from tests.execution.untouched import watch_all

RUNS = [row for row in ROWS if isinstance(row, Row)]
REFUSALS = [row for row in ROWS if isinstance(row, Refusal)]


@pytest.fixture(scope="module", params=[2000, 0], ids=["kept", "reloaded"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[testing.TestOffice]:
    folder = tmp_path_factory.mktemp("office")
    settings = {"cache": {"live_instances": request.param}}
    with testing.office(folder, settings=settings) as office:
        yield office


@pytest.fixture(autouse=True)
def _nothing_is_changed_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    watch_all(monkeypatch)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in RUNS])
def test_a_model_runs_as_its_row_says(office: testing.TestOffice, row: Row) -> None:
    prove(office, row)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in REFUSALS])
def test_a_model_is_refused_as_its_row_says(office: testing.TestOffice, row: Refusal) -> None:
    play = Play(office, Row(name=row.name, model=row.model, trace=""))

    with pytest.raises(RefusedError) as refused:
        play.deploy()

    found = {(one.code, one.element_id) for one in refused.value.findings}
    assert {(code, id_.replace(play.key, "case")) for code, id_ in found} == row.reasons
    assert all(one.message.endswith("。") for one in refused.value.findings)


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in ROWS]

    assert sorted(set(names)) == sorted(names)
