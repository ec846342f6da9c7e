"""Values that were accepted -> the post that would bring them again, for a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.forms.fields import Kind
from engine.forms.posts import MARK
from engine.forms.reading import CLOCK, PARTS
from engine.forms.showing import Shown, ShownField, ShownRow

Pairs = Iterator[tuple[str, list[str]]]


def post_of(
    shown: Shown, values: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, list[str]]:
    """`shown`: the form with `values`; `known`: the data it was opened with.

    A row keeps what the form does not show of it: it names the row of `known` that holds the same.
    """
    return dict(_fields(shown.fields, values, known))


def _fields(
    fields: Iterable[ShownField], values: Mapping[str, Any], known: Mapping[str, Any]
) -> Pairs:
    for one in fields:
        if one.kind is Kind.GROUP:
            yield from _fields(one.fields, values, known)
        elif one.is_input and one.kind is Kind.LIST:
            key = one.field.key
            yield from _rows(one, _maps(values.get(key)), _maps(known.get(key)))
        elif one.is_input:
            yield from _field(one)


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _field(one: ShownField) -> Pairs:
    if one.kind in (Kind.DATE, Kind.MOMENT):
        for part, text in zip((*PARTS, CLOCK), one.raw, strict=False):
            yield f"{one.path}/{part}", [text]
    else:
        yield one.path, list(one.raw)


def _rows(
    one: ShownField, values: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> Pairs:
    yield f"{one.path}/{MARK}", [str(len(one.rows))]
    left = dict(enumerate(known))
    for row, holds in zip(one.rows, values, strict=False):
        same = _unshown(row, holds)
        origin = next((n for n, other in left.items() if _unshown(row, other) == same), None)
        if origin is not None:
            del left[origin]
            yield f"{row.path}{MARK}", [str(origin)]
        yield from _fields(row.fields, holds, known[origin] if origin is not None else {})


def _unshown(row: ShownRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row holds besides the fields of the form."""
    shown = set(_keys(row.fields))
    return {key: value for key, value in values.items() if key not in shown}


def _keys(fields: Iterable[ShownField]) -> Iterator[str]:
    for one in fields:
        yield one.field.key
        yield from _keys(one.fields)
