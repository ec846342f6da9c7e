"""Of which kind is a value that does not exist yet, and what may be done with values of kinds?

Kinds are what a checker knows for sure; where it knows nothing the kind is `UNKNOWN`, and nothing
is said about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.domain.sentence import Sentence, later
from engine.domain.values import YearsMonths
from engine.feel.far import FarDay, FarMoment


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name`: as in FEEL types, empty when unknown.

    `element`: of a list, or of what a range lies between.  `entries`: of a context, None when they
    are not all known.  `parameters` and `result`: of a function, None when they are not known.
    """

    name: str = ""
    element: Kind | None = None
    entries: Mapping[str, Kind] | None = None
    parameters: tuple[Parameter, ...] | None = None
    result: Kind | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a function written in FEEL or drawn in a model."""

    name: str
    kind: Kind


UNKNOWN: Final = Kind()
NUMBER: Final = Kind(name="number")
STRING: Final = Kind(name="string")
BOOLEAN: Final = Kind(name="boolean")
DATE: Final = Kind(name="date")
TIME: Final = Kind(name="time")
MOMENT: Final = Kind(name="date and time")
SPAN: Final = Kind(name="days and time duration")
MONTHS: Final = Kind(name="years and months duration")
LIST: Final = Kind(name="list")
CONTEXT: Final = Kind(name="context")
RANGE: Final = Kind(name="range")
FUNCTION: Final = Kind(name="function")

BY_NAME: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        *(NUMBER, STRING, BOOLEAN, DATE, TIME, MOMENT, SPAN, MONTHS),
        *(LIST, CONTEXT, RANGE, FUNCTION),
    )
}
_OF_TYPES: Final = {
    bool: BOOLEAN,
    str: STRING,
    Decimal: NUMBER,
    date: DATE,
    FarDay: DATE,
    time: TIME,
    datetime: MOMENT,
    FarMoment: MOMENT,
    timedelta: SPAN,
    YearsMonths: MONTHS,
}
ORDERED: Final = frozenset(kind.name for kind in (NUMBER, STRING, DATE, TIME, MOMENT, SPAN, MONTHS))
SINGLE: Final = ORDERED | {BOOLEAN.name}

_WORDS: Final = {
    "number": later("数値"),
    "string": later("文字列"),
    "boolean": later("真偽値"),
    "date": later("日付"),
    "time": later("時刻"),
    "date and time": later("日時"),
    "days and time duration": later("日数と時間の期間"),
    "years and months duration": later("年月の期間"),
    "list": later("一覧"),
    "context": later("コンテキスト"),
    "range": later("範囲"),
    "function": later("関数"),
}


def word(name: str) -> Sentence:
    """What people call a kind."""
    return Sentence(_WORDS[name])


def of_value(value: Any) -> Kind:
    """The kind of a constant; null is of no kind."""
    return _OF_TYPES.get(type(value), UNKNOWN)


def either(one: Kind, other: Kind) -> Kind:
    """What is known of a value that is one or the other."""
    if one == other:
        return one
    return BY_NAME.get(one.name, UNKNOWN) if one.name == other.name else UNKNOWN


def list_of(element: Kind) -> Kind:
    return Kind(name="list", element=element)


_DAYS: Final = (DATE, MOMENT)
_SUMS: Final[Mapping[str, tuple[tuple[Kind, Kind, Kind], ...]]] = {
    "+": (
        (NUMBER, NUMBER, NUMBER),
        (STRING, STRING, STRING),
        (SPAN, SPAN, SPAN),
        (MONTHS, MONTHS, MONTHS),
        (TIME, SPAN, TIME),
        (SPAN, TIME, TIME),
        *((day, span, day) for day in _DAYS for span in (SPAN, MONTHS)),
        *((span, day, day) for day in _DAYS for span in (SPAN, MONTHS)),
    ),
    "-": (
        (NUMBER, NUMBER, NUMBER),
        (SPAN, SPAN, SPAN),
        (MONTHS, MONTHS, MONTHS),
        (TIME, SPAN, TIME),
        (TIME, TIME, SPAN),
        *((day, span, day) for day in _DAYS for span in (SPAN, MONTHS)),
        *((day, other, SPAN) for day in _DAYS for other in _DAYS),
    ),
    "*": (
        (NUMBER, NUMBER, NUMBER),
        (SPAN, NUMBER, SPAN),
        (NUMBER, SPAN, SPAN),
        (MONTHS, NUMBER, MONTHS),
        (NUMBER, MONTHS, MONTHS),
    ),
    "/": (
        (NUMBER, NUMBER, NUMBER),
        (SPAN, NUMBER, SPAN),
        (SPAN, SPAN, NUMBER),
        (MONTHS, NUMBER, MONTHS),
        (MONTHS, MONTHS, NUMBER),
    ),
    "**": ((NUMBER, NUMBER, NUMBER),),
}


def computed(operator: str, left: Kind, right: Kind) -> Kind | None:
    """The kind of `left operator right`; None when it cannot be computed whatever the values."""
    fitting = {
        result.name: result
        for one, other, result in _SUMS[operator]
        if left.name in ("", one.name) and right.name in ("", other.name)
    }
    if not fitting:
        return None
    return next(iter(fitting.values())) if len(fitting) == 1 else UNKNOWN


_OF_DAY: Final = dict.fromkeys(("year", "month", "day", "weekday"), NUMBER)
_OF_CLOCK: Final = {
    **dict.fromkeys(("hour", "minute", "second"), NUMBER),
    "time offset": SPAN,
    "timezone": STRING,
}
PARTS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "number": {},
    "string": {},
    "boolean": {},
    "date": _OF_DAY,
    "time": _OF_CLOCK,
    "date and time": {**_OF_DAY, **_OF_CLOCK},
    "days and time duration": dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER),
    "years and months duration": dict.fromkeys(("years", "months"), NUMBER),
    "range": {
        **dict.fromkeys(("start", "end"), UNKNOWN),
        **dict.fromkeys(("start included", "end included"), BOOLEAN),
    },
}
