"""The query of a register's page: what is looked for, in which order, and how to change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import request, url_for

from engine.domain.errors import InvalidError
from engine.domain.records import Register
from engine.domain.register_keys import key_of
from engine.domain.register_search import (
    NUMBER,
    RANGES,
    SORTED,
    WRITTEN_AT,
    ColumnKind,
    Condition,
    Cursor,
    Search,
    kinds_of,
)
from engine.domain.values import TOKYO, number
from engine.forms.lookups import Choice
from web import formats
from web.i18n import _

MAX_TEXT = 200
_LAST = time(23, 59, 59, 999999)
_UNFILTERED = frozenset(
    {ColumnKind.FILES, ColumnKind.ROWS, ColumnKind.OTHER, ColumnKind.TIME, ColumnKind.RECORD}
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One field of the filter form.  `shape`: text, choice, numbers or dates."""

    name: str
    column: str
    shape: str
    value: str = ""
    low: str = ""
    high: str = ""
    choices: Sequence[Choice] = ()

    @property
    def is_set(self) -> bool:
        return bool(self.value or self.low or self.high)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A condition that is set, and the address without it; `label` is data if `is_data`."""

    label: str
    text: str
    href: str
    is_data: bool = False


def _asked(name: str) -> str:
    """A part of the query without what no database keeps."""
    return request.args.get(name, "").replace("\x00", "").strip()[:MAX_TEXT]


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(_asked(name))
    except ValueError:
        return None


def filters_of(register: Register, choices: Mapping[str, Sequence[Choice]]) -> list[Filter]:
    """The fields for the columns, those of the list first."""
    kinds = kinds_of(register)
    shown = [c for c in register.schema.get("x-list", ()) if c in kinds]
    order = [*shown, *(column for column in kinds if column not in shown)]
    return [
        _filter(column, kinds[column], choices.get(column, ()))
        for column in order
        if kinds[column] not in _UNFILTERED
    ]


def _filter(column: str, kind: ColumnKind, choices: Sequence[Choice]) -> Filter:
    name = f"c.{column}"
    if kind in RANGES:
        shape = "numbers" if kind in (ColumnKind.NUMBER, ColumnKind.YEN) else "dates"
        low, high = _asked(f"{name}.from"), _asked(f"{name}.to")
        return Filter(name=name, column=column, shape=shape, low=low, high=high)
    if kind is ColumnKind.BOOL:
        choices = (Choice("1", _("はい")), Choice("0", _("いいえ")))
    shape = "choice" if choices else "text"
    return Filter(name=name, column=column, shape=shape, value=_asked(name), choices=choices)


def search_of(register: Register, filters: Sequence[Filter]) -> Search:
    """What the query asks for; parts that cannot be read are left out."""
    kinds = kinds_of(register)
    sort = _asked("sort")
    sortable = sort in (NUMBER, WRITTEN_AT) or kinds.get(sort) in SORTED
    project = _asked("project")
    return Search(
        project_ids=frozenset({project}) if project else None,
        system_id=_asked("system"),
        state=_asked("state"),
        text=_asked("text"),
        written_from_on=_day("from"),
        written_to_on=_day("to"),
        conditions=tuple(_conditions(filters, kinds)),
        order_by=sort if sortable else WRITTEN_AT,
        is_descending=_asked("dir") == "desc" if sortable else True,
    )


def _conditions(filters: Sequence[Filter], kinds: Mapping[str, ColumnKind]) -> Iterator[Condition]:
    for one in filters:
        kind = kinds[one.column]
        low, high = _key(kind, one.low), _key(kind, one.high, is_end=True)
        if kind in RANGES:
            if low or high:
                yield Condition(column=one.column, kind=kind, low=low, high=high)
        elif one.value:
            yield Condition(column=one.column, kind=kind, value=one.value)


def _key(kind: ColumnKind, text: str, *, is_end: bool = False) -> str:
    """The limit of a range as it is compared; empty when it cannot be read."""
    if not text:
        return ""
    if kind in (ColumnKind.NUMBER, ColumnKind.YEN):
        try:
            return key_of(number(text.replace(",", "")))
        except InvalidError:
            return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    if kind is ColumnKind.DATE:
        return key_of(day)
    return key_of(datetime.combine(day, _LAST if is_end else time(), TOKYO))


def start_of(search: Search) -> Cursor | None:
    """The record the page begins after, or ends before."""
    for name, is_backward in (("after", False), ("before", True)):
        key, bar, entry_id = request.args.get(name, "").replace("\x00", "").rpartition("|")
        if bar and (search.order_by != WRITTEN_AT or _is_moment(key)):
            return Cursor(key=key, entry_id=entry_id, is_backward=is_backward)
    return None


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def address(**changes: Any) -> str:
    """This page with a changed query, from its first record; None removes a part."""
    return url_for("registers.show", **(request.view_args or {}), **query(**changes))


def query(**changes: Any) -> dict[str, Any]:
    """What is asked for, without the place in the list; names with `_` are the framework's."""
    asked = {**request.args.to_dict(), "after": None, "before": None, **changes}
    return {n: v for n, v in asked.items() if v not in (None, "") and not n.startswith("_")}


def cursor_address(name: str, cursor: Cursor) -> str:
    return address(**{name: f"{cursor.key}|{cursor.entry_id}"})


def order_address(search: Search, column: str) -> str:
    """The page in the order of that column; pressing again turns it round."""
    turned = search.order_by == column and not search.is_descending
    return address(sort=column, dir="desc" if turned else "asc")


def chips(filters: Sequence[Filter], places: Mapping[str, str]) -> list[Chip]:
    """The conditions that are set; `places`: id -> name of projects and systems."""
    made = []
    general = (
        ("text", _("ことば")),
        ("state", _("状態")),
        ("project", _("プロジェクト")),
        ("system", _("情報システム")),
    )
    for name, label in general:
        if value := _asked(name):
            text = places.get(value, value)
            made.append(Chip(label=label, text=text, href=address(**{name: None})))
    if _asked("from") or _asked("to"):
        text = _span(_asked("from"), _asked("to"))
        made.append(Chip(label=_("記入日"), text=text, href=address(**{"from": None, "to": None})))
    return made + [_chip(one) for one in filters if one.is_set]


def _chip(one: Filter) -> Chip:
    if one.low or one.high:
        gone = {f"{one.name}.from": None, f"{one.name}.to": None}
        text = _span(one.low, one.high)
        return Chip(label=one.column, text=text, href=address(**gone), is_data=True)
    labels = {choice.value: choice.label for choice in one.choices}
    text = labels.get(one.value, one.value)
    return Chip(label=one.column, text=text, href=address(**{one.name: None}), is_data=True)


def _span(low: str, high: str) -> str:
    return "〜".join(_readable(end) for end in (low, high))


def _readable(text: str) -> str:
    try:
        return formats.full_date(date.fromisoformat(text))
    except ValueError:
        return text
