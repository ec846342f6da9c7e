"""All rows of all tables: out of one snapshot, and into a database that is empty.

A row is one line of JSON, column -> value, with sorted keys; a table's lines stand in the order of
its key.  So equal tables make equal bytes, whether SQLite or PostgreSQL keeps them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from engine.domain.errors import ConflictError
from engine.storage import (  # noqa: F401  the tables register themselves
    database,
    migrate,
    schema,
    schema_cooperation,
    schema_drafts,
    schema_registers,
    schema_trouble,
    schema_values,
)
from engine.storage.columns import Moment
from engine.storage.metadata import metadata

Row = Mapping[str, Any]
REVISION = "alembic_version"
AT_ONCE = 500  # rows
OF_PROCESSES = frozenset({"heartbeat"})  # about those that run now; not worth keeping


class NotEmptyError(ConflictError):
    """The database holds something already; `place`: the table it was found in."""

    code = "not_empty"

    def __init__(self, place: str) -> None:
        super().__init__(f"table {place} is not empty")
        self.place = place


class UnwritableRowError(ConflictError):
    """The database did not take the rows of a table; `reason`: what it says."""

    code = "unwritable_row"

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"rows of {table} were not taken: {reason}")
        self.table = table
        self.reason = reason


class Snapshot:
    """The rows as they are inside one transaction; all questions get the answers of one moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def revision(self) -> str:
        """The newest migration of the database."""
        return str(migrate.current(self._connection))

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows of a table, a line of JSON each."""
        table = self._present(name)
        query = sa.select(*table.columns).order_by(*_order(table, self._connection))
        options = {"stream_results": True, "yield_per": AT_ONCE}
        names = [f"{column.name}" for column in table.columns]  # plain texts, as orjson wants them
        for row in self._connection.execute(query, execution_options=options):
            values = dict(zip(names, row, strict=True))
            yield orjson.dumps(values, _written, orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)

    def counts(self) -> dict[str, int]:
        """Table -> number of rows."""
        found = {}
        for name in tables():
            query = sa.select(sa.func.count()).select_from(metadata.tables[name])
            found[name] = int(self._connection.execute(query).scalar_one())
        return found

    def contents(self) -> set[str]:
        """SHA-256 of every stored file that a row names."""
        found: set[str] = set()
        for name, column in _content_columns():
            query = sa.select(metadata.tables[name].c[column]).distinct()
            found |= {row[0] for row in self._connection.execute(query) if row[0]}
        return found

    def _present(self, name: str) -> Any:
        """The table with the columns it has here: fewer than the newest, in an older database."""
        present = {column["name"] for column in sa.inspect(self._connection).get_columns(name)}
        return _plain(metadata.tables[name], present)


def tables() -> list[str]:
    """The tables of a backup, those that are referred to first."""
    return [table.name for table in metadata.sorted_tables if table.name not in OF_PROCESSES]


def _content_columns() -> list[tuple[str, str]]:
    return [(table.name, "sha256") for table in metadata.sorted_tables if "sha256" in table.c]


def content_of(name: str, row: Row) -> str | None:
    """SHA-256 of the stored file the row names, if it names one."""
    return row.get("sha256") if (name, "sha256") in _content_columns() else None


def _plain(table: sa.Table, present: Iterable[str]) -> Any:
    """The table without defaults; where a JSON column may be null, None is null."""
    wanted = set(present)
    columns = [sa.column(column.name, _type(column)) for column in table.c if column.name in wanted]
    return sa.table(table.name, *columns)


def _type(column: sa.Column[Any]) -> Any:
    if not isinstance(column.type, sa.JSON):
        return column.type
    nullable = bool(column.nullable)
    return sa.JSON(none_as_null=nullable).with_variant(JSONB(none_as_null=nullable), "postgresql")


def _order(table: Any, connection: sa.Connection) -> list[Any]:
    """By key; rows that refer to rows of their own table come after those (`depth`).

    PostgreSQL compares texts in the words of some language unless it is told not to.
    """
    kept = metadata.tables[table.name]
    order: list[Any] = [table.c.depth] if _refers_to_itself(kept) else []
    for column in kept.primary_key.columns:
        is_text = isinstance(column.type, sa.Text) and connection.dialect.name == "postgresql"
        order.append(table.c[column.name].collate("C") if is_text else table.c[column.name])
    return order


def _refers_to_itself(table: sa.Table) -> bool:
    return any(key.column.table is table for key in table.foreign_keys)


def _written(value: Any) -> str:
    """What JSON lacks, beyond dates and moments."""
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def read_line(name: str, line: bytes) -> dict[str, Any]:
    """The row of a line that `Snapshot.lines` has made.

    Raises:
        ValueError: it is none of that table.
    """
    row = orjson.loads(line)
    if not isinstance(row, dict):
        raise ValueError("no row")
    columns = metadata.tables[name].c
    return {key: _value(columns[key], value) for key, value in row.items() if _known(columns, key)}


def _known(columns: Any, key: str) -> bool:
    if key not in columns:
        raise ValueError(f"no column {key}")
    return True


def _value(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(column.type, sa.JSON):
        return value
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column.name} is missing")
        return None
    read, wanted = _READERS[type(column.type)]
    if type(value) is not wanted:
        raise ValueError(f"{column.name} is no {wanted.__name__}")
    return read(value)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


_READERS: Mapping[type, tuple[Callable[[Any], Any], type]] = {
    sa.Text: (str, str),
    sa.Integer: (int, int),
    sa.BigInteger: (int, int),
    sa.Boolean: (bool, bool),
    sa.Date: (date.fromisoformat, str),
    Moment: (_moment, str),
    sa.LargeBinary: (_bytes, str),
}


@contextmanager
def snapshot(engine: database.Database) -> Iterator[Snapshot]:
    """One reading transaction; others go on writing meanwhile."""
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        driver.execute("begin" if is_sqlite else "begin isolation level repeatable read read only")
        try:
            found = Snapshot(connection)
            _ = found.revision  # SQLite's snapshot begins with the first question
            yield found
        finally:
            connection.rollback()


class Filling:
    """Rows on their way into an empty database, inside one writing transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.snapshot = Snapshot(connection)

    def fill(self, name: str, rows: Iterable[Row], told: Callable[[int], None]) -> None:
        """Add rows; those of one table have the same columns.  `told` hears how many at a time.

        Raises:
            UnwritableRowError: the database refuses one.
        """
        waiting: list[Row] = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == AT_ONCE:
                self._add(name, waiting)
                told(len(waiting))
                waiting = []
        self._add(name, waiting)
        told(len(waiting))

    def _add(self, name: str, rows: list[Row]) -> None:
        if not rows:
            return
        statement = sa.insert(_plain(metadata.tables[name], rows[0]))
        try:
            self._connection.execute(statement, rows)
        except sa.exc.SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise UnwritableRowError(name, reason) from error

    def finish(self) -> None:
        """Let new rows get numbers behind those there are; bring the tables up to date."""
        if self._connection.dialect.name == "postgresql":
            for name in set(tables()) & set(sa.inspect(self._connection).get_table_names()):
                self._number_on(metadata.tables[name])
        migrate.bring_to(self._connection)

    def _number_on(self, table: sa.Table) -> None:
        column = table.autoincrement_column
        if column is None:
            return
        newest = sa.func.max(column)
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        number = sa.func.setval(sequence, sa.func.coalesce(newest, 1), newest.is_not(None))
        self._connection.execute(sa.select(number))


