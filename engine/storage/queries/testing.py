"""All open tasks, instances and rules that applied, for tests of processes; small stores only."""

from __future__ import annotations

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.storage import instances, tasks
from engine.storage.schema import decision_log, process_definition, process_instance, user_task
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
_HEADS_OF = _HEADS.where(process_definition.c.key == sa.bindparam("key"))
_MATCHED = sa.select(decision_log.c.matched)


def open_tasks(unit: UnitOfWork) -> list[UserTask]:
    return [tasks.task_of(row) for row in unit.rows(_OPEN)]


def all_heads(unit: UnitOfWork) -> list[InstanceHead]:
    return [instances.head_of(row) for row in unit.rows(_HEADS)]


def heads_of(unit: UnitOfWork, key: str) -> list[InstanceHead]:
    """All instances of one process."""
    return [instances.head_of(row) for row in unit.rows(_HEADS_OF, {"key": key})]


def matched_rules(unit: UnitOfWork) -> set[tuple[str, int]]:
    """Decision and number, from 1, of each rule that has applied."""
    return {
        (rule["decision"], int(rule["index"]))
        for row in unit.rows(_MATCHED)
        for rule in typed_json.decode(row.matched)
    }
