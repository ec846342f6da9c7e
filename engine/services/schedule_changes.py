"""What people do with periodic starts: pause, resume, start now, change the rule or the policy.

Each change says which version of the schedule it was meant for; a second press of the same button
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.domain.access import Actor, may_change_schedules, may_see_schedules
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.records import Schedule
from engine.domain.schedule_rule import Rule
from engine.domain.schedule_run import Outcome
from engine.domain.schedule_words import read_rule
from engine.services import schedules
from engine.services.unit import Unit
from engine.storage import definitions, instances
from engine.storage import schedules as rows

POLICIES = ("newest", "skip")
ACTIVE, PAUSED, UNDEPLOYED = "active", "paused", "undeployed"
MOST_NOTED = 100  # of the moments missed in a pause; older ones are only counted


class MayNotChangeScheduleError(ForbiddenError):
    """Only administrators and the project's PJMO change periodic starts."""

    code = "may_not_change_schedule"


class ScheduleChangedError(ConflictError):
    """Somebody else has changed the schedule since the page was opened."""

    code = "schedule_changed"

    def __init__(self, schedule_id: str, version: int) -> None:
        super().__init__(f"schedule {schedule_id} is no longer at version {version}")
        self.schedule_id = schedule_id


class UnknownPolicyError(InvalidError):
    """No such way to deal with missed moments."""

    code = "unknown_policy"


class NoReasonError(InvalidError):
    """The history needs a reason."""

    code = "no_reason"


def get(unit: Unit, schedule_id: str, actor: Actor) -> Schedule:
    """The schedule.

    Raises:
        NotFoundError: none such, or the actor may not know of it.
    """
    schedule = rows.get(unit, schedule_id)
    if not may_see_schedules(actor, schedule.project_id):
        raise NotFoundError("schedule", schedule_id)
    return schedule


def _changeable(unit: Unit, schedule_id: str, actor: Actor) -> Schedule:
    schedule = get(unit, schedule_id, actor)
    if not may_change_schedules(actor, schedule.project_id):
        raise MayNotChangeScheduleError(f"{actor.user_id} may not change {schedule_id}")
    return schedule


def _save(
    unit: Unit, old: Schedule, new: Schedule, version: int, actor: Actor, event: str, **detail: Any
) -> None:
    if old.version != version:
        raise ScheduleChangedError(old.id, version)
    rows.change(unit, new)
    schedules.enter(unit, old, actor, event, detail)


def pause(unit: Unit, schedule_id: str, version: int, reason: str, actor: Actor) -> None:
    """Fire no more until resumed.

    Raises:
        NoReasonError, MayNotChangeScheduleError, ScheduleChangedError.
    """
    schedule = _changeable(unit, schedule_id, actor)
    if not reason.strip():
        raise NoReasonError(f"pausing {schedule_id} needs a reason")
    if schedule.state == PAUSED and schedule.reason == reason:
        return
    paused = replace(schedule, state=PAUSED, reason=reason)
    _save(unit, schedule, paused, version, actor, "schedule_paused", reason=reason)


def missed(unit: Unit, schedule: Schedule) -> list[datetime]:
    """The planned moments that passed while the schedule was paused, oldest first."""
    if schedule.state != PAUSED:
        return []
    after = max(filter(None, (schedule.since_at, schedule.last_fired_at)))
    return schedules.rule_of(schedule).between(after, unit.now, unit.calendar)


