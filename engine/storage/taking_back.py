"""What taking back a task asks the tables: the last steps, and who has seen what since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.domain import typed_json
from engine.domain.user_task import UserTask
from engine.storage import tasks
from engine.storage.schema import draft, history, user_task
from engine.storage.schema_cooperation import task_seen as seen
from engine.storage.unit_of_work import UnitOfWork

_STEPS = (
    sa.select(
        history.c.event,
        history.c.actor,
        history.c.at,
        history.c.version,
        history.c.element_instance_id,
        history.c.detail,
        history.c.live,
    )
    .where(history.c.instance_id == sa.bindparam("of_instance"), history.c.live.is_not(None))
    .order_by(history.c.id.desc())
    .limit(sa.bindparam("most"))
)
_SEEN = sa.select(seen.c.person_id).where(
    seen.c.task_id.in_(sa.bindparam("ids", expanding=True)),
    seen.c.person_id != sa.bindparam("but"),
)
_DRAFTED = sa.select(draft.c.person_id).where(
    draft.c.task_id.in_(sa.bindparam("ids", expanding=True)),
    draft.c.person_id != sa.bindparam("but"),
)
_SEE = insert(seen).on_conflict_do_nothing(index_elements=[seen.c.task_id])  # both know it
_RESERVE = sa.insert(seen)
_TASKS = tasks.TASKS.where(user_task.c.id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True, kw_only=True)
class PastStep:
    """One step of an instance, with its state after it."""

    event: str
    actor: str
    at: datetime
    version: int
    element_instance_id: str | None
    detail: Mapping[str, Any]
    live: bytes


def last_steps(unit: UnitOfWork, instance_id: str, most: int = 2) -> list[PastStep]:
    """Newest first."""
    return [
        PastStep(
            event=row.event,
            actor=row.actor,
            at=row.at,
            version=row.version or 0,
            element_instance_id=row.element_instance_id,
            detail=typed_json.decode(row.detail) or {},
            live=bytes(row.live),
        )
        for row in unit.rows(_STEPS, {"of_instance": instance_id, "most": most})
    ]


def many(unit: UnitOfWork, task_ids: Sequence[str]) -> list[UserTask]:
    return [tasks.task_of(row) for row in unit.rows(_TASKS, {"ids": list(task_ids)})]


def first_other(unit: UnitOfWork, task_ids: Sequence[str], person_id: str) -> str | None:
    """Somebody else who has opened one of the tasks, or has a draft of it."""
    values = {"ids": list(task_ids), "but": person_id}
    for question in (_SEEN, _DRAFTED):
        row = unit.row(question, values)
        if row is not None:
            return str(row.person_id)
    return None


def see(unit: UnitOfWork, task_id: str, person_id: str) -> None:
    """Note that this person has opened the task; only the first one counts."""
    unit.note(_SEE, _row(unit, task_id, person_id))


def reserve(unit: UnitOfWork, task_ids: Iterable[str], person_id: str) -> None:
    """The same for who takes them back; stale if somebody opens one at the same moment."""
    for task_id in task_ids:
        unit.note(_RESERVE, _row(unit, task_id, person_id), "task_seen")


def _row(unit: UnitOfWork, task_id: str, person_id: str) -> dict[str, Any]:
    return {"task_id": task_id, "person_id": person_id, "at": unit.now}
