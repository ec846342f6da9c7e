"""Whatever runs can change its version at every step: to its own, and nothing is different."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import testing
from engine.execution import migration, runner
from engine.execution.live import Definition, Live
from tests.conformance.families import ROWS
from tests.conformance.playing import prove
from tests.conformance.rows import Row
from tests.execution.running import House

RUNS = [pytest.param(row, id=row.name) for row in ROWS if isinstance(row, Row)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.TestOffice]:
    """It keeps nothing in memory, so that every step begins with a stored state."""
    folder: Path = tmp_path_factory.mktemp("office")
    with testing.office(folder, settings={"cache": {"live_instances": 0}}) as made:
        yield made


@pytest.fixture(autouse=True)
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every state that is read is migrated before it is used."""
    read = runner.unpack

    def moved(bundle: Definition, state: bytes) -> Live:
        live = read(bundle, state)
        if live.workflow.completed:
            return live
        with monkeypatch.context() as context:
            context.setattr(runner, "unpack", read)
            found = migration.migrate(bundle, bundle, state, House())
        assert (found.step.timers, found.step.subscriptions) == ((), ())
        assert set(found.live.known) == set(live.known)
        return found.live

    monkeypatch.setattr(runner, "unpack", moved)


@pytest.mark.parametrize("row", RUNS)
def test_a_model_migrated_before_every_step_runs_as_its_row_says(
    office: testing.TestOffice, row: Row
) -> None:
    prove(office, row)