def resume(
    unit: Unit, schedule_id: str, version: int, actor: Actor, *, make_up: bool = False
) -> str | None:
    """Fire again from now on.

    What was missed is noted as skipped; with `make_up` one start, for the newest missed moment,
    makes up for all.  Its instance id is the answer.

    Raises:
        MayNotChangeScheduleError, ScheduleChangedError; NotDeployedError with `make_up`.
    """
    schedule = _changeable(unit, schedule_id, actor)
    if schedule.state != PAUSED:
        return None
    passed = missed(unit, schedule)
    state = ACTIVE if definitions.versions(unit, schedule.key) else UNDEPLOYED
    resumed = replace(schedule, state=state, reason="", since_at=unit.now)
    detail = {"missed": len(passed), "made_up": make_up and bool(passed)}
    _save(unit, schedule, resumed, version, actor, "schedule_resumed", **detail)
    newest = passed[-1:] if make_up else []
    for moment in passed[: len(passed) - len(newest)][-MOST_NOTED:]:
        rows.add_fire_key(unit, schedule_id, moment, Outcome.SKIPPED)
    for moment in newest:
        return schedules.start(unit, schedule, moment, Outcome.CAUGHT_UP, actor)
    return None


def run_now(unit: Unit, schedule_id: str, reason: str, actor: Actor, submission_key: str) -> str:
    """Start one instance by hand; no planned moment is used up.  The same key starts one only.

    Raises:
        NoReasonError, MayNotChangeScheduleError, NotDeployedError.
    """
    schedule = _changeable(unit, schedule_id, actor)
    before = instances.submitted(unit, submission_key)
    if before is not None:
        return before
    if not reason.strip():
        raise NoReasonError(f"starting {schedule_id} by hand needs a reason")
    # planned moments are whole minutes: this row never stands in the way of one
    moment = unit.now.replace(microsecond=unit.now.microsecond or 1)
    instance_id = schedules.start(unit, schedule, moment, Outcome.BY_HAND, actor, reason)
    instances.add_submission(unit, submission_key, instance_id)
    detail = {"reason": reason, "instance_id": instance_id}
    schedules.enter(unit, schedule, actor, "schedule_run_by_hand", detail)
    return instance_id


def set_policy(unit: Unit, schedule_id: str, version: int, catch_up: str, actor: Actor) -> None:
    """What becomes of missed moments: `newest` (one start for all) or `skip`.

    Raises:
        UnknownPolicyError, MayNotChangeScheduleError, ScheduleChangedError.
    """
    schedule = _changeable(unit, schedule_id, actor)
    if catch_up not in POLICIES:
        raise UnknownPolicyError(f"no policy {catch_up!r}")
    if schedule.catch_up == catch_up:
        return
    changed = replace(schedule, catch_up=catch_up)
    detail = {"before": schedule.catch_up, "after": catch_up}
    _save(unit, schedule, changed, version, actor, "schedule_policy_changed", **detail)


def change_rule(
    unit: Unit, schedule_id: str, version: int, rule: tuple[str, str], actor: Actor
) -> None:
    """Another rule for this system.  `rule`: calendar words and time of day, as they were typed.

    Raises:
        RefusedError: the words cannot be read, or would never fire.
        MayNotChangeScheduleError, ScheduleChangedError.
    """
    schedule = _changeable(unit, schedule_id, actor)
    _put(unit, schedule, version, read_rule(*rule), actor)


def back_to_template(unit: Unit, schedule_id: str, version: int, actor: Actor) -> None:
    """The rule and the time of the template again.

    Raises:
        NotFoundError: the template is gone.
        MayNotChangeScheduleError, ScheduleChangedError.
    """
    schedule = _changeable(unit, schedule_id, actor)
    template = unit.office.templates.get(schedule.template)
    if template is None:
        raise NotFoundError("schedule template", schedule.template)
    _put(unit, schedule, version, template.rule, actor)


def _put(unit: Unit, schedule: Schedule, version: int, rule: Rule, actor: Actor) -> None:
    if schedules.rule_of(schedule) == rule:
        return
    at = f"{rule.at:%H:%M}"
    changed = replace(schedule, rule=rule.text, time=at, since_at=unit.now)
    detail: Mapping[str, str] = {
        "before": f"{schedule.rule} {schedule.time}",
        "after": f"{rule.text} {at}",
    }
    _save(unit, schedule, changed, version, actor, "schedule_rule_changed", **detail)
