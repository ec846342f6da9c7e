"""What somebody looks for in a register: words, conditions on columns, order, place in the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from engine.domain.records import Register

WRITTEN_AT, NUMBER = "記入日時", "管理番号"  # what every record can be sorted by


class ColumnKind(StrEnum):
    """What a column of a register holds; decides how it is filtered, edited and laid out."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"  # several of those offered
    TEXTS = "texts"  # a list of texts
    NUMBER = "number"
    YEN = "yen"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    BOOL = "bool"
    PERSON = "person"
    ORGANISATION = "organisation"
    RECORD = "record"  # of a register
    FILES = "files"
    ROWS = "rows"  # a table
    OTHER = "other"  # of no fixed shape; only processes write it


RANGES = frozenset({ColumnKind.NUMBER, ColumnKind.YEN, ColumnKind.DATE, ColumnKind.MOMENT})
SORTED = RANGES | {ColumnKind.TEXT, ColumnKind.CHOICE, ColumnKind.TIME, ColumnKind.BOOL}
_FORMATS = {"date": ColumnKind.DATE, "date-time": ColumnKind.MOMENT, "time": ColumnKind.TIME}
_MEANINGS = {
    "user": ColumnKind.PERSON,
    "org": ColumnKind.ORGANISATION,
    "ref": ColumnKind.RECORD,
    "file": ColumnKind.FILES,
    "yen": ColumnKind.YEN,
}


def kind_of(rule: Mapping[str, Any]) -> ColumnKind:
    """The kind of a column (or of a column of a table) by its rule in the schema."""
    types = rule.get("type", ())
    type_ = types if isinstance(types, str) else next((t for t in types if t != "null"), "")
    if rule.get("x-type") in _MEANINGS:
        return _MEANINGS[rule["x-type"]]
    if type_ == "string":
        plain = ColumnKind.CHOICE if choices_of(rule) else ColumnKind.TEXT
        return _FORMATS.get(rule.get("format", ""), plain)
    if type_ == "array":
        return _list_kind(rule)
    kinds = {
        "number": ColumnKind.NUMBER,
        "integer": ColumnKind.NUMBER,
        "boolean": ColumnKind.BOOL,
    }
    return kinds.get(type_, ColumnKind.OTHER)


def _list_kind(rule: Mapping[str, Any]) -> ColumnKind:
    items = rule.get("items", {})
    if items.get("properties"):
        return ColumnKind.ROWS
    if items.get("type") == "string":
        return ColumnKind.CHOICES if choices_of(rule) else ColumnKind.TEXTS
    return ColumnKind.OTHER


def choices_of(rule: Mapping[str, Any]) -> tuple[str, ...]:
    """What the schema allows (enum) or offers (x-choices)."""
    offered = rule.get("enum") or rule.get("x-choices") or ()
    return tuple(str(one) for one in offered if one is not None)


def kinds_of(register: Register) -> dict[str, ColumnKind]:
    """Column -> kind, in the order of the schema."""
    properties = register.schema["properties"]
    return {column: kind_of(properties[column]) for column in register.columns}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """On one column: `value` (one of the choices, a person, words inside), or a range.

    `low` and `high` are keys (`register_keys`), both included; empty means open.
    """

    column: str
    kind: ColumnKind
    value: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The record a page begins after (or ends before); `key`: its key in the order's column."""

    key: str
    entry_id: str
    is_backward: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """`project_ids` None: all; `system_id`, `state` empty: any; dates are days in Tokyo."""

    project_ids: frozenset[str] | None = None
    system_id: str = ""
    state: str = ""
    text: str = ""
    written_from_on: date | None = None
    written_to_on: date | None = None
    conditions: tuple[Condition, ...] = ()
    order_by: str = WRITTEN_AT
    is_descending: bool = True
