"""Dates, times, durations: reading, writing, parts and arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain.values import YearsMonths
from tests.feel.language import NOW, evaluate

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('date("2026-04-01")', date(2026, 4, 1), id="date"),
        pytest.param("date(2026, 4, 1)", date(2026, 4, 1), id="date of numbers"),
        pytest.param('date(@"2026-04-01T10:00:00")', date(2026, 4, 1), id="date of a moment"),
        pytest.param('time("10:20:30.5Z")', time(10, 20, 30, 500_000, UTC), id="time in UTC"),
        pytest.param(
            'time(10, 20, 30, @"PT9H")',
            time(10, 20, 30, tzinfo=timezone(timedelta(hours=9))),
            id="time of numbers",
        ),
        pytest.param(
            '@"2026-04-01T10:00:00@Asia/Tokyo"',
            datetime(2026, 4, 1, 10, tzinfo=TOKYO),
            id="moment in a zone",
        ),
        pytest.param(
            'date and time(@"2026-04-01", @"10:00:00")',
            datetime(2026, 4, 1, 10),  # noqa: DTZ001
            id="day and time joined",
        ),
        pytest.param('@"P1DT2H"', timedelta(days=1, hours=2), id="days and time"),
        pytest.param('@"-P1Y2M"', YearsMonths(-14), id="years and months"),
        pytest.param("now()", NOW, id="now is handed in"),
        pytest.param("today()", date(2026, 4, 2), id="today is the day in Tokyo"),
    ],
)
def test_temporals_are_read(source: str, value: Any) -> None:
    found = evaluate(source)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "10:20:30",
        "10:20:30.5Z",
        "10:20:30+09:00",
        "10:20:30@Asia/Tokyo",
        "2026-04-01T10:20:30-05:30",
        "2026-04-01T00:00:00@Europe/Paris",
        "P1DT2H3M4.5S",
        "-PT30M",
        "P1Y2M",
    ],
)
def test_text_of_a_temporal_is_read_back_as_it_was(text: str) -> None:
    assert evaluate(f'string(@"{text}")') == text


@pytest.mark.parametrize(
    "source",
    [
        'date("2026-2-1")',
        'date("2026-02-30")',
        "date(2026, 13, 1)",
        'time("24:00:00")',
        'time("7:00:00")',
        'time("10:00:00+19:00")',
        'time("10:00:00@Nowhere/City")',
        'time("10:00:00@../../secret")',
        'date and time("2026-04-01T10:00")',
        'duration("P1H")',
        'duration("P")',
        'duration("P1Y2D")',
    ],
)
def test_what_is_no_temporal_is_null(source: str) -> None:
    assert evaluate(source) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('@"2026-03-31" + @"P1M"', '@"2026-04-30"', id="end of a shorter month"),
        pytest.param('@"2024-02-29" + @"P1Y"', '@"2025-02-28"', id="leap day"),
        pytest.param('@"2026-04-01" - @"P1D"', '@"2026-03-31"', id="a day before"),
        pytest.param('@"2026-04-01" + @"PT25H"', '@"2026-04-02"', id="hours to a date"),
        pytest.param('@"2026-04-01" - @"2026-03-01"', '@"P31D"', id="days between"),
        pytest.param('@"2026-04-02T06:00:00" - @"2026-04-01"', '@"P1DT6H"', id="moment less day"),
        pytest.param(
            '@"2026-04-02T09:00:00+09:00" - @"2026-04-01"', '@"P1D"', id="day as midnight in UTC"
        ),
        pytest.param('@"23:00:00" + @"PT2H"', '@"01:00:00"', id="past midnight"),
        pytest.param('@"10:00:00+09:00" - @"00:00:00Z"', '@"PT1H"', id="between offsets"),
        pytest.param(
            '@"2026-03-28T12:00:00@Europe/Paris" + @"P1D"',
            '@"2026-03-29T13:00:00@Europe/Paris"',
            id="a day of 23 hours",
        ),
        pytest.param('@"P1D" * 2', '@"P2D"', id="twice as long"),
        pytest.param('3 * @"P1Y"', '@"P3Y"', id="thrice as long"),
        pytest.param('@"P1D" / 2', '@"PT12H"', id="half as long"),
        pytest.param('@"P2D" / @"PT12H"', "4", id="how often"),
        pytest.param('-@"P1D"', '@"-P1D"', id="negative"),
        pytest.param('abs(@"-P1Y")', '@"P1Y"', id="absolute"),
        pytest.param(
            'years and months duration(@"2025-12-31", @"2026-03-30")', '@"P2M"', id="whole months"
        ),
        pytest.param('sum([@"P1D", @"PT1H"])', '@"P1DT1H"', id="sum of durations"),
    ],
)
def test_temporals_are_computed(source: str, value: str) -> None:
    assert evaluate(f"{source} = {value}") is True


@pytest.mark.parametrize(
    "source",
    [
        '@"2026-04-01" + 1',
        '@"2026-04-01" + @"2026-04-02"',
        '@"P1D" + @"P1M"',
        '@"9999-12-31" + @"P1D"',
        '@"0001-01-01" - @"P1M"',
        '@"P1D" * 1e300',
        '@"P1D" / 0',
        '-(@"P999999999D" + @"PT1S")',
    ],
)
def test_impossible_sums_are_null(source: str) -> None:
    assert evaluate(source) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('@"2026-04-01T10:20:30+09:00".hour', 10, id="hour"),
        pytest.param('@"2026-04-01".weekday', 3, id="wednesday is the third day"),
        pytest.param('@"2026-04-01T10:00:00+09:00".time offset', timedelta(hours=9), id="offset"),
        pytest.param('@"10:00:00@Asia/Tokyo".timezone', "Asia/Tokyo", id="zone"),
        pytest.param('@"10:00:00".time offset', None, id="no offset"),
        pytest.param('@"P1DT26H".days', 2, id="days of a duration"),
        pytest.param('@"-PT90M".minutes', -30, id="parts carry the sign"),
        pytest.param('@"P26M".years', 2, id="years of a duration"),
        pytest.param('@"P26M".months', 2, id="months of a duration"),
        pytest.param('day of week(@"2026-04-01")', "Wednesday", id="name of the day"),
        pytest.param('month of year(@"2026-04-01")', "April", id="name of the month"),
        pytest.param('day of year(@"2026-12-31")', 365, id="day of the year"),
        pytest.param('week of year(@"2026-12-31")', 53, id="week of the year"),
    ],
)
def test_parts_of_temporals_are_readable(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('@"2026-04-01T09:00:00+09:00" = @"2026-04-01T00:00:00Z"', True, id="same"),
        pytest.param('@"2026-04-01T09:00:00" < @"2026-04-01T01:00:00Z"', True, id="tokyo assumed"),
        pytest.param('@"10:00:00@Asia/Tokyo" = @"01:00:00Z"', True, id="times across zones"),
        pytest.param('@"2026-04-01" < @"2026-04-01T10:00:00"', None, id="day and moment"),
        pytest.param('@"P1Y" = @"P12M"', True, id="a year is twelve months"),
        pytest.param('@"P1Y" = @"P365D"', None, id="kinds of duration"),
        pytest.param('is(@"10:00:00+09:00", @"01:00:00Z")', False, id="is looks at the offset"),
    ],
)
def test_moments_are_compared_on_the_time_line(source: str, value: bool | None) -> None:
    assert evaluate(source) is value
