"""Values of a story -> the names and texts that a page sends for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.forms.fields import Kind
from engine.forms.showing import Shown, ShownField
from engine.forms.typed import typed
from tests.acceptance.story import File

Pair = tuple[str, str | File]
Pairs = list[Pair]


def pairs(values: Mapping[str, Any]) -> Pairs:
    """What is sent for these values, with the files as they are."""
    return typed(values, lambda value: value if isinstance(value, File) else str(value))


def read(shown: Shown | None) -> str:
    """What somebody reads who looks through the form."""
    return " ".join(_words(shown.fields)) if shown else ""


def _words(fields: Iterable[ShownField]) -> Iterator[str]:
    for one in fields:
        yield f"{one.field.label} {one.value if one.field.kind is not Kind.LIST else ''}"
        yield from _words(one.fields)
        for row in one.rows:
            yield from _words(row.fields)
