"""Running go-live preparations: what was planned, what is done, and where the rest stands.

All of it is read from the history and from the rows of the cases they have called; no saved state
is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.instance import InstanceHead
from engine.domain.phase import GO_LIVE
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.columns import unsought
from engine.storage.queries.board import OPEN, RUNNING, Projects, within
from engine.storage.schema import history, incident, user_task
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.unit_of_work import UnitOfWork

COMPLETIONS = ("element_completed", "task_completed")
WITHDRAWN = "task_withdrawn"


@dataclass(frozen=True, kw_only=True)
class Passed:
    """An element that a preparation has passed; `values`: what a plan was completed with."""

    element_id: str
    values: Mapping[str, Any]


def running(unit: UnitOfWork, projects: Projects) -> list[InstanceHead]:
    """The preparations that run, the oldest first."""
    query = instances.HEADS.where(
        RUNNING, definition.c.key == GO_LIVE, *within(instance.c.project_id, projects)
    ).order_by(instance.c.started_at, instance.c.id)
    return [instances.head_of(row) for row in unit.rows(query)]


def passed(unit: UnitOfWork, ids: Sequence[str], plans: Sequence[str]) -> dict[str, list[Passed]]:
    """Preparation -> the elements it has passed, in order; steps that were taken back left out.

    `plans`: elements whose values are wanted.
    """
    is_plan = sa.and_(history.c.event == "task_completed", history.c.element_id.in_(plans))
    query = (
        sa.select(
            history.c.instance_id,
            history.c.event,
            history.c.version,
            history.c.element_id,
            sa.case((is_plan, history.c.detail), else_=sa.null()).label("detail"),
        )
        .where(
            history.c.instance_id.in_(ids), unsought(history.c.event).in_([*COMPLETIONS, WITHDRAWN])
        )
        .order_by(history.c.id)
    )
    rows = unit.rows(query)
    undone = {(row.instance_id, row.version - 1) for row in rows if row.event == WITHDRAWN}
    found: dict[str, list[Passed]] = {id_: [] for id_ in ids}
    for row in rows:
        if row.event != WITHDRAWN and (row.instance_id, row.version) not in undone:
            values = (typed_json.decode(row.detail) or {}).get("values", {})
            found[row.instance_id].append(Passed(element_id=row.element_id, values=values))
    return found


def called(unit: UnitOfWork, ids: Sequence[str]) -> list[InstanceHead]:
    """What the preparations have called and what these have called, as far as it runs."""
    query = instances.HEADS.where(RUNNING, instance.c.root_id.in_(ids), instance.c.depth > 0)
    return [instances.head_of(row) for row in unit.rows(query)]


def open_tasks(unit: UnitOfWork, ids: Sequence[str]) -> list[UserTask]:
    """The open tasks of the preparations and of all they have called, the most urgent first."""
    query = (
        tasks.TASKS.join(instance, instance.c.id == user_task.c.instance_id)
        .where(OPEN, instance.c.root_id.in_(ids))
        .order_by(user_task.c.due_at.asc().nulls_last(), user_task.c.created_at, user_task.c.id)
    )
    return [tasks.task_of(row) for row in unit.rows(query)]


def stuck(unit: UnitOfWork, ids: Sequence[str]) -> dict[str, str]:
    """Instance -> name of the element at which it is stuck, of the preparations and their calls."""
    query = (
        sa.select(incident.c.instance_id, incident.c.element_name)
        .join(instance, instance.c.id == incident.c.instance_id)
        .where(incident.c.resolved_at.is_(None), instance.c.root_id.in_(ids))
        .order_by(incident.c.id.desc())
    )
    return {row.instance_id: row.element_name for row in unit.rows(query)}
