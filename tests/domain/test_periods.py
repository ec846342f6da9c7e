"""Periods of indicators: when they are due, how they are called, and what was written for them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.domain.periods import Period, containing, ending_with, months_before, read

DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("month", "frequency", "label"),
    [
        (12, "毎月", "2026年12月"),
        (12, "毎日", "2026年12月"),
        (12, None, "2026年12月"),
        (12, "四半期", "2026年度第3四半期"),
        (6, "四半期ごと", "2026年度第1四半期"),
        (3, "毎四半期", "2025年度第4四半期"),
        (9, "半年", "2026年度上期"),
        (3, "半期", "2025年度下期"),
        (3, "毎年", "2025年度"),
        (3, "年次", "2025年度"),
    ],
)
def test_c8_2_t02_a_period_bears_the_name_of_the_fiscal_year(
    month: int, frequency: str | None, label: str
) -> None:
    period = ending_with(date(2026, month, 1), frequency)

    assert period is not None
    assert period.label == label
    assert read(label) == period


@pytest.mark.parametrize(
    ("frequency", "months"),
    [("毎月", range(1, 13)), ("四半期", (3, 6, 9, 12)), ("半年", (3, 9)), ("年次", (3,))],
)
def test_an_indicator_is_due_in_the_months_its_periods_end_with(
    frequency: str, months: tuple[int, ...]
) -> None:
    due = [m for m in range(1, 13) if ending_with(date(2026, m, 1), frequency)]

    assert due == list(months)


@pytest.mark.parametrize(
    "text", ["2026年12月", "2026-12", "2026/12", "２０２６年１２月", "2026 年 12 月"]
)
def test_a_month_may_be_written_in_several_ways(text: str) -> None:
    assert read(text) == Period(DECEMBER)


@pytest.mark.parametrize("text", [None, "", "12月", "2026年13月", "0000年1月", "2026年度第5四半期"])
def test_what_is_no_period_is_none(text: str | None) -> None:
    assert read(text) is None


def test_the_quarter_before_the_first_is_the_last_of_the_year_before() -> None:
    first = Period(date(2026, 6, 1), 3)

    assert first.before().label == "2025年度第4四半期"
    assert first.a_year_before.label == "2025年度第1四半期"


def test_counting_months_back_crosses_the_turn_of_the_year() -> None:
    assert months_before(date(2026, 2, 28), 3) == date(2025, 11, 1)


@pytest.mark.parametrize(
    ("day", "months", "first", "last"),
    [
        pytest.param(date(2026, 11, 24), 3, date(2026, 10, 1), date(2026, 12, 31), id="third"),
        pytest.param(date(2027, 1, 1), 3, date(2027, 1, 1), date(2027, 3, 31), id="fourth"),
        pytest.param(date(2026, 4, 1), 12, date(2026, 4, 1), date(2027, 3, 31), id="year"),
        pytest.param(date(2027, 3, 31), 12, date(2026, 4, 1), date(2027, 3, 31), id="its end"),
        pytest.param(date(2028, 2, 29), 1, date(2028, 2, 1), date(2028, 2, 29), id="month"),
    ],
)
def test_a_day_lies_in_one_period_of_the_fiscal_year(
    day: date, months: int, first: date, last: date
) -> None:
    found = containing(day, months)

    assert (found.first_day, found.last_day) == (first, last)
