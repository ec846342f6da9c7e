"""When does a schedule fire?  Rules in the office's calendar words.

毎営業日                          every working day
毎月第3営業日                      the 3rd working day of each month; also 毎四半期, 毎半期, 毎年度
毎四半期初                        the first working day of April, July, October and January
毎月末営業日                       the last working day of each month; also 毎四半期末, 毎年度末 ...
毎月末から2営業日, 毎月末の1営業日前   the 2nd working day of each month, counted from its end
毎週月曜日                         these days; one that is closed moves to the next working day
毎月10日、25日
毎年4月1日、10月1日

A time of day may follow: 毎月第3営業日 9:00.  How the words are read: `schedule_words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar, tokyo_date

LOOK_AHEAD = timedelta(days=800)
LOOKS = 6  # a day that comes once in eight years is found
ONE_DAY = timedelta(days=1)


class RuleKind(StrEnum):
    """DAILY, NTH: working days by their place; the others: days that move when they are closed."""

    DAILY = "daily"
    NTH = "nth"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A planned moment, UTC.  `moved_from`: the closed day it would have been on."""

    at: datetime
    moved_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that was read.

    `text`: its words without the time.  `nth`: working day of the month, negative from its end;
    `months`: those it looks at; `period`: month, quarter, half or year, as it was written.
    """

    text: str
    at: time
    kind: RuleKind
    nth: int = 0
    period: str = "month"
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: tuple[int, ...] = ()  # 0 = Monday
    month_days: tuple[int, ...] = ()
    dates: tuple[tuple[int, int], ...] = ()  # month, day

    def days(self, first: date, last: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
        """The days of the rule from `first` to `last`, in order, each with the day it stands for.

        The two differ where a closed day has moved.
        """
        day = first
        while day <= last:
            meant = self._meant(day, calendar) if calendar.is_working_day(day) else None
            if meant is not None:
                yield day, meant
            day += ONE_DAY

    def _meant(self, day: date, calendar: Calendar) -> date | None:
        """The day of the rule for which this working day stands, if it stands for one."""
        if self.kind is RuleKind.DAILY:
            return day
        if self.kind is RuleKind.NTH:
            return day if self._is_nth(day, calendar) else None
        meant = day
        while not self._names(meant):
            meant -= ONE_DAY
            if calendar.is_working_day(meant):
                return None
        return meant

    def _is_nth(self, day: date, calendar: Calendar) -> bool:
        if day.month not in self.months:
            return False
        try:
            return calendar.nth_of_month(day.year, day.month, self.nth) == day
        except ValueError:
            return False

    def _names(self, day: date) -> bool:
        return (
            day.weekday() in self.weekdays
            or day.day in self.month_days
            or (day.month, day.day) in self.dates
        )

    def planned(self, after: datetime, until: datetime, calendar: Calendar) -> list[Planned]:
        """The planned moments in (after, until], oldest first."""
        found = []
        for day, meant in self.days(tokyo_date(after), tokyo_date(until), calendar):
            moment = datetime.combine(day, self.at, TOKYO).astimezone(UTC)
            if after < moment <= until:
                found.append(Planned(at=moment, moved_from=None if meant == day else meant))
        return found

    def between(self, after: datetime, until: datetime, calendar: Calendar) -> list[datetime]:
        """The same as bare moments, UTC."""
        return [planned.at for planned in self.planned(after, until, calendar)]

    def coming(self, after: datetime, calendar: Calendar, count: int = 1) -> list[Planned]:
        """The next planned moments after `after`; fewer when the rule is rare."""
        found: list[Planned] = []
        until = after
        for _ in range(LOOKS):
            since, until = until, until + LOOK_AHEAD
            found += self.planned(since, until, calendar)
            if len(found) >= count:
                break
        return found[:count]

    def next(self, after: datetime, calendar: Calendar, count: int = 1) -> list[datetime]:
        """The same as bare moments, UTC."""
        return [planned.at for planned in self.coming(after, calendar, count)]
