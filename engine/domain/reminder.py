"""Who is reminded of a deadline, and who hears of it when it has passed?

The ladder of an office: each step lies some working days before or after the day of the deadline
and goes to somebody: whoever should do the task, the head of the group, then those above.  Source:
chapter 8 checklist, S05; the numbers are settings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar, tokyo_date

ASSIGNEE, HEAD_OF_GROUP = "assignee", "head"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """`days`: working days after the day of the deadline, negative before it.

    `to`: `assignee` (or the candidates while nobody has the task), `head` (of the candidate
    group), or codes of roles.
    """

    days: int
    to: tuple[str, ...]

    @property
    def id(self) -> str:
        if self.days == 0:
            return "due"
        return f"before_{-self.days}" if self.days < 0 else f"after_{self.days}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do about one task: steps to mark as dealt with, and (step, addressee) to tell."""

    marks: tuple[str, ...]
    tells: tuple[tuple[Step, str], ...]


class Ladder:
    """The steps of an office, each at the same time of the day.

    `reminded_by_model`: `process.element` of tasks whose diagram reminds by itself; for them the
    ladder begins after the deadline.
    """

    def __init__(
        self, steps: Sequence[Step], at: time, reminded_by_model: Collection[str] = ()
    ) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.days))
        self.at = at
        self.reminded_by_model = frozenset(reminded_by_model)

    def moment(self, step: Step, due_on: date, calendar: Calendar) -> datetime:
        """When the step comes for a deadline on that day, as UTC."""
        return datetime.combine(_day(step, due_on, calendar), self.at, TOKYO).astimezone(UTC)

    def reached(self, now: datetime, calendar: Calendar) -> list[tuple[Step, date]]:
        """(step, last day of a deadline for which it has come by now), earliest step first."""
        local = now.astimezone(TOKYO)
        today = local.date() if local.time() >= self.at else local.date() - ONE_DAY
        return [(step, _last(step, today, calendar)) for step in self.steps]

    def later(self, step: Step) -> tuple[Step, ...]:
        """The steps after this one."""
        return self.steps[self.steps.index(step) + 1 :]

    def plan(
        self,
        due_on: date,
        created_at: datetime,
        marked: Collection[str],
        now: datetime,
        calendar: Calendar,
    ) -> Plan:
        """What is due for a task with that deadline.  `marked`: steps dealt with before.

        Of several steps that have passed unseen each addressee hears only of the newest, so that
        nobody finds a flood after a downtime.  A step before the task was there is left out.
        """
        passed = [step for step in self.steps if self.moment(step, due_on, calendar) <= now]
        old = [place for place, step in enumerate(passed) if step.id in marked]
        missing = passed[max(old, default=-1) + 1 :]
        newest: dict[str, Step] = {}
        for step in missing:
            if self.moment(step, due_on, calendar) >= created_at:
                newest.update(dict.fromkeys(step.to, step))
        return Plan(
            marks=tuple(step.id for step in missing),
            tells=tuple((step, addressee) for addressee, step in newest.items()),
        )


def _day(step: Step, due_on: date, calendar: Calendar) -> date:
    """A deadline on a closed day is reminded of on the last working day before it."""
    if step.days == 0 and not calendar.is_working_day(due_on):
        return calendar.add(due_on, -1)
    return due_on if step.days == 0 else calendar.add(due_on, step.days)


def _last(step: Step, today: date, calendar: Calendar) -> date:
    """The last day of a deadline whose step falls on `today` or before."""
    day = calendar.add(today, -step.days) if step.days else today
    while _day(step, day, calendar) > today:
        day -= ONE_DAY
    while _day(step, day + ONE_DAY, calendar) <= today:
        day += ONE_DAY
    return day


def days_left(due_at: datetime, now: datetime, calendar: Calendar) -> int:
    """Working days until the day of the deadline; 0 on the day, negative (at least -1) after."""
    due_on, today = tokyo_date(due_at), tokyo_date(now)
    days = calendar.between(today, due_on)
    return days if due_on >= today else min(days, -1)
