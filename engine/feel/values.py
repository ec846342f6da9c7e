"""Which kinds of values there are, and when are two of them equal or one of them smaller?

Beside the values a variable may hold (`engine.domain.values`) an expression knows ranges and
functions, and dates with time without zone; the latter are taken as times of Tokyo where they
meet one with a zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from engine.domain.values import DIGITS, TOKYO, YearsMonths
from engine.feel.evaluation import Evaluation
from engine.feel.far import FarDay, FarMoment, before
from engine.feel.functions import Function

ARITHMETIC = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ORDERED = frozenset((Decimal, str, date, datetime, time, timedelta, YearsMonths))
_ZONE_DAY = date(1970, 1, 1)  # on which the offset of a time of day in a named zone is looked up
_NAMES = {
    bool: "真偽値",
    str: "文字列",
    Decimal: "数値",
    date: "日付",
    time: "時刻",
    datetime: "日時",
    FarDay: "日付",
    FarMoment: "日時",
    timedelta: "日数と時間の期間",
    YearsMonths: "年月の期間",
    list: "一覧",
    dict: "コンテキスト",
    type(None): "null",
    Function: "関数",
}


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end that is None does not bound.

    `operator` is set when it was written as a comparison (`> 5`); such a range is only equal to
    one written alike.  With `!=` it holds everything but `low`.
    """

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    operator: str = ""


def kind_of(value: Any) -> str:
    """The Japanese name of the kind of a value, for notes."""
    return _NAMES.get(type(value), "範囲")


def offset_of(moment: time) -> timedelta | None:
    """The offset of a time of day, None if it has none."""
    if moment.tzinfo is None:
        return None
    return datetime.combine(_ZONE_DAY, moment).utcoffset()


def zoned(moment: datetime) -> datetime:
    """The moment with a zone: Tokyo's if it has none."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=TOKYO)


def seconds_of_day(moment: time) -> float:
    """Seconds since midnight UTC of a time of day; without offset it is taken as Tokyo's."""
    offset = offset_of(moment)
    if offset is None:
        offset = timedelta(hours=9)
    clock = timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )
    return (clock - offset).total_seconds()


def equals(left: Any, right: Any, evaluation: Evaluation) -> bool | None:
    """Whether two values are equal; None if they are of different kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is datetime:
        return _equal_moments(left, right)
    if kind is time:
        return _equal_times(left, right)
    compound = _COMPOUND.get(kind)
    return compound(left, right, evaluation) if compound else bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], evaluation: Evaluation) -> bool:
    evaluation.charge(1 + len(left))
    if len(left) != len(right):
        return False
    return all(equals(a, b, evaluation) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], evaluation: Evaluation) -> bool:
    evaluation.charge(1 + len(left))
    if left.keys() != right.keys():
        return False
    return all(equals(value, right[key], evaluation) is True for key, value in left.items())


def _equal_moments(left: datetime, right: datetime) -> bool:
    """Fractions of a second do not count: DMN compares the components down to the second."""
    if (left.tzinfo is None) == (right.tzinfo is None):
        return left.replace(microsecond=0) == right.replace(microsecond=0)
    return zoned(left).replace(microsecond=0) == zoned(right).replace(microsecond=0)


def _equal_times(left: time, right: time) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return int(seconds_of_day(left) // 1) == int(seconds_of_day(right) // 1)


def _equal_ranges(left: Range, right: Range, evaluation: Evaluation) -> bool:
    return (
        left.operator == right.operator
        and left.low_included == right.low_included
        and left.high_included == right.high_included
        and equals(left.low, right.low, evaluation) is True
        and equals(left.high, right.high, evaluation) is True
    )


_COMPOUND: dict[type, Callable[[Any, Any, Evaluation], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
}


def less(left: Any, right: Any) -> bool | None:
    """Whether `left` comes before `right`; None if they cannot be ordered."""
    kind = type(left)
    if kind is not type(right) or kind not in ORDERED:
        return before(left, right)
    if kind is datetime and (left.tzinfo is None) != (right.tzinfo is None):
        return zoned(left) < zoned(right)
    if kind is time:
        return seconds_of_day(left) < seconds_of_day(right)
    return bool(left < right)


def less_or_equal(left: Any, right: Any) -> bool | None:
    """Whether `left` comes before `right` or at the same place."""
    after = less(right, left)
    return None if after is None else not after


def includes(range_: Range, value: Any, evaluation: Evaluation) -> bool | None:
    """Whether the range holds the value; None if it cannot be compared with the ends."""
    if range_.operator == "!=":
        same = equals(range_.low, value, evaluation)
        return None if same is None else not same
    if range_.operator == "=":
        return equals(range_.low, value, evaluation)
    if range_.operator and range_.low is None and range_.high is None:
        return None  # compared with null: `5 >= null` is null, not a range without ends
    above = True if range_.low is None else _below(range_.low, value, range_.low_included)
    if above is not True:
        return above
    return True if range_.high is None else _below(value, range_.high, range_.high_included)


def _below(low: Any, high: Any, included: bool) -> bool | None:  # noqa: FBT001
    return less_or_equal(low, high) if included else less(low, high)


def distinct(left: Any, right: Any, evaluation: Evaluation) -> bool:
    """Whether two values count as different entries of a list."""
    return equals(left, right, evaluation) is not True
