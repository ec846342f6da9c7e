"""Rows come out of one database and go into another one unchanged."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bootstrap import migrate
from engine.storage import backup, database
from engine.storage import migrate as migrations
from engine.storage.backup import NotEmptyError, UnwritableRowError
from engine.storage.columns import Moment
from engine.storage.metadata import metadata

NOON = datetime(2026, 4, 1, 3, 0, 0, 123456, tzinfo=UTC)
PLAIN = {"名前": "窓口", "a": [1, 1.5, None, True, {"b": ""}], "Z": "\\ \" ' \n"}
VALUES = {
    sa.Text: "x'%\n窓口",
    sa.Integer: 7,
    sa.BigInteger: 2**40,
    sa.Boolean: True,
    sa.Date: date(2027, 3, 31),
    Moment: NOON,
    sa.LargeBinary: b"\x00\xff\x80",
}


@pytest.fixture
def source(database_url: str) -> Iterator[sa.Engine]:
    engine = database.open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def target(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = database.open_database(empty_database_url)
    yield engine
    engine.dispose()


def row_of(table: sa.Table, number: int) -> dict[str, Any]:
    """A row with a value in every column; row 2 refers to row 1 of its own table."""
    row = {}
    for column in table.c:
        if column.foreign_keys:
            row[column.name] = "1" if column.table is _target(column) or number == 1 else "2"
        elif isinstance(column.type, sa.JSON):
            row[column.name] = PLAIN if number == 1 else None
        elif column.primary_key or column.unique:
            row[column.name] = _key(column, number)
        else:
            row[column.name] = VALUES[type(column.type)]
    if any(_target(column) is table for column in table.c if column.foreign_keys):
        row["parent_id"] = None if number == 1 else "1"
    return row


def _target(column: sa.Column[Any]) -> sa.Table:
    return next(iter(column.foreign_keys)).column.table


def _key(column: sa.Column[Any], number: int) -> Any:
    if isinstance(column.type, sa.Text):
        return str(number)
    return NOON.replace(minute=number) if isinstance(column.type, Moment) else number


def fill(engine: sa.Engine) -> None:
    """Two rows in every table of a backup."""
    with engine.connect() as connection:
        database.begin(connection)
        for table in metadata.sorted_tables:
            if table.name in backup.tables():
                for number in (1, 2):
                    row = row_of(table, number)
                    for key in _unique_columns(table):
                        row[key] = row[key] if key in ("person_id", "project_id") else str(number)
                    if "version" in _unique_columns(table):
                        row["version"] = number
                    connection.execute(sa.insert(table), [row])
        connection.commit()


def _unique_columns(table: sa.Table) -> set[str]:
    found = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return {
        column.name
        for one in found
        for column in one.columns
        if not column.foreign_keys and isinstance(column.type, sa.Text)
    }


def lines(engine: sa.Engine) -> dict[str, list[bytes]]:
    with backup.snapshot(engine) as snapshot:
        return {name: list(snapshot.lines(name)) for name in backup.tables()}


def carry(rows: dict[str, list[bytes]], engine: sa.Engine, revision: str) -> None:
    with backup.filling(engine, revision) as filling:
        for name, found in rows.items():
            filling.fill(name, [backup.read_line(name, line) for line in found], lambda _: None)
        filling.finish()


def revision_of(engine: sa.Engine) -> str:
    with backup.snapshot(engine) as snapshot:
        return snapshot.revision


def test_every_table_of_the_database_is_in_a_backup(source: sa.Engine) -> None:
    with source.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())

    assert set(backup.tables()) == there - {backup.REVISION} - backup.OF_PROCESSES


def test_every_row_of_every_table_is_the_same_in_the_other_database(
    source: sa.Engine, target: sa.Engine
) -> None:
    fill(source)
    before = lines(source)

    carry(before, target, revision_of(source))

    assert all(len(found) == 2 for found in before.values())
    assert lines(target) == before


def test_rows_of_one_table_come_after_those_they_refer_to(
    source: sa.Engine, target: sa.Engine
) -> None:
    fill(source)
    table = metadata.tables["process_instance"]
    first = {**row_of(table, 1), "id": "z", "business_key": "z", "depth": 0}
    second = {**first, "id": "a", "business_key": "a", "parent_id": "z", "depth": 1}
    with source.begin() as connection:
        connection.execute(sa.update(table).values(depth=0))
        connection.execute(sa.insert(table), [first])
        connection.execute(sa.insert(table), [second])

    carry(lines(source), target, revision_of(source))

    assert lines(target) == lines(source)


def test_new_rows_get_numbers_behind_those_that_were_brought(
    source: sa.Engine, target: sa.Engine
) -> None:
    fill(source)
    carry(lines(source), target, revision_of(source))
    history = metadata.tables["history"]

    with target.begin() as connection:
        new = {"at": NOON, "event": "e", "actor": "a"}
        made = connection.execute(sa.insert(history).returning(history.c.id), new).scalar_one()

    assert made == 3


def test_a_snapshot_does_not_see_what_is_written_meanwhile(source: sa.Engine) -> None:
    fill(source)
    project = metadata.tables["project"]

    with backup.snapshot(source) as snapshot:
        with source.begin() as connection:
            connection.execute(sa.insert(project), [{"id": "3", "name": "後から"}])
        seen = list(snapshot.lines("project"))

    assert len(seen) == 2
    assert len(lines(source)["project"]) == 3


def test_nothing_stays_when_a_row_refers_to_one_that_is_not_there(
    source: sa.Engine, target: sa.Engine
) -> None:
    fill(source)
    rows = {**lines(source), "project": []}

    with pytest.raises(UnwritableRowError):
        carry(rows, target, revision_of(source))

    with target.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_a_database_with_rows_is_left_alone(source: sa.Engine) -> None:
    fill(source)
    before = lines(source)

    with pytest.raises(NotEmptyError), backup.filling(source, revision_of(source)):
        pass

    assert lines(source) == before


def test_a_database_of_somebody_else_is_left_alone(target: sa.Engine) -> None:
    with target.begin() as connection:
        connection.execute(sa.text("create table theirs (id text)"))

    with pytest.raises(NotEmptyError), backup.filling(target, "0001"):
        pass

    with target.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["theirs"]


@pytest.mark.parametrize("has_tables", [True, False], ids=["empty tables", "no tables"])
def test_rows_of_an_older_release_go_into_tables_that_are_brought_up_to_this_one(
    empty_database_url: str, target: sa.Engine, has_tables: bool
) -> None:
    if has_tables:
        migrate(empty_database_url)

    with backup.filling(target, "0001") as filling:
        filling.fill(
            "number_series", [{"series": "課", "fiscal_year": 2026, "value": 7}], lambda _: None
        )
        seen = list(filling.snapshot.lines("number_series"))
        filling.finish()

    assert migrations.is_current(target)
    assert seen == lines(target)["number_series"]


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b'{"id": 1}',
        b'{"id": null}',
        b'{"name": "x", "colour": "red"}',
        b"\x00",
        b'{"id": "x"',
    ],
    ids=["no object", "wrong type", "null", "unknown column", "no JSON", "cut off"],
)
def test_a_line_that_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        backup.read_line("project", line)


def test_bytes_travel_as_base64() -> None:
    content = base64.b64encode(b"\x00\xff").decode()
    line = f'{{"definition_id": "d", "name": "n", "content": "{content}"}}'.encode()

    assert backup.read_line("definition_file", line)["content"] == b"\x00\xff"
