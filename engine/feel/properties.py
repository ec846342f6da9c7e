"""What stands after the dot: entries of contexts, parts of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.far import FarDay, FarMoment
from engine.feel.values import Range, offset_of

NAMES = ("time offset", "start included", "end included")


def _whole(value: int) -> Decimal:
    return Decimal(value)


def _offset(value: Any) -> timedelta | None:
    return value.utcoffset() if isinstance(value, datetime) else offset_of(value)


def _zone(value: Any) -> str | None:
    return getattr(value.tzinfo, "key", None)


def _part(duration: timedelta, size: int, below: int) -> Decimal:
    """Hours, minutes or seconds of a duration; all parts carry its sign."""
    whole = abs(duration) // timedelta(seconds=size)
    part = whole % below if below else whole
    return Decimal(-part if duration < timedelta(0) else part)


def _years(duration: YearsMonths) -> Decimal:
    return Decimal(int(duration.months / 12))


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: _whole(value.year),
    "month": lambda value: _whole(value.month),
    "day": lambda value: _whole(value.day),
    "weekday": lambda value: _whole(value.isoweekday()),
}
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: _whole(value.hour),
    "minute": lambda value: _whole(value.minute),
    "second": lambda value: _whole(value.second),
    "time offset": _offset,
    "timezone": _zone,
}


def _through(part: Callable[[Any], Any], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: read(part(value))


_FAR_MOMENT: dict[str, Callable[[Any], Any]] = {
    **{name: _through(lambda value: value.day_of, read) for name, read in _DATE.items()},
    **{name: _through(lambda value: value.clock, read) for name, read in _TIME.items()},
}
_PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    date: _DATE,
    FarDay: _DATE,
    FarMoment: _FAR_MOMENT,
    time: _TIME,
    datetime: {**_DATE, **_TIME},
    timedelta: {
        "days": lambda value: _part(value, 86_400, 0),
        "hours": lambda value: _part(value, 3_600, 24),
        "minutes": lambda value: _part(value, 60, 60),
        "seconds": lambda value: _part(value, 1, 60),
    },
    YearsMonths: {
        "years": _years,
        "months": lambda value: Decimal(value.months) - _years(value) * 12,
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}


def property_of(value: Any, name: str) -> Any:
    """The entry or part of that name, None if there is none.  No Python attribute is reachable."""
    if type(value) is dict:
        return value.get(name)
    read = _PROPERTIES.get(type(value), {}).get(name)
    return None if read is None else read(value)
