"""The worklist (受信箱): one page of it, and how much waits where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO
from engine.services import delegations
from engine.services.delegations import Standing
from engine.services.task_forms import may_act
from engine.services.unit import Unit
from engine.storage.folding import fold
from engine.storage.queries import worklist as queries
from engine.storage.queries.worklist import Wanted, Worker

VIEWS = ("all", "mine", "group", "delegated", "waiting", "done")
COUNTED = VIEWS[:-1]
DUE = ("overdue", "today", "week")
STATES = ("open", "claimed", "drafted")
ORDERS = ("priority", "arrival", "number", "name")
MOST_WORDS = 8


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a person can filter by; empty means any.

    `text`: words of the number, subject, task or process.  `due`: overdue, today, week (the rest of
    this week, today included).  `state`: open, claimed, drafted.
    """

    text: str = ""
    key: str = ""
    system_id: str = ""
    due: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    """`order`: one of ORDERS, or else the deadline.  `after`, `before`: marks of a page."""

    order: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, kw_only=True)
class WorklistRow:
    """`standing`: for whom the person would act on it; None in the own name."""

    task: UserTask
    business_key: str
    subject: str
    process_name: str
    process_key: str
    project_name: str
    system_name: str
    has_draft: bool
    standing: Standing | None = None


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """One page; `counts`: view -> number of tasks, `due_counts`: of this view; at most 1,000 each.

    `before`, `after`: marks of the neighbouring pages, empty where there is none.
    """

    rows: tuple[WorklistRow, ...]
    counts: Mapping[str, int]
    due_counts: Mapping[str, int]
    standings: tuple[Standing, ...]
    total: int
    before: str = ""
    after: str = ""


def worklist(
    unit: Unit,
    actor: Actor,
    view: str = "mine",
    wanted: Filter = Filter(),
    page: PageAsked = PageAsked(),
) -> Worklist:
    """One page of a view: mine, group, delegated, all of these, waiting (started by me, others'
    turn) or done.

    Raises:
        NotFoundError: no such view.
    """
    if view not in VIEWS:
        raise NotFoundError("view", view)
    standings = delegations.standings(unit, actor)
    bare = _bare(unit, actor, standings, view)
    asked = _filtered(unit, bare, wanted)
    shown, before, after = _shown(unit, asked, page)
    questions = [replace(bare, view=name) for name in COUNTED]
    questions += [_filtered(unit, bare, Filter(due=due)) for due in DUE]
    numbers = queries.counts(unit, [*questions, asked])
    return Worklist(
        rows=tuple(_row(row, actor, standings, view) for row in shown),
        counts=dict(zip(COUNTED, numbers, strict=False)),
        due_counts=dict(zip(DUE, numbers[len(COUNTED) :], strict=False)),
        standings=tuple(standings),
        total=numbers[-1],
        before=before,
        after=after,
    )


def _shown(unit: Unit, asked: Wanted, page: PageAsked) -> tuple[Sequence[queries.Row], str, str]:
    """The rows of one page, and the marks of its neighbours, empty where there is none."""
    edge = _edge(page.before or page.after, asked.view, page.order)
    back = bool(page.before) and edge is not None
    wanted = replace(asked, order=page.order, edge=edge, backwards=back, most=page.size + 1)
    found = queries.rows(unit, wanted)
    has_more = len(found) > page.size
    shown = (found[1:] if back else found[:-1]) if has_more else found
    has_before = has_more if back else edge is not None
    has_after = back or has_more
    before = _mark(shown[0]) if shown and has_before else ""
    after = _mark(shown[-1]) if shown and has_after else ""
    return shown, before, after


def counts(unit: Unit, actor: Actor) -> dict[str, int]:
    """View -> number of tasks, at most 1,000 each."""
    bare = _bare(unit, actor, delegations.standings(unit, actor), "mine")
    numbers = queries.counts(unit, [replace(bare, view=view) for view in COUNTED])
    return dict(zip(COUNTED, numbers, strict=True))


