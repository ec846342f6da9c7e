"""Values of a form -> the names and texts that its page would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.domain.values import TOKYO

Pairs = list[tuple[str, str]]


def pairs(values: Mapping[str, Any]) -> Pairs:
    """What the browser sends for these values; lists of contexts are repeat rows."""
    return [pair for key, value in values.items() for pair in _pairs(key, value)]


def _pairs(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        yield from _several(path, value)
    elif isinstance(value, date):
        yield from _day(path, value)
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


def _several(path: str, values: list[Any]) -> Iterator[tuple[str, str]]:
    """Rows where the values are contexts, else the ticked choices."""
    if not values or not isinstance(values[0], Mapping):
        yield from ((path, str(value)) for value in values)
        return
    yield f"{path}/#", str(len(values))
    for index, row in enumerate(values):
        for key, item in row.items():
            yield from _pairs(f"{path}/{index}/{key}", item)


def _day(path: str, value: date) -> Iterator[tuple[str, str]]:
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO)
        yield f"{path}/時刻", f"{value:%H:%M}"
    yield f"{path}/年", str(value.year)
    yield f"{path}/月", str(value.month)
    yield f"{path}/日", str(value.day)
