"""Dates, times and durations as text: ISO 8601, with `@Asia/Tokyo` for zones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.domain.values import YearsMonths, duration_text
from engine.feel.errors import OperationFailed
from engine.feel.far import FarDay, FarMoment, day_of, moment_of

_DATE = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z_]+(?:/[A-Za-z0-9_+-]+){0,2}))?"
)
_DAYS = re.compile(
    r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?"
)
_MONTHS = re.compile(r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_MOST_MONTHS = 12 * 999_999_999
MAX_OFFSET = timedelta(hours=18)
_LONGEST = 60  # characters of the longest sensible text; the rest is refused before matching


def read_date(text: str) -> date | FarDay:
    """`2026-04-01`.

    Raises:
        OperationFailed: no date.
    """
    found = _DATE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise OperationFailed(f"「{text[:_LONGEST]}」は日付ではありません。")
    sign, year, month, day = found.groups()
    try:
        return day_of(int(sign + year), int(month), int(day))
    except ValueError as error:
        raise OperationFailed(f"「{text}」という日はありません。") from error


def read_time(text: str) -> time:
    """`13:20:00`, with fraction, `Z`, `+09:00` or `@Asia/Tokyo`.

    Raises:
        OperationFailed: no time of day.
    """
    found = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise OperationFailed(f"「{text[:_LONGEST]}」は時刻ではありません。")
    hour, minute, second, fraction = found.groups()[:4]
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return time(int(hour), int(minute), int(second), micros, _zone(found))
    except ValueError as error:
        raise OperationFailed(f"「{text}」という時刻はありません。") from error


def _zone(found: re.Match[str]) -> tzinfo | None:
    utc, sign, hours, minutes, seconds, name = found.groups()[4:]
    if utc:
        return UTC
    if name:
        return zone(name)
    if not sign:
        return None
    if int(minutes) > 59 or int(seconds or 0) > 59:  # noqa: PLR2004
        raise OperationFailed("時差の分と秒は59までです。")
    size = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return offset_zone(-size if sign == "-" else size)


def offset_zone(offset: timedelta) -> tzinfo:
    """The zone with a fixed offset of whole seconds.

    Raises:
        OperationFailed: more than 18 hours.
    """
    if abs(offset) > MAX_OFFSET:
        raise OperationFailed("時差は18時間までです。")
    return timezone(offset) if offset else UTC


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """The named zone.

    Raises:
        OperationFailed: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OperationFailed(f"「{name}」という時間帯はありません。") from error


def read_date_time(text: str) -> datetime | FarMoment:
    """`2026-04-01T13:20:00` with what may follow a time; a date alone is its midnight.

    Raises:
        OperationFailed: no date and time.
    """
    day, separator, clock = text.partition("T")
    if not separator:
        return moment_of(read_date(day), time())
    fraction = _TIME.fullmatch(clock)
    return moment_of(read_date(day), read_time(clock), (fraction and fraction.group(4)) or "")


def read_duration(text: str) -> timedelta | YearsMonths:
    """`P1DT2H`, `P1Y2M`.

    Raises:
        OperationFailed: neither kind of duration, or too long.
    """
    if len(text) <= _LONGEST and not text.endswith(("P", "T")):
        if found := _MONTHS.fullmatch(text):
            count = int(found.group(2) or 0) * 12 + int(found.group(3) or 0)
            return months(-count if found.group(1) else count)
        if found := _DAYS.fullmatch(text):
            return _days(found)
    raise OperationFailed(f"「{text[:_LONGEST]}」は期間ではありません。")


def months(count: int) -> YearsMonths:
    """The duration of so many months.

    Raises:
        OperationFailed: it is too long.
    """
    if abs(count) > _MOST_MONTHS:
        raise OperationFailed("期間が長すぎます。")
    return YearsMonths(count)


def _days(found: re.Match[str]) -> timedelta:
    sign, days, hours, minutes, seconds, fraction = found.groups()
    try:
        size = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=int((fraction or "0")[:6].ljust(6, "0")),
        )
    except OverflowError as error:
        raise OperationFailed("期間が長すぎます。") from error
    return -size if sign else size


def read_any(text: str) -> Any:
    """What stands in `@"..."`: a date, a time, both, or a duration.

    Raises:
        OperationFailed: none of them.
    """
    if text.startswith(("P", "-P")):
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_date_time(text)
    return read_time(text) if ":" in text else read_date(text)


def temporal_text(
    value: date | time | timedelta | YearsMonths | FarDay | FarMoment,
) -> str:
    """The value as FEEL writes it; `read_any` reads it again."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{temporal_text(value.timetz())}"
    if isinstance(value, time):
        clock = value.replace(tzinfo=None).isoformat()
        return (clock.rstrip("0") if value.microsecond else clock) + _zone_text(value.tzinfo)
    if isinstance(value, FarMoment):
        fraction = f".{value.fraction}".rstrip("0").rstrip(".")
        clock = value.clock.replace(tzinfo=None).isoformat() + fraction
        return f"{value.day_of.isoformat()}T{clock}{_zone_text(value.clock.tzinfo)}"
    if isinstance(value, (date, FarDay)):
        return value.isoformat()
    return duration_text(value) if isinstance(value, timedelta) else str(value)


def _zone_text(zone_: tzinfo | None) -> str:
    if zone_ is None:
        return ""
    if isinstance(zone_, ZoneInfo):
        return f"@{zone_.key}"
    if zone_ is UTC:
        return "Z"
    offset = datetime(2000, 1, 1, tzinfo=zone_).strftime("%z")
    parts = [offset[:3], *(offset[n : n + 2] for n in range(3, len(offset), 2))]
    return ":".join(parts)
