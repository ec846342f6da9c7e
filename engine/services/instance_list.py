"""案件 for those who look at many: the list over all projects, and where each case stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.instance_values import Asked, Comparison, Spans, merged, spans_of
from engine.domain.sentence import Sentence
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO
from engine.forms.dates import read_date
from engine.services import places
from engine.services.instance_values import name_text
from engine.services.unit import Unit
from engine.storage.queries import instance_list as queries
from engine.storage.queries.instance_list import COUNT_LIMIT, Edge, Order, Wanted

ORDERS = ("started", "ended", "number", "due")
DUES = ("overdue", "today", "week")
PARTS = ("started", "now", "done")
STATES = ("running", "stopped", "suspended", "completed", "cancelled", "failed")
TILES = ("running", "overdue", "stopped", "completed_this_month")
MOST_PEOPLE = 50
MOST_WORDS = 5
MOST_ITEMS = 3  # conditions on data items
MOST_LATE = 999
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−－"), "-")
SEPARATOR = "~"


@dataclass(frozen=True, kw_only=True)
class InstanceFilter:
    """What somebody asks for; empty means any.

    `number`: beginning of the 管理番号; `key`: of the process.  Called cases are found by either,
    too.  `state`: of STATES.
    `person`: part of a name, who did `part` of PARTS.  `element`: part of the name of a task that
    is open, or of an element that is stuck; `element_id`: the same by its id; `passed`: id of one
    whose task was completed.  `items`: conditions on data items, each a name, a comparison (of
    `Comparison`) and what was typed.  `due`: of DUES; `late`: overdue by so many working days at
    least.  Days are those of Tokyo, both ends included.
    """

    number: str = ""
    text: str = ""
    project_id: str = ""
    system_id: str = ""
    key: str = ""
    version: int = 0
    state: str = ""
    person: str = ""
    part: str = ""
    element: str = ""
    element_id: str = ""
    passed: str = ""
    items: tuple[tuple[str, str, str], ...] = ()
    due: str = ""
    late: int = 0
    started_from: date | None = None
    started_to: date | None = None
    ended_from: date | None = None
    ended_to: date | None = None
    with_called: bool = False


@dataclass(frozen=True, kw_only=True)
class InstanceRow:
    """One line.  `steps`: the first open tasks, `step_count`: of how many; `due_at`: the earliest
    open deadline; `stopped_at`: names of the elements where it is stuck."""

    head: InstanceHead
    project_name: str
    system_name: str
    steps: tuple[UserTask, ...] = ()
    step_count: int = 0
    due_at: datetime | None = None
    stopped_at: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InstanceListing:
    """One page.  `total`: at most 1,000.  `before`, `after`: where the neighbours go on."""

    rows: tuple[InstanceRow, ...]
    total: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    """`order`: one of ORDERS, with `-` in front for the reverse; empty for what is usual.

    `before`, `after`: marks of the page this one goes on from.
    """

    order: str = ""
    before: str = ""
    after: str = ""
    size: int = 25


def number_text(typed: str) -> str:
    """A 管理番号 as it is kept, whatever the width of its letters and the kind of its hyphens.

    The mark of the year is a capital: リハ-R8-0005.
    """
    plain = unicodedata.normalize("NFKC", typed).translate(HYPHENS).strip()
    return re.sub(r"-r(?=\d)", "-R", plain)


def listing(
    unit: Unit, actor: Actor, asked: InstanceFilter, page: PageAsked = PageAsked()
) -> InstanceListing:
    """One page of the instances the actor may see, and how many there are."""
    wanted = wanted_of(unit, actor, asked)
    total = queries.count(unit, wanted) if wanted.values else None
    wanted = replace(wanted, is_common=total == COUNT_LIMIT)
    found = _page(unit, wanted, page, usual_order(asked))
    if total is None:
        is_all = not (page.before or page.after or found.after)
        total = len(found.rows) if is_all else queries.count(unit, wanted)
    return replace(found, total=total)


def count(unit: Unit, actor: Actor, asked: InstanceFilter) -> int:
    """How many fit, at most 1,000."""
    return queries.count(unit, wanted_of(unit, actor, asked))


def rows_of(unit: Unit, actor: Actor, asked: InstanceFilter, page: PageAsked) -> InstanceListing:
    """One page without the count."""
    return _page(unit, wanted_of(unit, actor, asked), page, usual_order(asked))


def _page(unit: Unit, wanted: Wanted, page: PageAsked, usual: str) -> InstanceListing:
    order = _order(page.order or usual)
    edge = _edge(page, order)
    wanted = replace(wanted, order=order, edge=edge, most=page.size + 1)
    found = queries.rows(unit, wanted)
    is_back = edge is not None and edge.backwards
    has_more = len(found) > page.size
    shown = (found[1:] if is_back else found[:-1]) if has_more else found
    rows = told(unit, [row.head for row in shown], with_called=wanted.with_called)
    has_before = has_more if is_back else edge is not None
    has_after = edge is not None if is_back else has_more
    return InstanceListing(
        rows=tuple(rows),
        total=0,
        before=_mark(rows[0], order) if rows and has_before else "",
        after=_mark(rows[-1], order) if rows and has_after else "",
    )


def told(
    unit: Unit, heads: Sequence[InstanceHead], *, with_called: bool = False
) -> list[InstanceRow]:
    """The instances with where they stand: two statements for all of them."""
    ids = [head.id for head in heads]
    standings = queries.standings(unit, ids, with_called=with_called) if ids else {}
    stops = queries.stops(unit, ids, with_called=with_called) if ids else {}
    return [_row(unit, head, standings.get(head.id), stops.get(head.id, ())) for head in heads]


def tiles(unit: Unit, actor: Actor) -> Mapping[str, int]:
    """Name of TILES -> how many main cases, at most 1,000 each; one statement."""
    questions = [wanted_of(unit, actor, tile_filter(name, unit.today)) for name in TILES]
    return dict(zip(TILES, queries.counts(unit, questions), strict=True))


def tile_filter(name: str, today: date) -> InstanceFilter:
    if name == "completed_this_month":
        return InstanceFilter(state="completed", ended_from=today.replace(day=1))
    if name == "overdue":
        return InstanceFilter(state="running", due="overdue")
    return InstanceFilter(state=name)


def wanted_of(unit: Unit, actor: Actor, asked: InstanceFilter) -> Wanted:
    """The question to the tables: what may be seen, days as moments, names as people."""
    due_from, due_to = _due_span(unit.today, asked.due)
    if asked.late:
        due_from, due_to = None, _late_before(unit, min(asked.late, MOST_LATE))
    return Wanted(
        project_ids=seen_projects(actor),
        me=actor.user_id,
        number=number_text(asked.number),
        words=tuple(unicodedata.normalize("NFKC", asked.text).split()[:MOST_WORDS]),
        project_id=asked.project_id,
        system_id=asked.system_id,
        key=asked.key,
        version=asked.version,
        state=asked.state if asked.state in STATES else "",
        people=_people(unit, asked.person),
        part=asked.part if asked.part in PARTS else "",
        element=asked.element,
        element_id=asked.element_id,
        passed=asked.passed,
        values=merged([_values(unit, one) for one in asked.items[:MOST_ITEMS]]),
        due_from=due_from,
        due_to=due_to,
        started_from=_midnight(asked.started_from),
        started_to=_midnight(asked.started_to, 1),
        ended_from=_midnight(asked.ended_from),
        ended_to=_midnight(asked.ended_to, 1),
        with_called=asked.with_called or bool(asked.number or asked.key),
    )


def _people(unit: Unit, name: str) -> tuple[str, ...] | None:
    typed = unicodedata.normalize("NFKC", name).strip()
    return queries.people_named(unit, typed, MOST_PEOPLE) if typed else None


def _values(unit: Unit, item: tuple[str, str, str]) -> Spans:
    """A condition on a data item; the name of a person also finds the person's id."""
    name, comparison, typed = item
    day = read_date("", typed, "", "")
    asked = Asked(
        name=name_text(name),
        comparison=Comparison(comparison),
        typed=typed,
        day=None if isinstance(day, Sentence) else day,
    )
    is_span = asked.comparison in (Comparison.FROM, Comparison.TO)
    people = () if is_span or asked.day else _people(unit, typed)
    return spans_of(asked, people or ())