def count_each(unit: Unit, actor: Actor, asked: Sequence[tuple[str, Filter]]) -> list[int]:
    """How many tasks each view with its filters finds, at most 1,000 each; unknown views are all.

    One statement however many there are.
    """
    bare = _bare(unit, actor, delegations.standings(unit, actor), "all")
    questions = [
        replace(_filtered(unit, bare, wanted), view=view if view in VIEWS else "all")
        for view, wanted in asked
    ]
    return queries.counts(unit, questions)


def held_count(unit: Unit, actor: Actor) -> int:
    """How many tasks the person holds, at most 1,000: one statement, for the menu of every page."""
    me = Worker(person_id=actor.user_id, takes=lambda _project, _groups: False)
    return queries.counts(unit, [Wanted(view="mine", me=me)])[0]


def _bare(unit: Unit, actor: Actor, standings: Sequence[Standing], view: str) -> Wanted:
    return Wanted(
        view=view,
        me=_worker(actor),
        holders=tuple(_holder(standing) for standing in standings),
        pools=queries.pools(unit),
    )


def _worker(actor: Actor) -> Worker:
    return Worker(
        person_id=actor.stands_for,
        takes=lambda project, groups: any(actor.holds(group, project) for group in groups),
    )


def _holder(standing: Standing) -> Worker:
    return replace(_worker(standing.actor), keys=standing.process_keys)


def _filtered(unit: Unit, bare: Wanted, wanted: Filter) -> Wanted:
    due_from, due_to = _span(unit.today, wanted.due)
    return replace(
        bare,
        words=tuple(fold(wanted.text).split()[:MOST_WORDS]),
        key=wanted.key or None,
        system_id=wanted.system_id or None,
        state=wanted.state if wanted.state in STATES else "",
        due_from=due_from,
        due_to=due_to,
    )


def _span(today: date, due: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which a deadline lies; days and weeks (to Sunday) are those of Tokyo."""
    midnight = datetime.combine(today, time(), TOKYO)
    monday = midnight + timedelta(days=7 - midnight.weekday())
    spans: dict[str, tuple[datetime | None, datetime | None]] = {
        "overdue": (None, midnight),
        "today": (midnight, midnight + timedelta(days=1)),
        "week": (midnight, monday),
    }
    return spans.get(due, (None, None))


_MOMENT, _NUMBER, _TEXT = "m", "n", "t"
_SHAPES = {  # of the marks: the kinds of values a row is ordered by
    "": "mnmt",
    "priority": "nmmt",
    "arrival": "mt",
    "number": "tmnmt",
    "name": "tmnmt",
}
_DONE_SHAPE = "mt"
MARK = "\x1f"  # stands in no text


def _mark(row: queries.Row) -> str:
    """The row's place as it stands in an address."""
    texts = (
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
        for value in row.mark
    )
    return MARK.join(texts)


def _edge(mark: str, view: str, order: str) -> tuple[Any, ...] | None:
    """The place a mark names; None for one that nobody has given out."""
    shape = _DONE_SHAPE if view == "done" else _SHAPES.get(order, _SHAPES[""])
    parts = mark.split(MARK) if mark else []
    if len(parts) != len(shape):
        return None
    try:
        return tuple(_read(kind, part) for kind, part in zip(shape, parts, strict=True))
    except ValueError:
        return None


def _read(kind: str, text: str) -> Any:
    if kind == _MOMENT:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(text) if kind == _NUMBER else text


def _row(row: queries.Row, actor: Actor, standings: Sequence[Standing], view: str) -> WorklistRow:
    return WorklistRow(
        task=row.task,
        business_key=row.head.business_key,
        subject=row.head.subject,
        process_name=row.head.process_name,
        process_key=row.head.key,
        project_name=row.project_name,
        system_name=row.system_name,
        has_draft=row.has_draft,
        standing=_standing(row, actor, standings) if view in ("all", "delegated") else None,
    )


def _standing(row: queries.Row, actor: Actor, standings: Sequence[Standing]) -> Standing | None:
    if may_act(row.task, actor):
        return None
    fitting = (
        one for one in standings if one.process_keys is None or row.head.key in one.process_keys
    )
    return next((one for one in fitting if may_act(row.task, one.actor)), None)
