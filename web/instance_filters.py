"""The query of the list of 案件: what is asked for, in which order, and how to change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from engine.domain.instance_values import Comparison
from engine.services.instance_list import (
    DUES,
    ORDERS,
    PARTS,
    STATES,
    InstanceFilter,
    PageAsked,
    usual_order,
)
from web import formats
from web.digits import number
from web.i18n import _, filled

MAX_TEXT = 100
MAX_VERSION = 9_999
HOWS = tuple(Comparison)
_PARTS = {
    "flow": ("version", "step", "passed"),
    "person": ("part",),
    "item": ("how", "value"),
    "item2": ("how2", "value2"),
}
PAGE_SIZE = 25
ALL = "all"
LISTING = "instances.listing"
# Part of the query -> field of the filter.
NAMES: Mapping[str, str] = {
    "number": "number",
    "q": "text",
    "project": "project_id",
    "system": "system_id",
    "flow": "key",
    "person": "person",
    "element": "element",
}
# A process tells what its steps are; without one they say nothing.
OF_FLOW: Mapping[str, str] = {"step": "element_id", "passed": "passed"}
ITEMS = ("", "2")  # ends of the names of the conditions on data items
MAX_LATE = 999
DAYS = ("started_from", "started_to", "ended_from", "ended_to")


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A condition that is set, and the address without it."""

    label: str
    text: str | Markup  # a text of its own, or a sentence in which data are marked
    href: str


def asked_filter() -> InstanceFilter:
    """What the query asks for; parts that cannot be read are left out."""
    texts: dict[str, Any] = {field: _asked(name) for name, field in NAMES.items()}
    days: dict[str, Any] = {name: _day(name) for name in DAYS}
    if texts["key"]:
        texts |= {field: _asked(name) for name, field in OF_FLOW.items()}
    return InstanceFilter(
        **texts,
        **days,
        version=_number("version", MAX_VERSION) if texts["key"] else 0,
        items=tuple(_items()),
        late=_number("late", MAX_LATE),
        state=_one_of("state", STATES) if "state" in request.args else _usual_state(texts),
        part=_one_of("part", PARTS),
        due=_one_of("due", DUES),
        with_called=_asked("called") == "1",
    )


def _usual_state(texts: Mapping[str, str]) -> str:
    """Who opens the list wants what goes on; who looks for something wants to find it."""
    is_search = texts["number"] or texts["text"] or any(_items())
    return "" if is_search else "running"


def _items() -> Iterator[tuple[str, str, str]]:
    """The conditions on data items that name one."""
    for end in ITEMS:
        name = _asked(f"item{end}")
        if name:
            yield name, _one_of(f"how{end}", HOWS) or HOWS[0], _asked(f"value{end}")


def asked_page(asked: InstanceFilter) -> PageAsked:
    sort = _asked("sort")
    return PageAsked(
        order=sort if sort.removeprefix("-") in ORDERS else usual_order(asked),
        before=_asked("before"),
        after=_asked("after"),
        size=PAGE_SIZE,
    )


def _asked(name: str) -> str:
    """A part of the query without what no database keeps."""
    return request.args.get(name, "").replace("\x00", "").strip()[:MAX_TEXT]


def _one_of(name: str, known: tuple[str, ...]) -> str:
    return _asked(name) if _asked(name) in known else ""


def _number(name: str, most: int) -> int:
    return min(number(_asked(name), 0), most)


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(_asked(name))
    except ValueError:
        return None
    return found if date.min + timedelta(days=1) < found < date.max else None


def query_of(asked: InstanceFilter) -> dict[str, Any]:
    """The query that asks for this; the reverse of `asked_filter`."""
    query: dict[str, Any] = {name: str(getattr(asked, field)) for name, field in NAMES.items()}
    days = {name: getattr(asked, name) for name in DAYS}
    query |= {name: day.isoformat() for name, day in days.items() if day}
    query |= {"state": asked.state or ALL, "part": asked.part, "due": asked.due}
    query |= {"version": str(asked.version or ""), "called": "1" if asked.with_called else ""}
    query |= {name: getattr(asked, field) for name, field in OF_FLOW.items()}
    query |= {"late": str(asked.late or "")}
    for end, (name, how, value) in zip(ITEMS, asked.items, strict=False):
        query |= {f"item{end}": name, f"how{end}": how, f"value{end}": value}
    return {name: value for name, value in query.items() if value}


