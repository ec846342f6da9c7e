"""Tasks over all projects, for those who look over them: what is late, since when, and who has it.

A page goes on from a row, never from a count of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.access import Actor, overseen_projects
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO
from engine.services import places
from engine.services.unit import Unit
from engine.storage.queries import task_list as queries
from engine.storage.queries.task_list import IN_TIME, LATE, OVERDUE, Row, Wanted

VIEWS = (OVERDUE, LATE, IN_TIME)
PAGE_SIZE = 50
SEPARATOR = "~"


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """One task, its case and its place.  Who has it: the assignee, or the candidate groups."""

    task: UserTask
    head: InstanceHead
    project_name: str
    system_name: str

    @property
    def since(self) -> datetime | None:
        """Since when the assignee or the group has it."""
        return self.task.held_since_at or self.task.created_at


@dataclass(frozen=True, kw_only=True)
class TaskListing:
    """One page.  `total`: at most 1,000.  `before`, `after`: where the neighbours go on."""

    rows: tuple[TaskRow, ...]
    total: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskQuestion:
    """`view`: of VIEWS; completed ones from `first_day` to `last_day`.

    `before`, `after`: marks of the page this one goes on from.
    """

    view: str = OVERDUE
    first_day: date
    last_day: date
    system_id: str = ""
    before: str = ""
    after: str = ""
    size: int = PAGE_SIZE


def listing(unit: Unit, actor: Actor, asked: TaskQuestion) -> TaskListing:
    """One page of what the actor may see."""
    wanted = _wanted(unit, actor, asked)
    found = queries.rows(unit, wanted)
    has_more = len(found) > asked.size
    shown = (found[1:] if wanted.backwards else found[:-1]) if has_more else found
    has_before = has_more if wanted.backwards else wanted.edge is not None
    has_after = wanted.edge is not None if wanted.backwards else has_more
    return TaskListing(
        rows=tuple(_told(unit, shown)),
        total=queries.count(unit, wanted),
        before=_mark(shown[0]) if shown and has_before else "",
        after=_mark(shown[-1]) if shown and has_after else "",
    )


def most_late(unit: Unit, actor: Actor, most: int) -> list[TaskRow]:
    """The open tasks that are longest beyond their deadline."""
    asked = TaskQuestion(first_day=unit.today, last_day=unit.today, size=most - 1)
    return list(_told(unit, queries.rows(unit, _wanted(unit, actor, asked))))


def _wanted(unit: Unit, actor: Actor, asked: TaskQuestion) -> Wanted:
    is_open = asked.view == OVERDUE
    return Wanted(
        projects=overseen_projects(actor),
        which=asked.view,
        since=None if is_open else _midnight(asked.first_day),
        until=_midnight(unit.today if is_open else asked.last_day + timedelta(days=1)),
        system_id=asked.system_id,
        edge=_edge(asked.before or asked.after),
        backwards=bool(asked.before and _edge(asked.before)),
        most=asked.size + 1,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TOKYO)


def _told(unit: Unit, rows: Iterable[Row]) -> Iterable[TaskRow]:
    for row in rows:
        names = places.names(unit, row.head.project_id, row.head.system_id)
        yield TaskRow(task=row.task, head=row.head, project_name=names[0], system_name=names[1])


def _mark(row: Row) -> str:
    """Where a neighbouring page goes on, as text for an address."""
    moment, id_ = row.mark
    return f"{moment.isoformat() if moment else ''}{SEPARATOR}{id_}"


def _edge(mark: str) -> tuple[datetime, str] | None:
    """The row of a mark; one that was tampered with means the first page."""
    shown, _, id_ = mark.rpartition(SEPARATOR)
    try:
        moment = datetime.fromisoformat(shown)
    except ValueError:
        return None
    return (moment, id_) if moment.tzinfo is not None else None
