"""All open tasks and all instances, for tests of processes; small stores only."""

from __future__ import annotations

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.schema import process_instance, user_task
from engine.storage.unit_of_work import UnitOfWork

MOST = 100_000
_OPEN = (
    tasks.TASKS.where(user_task.c.state.in_(["open", "claimed"]))
    .order_by(user_task.c.created_at, user_task.c.id)
    .limit(MOST)
)
_HEADS = instances.HEADS.order_by(
    process_instance.c.started_at, process_instance.c.depth, process_instance.c.business_key
).limit(MOST)


def open_tasks(unit: UnitOfWork) -> list[UserTask]:
    return [tasks.task_of(row) for row in unit.rows(_OPEN)]


def all_heads(unit: UnitOfWork) -> list[InstanceHead]:
    return [instances.head_of(row) for row in unit.rows(_HEADS)]
