"""The worklist (受信箱): the tasks a person holds, may take, waits for, or has done.

Which groups a person is in is decided when the list is read.  The distinct pools (project and
candidate groups) of open tasks are few; they are read by jumping from one to the next along the
index, and those that fit the person become one `IN` on the same index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.columns import is_word
from engine.storage.schema import draft, project, system, task_candidate
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000

# text, not Core: a recursive jump along a partial index reads the same on both databases
_POOLS = sa.text(
    "with recursive jump(pool) as ("
    " select min(pool) from user_task where state = 'open'"
    " union all"
    " select (select min(t.pool) from user_task as t where t.state = 'open' and t.pool > jump.pool)"
    " from jump where jump.pool is not null)"
    " select pool from jump where pool is not null"
)


@dataclass(frozen=True, kw_only=True)
class Row:
    task: UserTask
    head: InstanceHead
    project_name: str
    system_name: str
    has_draft: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tasks: `view` (mine, group, waiting, done) of a person, perhaps of one process.

    Due from `due_from` on and before `due_to`.  `order`: priority, arrival, or else the deadline.
    """

    view: str
    person_id: str
    takes: Callable[[str | None, frozenset[str]], bool]  # project, candidate groups -> may take
    key: str | None = None
    system_id: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    order: str = ""
    first: int = 0
    most: int = 50


def rows(unit: UnitOfWork, wanted: Wanted) -> list[Row]:
    query = (
        tasks.WITH_HEAD.add_columns(
            project.c.name.label("project_name"),
            system.c.name.label("system_name"),
            draft.c.saved_at.label("draft_at"),
        )
        .join(project, project.c.id == instance.c.project_id, isouter=True)
        .join(system, system.c.id == instance.c.system_id, isouter=True)
        .join(
            draft,
            sa.and_(draft.c.task_id == task.c.id, draft.c.person_id == wanted.person_id),
            isouter=True,
        )
        .where(*_conditions(unit, wanted))
    )
    query = query.order_by(*_order(wanted)).limit(wanted.most).offset(wanted.first)
    return [_row(found) for found in unit.rows(query)]


def count(unit: UnitOfWork, wanted: Wanted) -> int:
    """How many tasks, at most 1,000."""
    some = sa.select(task.c.id).where(*_conditions(unit, wanted)).limit(COUNT_LIMIT)
    if wanted.view == "waiting" or wanted.key:
        some = some.join(instance, instance.c.id == task.c.instance_id)
    if wanted.key:
        some = some.join(definition, definition.c.id == instance.c.definition_id)
    found = unit.row(sa.select(sa.func.count()).select_from(some.subquery()))
    return 0 if found is None else int(found[0])


def _conditions(unit: UnitOfWork, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    me = wanted.person_id
    conditions = {
        "mine": lambda: [is_word(task.c.state, "claimed"), task.c.assignee == me],
        "done": lambda: [is_word(task.c.state, "completed"), task.c.completed_by == me],
        "waiting": lambda: [
            task.c.state.in_(["open", "claimed"]),
            instance.c.started_by == me,
            instance.c.state == "running",
            sa.or_(task.c.assignee.is_(None), task.c.assignee != me),
            ~sa.and_(*_takeable(unit, wanted)),
        ],
        "group": lambda: _takeable(unit, wanted),
    }[wanted.view]()
    if wanted.key:
        conditions.append(definition.c.key == wanted.key)
    if wanted.system_id:
        conditions.append(instance.c.system_id == wanted.system_id)
    if wanted.due_from:
        conditions.append(task.c.due_at >= wanted.due_from)
    if wanted.due_to:
        conditions.append(task.c.due_at < wanted.due_to)
    return conditions


def _takeable(unit: UnitOfWork, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    pools = [row.pool for row in unit.rows(_POOLS) if wanted.takes(*_read_pool(row.pool))]
    named = sa.select(task_candidate.c.task_id).where(
        task_candidate.c.person_id == wanted.person_id
    )
    barred = sa.literal("\n") + task.c.excluded_users + "\n"
    return [
        is_word(task.c.state, "open"),
        sa.or_(task.c.pool.in_(pools), task.c.id.in_(named)),
        ~barred.contains(f"\n{wanted.person_id}\n", autoescape=True),
    ]


def _read_pool(pool: str) -> tuple[str | None, frozenset[str]]:
    project_id, _, groups = pool.partition("|")
    return project_id or None, frozenset(filter(None, groups.split("+")))


def _order(wanted: Wanted) -> Sequence[Any]:
    if wanted.view == "done":
        return (task.c.completed_at.desc(), task.c.id)
    deadline = (task.c.due_at.asc().nulls_last(), task.c.priority, task.c.created_at, task.c.id)
    if wanted.order == "priority":
        return (task.c.priority, *deadline)
    if wanted.order == "arrival":
        return (task.c.created_at, task.c.id)
    return deadline


def _row(found: Any) -> Row:
    return Row(
        task=tasks.task_of(found),
        head=instances.head_of(found),
        project_name=found.project_name or "",
        system_name=found.system_name or "",
        has_draft=found.draft_at is not None,
    )
