"""Two server processes on one installation, after a downtime over the monthly start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.bootstrap import build
from engine.domain.schedule_run import Outcome
from engine.services import schedules
from engine.storage import history
from engine.testing import PROJECT, SYSTEM
from tests.acceptance import evidence, served
from tests.acceptance.served import Server
from tests.offices import at_once

DOWNTIME = timedelta(days=70)  # at least one third working day of a month lies in it


def in_operation(folder: Path) -> None:
    """The system went into operation long ago, and nothing has run since."""
    past = datetime.now(UTC) - DOWNTIME
    with build(served.settings(folder), now=lambda: past) as engine:
        engine.run(schedules.operation_started, PROJECT, SYSTEM)


@pytest.mark.slow
def test_a_monthly_start_missed_in_a_downtime_is_caught_up_by_one_of_two_servers(
    tmp_path: Path,
) -> None:
    folder = served.furnish(tmp_path / "office")
    in_operation(folder)
    servers = [Server(folder), Server(folder)]

    try:
        started = at_once(*(server.start for server in servers))  # each looks before it answers
    finally:
        for server in servers:
            server.stop()

    assert started == [None, None]
    with served.engine_on(folder) as engine:
        (head,) = evidence.heads(engine, "monitoring")
        first = engine.ask(history.of_instance, head.id)[-1]
        runs = engine.ask(schedules.runs, evidence.schedule(engine, "T01").id)
    assert first.detail["caught_up"] is True
    assert [run.outcome for run in runs].count(Outcome.CAUGHT_UP) == 1
    assert {run.outcome for run in runs} <= {Outcome.CAUGHT_UP, Outcome.SKIPPED}
