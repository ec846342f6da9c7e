"""Migrations lead to exactly the tables the code expects."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from engine.bootstrap import OldDatabaseError, build, migrate
from engine.storage import database
from engine.storage import migrate as migrations
from tests.offices import at_once, settings


def test_an_empty_database_becomes_current(empty_database_url: str) -> None:
    migrate(empty_database_url)

    engine = database.open_database(empty_database_url)
    assert migrations.is_current(engine)
    with engine.connect() as connection:
        # raises when the tables differ from those of schema.py
        command.check(migrations.configuration(connection))
    engine.dispose()


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    migrate(empty_database_url)
    engine = database.open_database(empty_database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("insert into project (id, name) values ('p', '事業')"))

    migrate(empty_database_url)

    with engine.connect() as connection:
        assert connection.execute(sa.text("select name from project")).scalar_one() == "事業"
    engine.dispose()


def test_two_servers_that_start_at_once_migrate_one_after_the_other(
    empty_database_url: str,
) -> None:
    results = at_once(*[lambda: migrate(empty_database_url)] * 2)

    assert results == [None, None]


def test_an_engine_refuses_a_database_without_tables(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(OldDatabaseError):
        build(settings(tmp_path, empty_database_url))
