"""Periodic starts (定期起動): exactly one instance for each schedule and planned moment."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from engine.domain.access import SCHEDULE, Actor, may_administer, may_see_project
from engine.domain.errors import ForbiddenError, NotFoundError
from engine.domain.records import Incident, Schedule
from engine.domain.schedule_rule import Rule
from engine.domain.schedule_words import read_rule
from engine.services import incident_rows, running
from engine.services.running import Beginning
from engine.services.unit import Unit
from engine.storage import definitions, history
from engine.storage import schedules as rows
from engine.storage.history import Line

MANY = 10_000


class MayNotChangeScheduleError(ForbiddenError):
    """Only administrators and the project's PJMO pause and resume."""

    code = "may_not_change_schedule"


def rule_of(schedule: Schedule) -> Rule:
    return read_rule(schedule.rule, schedule.time)


def operation_started(unit: Unit, project_id: str | None, system_id: str | None) -> None:
    """Note one schedule for each template; those whose process is not deployed wait for it."""
    deployed = {head.key for head in definitions.newest(unit)}
    have = {(row.template, row.project_id, row.system_id) for row in rows.all_schedules(unit)}
    for template in unit.office.templates.values():
        if (template.id, project_id, system_id) in have:
            continue
        schedule = Schedule(
            id=uuid.uuid4().hex,
            template=template.id,
            key=template.key,
            rule=template.rule.text,
            time=template.time,
            project_id=project_id,
            system_id=system_id,
            state="active" if template.key in deployed else "undeployed",
            catch_up=template.catch_up,
            since_at=unit.now,
        )
        rows.add(unit, schedule)


def due(unit: Unit) -> list[tuple[str, list[datetime]]]:
    """(schedule id, planned moments that have passed and are not dealt with, oldest first)."""
    found = []
    for schedule in rows.all_schedules(unit):
        if schedule.state != "active":
            continue
        after = max(filter(None, (schedule.since_at, schedule.last_fired_at)))
        first = _first_after(unit, schedule, after)
        if first is not None and first <= unit.now:
            moments = rule_of(schedule).between(after, unit.now, unit.calendar)
            found.append((schedule.id, moments))
    return found


def _first_after(unit: Unit, schedule: Schedule, after: datetime) -> datetime | None:
    """The first planned moment after `after`; worked out once, though asked every minute."""
    known = unit.office.upcoming
    key = (schedule.rule, schedule.time, after)
    if key not in known:
        if len(known) >= MANY:
            known.clear()
        moments = rule_of(schedule).next(after, unit.calendar)
        known[key] = moments[0] if moments else None
    return known[key]


def catches_up(unit: Unit, schedule_id: str) -> bool:
    """Whether one start makes up for what was missed."""
    return rows.get(unit, schedule_id).catch_up != "skip"


def next_at(unit: Unit) -> datetime | None:
    """When the next schedule fires, if any does."""
    active = [row for row in rows.all_schedules(unit) if row.state == "active"]
    moments = [rule_of(row).next(unit.now, unit.calendar) for row in active]
    return min((found[0] for found in moments if found), default=None)


def skip(unit: Unit, schedule_id: str, planned_at: datetime) -> bool:
    """Note that a missed moment is not made up for; False if it was dealt with."""
    schedule = rows.get(unit, schedule_id)
    if rows.is_fired(unit, schedule_id, planned_at):
        return False
    rows.add_fire_key(unit, schedule_id, planned_at, "skipped")
    _enter(unit, schedule, planned_at, "schedule_skipped")
    return True


def fire(unit: Unit, schedule_id: str, planned_at: datetime, *, is_late: bool) -> str | None:
    """Start the instance of one planned moment; None if somebody else has done it.

    `is_late`: the moment passed while nobody was there; the instance is marked as caught up.
    """
    schedule = rows.get(unit, schedule_id)
    if schedule.state != "active" or rows.is_fired(unit, schedule_id, planned_at):
        return None
    rows.add_fire_key(unit, schedule_id, planned_at, "caught_up" if is_late else "started")
    detail = {
        "schedule": schedule.template,
        "rule": schedule.rule,
        "planned_at": planned_at,
        "caught_up": is_late,
    }
    beginning = Beginning(
        definition=definitions.versions(unit, schedule.key)[0],
        actor=SCHEDULE,
        project_id=schedule.project_id,
        system_id=schedule.system_id,
        detail=detail,
    )
    return running.begin(unit, beginning).id


def failed(unit: Unit, schedule_id: str, planned_at: datetime, error: str) -> None:
    """Note that a start went wrong: never silent, and never tried for ever."""
    schedule = rows.get(unit, schedule_id)
    if rows.is_fired(unit, schedule_id, planned_at):
        return
    rows.add_fire_key(unit, schedule_id, planned_at, "failed")
    incident = Incident(
        id=0,
        kind="schedule",
        code="schedule_failed",
        text="定期起動で業務を始められませんでした。",
        detail=f"{schedule.template} {planned_at.isoformat()} {error}",
        opened_at=unit.now,
        project_id=schedule.project_id,
        element_id=schedule.id,
    )
    incident_rows.note(unit, incident)


def _enter(unit: Unit, schedule: Schedule, planned_at: datetime, event: str) -> None:
    detail = {"schedule": schedule.template, "planned_at": planned_at}
    history.add(unit, Line(event=event, actor=SCHEDULE, detail=detail))


def listing(unit: Unit, actor: Actor) -> list[Schedule]:
    """The schedules the actor may see, each with its next moment."""
    return [
        replace(row, next_at=_next(unit, row))
        for row in rows.all_schedules(unit)
        if may_see_project(actor, row.project_id)
    ]


def _next(unit: Unit, schedule: Schedule) -> datetime | None:
    if schedule.state != "active":
        return None
    found = rule_of(schedule).next(unit.now, unit.calendar)
    return found[0] if found else None


def planned(unit: Unit, schedule_id: str, count: int = 10) -> list[datetime]:
    """The next moments of the schedule."""
    return rule_of(rows.get(unit, schedule_id)).next(unit.now, unit.calendar, count)


def runs(unit: Unit, schedule_id: str) -> list[tuple[datetime, str]]:
    """(planned moment, started | caught_up | skipped | failed), newest first."""
    return rows.runs(unit, schedule_id)


def pause(unit: Unit, schedule_id: str, reason: str, actor: Actor) -> None:
    """Fire no more until resumed."""
    schedule = _check(unit, schedule_id, actor)
    rows.set_state(unit, schedule_id, "paused", reason, schedule.since_at)
    detail = {"schedule": schedule.template, "reason": reason}
    history.add(unit, Line(event="schedule_paused", actor=actor, detail=detail))


def resume(unit: Unit, schedule_id: str, actor: Actor) -> None:
    """Fire again from now on; what was missed during the pause stays undone."""
    schedule = _check(unit, schedule_id, actor)
    rows.set_state(unit, schedule_id, "active", "", unit.now)
    detail = {"schedule": schedule.template}
    history.add(unit, Line(event="schedule_resumed", actor=actor, detail=detail))


def _check(unit: Unit, schedule_id: str, actor: Actor) -> Schedule:
    schedule = rows.get(unit, schedule_id)
    if not may_see_project(actor, schedule.project_id):
        raise NotFoundError("schedule", schedule_id)
    if not (may_administer(actor) or actor.holds("PJMO", schedule.project_id)):
        raise MayNotChangeScheduleError(f"{actor.user_id} may not change {schedule_id}")
    return schedule
