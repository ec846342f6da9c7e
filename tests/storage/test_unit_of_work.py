"""The unit of work: what is noted is written once, checked, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engine.domain.errors import StaleError
from engine.storage import database, schema, schema_people
from engine.storage.unit_of_work import UnitOfWork
from tests.offices import Watched, at_once

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ADD = sa.insert(schema_people.project)
RENAME = (
    sa.update(schema_people.project)
    .where(schema_people.project.c.id == sa.bindparam("of_id"))
    .values(name=sa.bindparam("new_name"))
)
NAMES = sa.select(schema_people.project.c.name).order_by(schema_people.project.c.id)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    made = database.open_database(database_url)
    yield made
    made.dispose()


def names(engine: sa.Engine) -> list[str]:
    with UnitOfWork(engine, NOW) as unit:
        return [row.name for row in unit.rows(NAMES)]


def test_notes_are_written_when_the_block_ends_well(engine: sa.Engine) -> None:
    with UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})
        seen_inside = names(engine)

    assert seen_inside == []
    assert names(engine) == ["一"]


def test_an_error_leaves_no_trace(engine: sa.Engine) -> None:
    calls: list[str] = []

    with pytest.raises(ZeroDivisionError), UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})
        unit.after_commit(lambda: calls.append("told"))
        raise ZeroDivisionError

    assert names(engine) == []
    assert calls == []


def test_a_row_that_is_gone_makes_everything_stale(engine: sa.Engine) -> None:
    with pytest.raises(StaleError), UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})
        unit.note(RENAME, {"of_id": "p2", "new_name": "二"}, "project")

    assert names(engine) == []


def test_of_many_rows_in_one_statement_each_must_be_there(engine: sa.Engine) -> None:
    with UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})

    with pytest.raises(StaleError), UnitOfWork(engine, NOW) as unit:
        unit.note(RENAME, {"of_id": "p1", "new_name": "壱"}, "project")
        unit.note(RENAME, {"of_id": "p2", "new_name": "弐"}, "project")

    assert names(engine) == ["一"]


def test_a_second_row_of_one_key_makes_the_command_stale_where_that_is_expected(
    engine: sa.Engine,
) -> None:
    with UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})

    with pytest.raises(StaleError), UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "二"}, "project")

    with pytest.raises(sa.exc.IntegrityError), UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "二"})


def test_notes_of_one_statement_are_executed_as_one_and_in_order(engine: sa.Engine) -> None:
    with Watched(engine) as watched, UnitOfWork(engine, NOW) as unit:
        for number in range(3):
            unit.note(ADD, {"id": f"p{number}", "name": str(number)})
        unit.note(RENAME, {"of_id": "p1", "new_name": "甲"}, "project")
        unit.note(ADD, {"id": "p9", "name": "9"})

    assert watched.words == ["insert project", "update project", "insert project"]
    assert watched.commits == 1
    assert names(engine) == ["0", "甲", "2", "9"]


def test_reading_opens_no_transaction(engine: sa.Engine) -> None:
    with Watched(engine) as watched:
        names(engine)

    assert watched.words == ["select project"]
    assert watched.commits == 0


def test_what_is_to_happen_after_the_commit_happens_once(engine: sa.Engine) -> None:
    calls: list[int] = []

    with UnitOfWork(engine, NOW) as unit:
        unit.note(ADD, {"id": "p1", "name": "一"})
        unit.after_commit(lambda: calls.append(len(names(engine))))

    assert calls == [1]


def test_a_number_is_drawn_even_when_the_command_fails_afterwards(engine: sa.Engine) -> None:
    with pytest.raises(ZeroDivisionError), UnitOfWork(engine, NOW) as unit:
        unit.next_number("リハ", 2026)
        raise ZeroDivisionError

    with UnitOfWork(engine, NOW) as unit:
        numbers = [unit.next_number("リハ", 2026), unit.next_number("リハ", 2027)]

    assert numbers == [2, 1]


def test_eight_threads_draw_different_numbers(engine: sa.Engine) -> None:
    def draw() -> list[int]:
        drawn = []
        for _ in range(20):
            with UnitOfWork(engine, NOW) as unit:
                drawn.append(unit.next_number("リハ", 2026))
        return drawn

    drawn = [number for numbers in at_once(*[draw] * 8) for number in numbers]

    assert sorted(drawn) == list(range(1, 161))


def test_moments_come_back_as_utc(engine: sa.Engine) -> None:
    tokyo = datetime.fromisoformat("2026-04-01T09:00:00.000123+09:00")
    add = sa.insert(schema.deployment)

    with UnitOfWork(engine, NOW) as unit:
        unit.note(add, {"id": "d1", "at": tokyo, "deployed_by": "x", "reason": ""})
    with UnitOfWork(engine, NOW) as unit:
        row = unit.row(sa.select(schema.deployment.c.at))

    assert row.at == tokyo
    assert row.at.utcoffset().total_seconds() == 0


def test_sqlite_keeps_every_commit_and_checks_references(sqlite_url: str) -> None:
    engine = database.open_database(sqlite_url)

    with engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()
