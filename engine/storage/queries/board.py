"""The figures of the board: what runs, what is late or stuck, and how much was done in time.

Cases are counted as the list of cases counts them: those that nobody has called, each with all
that it has called.  A day ends at midnight in Tokyo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from engine.storage.columns import is_word
from engine.storage.schema import incident
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.tokyo_day import tokyo_day
from engine.storage.unit_of_work import UnitOfWork

Projects = frozenset[str] | None  # None: all
# the words stand in the text: with parameters, no partial index is used
OPEN = task.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'claimed'")])
RUNNING = is_word(instance.c.state, "running")


@dataclass(frozen=True, kw_only=True)
class Running:
    """Running cases of one process for one system; `cases`: those nobody has called."""

    system_id: str | None
    key: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class Late:
    """What is beyond its deadline for one system: tasks, and the cases they belong to."""

    tasks: int
    cases: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """What began and what ended from one moment to another."""

    started: int
    completed: int
    ended: int  # completed, cancelled or failed


@dataclass(frozen=True, kw_only=True)
class Timeliness:
    """Tasks with a deadline that were completed in a span of time: in time, and late."""

    in_time: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Lying:
    """So many open tasks of one process for one system that arrived at the same hour."""

    system_id: str | None
    key: str
    created_at: datetime
    due_at: datetime | None


def within(column: sa.ColumnElement[Any], projects: Projects) -> list[sa.ColumnElement[bool]]:
    """The condition that what is read belongs to one of the projects."""
    return [] if projects is None else [column.in_(projects)]


def running(unit: UnitOfWork, projects: Projects) -> list[Running]:
    """What runs, by system and process; also of cases that others have called."""
    query = (
        sa.select(
            instance.c.system_id,
            definition.c.key,
            sa.func.sum(sa.case((instance.c.depth == 0, 1), else_=0)).label("cases"),
        )
        .join(definition)
        .where(RUNNING, *within(instance.c.project_id, projects))
        .group_by(instance.c.system_id, definition.c.key)
    )
    return [
        Running(system_id=row.system_id, key=row.key, cases=int(row.cases))
        for row in unit.rows(query)
    ]


def late(unit: UnitOfWork, projects: Projects, midnight: datetime) -> dict[str | None, Late]:
    """System -> what is beyond its deadline; None: what belongs to no system."""
    query = (
        sa.select(
            instance.c.system_id,
            sa.func.count().label("tasks"),
            sa.func.count(instance.c.root_id.distinct()).label("cases"),
        )
        .join(instance, instance.c.id == task.c.instance_id)
        .where(OPEN, task.c.due_at < midnight, *within(task.c.project_id, projects))
        .group_by(instance.c.system_id)
    )
    return {row.system_id: Late(tasks=row.tasks, cases=row.cases) for row in unit.rows(query)}


def stopped(unit: UnitOfWork, projects: Projects) -> dict[str | None, int]:
    """System -> how many cases are stuck."""
    query = (
        sa.select(instance.c.system_id, sa.func.count(instance.c.root_id.distinct()).label("cases"))
        .join(incident, incident.c.instance_id == instance.c.id)
        .where(incident.c.resolved_at.is_(None), *within(instance.c.project_id, projects))
        .group_by(instance.c.system_id)
    )
    return {row.system_id: int(row.cases) for row in unit.rows(query)}


def months(unit: UnitOfWork, projects: Projects, edges: Sequence[datetime]) -> list[Month]:
    """What began and ended between each two neighbours of `edges`; one statement for all."""
    columns = []
    for since, until in pairwise(edges):
        of_start = (instance.c.started_at >= since, instance.c.started_at < until)
        of_end = (instance.c.ended_at >= since, instance.c.ended_at < until)
        columns += [
            _count(projects, *of_start),
            _count(projects, *of_end, instance.c.state == "completed"),
            _count(projects, *of_end),
        ]
    if not columns:
        return []
    row = [int(value) for value in unit.row(sa.select(*columns))]
    return [
        Month(started=row[n], completed=row[n + 1], ended=row[n + 2]) for n in range(0, len(row), 3)
    ]


def _count(projects: Projects, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    mine = within(instance.c.project_id, projects)
    query = sa.select(sa.func.count()).select_from(instance)
    return query.where(instance.c.depth == 0, *conditions, *mine).scalar_subquery()


def timeliness(
    unit: UnitOfWork, projects: Projects, since: datetime, until: datetime
) -> Timeliness:
    """Tasks completed in that span that had a deadline; its whole day counts as in time."""
    query = sa.select(
        sa.func.count().label("all"),
        sa.func.coalesce(sa.func.sum(sa.case((is_late(), 1), else_=0)), 0).label("late"),
    ).where(*completed_between(since, until), *within(task.c.project_id, projects))
    row: Any = unit.row(query)
    return Timeliness(in_time=int(row.all) - int(row.late), late=int(row.late))


def completed_between(since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        task.c.completed_at.is_not(None),
        task.c.due_at.is_not(None),
        task.c.completed_at >= since,
        task.c.completed_at < until,
        task.c.state == "completed",
    ]


def is_late() -> sa.ColumnElement[bool]:
    """Completed on a later day than the deadline; the first comparison spares most the second."""
    by_day = tokyo_day(task.c.completed_at) > tokyo_day(task.c.due_at)
    return sa.and_(task.c.completed_at > task.c.due_at, by_day)


def late_then(unit: UnitOfWork, projects: Projects, then: datetime) -> int:
    """How many tasks were beyond their deadline at that midnight: open ones, and closed since."""
    mine = within(task.c.project_id, projects)
    still = sa.select(sa.func.count()).where(OPEN, task.c.due_at < then, *mine)
    since = sa.select(sa.func.count()).where(
        task.c.completed_at.is_not(None),
        task.c.due_at.is_not(None),
        task.c.completed_at >= then,
        task.c.due_at < then,
        *mine,
    )
    row = unit.row(sa.select(still.scalar_subquery(), since.scalar_subquery()))
    return int(row[0]) + int(row[1])


def lying(unit: UnitOfWork, projects: Projects) -> list[Lying]:
    """The open tasks, each with its process and system."""
    query = (
        sa.select(instance.c.system_id, definition.c.key, task.c.created_at, task.c.due_at)
        .join(instance, instance.c.id == task.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(OPEN, *within(task.c.project_id, projects))
    )
    return [
        Lying(system_id=row[0], key=row[1], created_at=row[2], due_at=row[3])
        for row in unit.rows(query)
    ]


def process_names(unit: UnitOfWork) -> Mapping[str, str]:
    """Process key -> name of its newest version."""
    query = sa.select(definition.c.key, definition.c.name).order_by(definition.c.version)
    return {row.key: row.name for row in unit.rows(query)}
