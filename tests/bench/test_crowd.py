"""The large office of the measurements holds together, and the pages can read it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from engine import testing
from engine.services import analysis, board, instance_list
from engine.services.analysis import Question
from engine.services.instance_list import InstanceFilter
from tests.bench import crowd
from tests.bench.crowded import NOW, PERSON


@pytest.fixture
def office(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[testing.TestOffice]:
    """A small crowd, drawn by the same rules."""
    monkeypatch.setattr(crowd, "CASES", 400)
    monkeypatch.setattr(crowd, "LINES", 4_000)
    with testing.office(tmp_path, sqlite_url, now=NOW) as made:
        made.deploy_shipped("go_live_preparation", "monitoring")
        crowd.fill(made, make_url(sqlite_url).database or "", NOW)
        yield made


def test_the_crowd_is_as_large_as_it_says_and_the_pages_read_it(
    office: testing.TestOffice, sqlite_url: str
) -> None:
    actor = office.actor(PERSON)
    with sqlite3.connect(make_url(sqlite_url).database or "") as connection:
        states = Counter(
            state for (state,) in connection.execute("select state from process_instance")
        )
        [lines] = connection.execute("select count(*) from history").fetchone()
    connection.close()

    found = office.engine.ask(board.board, actor, "twelve")
    listed = office.engine.ask(instance_list.count, actor, InstanceFilter(state="running"))
    rows = office.engine.ask(
        analysis.processes, actor, Question(period=analysis.period_of("twelve", NOW.date()))
    )

    assert states.total() >= 400
    assert lines >= 4_000
    assert set(states) == {"running", "completed", "cancelled"}
    assert found.tiles.running == listed > 0
    assert len(found.systems) == crowd.SYSTEMS + 1
    assert len(found.go_lives) == crowd.SYSTEMS // 2
    assert found.go_lives[0].planned_on is not None
    assert found.tiles.weak > 0
    assert {row.key for row in rows} > {"monitoring", "rehearsal"}
