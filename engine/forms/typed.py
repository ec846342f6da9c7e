"""What does a page send after somebody has typed these values over what it showed?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from engine.domain.values import TOKYO
from engine.forms.fields import SEVERAL, WITH_CHOICES, Kind
from engine.forms.showing import Shown, ShownField

Pairs = list[tuple[str, Any]]
DAY_PARTS = ("年", "月", "日", "時刻")


def typed(values: Mapping[str, Any], text: Callable[[Any], Any] = str) -> Pairs:
    """What is sent for these values; a list of mappings are the rows of a repeat list.

    `text`: how a value that is no date, time or yes/no is sent.
    """
    return [pair for key, value in values.items() for pair in _pairs(key, value, text)]


def _pairs(path: str, value: Any, text: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from _several(path, value, text)
    elif isinstance(value, date):
        yield from _day(path, value)
    elif isinstance(value, time):
        yield path, f"{value:%H:%M}"
    elif isinstance(value, bool):
        yield path, str(value).lower()
    elif value is not None:
        yield path, text(value)


def _several(path: str, values: list[Any], text: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    """Rows where the values are mappings, else ticked choices or files."""
    if not values or not isinstance(values[0], Mapping):
        for value in values:
            yield from _pairs(path, value, text)
        return
    yield f"{path}/#", str(len(values))
    for index, row in enumerate(values):
        for key, item in row.items():
            yield from _pairs(f"{path}/{index}/{key}", item, text)


def _day(path: str, value: date) -> Iterator[tuple[str, str]]:
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO)
        yield f"{path}/時刻", f"{value:%H:%M}"
    yield f"{path}/年", str(value.year)
    yield f"{path}/月", str(value.month)
    yield f"{path}/日", str(value.day)


def typed_over(shown: Iterable[tuple[str, Any]], entered: Pairs) -> Pairs:
    """What the page sends after `entered`; rows beyond the new number are removed."""
    names = {name for name, _ in entered}
    counts = {
        name.removesuffix("#"): int(str(text)) for name, text in entered if name.endswith("/#")
    }
    kept = [
        (name, text) for name, text in shown if name not in names and not _is_beyond(name, counts)
    ]
    return kept + entered


def _is_beyond(name: str, counts: Mapping[str, int]) -> bool:
    for prefix, count in counts.items():
        index = name.removeprefix(prefix).partition("/")[0]
        if name.startswith(prefix) and index.isdigit():
            return int(index) >= count
    return False


def untouched(shown: Shown) -> list[tuple[str, str]]:
    """What the form's page sends when nobody types anything."""
    return list(_sent(shown.fields))


def _sent(fields: Iterable[ShownField]) -> Iterator[tuple[str, str]]:
    for one in fields:
        if one.kind is Kind.GROUP:
            yield from _sent(one.fields)
        elif one.is_input:
            yield from _rows(one) if one.kind is Kind.LIST else _control(one)


def _rows(one: ShownField) -> Iterator[tuple[str, str]]:
    yield f"{one.path}/#", str(len(one.rows))
    for row in one.rows:
        if row.origin is not None:
            yield f"{row.path}#", str(row.origin)
        yield from _sent(row.fields)


def _control(one: ShownField) -> Iterator[tuple[str, str]]:
    if one.kind in WITH_CHOICES | SEVERAL:
        yield from ((one.path, choice.value) for choice in one.choices if choice.is_chosen)
    elif one.kind in (Kind.DATE, Kind.MOMENT):
        yield from ((f"{one.path}/{part}", text) for part, text in zip(DAY_PARTS, one.raw))  # noqa: B905 - a day has no time
    elif one.kind is Kind.FILE:
        yield from ((one.path, str(file["id"])) for file in one.files)
    elif one.kind is not Kind.CHECKBOX or one.raw[:1] not in ((), ("",), ("false",)):
        yield one.path, one.raw[0] if one.raw else ""
