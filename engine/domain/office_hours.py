"""How much working time lies between two moments?

The office works from 9:00 to 18:00 in Tokyo on working days (`working_days.Calendar`); lunch is
not taken off, so that a working day has nine hours.  What happens outside costs no time: from
Friday 17:00 to Monday 10:00 two hours pass.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from engine.domain.values import TOKYO
from engine.domain.working_days import CLOSE_OF_BUSINESS, Calendar

START_OF_BUSINESS = time(9, 0)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
DAY_SECONDS = 86_400
_OPENS = START_OF_BUSINESS.hour * 3600
OFFICE_DAY = CLOSE_OF_BUSINESS.hour * 3600 - _OPENS  # seconds
_ZERO = int(datetime.combine(FIRST_DAY, time(), TOKYO).astimezone(UTC).timestamp())


class OfficeHours:
    """Working time by the calendar, counted from tables; moments outside 2000 to 2099 count as
    their edges."""

    def __init__(self, calendar: Calendar) -> None:
        days = (LAST_DAY - FIRST_DAY).days + 1
        self._works = [calendar.is_working_day(FIRST_DAY + timedelta(days=n)) for n in range(days)]
        self._before = [0]  # working days before each day
        for works in self._works:
            self._before.append(self._before[-1] + works)

    def seconds(self, start: datetime, end: datetime) -> int:
        """Seconds of working time from `start` to `end`; 0 if the end comes first."""
        return max(self._worked(end) - self._worked(start), 0)

    def days(self, start: datetime, end: datetime) -> float:
        """The same in working days of nine hours."""
        return self.seconds(start, end) / OFFICE_DAY

    def _worked(self, moment: datetime) -> int:
        """Seconds of working time since the first day."""
        day, second = divmod(int(moment.timestamp()) - _ZERO, DAY_SECONDS)
        if not 0 <= day < len(self._works):
            return 0 if day < 0 else self._before[-1] * OFFICE_DAY
        today = min(max(second - _OPENS, 0), OFFICE_DAY) if self._works[day] else 0
        return self._before[day] * OFFICE_DAY + today


@lru_cache(maxsize=4)
def office_hours(calendar: Calendar) -> OfficeHours:
    """The tables of a calendar; made once, in some ten milliseconds."""
    return OfficeHours(calendar)
