"""Functions over dates: parts of the calendar, now, today."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.feel.builtins.signature import builtin, builtin_with
from engine.feel.evaluation import Evaluation
from engine.feel.temporal_text import temporal_text
from engine.feel.values import equals

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _is(evaluation: Evaluation, one: Any, other: Any) -> bool:
    """The same kind and the same value; times also with the same offset or zone."""
    if type(one) in (time, datetime) and type(other) is type(one):
        return temporal_text(one) == temporal_text(other)
    return equals(one, other, evaluation) is True


FUNCTIONS = (
    builtin("day of year", lambda day: Decimal(day.timetuple().tm_yday), "date: day"),
    builtin("day of week", lambda day: _WEEKDAYS[day.weekday()], "date: day"),
    builtin("month of year", lambda day: _MONTHS[day.month - 1], "date: day"),
    builtin("week of year", lambda day: Decimal(date.isocalendar(day).week), "date: day"),
    builtin_with("now", lambda evaluation: evaluation.now, ""),
    builtin_with("today", lambda evaluation: evaluation.today, ""),
    builtin_with("is", _is, "value1: any?, value2: any?"),
)
