"""What one process instance has gone through, and the numbers of the overview."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage.columns import is_word
from engine.storage.history import stands
from engine.storage.schema import history, incident, message, outbox, user_task
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
