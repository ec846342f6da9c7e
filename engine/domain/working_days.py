"""Which days does the office work, and when does a deadline in working days end?

All day arithmetic is in Tokyo; moments come and go as aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.values import TOKYO

SATURDAY = 5
APRIL = 4
REIWA_YEAR_ZERO = 2018
CLOSE_OF_BUSINESS = time(18, 0)
MAX_WORKING_DAYS = 5_000  # some 20 years; a larger count is a mistake and must not loop for long


@dataclass(frozen=True)
class Calendar:
    """The office's working days.

    `closures`: national holidays, 年末年始 and the office's own closure days; Saturdays and
    Sundays are closed without being listed.
    """

    closures: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.closures

    def add(self, day: date, working_days: int) -> date:
        """The day `working_days` working days after `day` (before it when negative).

        `day` itself is not counted; with 0 it is `day` if that is a working day, else the next one.
        Example: 3 after Friday 2026-05-01 is Monday 2026-05-11, past Golden Week.

        Raises:
            ValueError: more than 5,000 working days.
        """
        if abs(working_days) > MAX_WORKING_DAYS:
            raise ValueError(f"at most {MAX_WORKING_DAYS} working days")
        if working_days == 0:
            return day if self.is_working_day(day) else self.add(day, 1)
        one = timedelta(days=1 if working_days > 0 else -1)
        left = abs(working_days)
        while left:
            day += one
            left -= self.is_working_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative if `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))

    def nth_of_month(self, year: int, month: int, nth: int) -> date:
        """The nth working day of a month, counted from 1; from the end when negative.

        Raises:
            ValueError: the month has no such working day.
        """
        days = [d for d in days_of_month(year, month) if self.is_working_day(d)]
        if nth == 0 or abs(nth) > len(days):
            raise ValueError(f"{year}-{month:02d} has no working day number {nth}")
        return days[nth - 1] if nth > 0 else days[nth]

    def due_at(self, start: datetime, working_days: int) -> datetime:
        """Close of business (18:00 in Tokyo) that many working days after `start`, as UTC."""
        return close_of(self.add(tokyo_date(start), working_days))


def days_of_month(year: int, month: int) -> Iterable[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


def tokyo_date(moment: datetime) -> date:
    """The calendar day in Tokyo at an aware moment."""
    return moment.astimezone(TOKYO).date()


def close_of(day: date) -> datetime:
    """18:00 in Tokyo on that day, as UTC."""
    return datetime.combine(day, CLOSE_OF_BUSINESS, TOKYO).astimezone(UTC)


def fiscal_year(day: date) -> int:
    """April to March: 2027-03-31 belongs to 2026."""
    return day.year - (day.month < APRIL)


def fiscal_year_text(year: int) -> str:
    """`令和8年度` for 2026."""
    return f"令和{'元' if year == REIWA_YEAR_ZERO + 1 else year - REIWA_YEAR_ZERO}年度"


def fiscal_year_mark(year: int) -> str:
    """`R8` for 2026, as it stands in a 管理番号."""
    return f"R{year - REIWA_YEAR_ZERO}"


def business_key(prefix: str, year: int, number: int) -> str:
    """`リハ-R8-0005`: prefix of the process or register, fiscal year, running number."""
    return f"{prefix}-{fiscal_year_mark(year)}-{number:04d}"
