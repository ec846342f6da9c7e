"""What an instance's variables hold that a reader wants beside the form: files and plain facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from web.formats import shown
from web.i18n import _, plain

MAX_FILES = 30
MAX_FACTS = 40
MAX_LETTERS = 160


def of(variables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every file in the variables, each once."""
    found = {str(file["id"]): file for file in _files(variables)}
    return list(found.values())[:MAX_FILES]


def _files(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if {"id", "名前", "バイト数"} <= value.keys():
            yield value
            return
        for item in value.values():
            yield from _files(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files(item)


def facts(variables: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Name and value of the variables that fit on one line.

    Data items have Japanese names; the others are the diagram's own, such as those it loops over.
    """
    plain = [
        (name, value[:MAX_LETTERS] if isinstance(value, str) else value)
        for name, value in variables.items()
        if not name.isascii()
        and value not in (None, "", [])
        and not isinstance(value, Mapping)
        and not (isinstance(value, list) and not _is_plain(value))
    ]
    return plain[:MAX_FACTS]


def _is_plain(items: list[Any]) -> bool:
    return not any(isinstance(item, (dict, list)) for item in items)


def texts(values: Mapping[str, Any]) -> set[str]:
    """Every text in the values and in their lists: ids of people and places may be among them."""
    lists = [value if isinstance(value, list) else [value] for value in values.values()]
    return {item for items in lists for item in items if isinstance(item, str)}


def named(value: Any, names: Mapping[str, str]) -> str:
    """The value as people read it; an id of a person, a place or a group by its name."""
    if isinstance(value, list):
        return _("、").join(plain(named(item, names)) for item in value)
    return names.get(value, shown(value)) if isinstance(value, str) else shown(value)
