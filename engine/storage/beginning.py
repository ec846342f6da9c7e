"""Which texts begin with what somebody typed, by the index of each database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class Beginning(sa.ColumnElement[bool]):
    """`column like 'text%'`, in the words by which each database finds its index."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[str], text: str) -> None:
        self.column, self.text = column, text


def beginning(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    """Whether the column's text begins with this one, letter by letter."""
    return Beginning(column, text)


@compiles(Beginning)
def _as_like(element: Beginning, compiler: SQLCompiler, **rest: Any) -> str:
    return compiler.process(element.column.startswith(element.text, autoescape=True), **rest)


@compiles(Beginning, "sqlite")
def _as_range(element: Beginning, compiler: SQLCompiler, **rest: Any) -> str:
    # its LIKE knows no case, and so no index; its texts are compared letter by letter
    span = element.column.between(element.text, element.text + chr(0x10FFFF))
    return compiler.process(span, **rest)
