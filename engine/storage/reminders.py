"""Which open tasks have a step of the reminder ladder before them, and which steps are done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from engine.domain.instance import InstanceHead, InstanceState
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.schema_cooperation import task_reminder as table
from engine.storage.unit_of_work import UnitOfWork

# in the words of the partial index, or it is not used
_OPEN = sa.text("user_task.state in ('open', 'claimed')")
_MARKED = sa.select(table.c.task_id, table.c.step, table.c.due_at).where(
    table.c.task_id.in_(sa.bindparam("ids", expanding=True))
)
_MARK = sa.insert(table)
_FORGET = sa.delete(table).where(
    table.c.task_id == sa.bindparam("of_task"), table.c.due_at != sa.bindparam("new_due_at")
)
_WITH_DEADLINE = sa.select(task.c.id).where(_OPEN, task.c.due_at.is_not(None)).limit(1)


def due(
    unit: UnitOfWork, reached: Sequence[tuple[str, datetime]], most: int
) -> list[tuple[UserTask, InstanceHead]]:
    """Open tasks of running instances whose newest step is not marked yet, oldest deadline first.

    `reached`: (step, moment before which a deadline lies for which it has come), earliest step
    first; so the newest step of a task is the last of them that its deadline fits.
    """
    newest = sa.case(*((task.c.due_at < before, step) for step, before in reversed(reached)))
    is_marked = sa.exists().where(
        table.c.task_id == task.c.id, table.c.step == newest, table.c.due_at == task.c.due_at
    )
    query = (
        tasks.WITH_HEAD.where(
            _OPEN,
            task.c.due_at < max(before for _step, before in reached),
            instance.c.state == InstanceState.RUNNING,
            instance.c.suspended_at.is_(None),  # nobody could do it now
            ~is_marked,
        )
        .order_by(task.c.due_at, task.c.id)
        .limit(most)
    )
    return [(tasks.task_of(row), instances.head_of(row)) for row in unit.rows(query)]


def marked(unit: UnitOfWork, task_ids: Iterable[str]) -> dict[str, dict[str, datetime]]:
    """Task id -> step -> the deadline it was about."""
    found: dict[str, dict[str, datetime]] = {}
    for row in unit.rows(_MARKED, {"ids": list(task_ids)}):
        found.setdefault(row.task_id, {})[row.step] = row.due_at
    return found


def mark(unit: UnitOfWork, task_id: str, step: str, due_at: datetime) -> None:
    """Note that the step is dealt with; who comes second finds the command stale."""
    row = {"task_id": task_id, "step": step, "due_at": due_at, "at": unit.now}
    unit.note(_MARK, row, "task_reminder")


def forget_others(unit: UnitOfWork, task_id: str, due_at: datetime) -> None:
    """Note that steps of another deadline count no more: it has moved."""
    unit.note(_FORGET, {"of_task": task_id, "new_due_at": due_at})


def has_deadlines(unit: UnitOfWork) -> bool:
    """Whether any open task has a deadline at all."""
    return unit.row(_WITH_DEADLINE) is not None
