"""Values of a story -> the names and texts that a page sends for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from engine.domain.values import TOKYO
from engine.forms.fields import SEVERAL, WITH_CHOICES, Kind
from engine.forms.showing import Shown, ShownField
from tests.acceptance.story import File

Pair = tuple[str, str | File]
Pairs = list[Pair]
DAY_PARTS = ("年", "月", "日", "時刻")


def pairs(values: Mapping[str, Any]) -> Pairs:
    """What is sent for these values; a list of mappings are the rows of a repeat list."""
    return [pair for key, value in values.items() for pair in _pairs(key, value)]


def _pairs(path: str, value: Any) -> Iterator[Pair]:
    if isinstance(value, list):
        yield from _several(path, value)
    elif isinstance(value, date):
        yield from _day(path, value)
    elif isinstance(value, time):
        yield path, f"{value:%H:%M}"
    elif isinstance(value, bool):
        yield path, str(value).lower()
    elif value is not None:
        yield path, value if isinstance(value, File) else str(value)


def _several(path: str, values: list[Any]) -> Iterator[Pair]:
    """Rows where the values are mappings, else ticked choices or files."""
    if not values or not isinstance(values[0], Mapping):
        for value in values:
            yield from _pairs(path, value)
        return
    yield f"{path}/#", str(len(values))
    for index, row in enumerate(values):
        for key, item in row.items():
            yield from _pairs(f"{path}/{index}/{key}", item)


def _day(path: str, value: date) -> Iterator[Pair]:
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO)
        yield f"{path}/時刻", f"{value:%H:%M}"
    yield f"{path}/年", str(value.year)
    yield f"{path}/月", str(value.month)
    yield f"{path}/日", str(value.day)


def typed_over(shown: Iterable[tuple[str, str]], typed: Pairs) -> Pairs:
    """What a page sends after `typed` was entered; rows beyond the new number are removed."""
    names = {name for name, _ in typed}
    counts = {name.removesuffix("#"): int(str(text)) for name, text in typed if name.endswith("/#")}
    kept: Pairs = [
        (name, text) for name, text in shown if name not in names and not _is_beyond(name, counts)
    ]
    return kept + typed


def _is_beyond(name: str, counts: Mapping[str, int]) -> bool:
    for prefix, count in counts.items():
        index = name.removeprefix(prefix).partition("/")[0]
        if name.startswith(prefix) and index.isdigit():
            return int(index) >= count
    return False


def read(shown: Shown | None) -> str:
    """What somebody reads who looks through the form."""
    return " ".join(_words(shown.fields)) if shown else ""


def _words(fields: Iterable[ShownField]) -> Iterator[str]:
    for one in fields:
        yield f"{one.field.label} {one.value if one.field.kind is not Kind.LIST else ''}"
        yield from _words(one.fields)
        for row in one.rows:
            yield from _words(row.fields)


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
