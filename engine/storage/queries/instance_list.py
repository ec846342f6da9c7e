"""案件 over all projects: which fit what somebody asks for, in which order, and where they stand.

A case stands where the open tasks are, also those of the cases it has called.  Lists go on from a
row (keyset), never from a count of rows, so that the last page costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.domain.instance_values import Spans
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.beginning import beginning
from engine.storage.columns import is_word
from engine.storage.queries.instance_values import holding
from engine.storage.schema import incident
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.schema_people import person
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000
SHOWN_STEPS = 3  # of one case
STOPPED, SUSPENDED = "stopped", "suspended"
# the words stand in the text: with parameters, no partial index is used
_OPEN = task.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'claimed'")])
_inner = instance.alias("inner_instance")
_ORDERS: dict[str, sa.ColumnElement[Any]] = {
    "started": instance.c.started_at,
    "ended": instance.c.ended_at,
    "number": instance.c.business_key,
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """`by`: started, ended, number or due.  What has no such moment stands last."""

    by: str = "started"
    descending: bool = True


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The row a list goes on from: its value of the order, and its id."""

    value: Any
    id: str
    backwards: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which instances; None and empty mean any.

    `project_ids`: projects the person may see; what `me` has started is always seen.  `people`
    had the `part` started, now or done in it.  Due from `due_from` on and before `due_to`.
    `with_called`: each instance for itself; otherwise only those nobody has called, with all
    that they have called.
    """

    project_ids: frozenset[str] | None
    me: str = ""
    number: str = ""
    words: tuple[str, ...] = ()
    project_id: str = ""
    system_id: str = ""
    key: str = ""
    version: int = 0
    state: str = ""  # of InstanceState, or stopped or suspended
    people: tuple[str, ...] | None = None
    part: str = ""
    element: str = ""
    element_id: str = ""  # of a task that is open, or of an element that is stuck
    passed: str = ""  # id of a task's element that was completed
    values: tuple[Spans, ...] = ()
    is_common: bool = False  # many instances fit
    due_from: datetime | None = None
    due_to: datetime | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None
    with_called: bool = False
    order: Order = Order()
    edge: Edge | None = None
    most: int = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    head: InstanceHead
    due_at: datetime | None  # only of lists in the order of the deadline


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one instance stands: its first open tasks, how many there are, the first deadline."""

    steps: tuple[UserTask, ...]
    count: int
    due_at: datetime | None


def rows(unit: UnitOfWork, wanted: Wanted) -> list[Row]:
    """The next `most` rows; those before an edge come in the order of the list, too."""
    column, query = _ordered(wanted)
    backwards = wanted.edge is not None and wanted.edge.backwards
    descending = wanted.order.descending != backwards
    conditions = _conditions(wanted)
    if wanted.edge is not None:
        conditions.append(_beyond(column, wanted, wanted.edge))
    nulls = [column.is_(None)] if _has_nulls(wanted) else []
    query = query.where(*conditions).order_by(
        *(null.desc() if backwards else null for null in nulls),
        column.desc() if descending else column,
        instance.c.id.desc() if backwards else instance.c.id,
    )
    found = [
        Row(head=instances.head_of(row), due_at=getattr(row, "first_due_at", None))
        for row in unit.rows(query.limit(wanted.most))
    ]
    return found[::-1] if backwards else found


def count(unit: UnitOfWork, wanted: Wanted) -> int:
    """How many, at most 1,000."""
    some = sa.select(instance.c.id).where(*_conditions(wanted)).limit(COUNT_LIMIT)
    found = unit.row(sa.select(sa.func.count()).select_from(some.subquery()))
    return 0 if found is None else int(found[0])


def counts(unit: UnitOfWork, questions: Sequence[Wanted]) -> list[int]:
    """How many fit each question, at most 1,000, in one statement."""
    some = [
        sa.select(instance.c.id).where(*_conditions(one)).limit(COUNT_LIMIT) for one in questions
    ]
    columns = [sa.select(sa.func.count()).select_from(one.subquery()) for one in some]
    row = unit.row(sa.select(*(one.scalar_subquery() for one in columns)))
    return [0] * len(columns) if row is None else [int(value) for value in row]


