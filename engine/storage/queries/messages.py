"""Messages nobody has received, and who waits for their names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engine.domain.records import MessageRow
from engine.domain.undelivered import Waiting
from engine.storage.columns import is_word
from engine.storage.messages import message_of
from engine.storage.schema import message as table
from engine.storage.schema import process_instance as instance
from engine.storage.schema import subscription
from engine.storage.unit_of_work import UnitOfWork

MOST_WAITING = 500
COUNT_LIMIT = 1_000
Projects = Collection[str] | None  # None: all, and what belongs to no project

_ROWS = sa.select(table, instance.c.business_key).join(
    instance, instance.c.id == table.c.from_instance_id, isouter=True
)
_WAITING = (
    sa.select(
        subscription.c.name,
        subscription.c.key,
        subscription.c.project_id,
        subscription.c.instance_id,
        instance.c.business_key,
    )
    .join(instance, instance.c.id == subscription.c.instance_id)
    .where(
        subscription.c.kind == "message",
        subscription.c.name.in_(sa.bindparam("names", expanding=True)),
    )
    .order_by(subscription.c.opened_at.desc())
    .limit(MOST_WAITING)
)


def _of(statement: sa.Select[*tuple[Any, ...]], projects: Projects) -> Any:
    if projects is None:
        return statement
    return statement.where(table.c.project_id.in_(sorted(projects)))


def page(
    unit: UnitOfWork, state: str, projects: Projects, first: int, most: int
) -> list[MessageRow]:
    """Messages in that state; those that wait oldest first, others newest first."""
    order = table.c.sent_at if state == "waiting" else table.c.sent_at.desc()
    statement = _of(_ROWS.where(is_word(table.c.state, state)), projects)
    found = unit.rows(statement.order_by(order, table.c.id).limit(most).offset(first))
    return [message_of(row) for row in found]


def count(unit: UnitOfWork, state: str, projects: Projects) -> int:
    """At most 1,000."""
    found = _of(sa.select(table.c.id).where(is_word(table.c.state, state)), projects)
    row = unit.row(sa.select(sa.func.count()).select_from(found.limit(COUNT_LIMIT).subquery()))
    return int(row[0])


def named(unit: UnitOfWork, ids: Collection[str], projects: Projects) -> list[MessageRow]:
    """Those of these ids that still wait."""
    if not ids:
        return []
    wanted = _ROWS.where(is_word(table.c.state, "waiting"), table.c.id.in_(sorted(ids)))
    statement = _of(wanted, projects).order_by(table.c.sent_at, table.c.id)
    return [message_of(row) for row in unit.rows(statement)]


def waiting_for(unit: UnitOfWork, names: Collection[str]) -> list[Waiting]:
    """Instances that wait for messages of these names, the newest first."""
    if not names:
        return []
    return [
        Waiting(
            name=row.name,
            key=row.key,
            project_id=row.project_id,
            instance_id=row.instance_id,
            business_key=row.business_key,
        )
        for row in unit.rows(_WAITING, {"names": sorted(names)})
    ]
