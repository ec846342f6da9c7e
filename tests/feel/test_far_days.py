"""Days before the year 1 and after the year 9999: read, written, compared, taken apart."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation
from engine.feel.expression import compile_expression


def value_of(source: str) -> Any:
    evaluation = Evaluation(
        now=datetime(2026, 5, 1, tzinfo=UTC), calendar=Calendar(closures=frozenset())
    )
    return compile_expression(source).evaluate({}, evaluation)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('date("12345-06-07")', "12345-06-07"),
        ('date("-0044-03-15")', "-0044-03-15"),
        ("date(-44, 3, 15)", "-0044-03-15"),
        ('date and time("12345-06-07T08:09:10.5+09:00")', "12345-06-07T08:09:10.5+09:00"),
        ('date and time(date("12345-06-07"), @"08:00:00")', "12345-06-07T08:00:00"),
        ('date(date and time("12345-06-07T08:09:10"))', "12345-06-07"),
        ('time(date and time("12345-06-07T08:09:10"))', "08:09:10"),
        ('date and time("12345-06-07")', "12345-06-07T00:00:00"),
    ],
)
def test_far_days_are_written_as_they_are_read(source: str, text: str) -> None:
    assert value_of(f"string({source})") == text


@pytest.mark.parametrize(
    "source",
    [
        '@"-0044-03-15" < @"-0044-03-16"',
        '@"-0044-03-15" < @"2026-01-01"',
        '@"12345-01-01" > @"9999-12-31"',
        '@"12345-01-01" = date(12345, 1, 1)',
        '@"12345-01-01T10:00:00.5" = @"12345-01-01T10:00:00.25"',
        '@"12345-01-01T10:00:00" >= @"2026-01-01T10:00:00"',
        '@"12345-01-01" instance of date',
        '@"12345-01-01T10:00:00" instance of date and time',
        '@"12345-01-01" in [@"2000-01-01"..@"20000-01-01"]',
    ],
)
def test_far_days_are_compared(source: str) -> None:
    assert value_of(source) is True


@pytest.mark.parametrize(
    ("part", "expected"), [("year", -44), ("month", 3), ("day", 15), ("hour", 10), ("weekday", 4)]
)
def test_far_moments_have_the_parts_of_near_ones(part: str, expected: int) -> None:
    assert value_of(f'@"-0044-03-15T10:00:00Z".{part}') == Decimal(expected)


@pytest.mark.parametrize(
    "source",
    [
        "date(12345, 2, 29)",
        "date(1000000000, 1, 1)",
        'date("0000-01-01")',
        'date("12345-01-01") + duration("P1D")',
        'date("12345-01-01") - date("12344-01-01")',
        'years and months duration(date("2000-01-01"), date("12345-01-01"))',
        'day of year(date("12345-01-01"))',
        'for day in [@"2026-01-01"..@"12345-01-01"] return day',
        '@"12345-01-01" < @"12345-01-01T10:00:00"',
    ],
)
def test_what_cannot_be_said_of_far_days_is_null(source: str) -> None:
    assert value_of(source) is None
