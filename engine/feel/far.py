"""Days and moments before the year 1 and after the year 9999, which FEEL knows and Python does not.

They are read, written, compared and taken apart.  There is no arithmetic with them, and variables
cannot hold them.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

MAX_YEAR: Final = 999_999_999
_CYCLE: Final = 400  # years after which the Gregorian calendar repeats, days of the week included


@dataclass(frozen=True, order=True, slots=True)
class FarDay:
    """A day of the Gregorian calendar, extended in both directions.

    Raises:
        ValueError: there is no such day, or the year is beyond 999,999,999.
    """

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > MAX_YEAR or self.year == 0:
            raise ValueError("no such year")
        if not 1 <= self.day <= monthrange(self._like_year(), self.month)[1]:
            raise ValueError("no such day")

    def _like_year(self) -> int:
        """A year that Python knows with the same leap day and days of the week."""
        return 2000 + self.year % _CYCLE

    def isoweekday(self) -> int:
        return date(self._like_year(), self.month, self.day).isoweekday()

    def isoformat(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A day and a time of day.  `fraction`: the digits of the second's fraction as written."""

    day_of: FarDay
    clock: time
    fraction: str = field(default="", compare=False)


def day_of(year: int, month: int, day: int) -> date | FarDay:
    """The day in the one class or the other.

    Raises:
        ValueError: there is no such day.
    """
    is_near = date.min.year <= year <= date.max.year
    return date(year, month, day) if is_near else FarDay(year, month, day)


def moment_of(day: date | FarDay, clock: time, fraction: str = "") -> datetime | FarMoment:
    """The time of day on that day."""
    if isinstance(day, FarDay):
        return FarMoment(day, clock.replace(microsecond=0), fraction)
    return datetime.combine(day, clock)


def before(left: Any, right: Any) -> bool | None:
    """Whether a day or moment comes before another, one of them far; None for anything else."""
    keys = _key(left), _key(right)
    if not (isinstance(left, _FAR) or isinstance(right, _FAR)) or None in keys:
        return None
    return _is_less(*keys)


_FAR: Final = (FarDay, FarMoment)


def _key(value: Any) -> tuple[Any, ...] | None:
    """What is compared, days with days only: far moments differ by more than any offset."""
    if isinstance(value, FarMoment):
        day, clock = value.day_of, value.clock
        return ("moment", day.year, day.month, day.day, clock.replace(tzinfo=None))
    if isinstance(value, datetime):
        clock = value.time().replace(microsecond=0)
        return ("moment", value.year, value.month, value.day, clock)
    if isinstance(value, (date, FarDay)):
        return ("day", value.year, value.month, value.day)
    return None


def _is_less(left: Any, right: Any) -> bool | None:
    return bool(left < right) if left[0] == right[0] else None
