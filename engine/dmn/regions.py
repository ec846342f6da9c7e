"""Which values of a column must be tried so that every possible input is represented?

A cell compares its input with constants only, so all values between two neighbouring constants
behave alike: each constant and one value from every space between (and outside) them is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, Final

from engine.domain.values import TOKYO, YearsMonths
from engine.feel.values import zoned

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


def kind_of(value: Any) -> str:
    """The FEEL type name of a constant; empty when it is none that can be compared."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, datetime):
        return "date and time"
    for type_, kind in _KINDS.items():
        if isinstance(value, type_):
            return kind
    return ""


_KINDS: Final[dict[type, str]] = {
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
}


def representatives(constants: Iterable[Any], kind: str, *, ordered_text: bool) -> list[Any]:
    """One value of every region that `constants` of one kind cut out, in ascending order.

    `ordered_text`: texts are compared with < or >, so spaces between them count as well.
    """
    if kind == "boolean":
        return [True, False]
    if kind == "string":
        return _texts(sorted(set(constants)), ordered=ordered_text)
    if kind == "time":
        return _times(constants)
    if kind == "date and time":
        constants = map(zoned, constants)
    if kind in _LINES:
        return _LINES[kind].points(sorted(set(constants)))
    return []


def _texts(constants: list[str], *, ordered: bool) -> list[str]:
    if ordered:
        spaces = [text + "\u3000" for text in constants]
        return sorted({"", *constants, *spaces})
    other = "その他"
    while other in constants:
        other += "の値"
    return [*constants, other]


def _times(constants: Iterable[time]) -> list[time]:
    moments = sorted(set(constants), key=lambda moment: moment.replace(tzinfo=None))
    edges = [time(0), *(moment.replace(tzinfo=None) for moment in moments), time(23, 59, 59)]
    made: dict[time, None] = {}
    for low, high in pairwise(edges):
        made[low] = None
        middle = (_seconds(low) + _seconds(high)) // 2
        if _seconds(low) < middle:
            made[time(middle // 3600, middle // 60 % 60, middle % 60)] = None
    made[edges[-1]] = None
    zone = next((moment.tzinfo for moment in moments if moment.tzinfo), None)
    return [moment.replace(tzinfo=zone) for moment in made]


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


@dataclass(frozen=True)
class _Line:
    """How to step along the values of an ordered kind; `between` is None where nothing lies."""

    start: Any
    before: Callable[[Any], Any]
    after: Callable[[Any], Any]
    between: Callable[[Any, Any], Any]

    def points(self, constants: Sequence[Any]) -> list[Any]:
        """`start` when there is no constant; else below, each constant, each space, above."""
        if not constants:
            return [self.start]
        made = [self.before(constants[0])]
        for low, high in pairwise(constants):
            made.append(low)
            middle = self.between(low, high)
            if middle is not None:
                made.append(middle)
        return [*made, constants[-1], self.after(constants[-1])]


def _months(step: int) -> Callable[[YearsMonths], YearsMonths]:
    return lambda value: YearsMonths(value.months + step)


def _tidy_middle(low: Decimal, high: Decimal) -> Decimal:
    """A whole number if one lies between (people read it as an example), else the middle."""
    whole = (low + 1).to_integral_value(rounding=ROUND_FLOOR)
    return whole if low < whole < high else (low + high) / 2


def _middle(low: Any, high: Any) -> Any:
    return low + (high - low) / 2


_LINES: Final = {
    "number": _Line(Decimal(0), lambda v: v - 1, lambda v: v + 1, _tidy_middle),
    "date": _Line(
        date(2026, 4, 1),
        lambda v: v - _DAY,
        lambda v: v + _DAY,
        lambda low, high: low + _DAY if high - low > _DAY else None,
    ),
    "date and time": _Line(
        datetime(2026, 4, 1, tzinfo=TOKYO), lambda v: v - _HOUR, lambda v: v + _HOUR, _middle
    ),
    "days and time duration": _Line(_DAY, lambda v: v - _DAY, lambda v: v + _DAY, _middle),
    "years and months duration": _Line(
        YearsMonths(12),
        _months(-1),
        _months(1),
        lambda low, high: _months(1)(low) if high.months - low.months > 1 else None,
    ),
}
