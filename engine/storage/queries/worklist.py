"""The worklist (受信箱): the tasks a person holds, may take, has in proxy, waits for, or has done.

Which groups a person is in is decided when the list is read.  The distinct pools (project and
candidate groups) of open tasks are few; they are read by jumping from one to the next along the
index, and those that fit the person become one `IN` on the same index.

A page goes on from a row (keyset), never from a count of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.columns import is_word
from engine.storage.folding import folded
from engine.storage.schema import draft, task_candidate
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.schema_people import project, system
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000
FAR = datetime(9999, 1, 1, tzinfo=UTC)  # of a task without a deadline: it stands last

# text, not Core: a recursive jump along a partial index reads the same on both databases
_POOLS = sa.text(
    "with recursive jump(pool) as ("
    " select min(pool) from user_task where state = 'open'"
    " union all"
    " select (select min(t.pool) from user_task as t where t.state = 'open' and t.pool > jump.pool)"
    " from jump where jump.pool is not null)"
    " select pool from jump where pool is not null"
)
_DUE = sa.func.coalesce(task.c.due_at, sa.literal(FAR, task.c.due_at.type))
_BY_DUE: tuple[sa.ColumnElement[Any], ...] = (
    _DUE,
    task.c.priority,
    task.c.created_at,
    task.c.id,
)
_ORDERS: Mapping[str, tuple[sa.ColumnElement[Any], ...]] = {
    "priority": (task.c.priority, _DUE, task.c.created_at, task.c.id),
    "arrival": (task.c.created_at, task.c.id),
    "number": (instance.c.business_key, *_BY_DUE),
    "name": (task.c.name, *_BY_DUE),
}
_DONE: tuple[sa.ColumnElement[Any], ...] = (task.c.completed_at, task.c.id)  # the newest first


@dataclass(frozen=True, kw_only=True)
class Row:
    task: UserTask
    head: InstanceHead
    project_name: str
    system_name: str
    has_draft: bool
    mark: tuple[Any, ...]  # where the row stands in its order


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Whose tasks.  `keys`: only those of these processes; None for every one."""

    person_id: str
    takes: Callable[[str | None, frozenset[str]], bool]  # project, candidate groups -> may take
    keys: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tasks: `view` (all, mine, group, delegated, waiting, done) of a person.

    `holders`: whom the person represents.  `pools`: what `pools` has read.  Due from `due_from` on
    and before `due_to`.  `state`: open, claimed or drafted.  `order`: priority, arrival, number,
    name, or else the deadline.  `edge`: the mark of the row to go on from.
    """

    view: str
    me: Worker
    holders: tuple[Worker, ...] = ()
    pools: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    key: str | None = None
    system_id: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    state: str = ""
    order: str = ""
    edge: tuple[Any, ...] | None = None
    backwards: bool = False
    most: int = 50


def pools(unit: UnitOfWork) -> tuple[str, ...]:
    """Where open tasks wait: project and candidate groups in one text each."""
    return tuple(row.pool for row in unit.rows(_POOLS))


def rows(unit: UnitOfWork, wanted: Wanted) -> list[Row]:
    """The next `most` rows, or those before the edge, in the order of the list."""
    order = _order(wanted)
    marks = [column.label(f"mark_{place}") for place, column in enumerate(order)]
    query = (
        tasks.WITH_HEAD.add_columns(
            project.c.name.label("project_name"),
            system.c.name.label("system_name"),
            _has_draft(wanted).label("has_draft"),
            *marks,
        )
        .join(project, project.c.id == instance.c.project_id, isouter=True)
        .join(system, system.c.id == instance.c.system_id, isouter=True)
        .where(*_conditions(wanted))
    )
    is_falling = (wanted.view == "done") != wanted.backwards
    if wanted.edge is not None:
        query = query.where(_beyond(order, wanted.edge, is_falling=is_falling))
    ordered = query.order_by(*(column.desc() if is_falling else column for column in order))
    found = [_row(row, len(order)) for row in unit.rows(ordered.limit(wanted.most))]
    return found[::-1] if wanted.backwards else found


def counts(unit: UnitOfWork, questions: Sequence[Wanted]) -> list[int]:
    """How many tasks each question finds, at most 1,000 each; one statement for all of them."""
    some = [_counted(one) for one in questions]
    row = unit.row(sa.select(*some))
    return [int(value) for value in row]


def _counted(wanted: Wanted) -> sa.ScalarSelect[int]:
    found = (
        sa.select(task.c.id)
        .join(instance, instance.c.id == task.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(*_conditions(wanted))
        .limit(COUNT_LIMIT)
    )
    return sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery()


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [_VIEWS[wanted.view](wanted)]
    if wanted.key:
        conditions.append(definition.c.key == wanted.key)
    if wanted.system_id:
        conditions.append(instance.c.system_id == wanted.system_id)
    if wanted.due_from:
        conditions.append(task.c.due_at >= wanted.due_from)
    if wanted.due_to:
        conditions.append(task.c.due_at < wanted.due_to)
    if wanted.state == "drafted":
        conditions.append(_has_draft(wanted))
    elif wanted.state:
        conditions.append(task.c.state == wanted.state)
    for word in wanted.words:
        texts = (instance.c.business_key, instance.c.subject, task.c.name, definition.c.name)
        conditions.append(sa.or_(*(folded(t).contains(word, autoescape=True) for t in texts)))
    return conditions


def _mine(wanted: Wanted) -> sa.ColumnElement[bool]:
    return _held(wanted.me)


def _held(worker: Worker) -> sa.ColumnElement[bool]:
    return sa.and_(is_word(task.c.state, "claimed"), task.c.assignee == worker.person_id)


def _group(wanted: Wanted) -> sa.ColumnElement[bool]:
    return _takeable(wanted, wanted.me)


def _takeable(wanted: Wanted, worker: Worker) -> sa.ColumnElement[bool]:
    fitting = [pool for pool in wanted.pools if worker.takes(*_read_pool(pool))]
    named = sa.select(task_candidate.c.task_id).where(
        task_candidate.c.person_id == worker.person_id
    )
    return sa.and_(
        is_word(task.c.state, "open"),
        sa.or_(task.c.pool.in_(fitting), task.c.id.in_(named)),
        _not_barred(worker),
    )


def _not_barred(worker: Worker) -> sa.ColumnElement[bool]:
    barred = sa.literal("\n") + task.c.excluded_users + "\n"
    return ~barred.contains(f"\n{worker.person_id}\n", autoescape=True)


def _delegated(wanted: Wanted) -> sa.ColumnElement[bool]:
    """What those I represent hold or may take, unless I may take it myself."""
    found = [_of_holder(wanted, holder) for holder in wanted.holders]
    if not found:
        return sa.false()
    return sa.and_(sa.or_(*found), _not_barred(wanted.me), ~_group(wanted))


def _of_holder(wanted: Wanted, holder: Worker) -> sa.ColumnElement[bool]:
    theirs = sa.or_(
        sa.and_(_held(holder), _not_barred(holder)),
        _takeable(wanted, holder),
    )
    if holder.keys is None:
        return theirs
    return sa.and_(theirs, definition.c.key.in_(sorted(holder.keys)))


def _all(wanted: Wanted) -> sa.ColumnElement[bool]:
    return sa.or_(_mine(wanted), _group(wanted), _delegated(wanted))


def _waiting(wanted: Wanted) -> sa.ColumnElement[bool]:
    me = wanted.me.person_id
    return sa.and_(
        task.c.state.in_(["open", "claimed"]),
        instance.c.started_by == me,
        instance.c.state == "running",
        sa.or_(task.c.assignee.is_(None), task.c.assignee != me),
        ~_group(wanted),
    )


def _done(wanted: Wanted) -> sa.ColumnElement[bool]:
    return sa.and_(is_word(task.c.state, "completed"), task.c.completed_by == wanted.me.person_id)


_VIEWS: Mapping[str, Callable[[Wanted], sa.ColumnElement[bool]]] = {
    "all": _all,
    "mine": _mine,
    "group": _group,
    "delegated": _delegated,
    "waiting": _waiting,
    "done": _done,
}


def _has_draft(wanted: Wanted) -> sa.ColumnElement[bool]:
    people = [wanted.me.person_id, *(holder.person_id for holder in wanted.holders)]
    return (
        sa.select(draft.c.task_id)
        .where(draft.c.task_id == task.c.id, draft.c.person_id.in_(people))
        .exists()
    )


def _read_pool(pool: str) -> tuple[str | None, frozenset[str]]:
    project_id, _, groups = pool.partition("|")
    return project_id or None, frozenset(filter(None, groups.split("+")))


def _order(wanted: Wanted) -> tuple[sa.ColumnElement[Any], ...]:
    if wanted.view == "done":
        return _DONE
    return _ORDERS.get(wanted.order, _BY_DUE)


def _beyond(
    order: Sequence[sa.ColumnElement[Any]], edge: Sequence[Any], *, is_falling: bool
) -> sa.ColumnElement[bool]:
    """Rows after the edge; compared as one row of values, which both databases know."""
    columns = sa.tuple_(*order)
    values = sa.tuple_(
        *(sa.literal(value, column.type) for value, column in zip(edge, order, strict=True))
    )
    return columns < values if is_falling else columns > values


def _row(found: Any, width: int) -> Row:
    return Row(
        task=tasks.task_of(found),
        head=instances.head_of(found),
        project_name=found.project_name or "",
        system_name=found.system_name or "",
        has_draft=bool(found.has_draft),
        mark=tuple(getattr(found, f"mark_{place}") for place in range(width)),
    )