def address_of(asked: InstanceFilter) -> str:
    return url_for(LISTING, **query_of(asked))


def address(**changes: str | None) -> str:
    """This list with parts of its query changed, from its first page."""
    query: dict[str, Any] = {**request.args.to_dict(), "before": None, "after": None, **changes}
    return url_for(LISTING, **{name: value for name, value in query.items() if value})


def sort_address(by: str, current: str) -> str:
    """The list in that order; in the reverse order if it is so already."""
    first = f"-{by}" if by in ("started", "ended") else by
    other = first.removeprefix("-") if first.startswith("-") else f"-{first}"
    return address(sort=other if current == first else first)


def is_set(asked: InstanceFilter) -> bool:
    """Whether anything is asked for beyond a state, which has its own row of links."""
    return any(
        getattr(asked, field.name) != field.default
        for field in fields(asked)
        if field.name != "state"
    )


def chips(asked: InstanceFilter, names: Mapping[str, str]) -> list[Chip]:
    """The conditions that are set.  `names`: id or key -> name of places and processes."""
    return list(_chips(asked, names))


def _chips(asked: InstanceFilter, names: Mapping[str, str]) -> Iterator[Chip]:
    for label, name, text in _words(asked, names):
        if text:
            part = _PARTS.get(name, ())
            gone = dict.fromkeys((name, *part))
            state = {"state": asked.state or ALL}
            yield Chip(label=label, text=text, href=address(**{**state, **gone}))


def _words(
    asked: InstanceFilter, names: Mapping[str, str]
) -> Iterator[tuple[str, str, str | Markup]]:
    """(label, part of the query, value as people read it)"""
    yield _("管理番号"), "number", asked.number
    yield _("件名"), "q", asked.text
    yield _("プロジェクト"), "project", names.get(asked.project_id, asked.project_id)
    yield _("情報システム"), "system", names.get(asked.system_id, asked.system_id)
    yield _("業務フロー"), "flow", names.get(asked.key, asked.key)
    version = _("第%(version)s版", version=asked.version) if asked.version else ""
    yield _("版"), "version", version
    yield part_names().get(asked.part, _("関わった人")), "person", asked.person
    yield _("今の工程"), "element", asked.element
    yield _("今の工程"), "step", names.get(asked.element_id, asked.element_id)
    yield _("済んだ工程"), "passed", names.get(asked.passed, asked.passed)
    yield _("期限"), "due", due_names().get(asked.due, "")
    late = _("%(days)s営業日以上の超過", days=asked.late) if asked.late else ""
    yield _("期限"), "late", late
    for end, item in zip(ITEMS, asked.items, strict=False):
        yield _("データ項目"), f"item{end}", _item_text(item)
    labels = (_("開始 から"), _("開始 まで"), _("終了 から"), _("終了 まで"))
    for label, name in zip(labels, DAYS, strict=True):
        day = getattr(asked, name)
        yield label, name, formats.full_date(day) if day else ""
    yield _("表示"), "called", _("呼び出した案件も並べる") if asked.with_called else ""


def _item_text(item: tuple[str, str, str]) -> Markup:
    name, how, value = item
    pattern = _patterns()[how] if value else _("%(name)sに値がある")
    return filled(pattern, name=name, value=value)


def _patterns() -> dict[str, str]:
    return {
        "has": _("%(name)sに「%(value)s」を含む"),
        "is": _("%(name)sが「%(value)s」"),
        "from": _("%(name)sが%(value)s以上"),
        "to": _("%(name)sが%(value)s以下"),
    }


def how_names() -> dict[str, str]:
    return {
        "has": _("を含む"),
        "is": _("と同じ"),
        "from": _("以上・以後"),
        "to": _("以下・以前"),
    }


def part_names() -> dict[str, str]:
    return {"started": _("始めた人"), "now": _("今の担当者"), "done": _("タスクを完了した人")}


def due_names() -> dict[str, str]:
    return {"overdue": _("期限切れ"), "today": _("今日が期限"), "week": _("今週中")}


def state_names() -> dict[str, str]:
    return {
        "running": _("実行中"),
        "stopped": _("処理停止"),
        "suspended": _("一時停止"),
        "completed": _("完了"),
        "cancelled": _("取りやめ"),
        "failed": _("異常終了"),
        ALL: _("すべて"),
    }
