"""One search over everything: by the whole 管理番号, or by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.domain.records import RegisterEntry
from engine.domain.register_keys import WHOLE
from engine.domain.user_task import UserTask
from engine.storage import instances, registers, tasks
from engine.storage.schema import process_instance as instance
from engine.storage.schema import register_entry as entry
from engine.storage.schema import user_task as task
from engine.storage.schema_registers import register_value as value
from engine.storage.unit_of_work import UnitOfWork

# the words stand in the text: with parameters, no partial index is used
_OPEN = task.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'claimed'")])


@dataclass(frozen=True, kw_only=True)
class Within:
    """What a person may see: these projects (None: all), what `me` has started or holds.

    `registers`: codes of the registers that are searched.
    """

    project_ids: frozenset[str] | None
    me: str
    registers: tuple[str, ...] = ()


def instance_ids(unit: UnitOfWork, numbers: Sequence[str], within: Within) -> list[str]:
    """Instances of exactly these numbers."""
    query = sa.select(instance.c.id).where(
        instance.c.business_key.in_(numbers),
        _seen(within, instance.c.project_id, instance.c.started_by),
    )
    return [row.id for row in unit.rows(query.order_by(instance.c.id).limit(2))]


def entry_ids(unit: UnitOfWork, numbers: Sequence[str], within: Within) -> list[tuple[str, str]]:
    """(register, id) of the records of exactly these numbers."""
    query = sa.select(entry.c.register, entry.c.id).where(
        entry.c.register.in_(within.registers), entry.c.number.in_(numbers)
    )
    if within.project_ids is not None:
        query = query.where(entry.c.project_id.in_(within.project_ids))
    return [(row.register, row.id) for row in unit.rows(query.order_by(entry.c.id).limit(2))]


def open_tasks(
    unit: UnitOfWork, words: Sequence[str], within: Within, most: int
) -> list[tuple[UserTask, InstanceHead]]:
    """Open tasks whose name holds the words, the most urgent first."""
    query = tasks.WITH_HEAD.where(
        _OPEN,
        *(task.c.name.icontains(word, autoescape=True) for word in words),
        _seen(within, task.c.project_id, task.c.assignee),
    ).order_by(task.c.due_at.asc().nulls_last(), task.c.created_at, task.c.id)
    return [(tasks.task_of(row), instances.head_of(row)) for row in unit.rows(query.limit(most))]


def entries(
    unit: UnitOfWork, words: Sequence[str], within: Within, most: int
) -> list[RegisterEntry]:
    """Records whose texts or numbers hold the words (folded), the newest first."""
    found = sa.select(value.c.entry_id).where(
        value.c.register.in_(within.registers),
        value.c.column_name == WHOLE,
        *(value.c.text.contains(word, autoescape=True) for word in words),
    )
    query = sa.select(entry).where(entry.c.id.in_(found))
    if within.project_ids is not None:
        query = query.where(entry.c.project_id.in_(within.project_ids))
    query = query.order_by(entry.c.written_at.desc(), entry.c.id).limit(most)
    return [registers.entry_of(row) for row in unit.rows(query)]


def _seen(
    within: Within, project: sa.ColumnElement[str], person: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    if within.project_ids is None:
        return sa.true()
    return sa.or_(project.in_(within.project_ids), person == within.me)
