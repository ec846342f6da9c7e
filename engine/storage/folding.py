"""Texts as they are searched: full and half width, capitals and small letters are the same.

Both databases know a function `normalize(text, form)`: PostgreSQL has one, and SQLite is given one
when it is opened.  The quotes keep PostgreSQL from reading it as a word of its grammar.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name

_FORM: Literal["NFKC"] = "NFKC"
_NAME = quoted_name("normalize", quote=True)


def folded(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The column's text in that shape."""
    return sa.func.lower(sa.Function(_NAME, column, sa.literal_column(f"'{_FORM}'"), type_=sa.Text))


def fold(text: str) -> str:
    """The same for what somebody types."""
    return unicodedata.normalize(_FORM, text).lower().strip()


def set_up_sqlite(connection: Any) -> None:
    """Teach a new connection the function."""
    connection.create_function("normalize", 2, _normalize, deterministic=True)


def _normalize(text: str | None, _form: str) -> str | None:
    return None if text is None else unicodedata.normalize(_FORM, text)