def seen_projects(actor: Actor) -> frozenset[str] | None:
    """Projects whose instances the actor may see; None for all."""
    if actor.is_external:
        return frozenset()
    return None if actor.sees_all_projects else actor.project_ids


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=later), time(), TOKYO)


def _late_before(unit: Unit, working_days: int) -> datetime | None:
    """The moment before which a deadline lies that has been over for so many working days.

    Whatever is over counts as one day at least, as it is shown.
    """
    day, left = unit.today, working_days
    if left == 1:
        return _midnight(day)
    while left:
        left -= unit.calendar.is_working_day(day)
        day -= timedelta(days=1)
    return _midnight(day, 1)


def _due_span(today: date, due: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which a deadline lies; weeks end on Sunday."""
    spans = {
        "overdue": (None, _midnight(today)),
        "today": (_midnight(today), _midnight(today, 1)),
        "week": (_midnight(today), _midnight(today, 7 - today.weekday())),
    }
    return spans.get(due, (None, None))


def _row(
    unit: Unit,
    head: InstanceHead,
    standing: queries.Standing | None,
    stopped_at: tuple[str, ...],
) -> InstanceRow:
    project_name, system_name = places.names(unit, head.project_id, head.system_id)
    bare = InstanceRow(
        head=replace(head, incident_count=len(stopped_at)),
        project_name=project_name,
        system_name=system_name,
        stopped_at=stopped_at,
    )
    if standing is None:
        return bare
    return replace(bare, steps=standing.steps, step_count=standing.count, due_at=standing.due_at)


def usual_order(asked: InstanceFilter) -> str:
    """The newest first; numbers in their order, which is also how they are found."""
    return "number" if asked.number else "-started"


def _order(text: str) -> Order:
    name = text.removeprefix("-")
    if name not in ORDERS:
        return Order()
    return Order(by=name, descending=text.startswith("-"))


def _mark(row: InstanceRow, order: Order) -> str:
    """Where a neighbouring page goes on, as text for an address."""
    value: Any = {
        "started": row.head.started_at,
        "ended": row.head.ended_at,
        "number": row.head.business_key,
        "due": row.due_at,
    }[order.by]
    shown = value.isoformat() if isinstance(value, datetime) else value or ""
    return f"{shown}{SEPARATOR}{row.head.id}"


def _edge(page: PageAsked, order: Order) -> Edge | None:
    """The row of a mark; a mark that was tampered with means the first page."""
    shown, _, id_ = (page.before or page.after).rpartition(SEPARATOR)
    if not id_:
        return None
    if order.by == "number":
        return Edge(value=shown, id=id_, backwards=bool(page.before))
    try:
        value = datetime.fromisoformat(shown) if shown else None
    except ValueError:
        return None
    if (value is None and order.by == "started") or (value is not None and value.tzinfo is None):
        return None
    return Edge(value=value, id=id_, backwards=bool(page.before))


__all__ = [
    "COUNT_LIMIT",
    "DUES",
    "ORDERS",
    "PARTS",
    "STATES",
    "TILES",
    "InstanceFilter",
    "InstanceListing",
    "InstanceRow",
    "PageAsked",
    "count",
    "listing",
    "number_text",
    "rows_of",
    "seen_projects",
    "tile_filter",
    "tiles",
    "told",
    "usual_order",
    "wanted_of",
]
