"""Functions of the office, beside the standard: working days, fiscal years, Japanese eras.

Each has an English and a Japanese name.  They use the calendar of the evaluation, never the clock,
so that a stored decision comes out the same again.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.domain.values import TOKYO
from engine.domain.working_days import (
    APRIL,
    MAX_WORKING_DAYS,
    REIWA_YEAR_ZERO,
    fiscal_year,
    fiscal_year_text,
)
from engine.feel.arithmetic import add_months
from engine.feel.builtins.signature import Builtin, builtin_with
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.values import Range

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
_DAYS_PER_STEP = 5


def _day(value: date) -> date:
    """The calendar day in Tokyo."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(TOKYO) if value.tzinfo else value).date()


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise OperationFailed("日数や年月は整数で渡します。")
    return int(value)


def _is_working_day(evaluation: Evaluation, day: date) -> bool:
    return evaluation.calendar.is_working_day(_day(day))


def _add(evaluation: Evaluation, day: date, days: Decimal) -> date:
    count = _whole(days)
    if abs(count) > MAX_WORKING_DAYS:
        raise OperationFailed(f"営業日数は{MAX_WORKING_DAYS}日までです。")
    evaluation.charge(1 + abs(count) // _DAYS_PER_STEP)
    return evaluation.calendar.add(_day(day), count)


def _next(evaluation: Evaluation, day: date) -> date:
    return _add(evaluation, day, Decimal(1))


def _previous(evaluation: Evaluation, day: date) -> date:
    return _add(evaluation, day, Decimal(-1))


def _between(evaluation: Evaluation, start: date, end: date) -> Decimal:
    first, last = _day(start), _day(end)
    if abs((last - first).days) > 2 * MAX_WORKING_DAYS:
        raise OperationFailed("期間が長すぎます。")
    evaluation.charge(1 + abs((last - first).days) // _DAYS_PER_STEP)
    return Decimal(evaluation.calendar.between(first, last))


def _nth(evaluation: Evaluation, year: Decimal, month: Decimal, nth: Decimal) -> date:
    try:
        return evaluation.calendar.nth_of_month(_whole(year), _whole(month), _whole(nth))
    except ValueError as error:
        raise OperationFailed(f"{year}年{month}月に第{nth}営業日はありません。") from error


def _last(evaluation: Evaluation, year: Decimal, month: Decimal) -> date:
    return _nth(evaluation, year, month, Decimal(-1))


def _fiscal_year(_evaluation: Evaluation, day: date) -> Decimal:
    return Decimal(fiscal_year(_day(day)))


def _year_start(_evaluation: Evaluation, day: date) -> date:
    return date(fiscal_year(_day(day)), APRIL, 1)


def _year_end(_evaluation: Evaluation, day: date) -> date:
    return date(fiscal_year(_day(day)) + 1, 3, 31)


def _month_of_year(day: date) -> int:
    """0 for April to 11 for March."""
    return (_day(day).month - APRIL) % 12


def _quarter(_evaluation: Evaluation, day: date) -> Decimal:
    return Decimal(_month_of_year(day) // 3 + 1)


def _half(_evaluation: Evaluation, day: date) -> Decimal:
    return Decimal(_month_of_year(day) // 6 + 1)


def _month_end(_evaluation: Evaluation, day: date) -> date:
    return _last_of_month(_day(day))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _year_before(_evaluation: Evaluation, day: date) -> date:
    return add_months(_day(day), -12)


def _period_before(_evaluation: Evaluation, *given: Any) -> date | Range:
    """The same day, range of days or pair of days a year earlier.

    29 February is 28 February there.  A period up to the end of a month keeps to it: all of
    February stays all of February.
    """
    if len(given) == 1 and isinstance(given[0], date):
        return add_months(_day(given[0]), -12)
    low, high = (given[0].low, given[0].high) if len(given) == 1 else given
    if not all(one is None or isinstance(one, date) for one in (low, high)):
        raise OperationFailed("前年同期は、日付の範囲で求めます。")
    if low is not None and high is not None and _day(high) < _day(low):
        raise OperationFailed("期間の終わりが始まりより前です。")
    period = given[0] if len(given) == 1 else Range(low, high, True, True)  # noqa: FBT003
    return replace(
        period,
        low=None if low is None else add_months(_day(low), -12),
        high=None if high is None else _end_before(_day(high), is_last=period.high_included),
    )


def _end_before(day: date, *, is_last: bool) -> date:
    earlier = add_months(day, -12)
    is_month_end = is_last and day.day == monthrange(day.year, day.month)[1]
    return _last_of_month(earlier) if is_month_end else earlier


def _era(day: date) -> tuple[str, str]:
    """The name of the era and the year in it; 元 is the first."""
    for start, era in _ERAS:
        if day >= start:
            year = day.year - start.year + 1
            return era, "元" if year == 1 else str(year)
    raise OperationFailed("明治より前の日付は和暦にできません。")


def _era_year(_evaluation: Evaluation, day: date) -> str:
    year = fiscal_year(_day(day))
    if year > REIWA_YEAR_ZERO:
        return fiscal_year_text(year)
    return "".join(_era(date(year, APRIL, 1))) + "年度"


def _era_date(_evaluation: Evaluation, day: date) -> str:
    plain = _day(day)
    era, year = _era(plain)
    return f"{era}{year}年{plain.month}月{plain.day}日"


_CALLS: tuple[tuple[str, str, Callable[..., Any], str | tuple[str, ...]], ...] = (
    ("is working day", "営業日か", _is_working_day, "date: day"),
    ("next working day", "翌営業日", _next, "date: day"),
    ("previous working day", "前営業日", _previous, "date: day"),
    ("add working days", "営業日加算", _add, "date: day, days: number"),
    ("working days between", "営業日数", _between, "from: day, to: day"),
    ("nth working day", "月の営業日", _nth, "year: number, month: number, n: number"),
    ("last working day", "月の最終営業日", _last, "year: number, month: number"),
    ("fiscal year", "年度", _fiscal_year, "date: day"),
    ("fiscal year start", "年度初日", _year_start, "date: day"),
    ("fiscal year end", "年度末日", _year_end, "date: day"),
    ("fiscal quarter", "四半期", _quarter, "date: day"),
    ("half year", "半期", _half, "date: day"),
    ("last day of month", "月末日", _month_end, "date: day"),
    ("same day last year", "前年同日", _year_before, "date: day"),
    (
        "same period last year",
        "前年同期",
        _period_before,
        ("date: day", "range: range", "from: day, to: day"),
    ),
    ("era", "和暦年度", _era_year, "date: day"),
    ("era date", "和暦", _era_date, "date: day"),
)


def _several(signatures: str | tuple[str, ...]) -> tuple[str, ...]:
    return (signatures,) if isinstance(signatures, str) else signatures


FUNCTIONS: tuple[Builtin, ...] = tuple(
    replace(builtin_with(name, call, *_several(signatures)), only_called=True)
    for english, japanese, call, signatures in _CALLS
    for name in (english, japanese)
)
