"""Periodic starts (定期起動): exactly one instance for each schedule and planned moment.

What the clock does.  What people do: `schedule_changes`; what they look at: `schedule_pages`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from engine.domain.access import ADMINISTRATOR, SCHEDULE, Actor, may_see_project
from engine.domain.errors import ConflictError
from engine.domain.records import Incident, Schedule
from engine.domain.schedule_rule import Rule
from engine.domain.schedule_run import Outcome, ScheduleRun
from engine.domain.schedule_words import read_rule
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.services import incident_rows, notices, places, running
from engine.services.running import Beginning
from engine.services.unit import Unit
from engine.storage import definitions, history, people
from engine.storage import schedules as rows
from engine.storage.history import Line

MANY = 10_000


class NotDeployedError(ConflictError):
    """No version of the process is in service."""

    code = "not_deployed"

    def __init__(self, key: str) -> None:
        super().__init__(f"no version of {key} is deployed")
        self.key = key


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


def next_day(unit: Unit, schedule: Schedule) -> date | None:
    """The day on which the schedule fires next; worked out once a day."""
    if schedule.state != "active":
        return None
    found = _first_after(unit, schedule, datetime.combine(unit.today, time(), TOKYO))
    if found is not None and found <= unit.now:
        found = _first_after(unit, schedule, found)
    return None if found is None else tokyo_date(found)


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
    rows.add_fire_key(unit, schedule_id, planned_at, Outcome.SKIPPED)
    enter(unit, schedule, SCHEDULE, "schedule_skipped", {"planned_at": planned_at})
    return True


def fire(unit: Unit, schedule_id: str, planned_at: datetime, *, is_late: bool) -> str | None:
    """Start the instance of one planned moment; None if somebody else has done it.

    `is_late`: the moment passed while nobody was there; the instance is marked as caught up.
    """
    schedule = rows.get(unit, schedule_id)
    if schedule.state != "active" or rows.is_fired(unit, schedule_id, planned_at):
        return None
    return start(unit, schedule, planned_at, Outcome.CAUGHT_UP if is_late else Outcome.STARTED)


def start(
    unit: Unit,
    schedule: Schedule,
    planned_at: datetime,
    outcome: Outcome,
    actor: Actor = SCHEDULE,
    reason: str = "",
) -> str:
    """Start the instance of a moment and note that the moment is dealt with.

    Raises:
        NotDeployedError: there is nothing to start.
    """
    versions = definitions.versions(unit, schedule.key)
    if not versions:
        raise NotDeployedError(schedule.key)
    detail: dict[str, Any] = {
        "schedule": schedule.template,
        "rule": schedule.rule,
        "planned_at": planned_at,
        "caught_up": outcome is Outcome.CAUGHT_UP,
    }
    beginning = Beginning(
        definition=versions[0],
        actor=actor,
        project_id=schedule.project_id,
        system_id=schedule.system_id,
        detail={**detail, "reason": reason} if reason else detail,
    )
    instance_id = running.begin(unit, beginning).id
    rows.add_fire_key(unit, schedule.id, planned_at, outcome, instance_id)
    return instance_id


def failed(unit: Unit, schedule_id: str, planned_at: datetime, error: str) -> None:
    """Note that a start went wrong: never silent, and never tried for ever."""
    schedule = rows.get(unit, schedule_id)
    if rows.is_fired(unit, schedule_id, planned_at):
        return
    rows.add_fire_key(unit, schedule_id, planned_at, Outcome.FAILED)
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
    enter(unit, schedule, SCHEDULE, "schedule_failed", {"planned_at": planned_at})
    names = places.names(unit, schedule.project_id, schedule.system_id)
    notices.notify(
        unit,
        [one.id for one in people.holders(unit, [ADMINISTRATOR], None, unit.today)],
        "schedule_failed",
        detail={"name": name_of(unit, schedule), "system": names[1], "schedule_id": schedule.id},
        key=f"schedule_failed:{schedule.id}:{planned_at.isoformat()}",
        mail=True,
    )


def enter(
    unit: Unit, schedule: Schedule, actor: Actor, event: str, detail: Mapping[str, Any]
) -> None:
    """Note a line of the schedule's own history."""
    line = Line(
        event=event,
        actor=actor,
        element_id=schedule.template,
        element_name=name_of(unit, schedule),
        element_instance_id=schedule.id,
        detail=detail,
    )
    history.add(unit, line)


def name_of(unit: Unit, schedule: Schedule) -> str:
    """Name of the template; its id when the template is gone."""
    template = unit.office.templates.get(schedule.template)
    return schedule.template if template is None else template.name


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


def runs(unit: Unit, schedule_id: str) -> list[ScheduleRun]:
    """What became of the planned moments, newest first."""
    return rows.runs(unit, schedule_id)
