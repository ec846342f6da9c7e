"""Working days, deadlines, fiscal years and the numbers of things."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.domain.working_days import (
    Calendar,
    business_key,
    close_of,
    fiscal_year,
    fiscal_year_text,
    tokyo_date,
)

GOLDEN_WEEK = [date(2026, 4, 29), *(date(2026, 5, day) for day in (3, 4, 5, 6))]
NEW_YEAR = [*(date(2026, 12, day) for day in (29, 30, 31)), *(date(2027, 1, d) for d in (1, 2, 3))]
OFFICE = Calendar(frozenset([*GOLDEN_WEEK, *NEW_YEAR]))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param(date(2026, 5, 1), 3, date(2026, 5, 11), id="past Golden Week"),
        pytest.param(date(2026, 5, 11), -3, date(2026, 5, 1), id="back past Golden Week"),
        pytest.param(date(2026, 12, 28), 1, date(2027, 1, 4), id="past the turn of the year"),
        pytest.param(date(2026, 5, 2), 0, date(2026, 5, 7), id="zero from a closed day"),
        pytest.param(date(2026, 5, 1), 0, date(2026, 5, 1), id="zero from a working day"),
    ],
)
def test_adding_working_days_skips_every_closed_day(start, days, end):
    assert OFFICE.add(start, days) == end


def test_days_between_count_the_last_day_and_not_the_first():
    assert OFFICE.between(date(2026, 5, 1), date(2026, 5, 11)) == 3
    assert OFFICE.between(date(2026, 5, 11), date(2026, 5, 1)) == -3
    assert OFFICE.between(date(2026, 5, 1), date(2026, 5, 1)) == 0


@pytest.mark.parametrize(
    ("year", "month", "nth", "day"),
    [
        pytest.param(2026, 5, 1, date(2026, 5, 1), id="first"),
        pytest.param(2026, 5, 3, date(2026, 5, 8), id="third, past Golden Week"),
        pytest.param(2026, 12, -1, date(2026, 12, 28), id="last before the closing of the year"),
        pytest.param(2027, 1, 3, date(2027, 1, 6), id="third after New Year"),
    ],
)
def test_nth_working_day_of_a_month(year, month, nth, day):
    assert OFFICE.nth_of_month(year, month, nth) == day


@pytest.mark.parametrize("nth", [0, 24, -24])
def test_a_month_without_such_a_working_day_is_refused(nth):
    with pytest.raises(ValueError, match="no working day number"):
        OFFICE.nth_of_month(2026, 6, nth)


def test_a_count_of_working_days_beyond_reason_is_refused():
    with pytest.raises(ValueError, match="at most"):
        OFFICE.add(date(2026, 4, 1), 1_000_000)


def test_a_deadline_ends_at_six_in_the_evening_in_tokyo():
    late_evening = datetime(2026, 5, 1, 14, 59, tzinfo=UTC)  # 23:59 of 1 May in Tokyo

    assert OFFICE.due_at(late_evening, 3) == datetime(2026, 5, 11, 9, 0, tzinfo=UTC)


def test_the_day_changes_at_midnight_in_tokyo():
    assert tokyo_date(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)
    assert close_of(date(2026, 4, 1)) == datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_the_fiscal_year_begins_in_april(day, year):
    assert fiscal_year(day) == year


def test_numbers_and_years_are_written_as_the_office_writes_them():
    assert business_key("リハ", 2026, 5) == "リハ-R8-0005"
    assert (fiscal_year_text(2026), fiscal_year_text(2019)) == ("令和8年度", "令和元年度")
