"""Load, act, save: one command's view of the database.

Reading takes no lock.  `note` only takes notes; leaving the block without an error writes all
notes in one short transaction, and every row is checked against the version that was read.  So a
slow script never holds the write lock, and of two people who act at once the later one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from engine.domain.errors import StaleError
from engine.storage import database

Parameters = Mapping[str, Any]

_NEXT_NUMBER = sa.text(
    "insert into number_series (series, fiscal_year, value) values (:series, :fiscal_year, 1) "
    "on conflict (series, fiscal_year) do update set value = number_series.value + 1 "
    "returning value"
)


@dataclass(slots=True)
class _Note:
    """A statement and the rows it is executed with; `expected`: what is stale if no row fits."""

    statement: sa.Executable
    expected: str | None
    parameters: list[Parameters] = field(default_factory=list)


class UnitOfWork:
    """One per command; never shared between threads.

    Attributes:
        now: the moment of the command, UTC, read from the clock once.
    """

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.now = now
        self._engine = engine
        self._notes: list[_Note] = []
        self._after_commit: list[Callable[[], object]] = []

    def __enter__(self) -> Self:
        self._connection = self._engine.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._notes:
                self._write()
        finally:
            self._connection.close()
        if kind is None:
            for call in self._after_commit:
                call()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For questions: nothing is written at the end."""
        self._connection = self._engine.connect()
        try:
            yield
        finally:
            self._connection.close()

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self._engine.dialect.name

    def rows(self, statement: sa.Executable, parameters: Parameters | None = None) -> Sequence[Any]:
        return self._connection.execute(statement, parameters).all()

    def row(self, statement: sa.Executable, parameters: Parameters | None = None) -> Any:
        """The first row, or None."""
        return self._connection.execute(statement, parameters).first()

    def note(
        self, statement: sa.Executable, parameters: Parameters, expected: str | None = None
    ) -> None:
        """Write this when the command has ended well; the order of notes is kept.

        Notes of one statement that follow each other are executed as one.  With `expected` (a word
        for the row) each must meet exactly one row, else the command is stale.
        """
        last = self._notes[-1] if self._notes else None
        if last is None or last.statement is not statement or last.expected != expected:
            last = _Note(statement, expected)
            self._notes.append(last)
        last.parameters.append(parameters)

    def note_together(
        self, statement: sa.Executable, parameters: Parameters, after: sa.Executable | None = None
    ) -> None:
        """Write this with the last notes of the statement: many rows of a few tables in few steps.

        For rows that depend on nothing noted since, or on nothing but the notes of `after`.
        """
        for note in reversed(self._notes):
            if note.statement is after:
                break
            if note.statement is statement:
                note.parameters.append(parameters)
                return
        self.note(statement, parameters)

    def written_tables(self) -> frozenset[str]:
        """Names of the tables in which the notes so far add or change rows."""
        writes = (note.statement for note in self._notes)
        tables = (one.table for one in writes if isinstance(one, (sa.Insert, sa.Update)))
        return frozenset(table.name for table in tables if isinstance(table, sa.Table))

    def after_commit(self, call: Callable[[], object]) -> None:
        """Run `call` once when the notes are durable, never on a rerun: cache and wake-up only."""
        self._after_commit.append(call)

    def next_number(self, series: str, fiscal_year: int) -> int:
        """Draw a running number in a short transaction of its own; gaps are possible.

        So commands that start instances do not queue for one row while they write the rest.
        """
        parameters = {"series": series, "fiscal_year": fiscal_year}
        try:
            database.begin(self._connection)
            value = self._connection.execute(_NEXT_NUMBER, parameters).scalar_one()
            self._connection.commit()
        except sa.exc.DBAPIError as error:
            self._connection.rollback()
            if database.is_transient(error):
                raise StaleError("number_series", series) from error
            raise
        return int(value)

    def _write(self) -> None:
        connection = self._connection
        try:
            database.begin(connection)
            for note in self._notes:
                self._execute(note)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    def _execute(self, note: _Note) -> None:
        many = note.parameters
        try:
            result = self._connection.execute(note.statement, many if len(many) > 1 else many[0])
        except sa.exc.IntegrityError as error:
            if note.expected is not None:
                raise StaleError(note.expected, str(many[0].get("id", ""))) from error
            raise
        except sa.exc.DBAPIError as error:
            if database.is_transient(error):
                raise StaleError("database", "") from error
            raise
        if note.expected is None or isinstance(note.statement, sa.Insert):
            return  # an insert that met another row of its key has raised
        if result.rowcount != len(many):
            raise StaleError(note.expected, str(many[0].get("id", many[0].get("of_id", ""))))
