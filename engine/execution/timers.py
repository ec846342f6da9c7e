"""When does a timer ring?  Values of timer expressions -> moments; all arithmetic in Tokyo.

SpiffWorkflow's own timers look at the wall clock and turn months into 30 days; these do neither.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.domain.values import TOKYO, YearsMonths, utc
from engine.execution.failing import ElementError

MAX_MOMENTS = 1_000
DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?"
    r"(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
Span = tuple[int, timedelta]  # months, and days and time


def moments(value: Any, now: datetime) -> list[datetime]:
    """The moments (UTC, rising) a timer's value stands for.

    A date is its beginning in Tokyo, a duration counts from `now`, null is no moment, a list is
    each of its values.

    Raises:
        ElementError: the value is no time.
    """
    if value is None:
        return []
    if isinstance(value, list):
        if len(value) > MAX_MOMENTS:
            raise _no_time(f"{len(value)} moments")
        return sorted({m for one in value for m in moments(one, now)})
    if isinstance(value, datetime):
        return [utc(value if value.tzinfo else value.replace(tzinfo=TOKYO))]
    if isinstance(value, date):
        return [datetime.combine(value, time(), TOKYO).astimezone(UTC)]
    if isinstance(value, (timedelta, YearsMonths)):
        return [after(now, span(value))]
    if isinstance(value, str):
        return [_moment(value.strip(), now)]
    raise _no_time(type(value).__name__)


def _moment(text: str, now: datetime) -> datetime:
    if text.startswith("P"):
        return after(now, span(text))
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_time(text) from error
    return utc(found if found.tzinfo else found.replace(tzinfo=TOKYO))


def span(value: Any) -> Span:
    """Months and days-and-time of a duration, a value or ISO 8601 text.

    Raises:
        ElementError: it is no duration.
    """
    if isinstance(value, YearsMonths) and value.months >= 0:
        return value.months, timedelta()
    if isinstance(value, timedelta) and value >= timedelta():
        return 0, value
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _no_time(str(value))
    part = {name: float(text) for name, text in match.groupdict().items() if text}
    months = int(part.pop("years", 0)) * 12 + int(part.pop("months", 0))
    return months, timedelta(**part)


def after(start: datetime, length: Span, times: int = 1) -> datetime:
    """`times` durations after `start`, as UTC; the 31st plus a month is the month's last day."""
    months, rest = length
    local = start.astimezone(TOKYO)
    years, month = divmod(local.month - 1 + months * times, 12)
    year = local.year + years
    try:
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        return utc(local.replace(year=year, month=month + 1, day=day) + rest * times)
    except (OverflowError, ValueError) as error:
        raise _no_time(f"{start} + {times} * {length}") from error


def cycle(value: Any, now: datetime) -> dict[str, Any]:
    """A repeating timer as it is kept: `anchor`, `every`, `done`, `left` (-1: without end).

    Takes `R3/PT1H`, `R/P1D`, `R5/<start>/P1M`, `R2/P1M/<end>`, and a duration for ever.

    Raises:
        ElementError: it is none of these.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith("R"):
        months, rest = span(value)
        return _cycle(-1, after(now, (months, rest)), _every(months, rest))
    count, *rest_of = text[1:].split("/")
    left = int(count) if count.isdigit() else -1
    match rest_of:
        case _ if count and not count.isdigit():
            raise _no_time(text)
        case [every]:
            return _cycle(left, after(now, span(every)), every)
        case [first, second]:
            return _bounded(left, first, second, now)
    raise _no_time(text)


def _bounded(left: int, first: str, second: str, now: datetime) -> dict[str, Any]:
    if second.startswith("P"):
        return _cycle(left, _moment(first, now), second)
    length = span(first)
    return _cycle(left, after(_moment(second, now), length, -max(left, 1)), first)


def _every(months: int, rest: timedelta) -> str:
    return f"P{months}MT{rest.total_seconds():f}S"


def _cycle(left: int, anchor: datetime, every: str) -> dict[str, Any]:
    if span(every) == (0, timedelta()):
        raise _no_time(every)
    return {"anchor": anchor.isoformat(), "every": every, "done": 0, "left": left}


def armed(found: Sequence[datetime]) -> dict[str, Any] | None:
    """A timer with a list of moments as it is kept; None when there is none to wait for."""
    return {"at": [moment.isoformat() for moment in found]} if found else None


def due(kept: dict[str, Any] | None) -> datetime | None:
    """The moment a kept timer waits for now; None when it waits for nothing any more."""
    if not kept:
        return None
    if "at" in kept:
        return datetime.fromisoformat(kept["at"][0]) if kept["at"] else None
    if kept["left"] == 0:
        return None
    return after(datetime.fromisoformat(kept["anchor"]), span(kept["every"]), kept["done"])


def rung(kept: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The kept timer after its present moment has come.

    An endless cycle does not catch up what it missed while nothing ran: next is a moment to come.
    """
    if "at" in kept:
        return {"at": kept["at"][1:]}
    made = {**kept, "done": kept["done"] + 1}
    if kept["left"] > 0:
        made["left"] -= 1
        return made
    while (moment := due(made)) is not None and moment <= now:
        made["done"] += 1
    return made


def _no_time(detail: str) -> ElementError:
    return ElementError("not_a_time", "タイマーの値が日時でも期間でもありません。", detail)
