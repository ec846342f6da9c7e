"""Lists of process instances, and the numbers of the overview."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.domain.instance import InstanceHead
from engine.storage import instances
from engine.storage.columns import is_word
from engine.storage.history import stands
from engine.storage.schema import history, incident, message, outbox, user_task
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.unit_of_work import UnitOfWork

_VISITED = (
    sa.select(history.c.element_id, sa.func.count().label("times"))
    .where(
        history.c.instance_id == sa.bindparam("id"),
        history.c.event.in_(["element_completed", "task_completed"]),
        stands(sa.bindparam("id")),
    )
    .group_by(history.c.element_id)
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which instances; `project_ids` None means of all projects."""

    project_ids: frozenset[str] | None
    person_id: str = ""  # instances this person has started are always seen
    state: str | None = None
    key: str | None = None
    project_id: str | None = None
    first: int = 0
    most: int = 50


def page(unit: UnitOfWork, wanted: Wanted) -> tuple[list[InstanceHead], int]:
    """One page, newest first, and how many there are in all."""
    conditions = _conditions(wanted)
    total = unit.row(
        sa.select(sa.func.count()).select_from(instance).join(definition).where(*conditions)
    )
    query = (
        instances.HEADS.where(*conditions)
        .order_by(instance.c.started_at.desc(), instance.c.id)
        .limit(wanted.most)
        .offset(wanted.first)
    )
    heads = [instances.head_of(row) for row in unit.rows(query)]
    return heads, 0 if total is None else int(total[0])


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.project_ids is not None:
        conditions.append(
            sa.or_(
                instance.c.project_id.in_(wanted.project_ids),
                instance.c.started_by == wanted.person_id,
            )
        )
    if wanted.state:
        conditions.append(instance.c.state == wanted.state)
    if wanted.key:
        conditions.append(definition.c.key == wanted.key)
    if wanted.project_id:
        conditions.append(instance.c.project_id == wanted.project_id)
    return conditions


def visited(unit: UnitOfWork, instance_id: str) -> dict[str, int]:
    """Element id -> how often it was completed."""
    return {row.element_id: row.times for row in unit.rows(_VISITED, {"id": instance_id})}


def counts(unit: UnitOfWork) -> dict[str, int]:
    """Numbers of the whole office: running, open_tasks, incidents, undelivered, unsent."""
    queries = {
        "running": sa.select(sa.func.count()).where(instance.c.state == "running"),
        "open_tasks": sa.select(sa.func.count()).where(user_task.c.state.in_(["open", "claimed"])),
        "incidents": sa.select(sa.func.count()).where(incident.c.resolved_at.is_(None)),
        "undelivered": sa.select(sa.func.count()).where(is_word(message.c.state, "waiting")),
        "unsent": sa.select(sa.func.count()).where(
            outbox.c.kind == "mail", is_word(outbox.c.state, "waiting")
        ),
    }
    row = unit.row(sa.select(*(query.scalar_subquery().label(n) for n, query in queries.items())))
    return {} if row is None else {name: int(getattr(row, name)) for name in queries}