@contextmanager
def filling(engine: database.Database, revision: str) -> Iterator[Filling]:
    """One writing transaction on an empty database, whose tables are those of `revision`.

    Raises:
        NotEmptyError: there are rows, or tables of somebody else.
        UnwritableRowError: at the end, a row refers to one that is not there.
    """
    with migrate.connected(engine) as connection:
        database.begin(connection)
        try:
            if connection.dialect.name == "postgresql":
                query = sa.select(sa.func.pg_advisory_xact_lock(migrate.LOCK))
                connection.execute(query)
            else:  # rows are checked against those they refer to at the end
                connection.execute(sa.text("pragma defer_foreign_keys=on"))
            _prepare(connection, revision)
            yield Filling(connection)
            _commit(connection)
        except BaseException:
            connection.rollback()
            raise


def _prepare(connection: sa.Connection, revision: str) -> None:
    _refuse_rows(connection)
    if migrate.current(connection) == revision:
        for name in OF_PROCESSES & set(sa.inspect(connection).get_table_names()):
            connection.execute(sa.delete(metadata.tables[name]))
        return
    metadata.drop_all(connection)
    sa.Table(REVISION, sa.MetaData()).drop(connection, checkfirst=True)
    migrate.bring_to(connection, revision)


def _refuse_rows(connection: sa.Connection) -> None:
    for name in sa.inspect(connection).get_table_names():
        if name == REVISION or name in OF_PROCESSES:
            continue
        query = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        if name not in metadata.tables or connection.execute(query).first():
            raise NotEmptyError(name)


def _commit(connection: sa.Connection) -> None:
    try:
        connection.commit()
    except sa.exc.IntegrityError as error:
        raise UnwritableRowError("", str(error.orig)) from error


def refuse_unless_empty(engine: database.Database) -> None:
    """Raise NotEmptyError before anything is done that takes long."""
    with migrate.connected(engine) as connection:
        _refuse_rows(connection)
