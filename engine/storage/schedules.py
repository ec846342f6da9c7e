"""Schedules and their fire keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.records import Schedule
from engine.storage.schema import fire_key
from engine.storage.schema import schedule as table
from engine.storage.unit_of_work import UnitOfWork

_last = (
    sa.select(sa.func.max(fire_key.c.planned_at))
    .where(fire_key.c.schedule_id == table.c.id)
    .scalar_subquery()
    .label("last_fired_at")
)
_ROWS = sa.select(table, _last)
_ALL = _ROWS.order_by(table.c.template, table.c.project_id, table.c.system_id)
_ONE = _ROWS.where(table.c.id == sa.bindparam("id"))
_INSERT = sa.insert(table)
_FIRE = sa.insert(fire_key)
_FIRED = sa.select(fire_key.c.outcome).where(
    fire_key.c.schedule_id == sa.bindparam("id"), fire_key.c.planned_at == sa.bindparam("at")
)
_RUNS = (
    sa.select(fire_key)
    .where(fire_key.c.schedule_id == sa.bindparam("id"))
    .order_by(fire_key.c.planned_at.desc())
    .limit(sa.bindparam("most"))
)
_STATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(
        state=sa.bindparam("new_state"),
        reason=sa.bindparam("new_reason"),
        since_at=sa.bindparam("new_since"),
    )
)
_DEPLOYED = (
    sa.update(table)
    .where(table.c.key == sa.bindparam("of_key"), table.c.state == "undeployed")
    .values(state="active", since_at=sa.bindparam("new_since"))
)


def all_schedules(unit: UnitOfWork) -> list[Schedule]:
    return [_schedule(row) for row in unit.rows(_ALL)]


def get(unit: UnitOfWork, schedule_id: str) -> Schedule:
    row = unit.row(_ONE, {"id": schedule_id})
    if row is None:
        raise NotFoundError("schedule", schedule_id)
    return _schedule(row)


def add(unit: UnitOfWork, schedule: Schedule) -> None:
    unit.note(
        _INSERT,
        {
            "id": schedule.id,
            "template": schedule.template,
            "key": schedule.key,
            "rule": schedule.rule,
            "time": schedule.time,
            "project_id": schedule.project_id,
            "system_id": schedule.system_id,
            "state": schedule.state,
            "catch_up": schedule.catch_up,
            "since_at": schedule.since_at,
        },
        "schedule",
    )


def set_state(
    unit: UnitOfWork, schedule_id: str, state: str, reason: str, since_at: datetime
) -> None:
    """`since_at`: planned moments before it are not caught up."""
    values = {"of_id": schedule_id, "new_state": state, "new_reason": reason}
    unit.note(_STATE, {**values, "new_since": since_at}, "schedule")


def process_deployed(unit: UnitOfWork, key: str) -> None:
    """Note that schedules of this process may fire from now on."""
    unit.note(_DEPLOYED, {"of_key": key, "new_since": unit.now})


def is_fired(unit: UnitOfWork, schedule_id: str, planned_at: datetime) -> bool:
    return unit.row(_FIRED, {"id": schedule_id, "at": planned_at}) is not None


def add_fire_key(unit: UnitOfWork, schedule_id: str, planned_at: datetime, outcome: str) -> None:
    """Note that this planned moment is dealt with; a second one makes the command stale.

    `outcome`: started, caught_up, skipped or failed.
    """
    row = {"schedule_id": schedule_id, "planned_at": planned_at, "fired_at": unit.now}
    unit.note(_FIRE, {**row, "outcome": outcome, "instance_id": None}, "fire_key")


def runs(unit: UnitOfWork, schedule_id: str, most: int = 20) -> list[tuple[datetime, str]]:
    """(planned moment, outcome), newest first."""
    rows = unit.rows(_RUNS, {"id": schedule_id, "most": most})
    return [(row.planned_at, row.outcome) for row in rows]


def _schedule(row: Any) -> Schedule:
    return Schedule(
        id=row.id,
        template=row.template,
        key=row.key,
        rule=row.rule,
        time=row.time,
        project_id=row.project_id,
        system_id=row.system_id,
        state=row.state,
        catch_up=row.catch_up,
        since_at=row.since_at,
        last_fired_at=row.last_fired_at,
        reason=row.reason,
    )
