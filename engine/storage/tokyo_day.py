"""The calendar day in Tokyo of a moment, worked out by the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class TokyoDay(FunctionElement[Any]):
    """A day to compare with other such days."""

    name = "tokyo_day"
    inherit_cache = True


def tokyo_day(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The day of a column of moments."""
    return TokyoDay(moment)


@compiles(TokyoDay, "sqlite")
def _by_nine_hours(element: TokyoDay, compiler: SQLCompiler, **rest: Any) -> str:
    # it keeps UTC and knows no zones; Tokyo knows no summer time
    return f"date({compiler.process(element.clauses, **rest)}, '+9 hours')"


@compiles(TokyoDay, "postgresql")
def _by_zone(element: TokyoDay, compiler: SQLCompiler, **rest: Any) -> str:
    return f"(({compiler.process(element.clauses, **rest)}) at time zone 'Asia/Tokyo')::date"
