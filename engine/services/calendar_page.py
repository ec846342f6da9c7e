"""休業日: on which days the office is closed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.domain.access import Actor
from engine.domain.working_days import fiscal_year
from engine.services import people
from engine.services.unit import Unit

APRIL = 4
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class ClosureDays:
    """Closed days of one fiscal year besides Saturdays and Sundays, with their names."""

    year: int
    days: tuple[tuple[date, str], ...]
    working_day_count: int


def closure_days(unit: Unit, actor: Actor, year: int | None = None) -> ClosureDays:
    """Of that fiscal year, or of this one.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    wanted = fiscal_year(unit.today) if year is None else year
    names: Mapping[date, str] = unit.office.closure_names
    first = date(wanted, APRIL, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    of_year = [day for day in days if fiscal_year(day) == wanted]
    closed = [
        (day, names.get(day, ""))
        for day in of_year
        if day.weekday() < SATURDAY and day in unit.calendar.closures
    ]
    return ClosureDays(
        year=wanted,
        days=tuple(closed),
        working_day_count=sum(map(unit.calendar.is_working_day, of_year)),
    )
