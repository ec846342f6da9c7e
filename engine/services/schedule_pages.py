"""The pages of periodic starts: all of them by system, and one with what comes and what was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.access import (
    Actor,
    may_change_schedules,
    may_open_schedules,
    schedule_projects,
)
from engine.domain.errors import ForbiddenError
from engine.domain.instance import HistoryEntry
from engine.domain.records import Schedule
from engine.domain.schedule_rule import Planned, Rule
from engine.domain.schedule_run import ScheduleRun
from engine.domain.schedule_words import read_rule
from engine.services import places, schedule_changes, schedules
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import schedules as rows
from engine.storage.schedules import Visible

COMING = 10
MOST_CHANGES = 50


class MayNotSeeSchedulesError(ForbiddenError):
    """The page is for administrators, the PMO and PJMO."""

    code = "may_not_see_schedules"


@dataclass(frozen=True, kw_only=True)
class ScheduleRow:
    """One schedule of the list.  `own_rule`: it differs from the template's."""

    schedule: Schedule
    name: str
    rule: Rule
    project_name: str
    system_name: str
    own_rule: bool
    may_change: bool
    coming: Planned | None = None
    last: ScheduleRun | None = None

    @property
    def system_key(self) -> tuple[str, ...]:
        """What the rows of one system have in common; in the order of the list."""
        place = self.schedule
        names = (self.project_name, self.system_name)
        return (*names, place.project_id or "", place.system_id or "")


@dataclass(frozen=True, kw_only=True)
class ScheduleList:
    rows: tuple[ScheduleRow, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class SchedulePage:
    """One schedule.  `missed`: planned moments that passed in the present pause."""

    row: ScheduleRow
    planned: tuple[Planned, ...]
    missed: tuple[datetime, ...]
    runs: tuple[ScheduleRun, ...]
    has_more_runs: bool
    changes: tuple[HistoryEntry, ...]
    template_rule: Rule | None


def listing(
    unit: Unit, actor: Actor, *, system_id: str | None = None, page: int = 1, size: int = 50
) -> ScheduleList:
    """The schedules the actor may see, by project and system.

    Raises:
        MayNotSeeSchedulesError
    """
    if not may_open_schedules(actor):
        raise MayNotSeeSchedulesError(f"{actor.user_id} may not see schedules")
    projects = schedule_projects(actor)
    wanted = Visible(
        everywhere=projects is None, project_ids=projects or frozenset(), system_id=system_id
    )
    found, total = rows.page(unit, wanted, (page - 1) * size, size)
    return ScheduleList(rows=tuple(_rows(unit, found, actor)), total=total)


def _rows(unit: Unit, found: Iterable[Schedule], actor: Actor) -> Iterable[ScheduleRow]:
    listed = list(found)
    last = rows.last_runs(unit, (schedule.id for schedule in listed))
    for schedule in listed:
        yield _row(unit, schedule, actor, last.get(schedule.id))


def _row(unit: Unit, schedule: Schedule, actor: Actor, last: ScheduleRun | None) -> ScheduleRow:
    rule = schedules.rule_of(schedule)
    template = unit.office.templates.get(schedule.template)
    names = places.names(unit, schedule.project_id, schedule.system_id)
    coming = rule.coming(unit.now, unit.calendar) if schedule.state == "active" else []
    return ScheduleRow(
        schedule=schedule,
        name=schedules.name_of(unit, schedule),
        rule=rule,
        project_name=names[0],
        system_name=names[1],
        own_rule=template is not None and template.rule != rule,
        may_change=may_change_schedules(actor, schedule.project_id),
        coming=next(iter(coming), None),
        last=last,
    )


def page(
    unit: Unit, schedule_id: str, actor: Actor, *, page: int = 1, size: int = 20
) -> SchedulePage:
    """All about one schedule; `page`: of its past runs.

    Raises:
        NotFoundError: none such, or the actor may not know of it.
    """
    schedule = schedule_changes.get(unit, schedule_id, actor)
    last = rows.last_runs(unit, [schedule_id]).get(schedule_id)
    row = _row(unit, schedule, actor, last)
    runs = rows.runs(unit, schedule_id, (page - 1) * size, size + 1)
    template = unit.office.templates.get(schedule.template)
    return SchedulePage(
        row=row,
        planned=tuple(row.rule.coming(unit.now, unit.calendar, COMING)),
        missed=tuple(schedule_changes.missed(unit, schedule)),
        runs=tuple(runs[:size]),
        has_more_runs=len(runs) > size,
        changes=tuple(history.of_thing(unit, schedule_id, MOST_CHANGES)),
        template_rule=None if template is None else template.rule,
    )


def preview(unit: Unit, schedule_id: str, rule: tuple[str, str], actor: Actor) -> list[Planned]:
    """The next moments by another rule.  `rule`: as in `schedule_changes.change_rule`.

    Raises:
        NotFoundError
        RefusedError: the words cannot be read, or would never fire.
    """
    schedule_changes.get(unit, schedule_id, actor)
    return read_rule(*rule).coming(unit.now, unit.calendar, COMING)
