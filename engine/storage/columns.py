"""The kinds of columns the tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its letters


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment; kept as UTC, also by SQLite, which knows no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the library's signature
    ) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def serial() -> sa.Column[int]:
    return sa.Column("id", SERIAL, primary_key=True, autoincrement=True)


def key(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def text(name: str, default: str | None = "", **more: Any) -> sa.Column[str]:
    """Text that is never null; `default` None means it must be given."""
    given = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, sa.Text, nullable=False, server_default=given, **more)


def texts(*names: str) -> list[sa.Column[str]]:
    """Texts that are empty unless given."""
    return [text(name) for name in names]


def maybe_texts(*names: str) -> list[sa.Column[str]]:
    return [maybe_text(name) for name in names]


def maybe_text(name: str, reference: str | None = None, **more: Any) -> sa.Column[str]:
    foreign = [sa.ForeignKey(reference)] if reference else []
    return sa.Column(name, sa.Text, *foreign, nullable=True, **more)


def refers(name: str, reference: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(reference), nullable=False)


def count(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))


def flag(name: str, *, default: bool = False) -> sa.Column[bool]:
    return sa.Column(
        name, sa.Boolean, nullable=False, server_default=sa.true() if default else sa.false()
    )


def moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=False)


def maybe_moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=True)


def json(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSON, nullable=False)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def is_word(column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """`column = 'word'` with the word in the text: with a parameter, no partial index is used."""
    return column == sa.literal_column(f"'{word}'")


def unsought(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The same text, by which no index is looked up.

    SQLite, which keeps no statistics here, thinks an event or a state as rare as an id, and would
    read all lines of that event in the whole history rather than the few of one instance.
    """
    return column.concat("")
