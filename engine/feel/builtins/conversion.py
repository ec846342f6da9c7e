"""Functions that make a value of one kind from another."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.values import YearsMonths, number
from engine.feel import temporal_text
from engine.feel.builtins.signature import builtin, builtin_with
from engine.feel.errors import FeelSyntaxError, OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.far import FarDay, FarMoment, day_of, moment_of
from engine.feel.range_text import read_range
from engine.feel.value_text import text_of
from engine.feel.values import kind_of

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _date(value: Any) -> date | FarDay:
    if type(value) is str:
        return temporal_text.read_date(value)
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if isinstance(value, (FarDay, FarMoment)):
        return value.day_of if isinstance(value, FarMoment) else value
    raise OperationFailed(f"{kind_of(value)}は日付にできません。")


def _date_of(year: Decimal, month: Decimal, day: Decimal) -> date | FarDay:
    return day_of(int(year), int(month), int(day))


def _date_either(*values: Any) -> date | FarDay:
    return _date(values[0]) if len(values) == 1 else _date_of(*values)


def _time(value: Any) -> time:
    if type(value) is str:
        return temporal_text.read_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, FarMoment):
        return value.clock
    if type(value) in (date, FarDay):
        return time(tzinfo=UTC)
    if type(value) is time:
        return value
    raise OperationFailed(f"{kind_of(value)}は時刻にできません。")


def _time_of(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time:
    whole = int(second)
    micros = int((second - whole).scaleb(6))
    zone = None if offset is None else temporal_text.offset_zone(offset)
    return time(int(hour), int(minute), whole, micros, zone)


def _time_either(*values: Any) -> time:
    return _time(values[0]) if len(values) == 1 else _time_of(*values)


def _date_time(value: Any) -> datetime | FarMoment:
    if type(value) is str:
        return temporal_text.read_date_time(value)
    if isinstance(value, (datetime, FarMoment)):
        return value
    if isinstance(value, (date, FarDay)):
        return moment_of(value, time())
    raise OperationFailed(f"{kind_of(value)}は日時にできません。")


def _date_time_either(*values: Any) -> datetime | FarMoment:
    if len(values) == 1:
        return _date_time(values[0])
    day, clock = values
    return moment_of(_date(day), clock)


def _duration(value: Any) -> timedelta | YearsMonths:
    return value if type(value) is not str else temporal_text.read_duration(value)


def _years_months(start: date, end: date) -> YearsMonths:
    """Whole months from one day to the other; a started month does not count."""
    if end < start:
        return YearsMonths(-_years_months(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - (end.day < start.day))


def _between(start: date, end: date) -> YearsMonths:
    return _years_months(_only_day(start), _only_day(end))


def _only_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _number(text: Any, grouping: str | None = None, point: str | None = None) -> Decimal:
    if type(text) is Decimal:
        return text
    if type(text) is not str:
        raise OperationFailed(f"{kind_of(text)}は数値にできません。")
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ","):
        raise OperationFailed("区切りに使えるのは空白とコンマと点です。")
    if grouping is not None and grouping == point:
        raise OperationFailed("桁区切りと小数点が同じです。")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    if _NUMBER.fullmatch(plain) is None:
        raise OperationFailed(f"「{text[:40]}」は数値ではありません。")
    try:
        return number(plain)
    except InvalidError as error:
        raise OperationFailed(str(error)) from error


def _string(evaluation: Evaluation, value: Any) -> str | None:
    return None if value is None else text_of(value, evaluation)


def _range(evaluation: Evaluation, text: str) -> Any:
    try:
        return read_range(text, evaluation)
    except FeelSyntaxError as error:
        raise OperationFailed(f"「{text[:40]}」は範囲ではありません。") from error


FUNCTIONS = (
    builtin("date", _date_either, "from: any", "year: number, month: number, day: number"),
    builtin(
        "time",
        _time_either,
        "from: any",
        "hour: number, minute: number, second: number, [offset: days and time duration?]",
    ),
    builtin("date and time", _date_time_either, "from: any", "date: any day, time: time"),
    builtin("duration", _duration, "from: string", "from: duration"),
    builtin("years and months duration", _between, "from: day, to: day"),
    builtin(
        "number",
        _number,
        "from: any, [grouping separator: string?], [decimal separator: string?]",
    ),
    builtin_with("string", _string, "from: any?"),
    builtin_with("range", _range, "from: string"),
)
