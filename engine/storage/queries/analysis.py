"""What finished instances of a process took: as a whole, at each element, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.storage.columns import unsought
from engine.storage.queries.board import Projects, within
from engine.storage.schema import history
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as task
from engine.storage.unit_of_work import UnitOfWork

MOST = 200_000  # rows of one question; beyond, the newest ones speak for all
COMPLETIONS = ("element_completed", "task_completed")
_child, _later = instance.alias("child"), history.alias("later")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Instances that were completed from `since` on and before `until`; empty means any."""

    projects: Projects
    since: datetime
    until: datetime
    key: str = ""
    version: int = 0
    system_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """One instance, main or called."""

    key: str
    version: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One completed task: when it came, when its assignee came to have it, when it was done."""

    element_id: str
    created_at: datetime
    held_since_at: datetime | None
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Called:
    """One instance that was called from an element, from its start to its end."""

    element_id: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class Visited:
    """How often an element was passed; steps that were taken back do not count."""

    element_id: str
    name: str
    kind: str
    times: int


def finished(unit: UnitOfWork, wanted: Wanted) -> list[Finished]:
    """The instances, the newest end first."""
    query = (
        sa.select(
            definition.c.key, definition.c.version, instance.c.started_at, instance.c.ended_at
        )
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(*_conditions(wanted))
        .order_by(instance.c.ended_at.desc())
        .limit(MOST)
    )
    return [
        Finished(key=row[0], version=row[1], started_at=row[2], ended_at=row[3])
        for row in unit.rows(query)
    ]


def worked(unit: UnitOfWork, wanted: Wanted) -> list[Worked]:
    """The tasks that were completed in these instances."""
    query = (
        sa.select(task.c.element_id, task.c.created_at, task.c.held_since_at, task.c.completed_at)
        .join(instance, instance.c.id == task.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(*_conditions(wanted), task.c.state == "completed")
        .order_by(instance.c.ended_at.desc())
        .limit(MOST)
    )
    return [
        Worked(element_id=row[0], created_at=row[1], held_since_at=row[2], completed_at=row[3])
        for row in unit.rows(query)
    ]


def called(unit: UnitOfWork, wanted: Wanted) -> list[Called]:
    """The instances that these have called, as far as they were completed."""
    query = (
        sa.select(_child.c.parent_element_id, _child.c.started_at, _child.c.ended_at)
        .join(instance, instance.c.id == _child.c.parent_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(*_conditions(wanted), _child.c.state == "completed")
        .order_by(instance.c.ended_at.desc())
        .limit(MOST)
    )
    return [
        Called(element_id=row[0] or "", started_at=row[1], ended_at=row[2])
        for row in unit.rows(query)
    ]


def visited(unit: UnitOfWork, wanted: Wanted) -> list[Visited]:
    """The elements that these instances have passed."""
    undone = sa.exists().where(
        _later.c.instance_id == history.c.instance_id,
        _later.c.event == sa.literal_column("'task_withdrawn'"),
        _later.c.version == history.c.version + 1,
    )
    query = (
        sa.select(
            history.c.element_id,
            sa.func.max(history.c.element_name).label("name"),
            sa.func.max(history.c.element_kind).label("kind"),
            sa.func.count().label("times"),
        )
        .join(instance, instance.c.id == history.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(*_conditions(wanted), unsought(history.c.event).in_(COMPLETIONS), ~undone)
        .group_by(history.c.element_id)
    )
    return [
        Visited(element_id=row.element_id, name=row.name, kind=row.kind, times=row.times)
        for row in unit.rows(query)
    ]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[Any]]:
    same = (
        (definition.c.key, wanted.key),
        (definition.c.version, wanted.version),
        (instance.c.system_id, wanted.system_id),
    )
    return [
        instance.c.state == "completed",
        instance.c.ended_at >= wanted.since,
        instance.c.ended_at < wanted.until,
        *(column == value for column, value in same if value),
        *within(instance.c.project_id, wanted.projects),
    ]