def standings(
    unit: UnitOfWork, ids: Sequence[str], *, with_called: bool = False
) -> dict[str, Standing]:
    """Id -> where it stands; instances without an open task are left out."""
    anchor = _anchor(with_called)
    urgency = (task.c.due_at.asc().nulls_last(), task.c.created_at, task.c.id)
    numbered = (
        sa.select(
            *(column.label(f"task_{column.name}") for column in task.c),
            anchor.label("anchor"),
            sa.func.row_number().over(partition_by=anchor, order_by=urgency).label("place"),
            sa.func.count().over(partition_by=anchor).label("times"),
        )
        .join(_inner, _inner.c.id == task.c.instance_id)
        .where(anchor.in_(ids), _OPEN)
        .subquery()
    )
    query = sa.select(numbered).where(numbered.c.place <= SHOWN_STEPS).order_by(numbered.c.place)
    found: dict[str, Standing] = {}
    for row in unit.rows(query):
        known = found.get(row.anchor)
        found[row.anchor] = Standing(
            steps=(*(known.steps if known else ()), tasks.task_of(row)),
            count=row.times,
            due_at=known.due_at if known else row.task_due_at,
        )
    return found


def stops(
    unit: UnitOfWork, ids: Sequence[str], *, with_called: bool = False
) -> dict[str, tuple[str, ...]]:
    """Id -> names of the elements at which it is stuck, one for each open incident."""
    anchor = _anchor(with_called)
    query = (
        sa.select(anchor.label("anchor"), incident.c.element_name)
        .join(_inner, _inner.c.id == incident.c.instance_id)
        .where(anchor.in_(ids), incident.c.resolved_at.is_(None))
        .order_by(incident.c.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in unit.rows(query):
        found[row.anchor] = (*found.get(row.anchor, ()), row.element_name)
    return found


def people_named(unit: UnitOfWork, text: str, most: int) -> tuple[str, ...]:
    """Ids of those whose name holds the text; blanks do not count."""
    plain = sa.func.replace(person.c.name, " ", "")
    wanted = plain.icontains(text.replace(" ", ""), autoescape=True)
    query = sa.select(person.c.id).where(wanted).order_by(person.c.id).limit(most)
    return tuple(row.id for row in unit.rows(query))


def _anchor(with_called: bool) -> sa.ColumnElement[str]:  # noqa: FBT001 - a column, not a switch
    return _inner.c.id if with_called else _inner.c.root_id


def _ordered(wanted: Wanted) -> tuple[sa.ColumnElement[Any], sa.Select[Any]]:
    """The column of the order, and the select that offers it."""
    if wanted.order.by != "due":
        return _ORDERS[wanted.order.by], instances.HEADS
    first = (
        sa.select(
            _anchor(wanted.with_called).label("anchor"),
            sa.func.min(task.c.due_at).label("first_due_at"),
        )
        .join(_inner, _inner.c.id == task.c.instance_id)
        .where(_OPEN, task.c.due_at.is_not(None))
        .group_by(_anchor(wanted.with_called))
        .subquery()
    )
    query = instances.HEADS.add_columns(first.c.first_due_at).join(
        first, first.c.anchor == instance.c.id, isouter=True
    )
    return first.c.first_due_at, query


def _has_nulls(wanted: Wanted) -> bool:
    if wanted.order.by == "ended":
        return not (wanted.ended_from or wanted.ended_to)
    return wanted.order.by == "due"


def _beyond(column: sa.ColumnElement[Any], wanted: Wanted, edge: Edge) -> sa.ColumnElement[bool]:
    by_id = instance.c.id < edge.id if edge.backwards else instance.c.id > edge.id
    if edge.value is None:
        last = sa.and_(column.is_(None), by_id)
        return sa.or_(column.is_not(None), last) if edge.backwards else last
    if wanted.order.descending != edge.backwards:
        ahead, bound = column < edge.value, column <= edge.value
    else:
        ahead, bound = column > edge.value, column >= edge.value
    beyond = sa.or_(ahead, sa.and_(column == edge.value, by_id))
    if _has_nulls(wanted) and not edge.backwards:
        return sa.or_(beyond, column.is_(None))
    return sa.and_(bound, beyond)  # the bound alone is what an index can seek


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [*_of_head(wanted), *_of_text(wanted), *_of_tasks(wanted)]
    found += [
        holding(one, of_roots=not wanted.with_called, is_common=wanted.is_common)
        for one in wanted.values
    ]
    if not wanted.with_called:
        found.append(instance.c.depth == 0)
    if wanted.project_ids is not None:
        mine = instance.c.started_by == wanted.me
        found.append(sa.or_(instance.c.project_id.in_(wanted.project_ids), mine))
    return found


def _of_head(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    state = "running" if wanted.state in (STOPPED, SUSPENDED) else wanted.state
    same = (
        (instance.c.state, state),
        (instance.c.project_id, wanted.project_id),
        (instance.c.system_id, wanted.system_id),
    )
    since = ((instance.c.started_at, wanted.started_from), (instance.c.ended_at, wanted.ended_from))
    until = ((instance.c.started_at, wanted.started_to), (instance.c.ended_at, wanted.ended_to))
    resting = [instance.c.suspended_at.is_not(None)] if wanted.state == SUSPENDED else []
    return [
        *_of_process(wanted),
        *resting,
        *(column == value for column, value in same if value),
        *(column >= moment for column, moment in since if moment),
        *(column < moment for column, moment in until if moment),
    ]


def _of_process(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Few definitions fit: their ids are looked up once, not for each instance."""
    same = ((definition.c.key, wanted.key), (definition.c.version, wanted.version))
    conditions = [column == value for column, value in same if value]
    return [_is_defined(*conditions)] if conditions else []


def _is_defined(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return instance.c.definition_id.in_(sa.select(definition.c.id).where(*conditions))


def _of_text(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.number:
        texts = sorted({wanted.number, wanted.number.upper()})
        found.append(sa.or_(*(beginning(instance.c.business_key, text) for text in texts)))
    for word in wanted.words:
        nameless = sa.and_(
            instance.c.subject == "",
            _is_defined(definition.c.name.icontains(word, autoescape=True)),
        )
        found.append(sa.or_(instance.c.subject.icontains(word, autoescape=True), nameless))
    return found


def _of_tasks(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.due_from or wanted.due_to:
        span = [task.c.due_at >= wanted.due_from] if wanted.due_from else []
        span += [task.c.due_at < wanted.due_to] if wanted.due_to else []
        found.append(_has_task(wanted, _OPEN, *span))
    if wanted.element:
        named = task.c.name.icontains(wanted.element, autoescape=True)
        stuck = incident.c.element_name.icontains(wanted.element, autoescape=True)
        found.append(sa.or_(_has_task(wanted, _OPEN, named), _has_incident(wanted, stuck)))
    if wanted.element_id:
        here, stuck = task.c.element_id, incident.c.element_id
        found.append(
            sa.or_(
                _has_task(wanted, _OPEN, here == wanted.element_id),
                _has_incident(wanted, stuck == wanted.element_id),
            )
        )
    if wanted.passed:
        found.append(_has_passed(wanted))
    if wanted.state == STOPPED:
        found.append(_has_incident(wanted))
    if wanted.people is not None:
        found.append(_has_person(wanted, wanted.people))
    return found


def _has_person(wanted: Wanted, people: tuple[str, ...]) -> sa.ColumnElement[bool]:
    parts = {
        "started": instance.c.started_by.in_(people),
        "now": _has_task(wanted, is_word(task.c.state, "claimed"), task.c.assignee.in_(people)),
        "done": _has_task(
            wanted, is_word(task.c.state, "completed"), task.c.completed_by.in_(people)
        ),
    }
    return parts[wanted.part] if wanted.part else sa.or_(*parts.values())


def _has_passed(wanted: Wanted) -> sa.ColumnElement[bool]:
    here = task.c.element_id == wanted.passed
    return _has_task(wanted, is_word(task.c.state, "completed"), here)


def _has_task(wanted: Wanted, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    found = sa.select(_anchor(wanted.with_called)).select_from(task)
    found = found.join(_inner, _inner.c.id == task.c.instance_id).where(*conditions)
    return instance.c.id.in_(found)


def _has_incident(wanted: Wanted, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    found = sa.select(_anchor(wanted.with_called)).select_from(incident)
    found = found.join(_inner, _inner.c.id == incident.c.instance_id)
    return instance.c.id.in_(found.where(incident.c.resolved_at.is_(None), *conditions))
