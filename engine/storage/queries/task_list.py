"""Tasks over all projects: those beyond their deadline, and those completed in a span of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.queries.board import OPEN, Projects, completed_between, is_late, within
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000
OVERDUE, LATE, IN_TIME = "overdue", "late", "in_time"


@dataclass(frozen=True, kw_only=True)
class Row:
    task: UserTask
    head: InstanceHead

    @property
    def mark(self) -> tuple[datetime | None, str]:
        """Where it stands in its order."""
        return self.task.completed_at or self.task.due_at, self.task.id


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`which`: overdue (open, due before `until`), late or in_time (completed from `since` on and
    before `until`).  `edge`: the row to go on from."""

    projects: Projects
    which: str
    until: datetime
    since: datetime | None = None
    system_id: str = ""
    edge: tuple[datetime, str] | None = None
    backwards: bool = False
    most: int = 50


def rows(unit: UnitOfWork, wanted: Wanted) -> list[Row]:
    """What is late longest, or what was completed last, comes first."""
    is_open = wanted.which == OVERDUE
    order = (task.c.due_at if is_open else task.c.completed_at, task.c.id)
    is_falling = is_open == wanted.backwards
    query = tasks.WITH_HEAD.where(*_conditions(wanted))
    if wanted.edge is not None:
        columns = sa.tuple_(*order)
        edge = sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(wanted.edge, order, strict=True)))
        query = query.where(columns < edge if is_falling else columns > edge)
    ordered = query.order_by(*(column.desc() if is_falling else column for column in order))
    found = [_row(row) for row in unit.rows(ordered.limit(wanted.most))]
    return found[::-1] if wanted.backwards else found


def count(unit: UnitOfWork, wanted: Wanted) -> int:
    """How many, at most 1,000."""
    some = (
        sa.select(task.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(*_conditions(wanted))
        .limit(COUNT_LIMIT)
    )
    return int(unit.row(sa.select(sa.func.count()).select_from(some.subquery()))[0])


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = within(task.c.project_id, wanted.projects)
    if wanted.system_id:
        found.append(instance.c.system_id == wanted.system_id)
    if wanted.which == OVERDUE or wanted.since is None:
        return [*found, OPEN, task.c.due_at < wanted.until]
    how: Mapping[str, sa.ColumnElement[bool]] = {LATE: is_late(), IN_TIME: ~is_late()}
    return [*found, *completed_between(wanted.since, wanted.until), how[wanted.which]]


def _row(found: Any) -> Row:
    return Row(task=tasks.task_of(found), head=instances.head_of(found))
