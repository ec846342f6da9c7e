"""Schedules and their fire keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.records import Schedule
from engine.domain.schedule_run import Outcome, ScheduleRun
from engine.storage.schema import fire_key
from engine.storage.schema import process_instance as instance
from engine.storage.schema import schedule as table
from engine.storage.schema_people import project, system
from engine.storage.unit_of_work import UnitOfWork

_last = (
    sa.select(sa.func.max(fire_key.c.planned_at))
    .where(fire_key.c.schedule_id == table.c.id, fire_key.c.outcome != Outcome.BY_HAND)
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
_WITH_INSTANCE = sa.select(fire_key, instance.c.business_key, instance.c.subject).join(
    instance, instance.c.id == fire_key.c.instance_id, isouter=True
)
_RUNS = (
    _WITH_INSTANCE.where(fire_key.c.schedule_id == sa.bindparam("id"))
    .order_by(fire_key.c.planned_at.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_same = fire_key.alias()
_LAST_RUNS = _WITH_INSTANCE.where(
    fire_key.c.schedule_id.in_(sa.bindparam("ids", expanding=True)),
    fire_key.c.planned_at
    == sa.select(sa.func.max(_same.c.planned_at))
    .where(_same.c.schedule_id == fire_key.c.schedule_id)
    .correlate(fire_key)
    .scalar_subquery(),
)
_CHANGE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        rule=sa.bindparam("new_rule"),
        time=sa.bindparam("new_time"),
        catch_up=sa.bindparam("new_catch_up"),
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
_visible = sa.or_(
    sa.bindparam("everywhere", type_=sa.Boolean),
    table.c.project_id.in_(sa.bindparam("projects", expanding=True)),
)
_wanted = sa.or_(
    sa.bindparam("system", type_=sa.Text).is_(None), table.c.system_id == sa.bindparam("system")
)
_PAGE = (
    _ROWS.join(project, project.c.id == table.c.project_id, isouter=True)
    .join(system, system.c.id == table.c.system_id, isouter=True)
    .where(_visible, _wanted)
    .order_by(project.c.name, system.c.name, table.c.project_id, table.c.system_id)
    .order_by(table.c.template, table.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_COUNT = sa.select(sa.func.count()).select_from(table).where(_visible, _wanted)


@dataclass(frozen=True, kw_only=True)
class Visible:
    """Which schedules: those of these projects, or of all; of one system, or of each."""

    everywhere: bool
    project_ids: frozenset[str]
    system_id: str | None = None


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


def change(unit: UnitOfWork, schedule: Schedule) -> None:
    """Note what a person has changed; stale if somebody else has changed it meanwhile.

    Planned moments before `since_at` are not caught up.
    """
    values = {
        "of_id": schedule.id,
        "of_version": schedule.version,
        "new_rule": schedule.rule,
        "new_time": schedule.time,
        "new_catch_up": schedule.catch_up,
        "new_state": schedule.state,
        "new_reason": schedule.reason,
        "new_since": schedule.since_at,
    }
    unit.note(_CHANGE, values, "schedule")


def page(unit: UnitOfWork, wanted: Visible, first: int, most: int) -> tuple[list[Schedule], int]:
    """In the order of projects, systems and templates, and how many there are in all."""
    values = {
        "everywhere": wanted.everywhere,
        "projects": sorted(wanted.project_ids),
        "system": wanted.system_id,
    }
    total = unit.row(_COUNT, values)
    rows = unit.rows(_PAGE, {**values, "first": first, "most": most})
    return [_schedule(row) for row in rows], 0 if total is None else int(total[0])


def process_deployed(unit: UnitOfWork, key: str) -> None:
    """Note that schedules of this process may fire from now on."""
    unit.note(_DEPLOYED, {"of_key": key, "new_since": unit.now})


def is_fired(unit: UnitOfWork, schedule_id: str, planned_at: datetime) -> bool:
    return unit.row(_FIRED, {"id": schedule_id, "at": planned_at}) is not None


def add_fire_key(
    unit: UnitOfWork,
    schedule_id: str,
    planned_at: datetime,
    outcome: Outcome,
    instance_id: str | None = None,
) -> None:
    """Note that this planned moment is dealt with; a second one makes the command stale."""
    row = {"schedule_id": schedule_id, "planned_at": planned_at, "fired_at": unit.now}
    unit.note(_FIRE, {**row, "outcome": outcome, "instance_id": instance_id}, "fire_key")


def runs(unit: UnitOfWork, schedule_id: str, first: int = 0, most: int = 20) -> list[ScheduleRun]:
    """Newest first."""
    rows = unit.rows(_RUNS, {"id": schedule_id, "first": first, "most": most})
    return [_run(row) for row in rows]


def last_runs(unit: UnitOfWork, schedule_ids: Iterable[str]) -> dict[str, ScheduleRun]:
    """Schedule id -> its newest run."""
    ids = list(schedule_ids)
    rows = unit.rows(_LAST_RUNS, {"ids": ids}) if ids else []
    return {row.schedule_id: _run(row) for row in rows}


def _run(row: Any) -> ScheduleRun:
    return ScheduleRun(
        planned_at=row.planned_at,
        fired_at=row.fired_at,
        outcome=Outcome(row.outcome),
        instance_id=row.instance_id,
        business_key=row.business_key or "",
        subject=row.subject or "",
    )


def _schedule(row: Any) -> Schedule:
    return Schedule(
        id=row.id,
        version=row.version,
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
