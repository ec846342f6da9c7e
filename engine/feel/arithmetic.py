"""Sums, differences, products, quotients and powers, also of dates and durations."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.temporal_text import months
from engine.feel.values import ARITHMETIC, kind_of, seconds_of_day, zoned

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def seconds(duration: timedelta) -> Decimal:
    """The whole duration in seconds, exact to the microsecond."""
    return Decimal(duration // _MICROSECOND).scaleb(-6)


def duration_of(amount: Decimal) -> timedelta:
    """The duration of so many seconds.

    Raises:
        OperationFailed: it is too long.
    """
    try:
        return timedelta(microseconds=int((amount.scaleb(6)).to_integral_value(ROUND_FLOOR)))
    except OverflowError as error:
        raise OperationFailed("期間が長すぎます。") from error


def add_months(day: date, count: int) -> date:
    """The same day of another month, or its last day; keeps the time of a date and time.

    Raises:
        OperationFailed: outside of the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= date.max.year:
        raise OperationFailed("扱える日付は1年から9999年までです。")
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _shift(moment: datetime, by: timedelta) -> datetime:
    """On the time line, not on the clock: a day may have 23 hours in a named zone."""
    if moment.tzinfo is None:
        return moment + by
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def _plus(moment: Any, by: timedelta) -> Any:
    if type(moment) is datetime:
        return _shift(moment, by)
    if type(moment) is date:
        return (datetime.combine(moment, time()) + by).date()
    clock = datetime.combine(date(2000, 1, 2), moment.replace(tzinfo=None)) + by % _DAY
    return clock.time().replace(tzinfo=moment.tzinfo)


def _difference(left: Any, right: Any) -> timedelta:
    if type(left) is time:
        return duration_of(Decimal(str(seconds_of_day(left))) - Decimal(str(seconds_of_day(right))))
    start, end = _as_moment(right, left), _as_moment(left, right)
    if start.tzinfo is None and end.tzinfo is None:
        return end - start
    return zoned(end).astimezone(UTC) - zoned(start).astimezone(UTC)


def _as_moment(day: date, other: date) -> datetime:
    """A day as its midnight: in UTC where the other one has a zone, as the standard has it."""
    if isinstance(day, datetime):
        return day
    has_zone = isinstance(other, datetime) and other.tzinfo is not None
    return datetime.combine(day, time(), UTC if has_zone else None)


def _scaled(duration: timedelta, by: Decimal) -> timedelta:
    return duration_of(ARITHMETIC.multiply(seconds(duration), by))


def _scaled_months(duration: YearsMonths, by: Decimal) -> YearsMonths:
    scaled = ARITHMETIC.multiply(Decimal(duration.months), by)
    return months(int(scaled.to_integral_value(ROUND_DOWN)))


Operation = Callable[[Any, Any], Any]
_D, _T, _DT, _S, _M, _N = date, time, datetime, timedelta, YearsMonths, Decimal
_ADD: dict[tuple[type, type], Operation] = {
    (_S, _S): lambda a, b: a + b,
    (_M, _M): lambda a, b: months(a.months + b.months),
    (_D, _S): _plus,
    (_S, _D): lambda a, b: _plus(b, a),
    (_DT, _S): _plus,
    (_S, _DT): lambda a, b: _plus(b, a),
    (_T, _S): _plus,
    (_S, _T): lambda a, b: _plus(b, a),
    (_D, _M): lambda a, b: add_months(a, b.months),
    (_M, _D): lambda a, b: add_months(b, a.months),
    (_DT, _M): lambda a, b: add_months(a, b.months),
    (_M, _DT): lambda a, b: add_months(b, a.months),
}
_SUBTRACT: dict[tuple[type, type], Operation] = {
    (_S, _S): lambda a, b: a - b,
    (_M, _M): lambda a, b: months(a.months - b.months),
    (_D, _S): lambda a, b: _plus(a, -b),
    (_DT, _S): lambda a, b: _plus(a, -b),
    (_T, _S): lambda a, b: _plus(a, -b),
    (_D, _M): lambda a, b: add_months(a, -b.months),
    (_DT, _M): lambda a, b: add_months(a, -b.months),
    (_D, _D): _difference,
    (_DT, _DT): _difference,
    (_D, _DT): _difference,
    (_DT, _D): _difference,
    (_T, _T): _difference,
}
_MULTIPLY: dict[tuple[type, type], Operation] = {
    (_S, _N): _scaled,
    (_N, _S): lambda a, b: _scaled(b, a),
    (_M, _N): _scaled_months,
    (_N, _M): lambda a, b: _scaled_months(b, a),
}
_DIVIDE: dict[tuple[type, type], Operation] = {
    (_S, _N): lambda a, b: duration_of(ARITHMETIC.divide(seconds(a), b)),
    (_S, _S): lambda a, b: ARITHMETIC.divide(seconds(a), seconds(b)),
    (_M, _N): lambda a, b: months(int(ARITHMETIC.divide(Decimal(a.months), b))),
    (_M, _M): lambda a, b: ARITHMETIC.divide(Decimal(a.months), Decimal(b.months)),
}
_OTHERS: dict[str, dict[tuple[type, type], Operation]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {},
}


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Like Python's, but a negative power of zero is no number instead of an infinite one."""
    found = ARITHMETIC.power(base, exponent)
    if not found.is_finite():
        raise ZeroDivisionError
    return found


NUMERIC: dict[str, Operation] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": _power,
}


def compute(operator: str, left: Any, right: Any, evaluation: Evaluation) -> Any:
    """The result of `left operator right`.

    Raises:
        OperationFailed: the operator is not defined for these two.
        ArithmeticError: division by zero, or the result is out of range.
    """
    kinds = (type(left), type(right))
    if kinds == (Decimal, Decimal):
        return NUMERIC[operator](left, right)
    if kinds == (str, str) and operator == "+":
        evaluation.letters(len(left) + len(right))
        return left + right
    operation = _OTHERS[operator].get(kinds)
    if operation is None:
        raise OperationFailed(f"{kind_of(left)} {operator} {kind_of(right)} は計算できません。")
    return operation(left, right)
