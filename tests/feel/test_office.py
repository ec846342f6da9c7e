"""Functions of the office: working days, fiscal years, eras; English and Japanese names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.feel.language import evaluate


@pytest.mark.parametrize(
    ("english", "japanese", "value"),
    [
        ('is working day(@"2026-05-06")', '営業日か(@"2026-05-06")', False),
        ('next working day(@"2026-05-01")', '翌営業日(@"2026-05-01")', date(2026, 5, 7)),
        ('previous working day(@"2026-05-07")', '前営業日(@"2026-05-07")', date(2026, 5, 1)),
        ('add working days(@"2026-05-01", 3)', '営業日加算(@"2026-05-01", 3)', date(2026, 5, 11)),
        (
            'add working days(@"2027-01-04", -2)',
            '営業日加算(@"2027-01-04", -2)',
            date(2026, 12, 25),
        ),
        (
            'working days between(@"2026-04-28", @"2026-05-07")',
            '営業日数(@"2026-04-28", @"2026-05-07")',
            3,
        ),
        ("nth working day(2026, 5, 3)", "月の営業日(2026, 5, 3)", date(2026, 5, 8)),
        ("last working day(2026, 12)", "月の最終営業日(2026, 12)", date(2026, 12, 28)),
        ('fiscal year(@"2027-03-31")', '年度(@"2027-03-31")', 2026),
        ('fiscal year start(@"2027-03-31")', '年度初日(@"2027-03-31")', date(2026, 4, 1)),
        ('fiscal year end(@"2026-04-01")', '年度末日(@"2026-04-01")', date(2027, 3, 31)),
        ('fiscal quarter(@"2027-01-01")', '四半期(@"2027-01-01")', 4),
        ('half year(@"2026-09-30")', '半期(@"2026-09-30")', 1),
        ('last day of month(@"2028-02-01")', '月末日(@"2028-02-01")', date(2028, 2, 29)),
        ('same day last year(@"2028-02-29")', '前年同日(@"2028-02-29")', date(2027, 2, 28)),
        ('era(@"2026-04-01")', '和暦年度(@"2026-04-01")', "令和8年度"),
        ('era(@"2019-03-31")', '和暦年度(@"2019-03-31")', "平成30年度"),
        ('era date(@"2019-05-01")', '和暦(@"2019-05-01")', "令和元年5月1日"),
        ('era date(@"1989-01-07")', '和暦(@"1989-01-07")', "昭和64年1月7日"),
    ],
)
def test_each_function_has_two_names(english: str, japanese: str, value: Any) -> None:
    assert evaluate(english) == value
    assert evaluate(japanese) == value


def test_a_moment_counts_as_its_day_in_tokyo() -> None:
    assert evaluate('fiscal year(@"2026-03-31T15:00:00Z")') == 2026


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('@"2028-02-29"', '@"2027-02-28"'),
        ('[@"2026-04-01"..@"2026-06-30"]', '[@"2025-04-01"..@"2025-06-30"]'),
        ('@"2026-04-01", @"2026-06-30"', '[@"2025-04-01"..@"2025-06-30"]'),
        ('from: @"2026-04-01", to: @"2026-06-30"', '[@"2025-04-01"..@"2025-06-30"]'),
        ('@"2028-02-01", @"2028-02-29"', '[@"2027-02-01"..@"2027-02-28"]'),
        ('@"2029-02-01", @"2029-02-28"', '[@"2028-02-01"..@"2028-02-29"]'),
        ('[@"2029-02-01"..@"2029-03-01")', '[@"2028-02-01"..@"2028-03-01")'),
        ('(@"2029-02-01"..@"2029-02-28")', '(@"2028-02-01"..@"2028-02-28")'),
        ('[date("2026-04-01")..date("2026-06-30")]', '[@"2025-04-01"..@"2025-06-30"]'),
        ('>= @"2026-04-01"', '(>= @"2025-04-01")'),
    ],
)
def test_the_same_period_last_year(given: str, expected: str) -> None:
    value = evaluate(expected)

    assert value is not None
    assert evaluate(f"same period last year({given})") == value
    assert evaluate(f"前年同期({given})") == value


def test_a_period_of_last_year_serves_as_a_test() -> None:
    period = '前年同期([@"2026-04-01"..@"2026-06-30"])'

    assert evaluate(f'@"2025-05-01" in {period}') is True
    assert evaluate(f'@"2026-05-01" in {period}') is False


@pytest.mark.parametrize(
    "source",
    [
        "前年同期([1..5])",
        '前年同期(@"2026-06-30", @"2026-04-01")',
        "前年同期(5)",
        "前年同期(null)",
        '前年同期(@"0001-02-01")',
        'add working days(@"2026-05-01", 1.5)',
        'add working days(@"2026-05-01", 1000000)',
        'add working days("2026-05-01", 1)',
        "nth working day(2026, 4, 40)",
        "nth working day(2026, 13, 1)",
        'next working day(@"9999-12-31")',
        'working days between(@"0001-01-01", @"9999-12-31")',
        'era date(@"1800-01-01")',
    ],
)
def test_what_the_calendar_cannot_answer_is_null(source: str) -> None:
    assert evaluate(source) is None
