"""How much working time lies between two moments."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from engine.domain.office_hours import OfficeHours, office_hours
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar

HOLIDAY = date(2026, 11, 23)  # a Monday
CALENDAR = Calendar(frozenset({HOLIDAY}))


@pytest.fixture(scope="module")
def clock() -> OfficeHours:
    return office_hours(CALENDAR)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+09:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("11-24T10:00", "11-24T11:30", 1.5, id="within a day"),
        pytest.param("11-24T17:00", "11-25T10:00", 2, id="over a night"),
        pytest.param("11-20T17:00", "11-24T10:00", 2, id="over a weekend and a holiday"),
        pytest.param("11-21T09:00", "11-23T18:00", 0, id="on closed days alone"),
        pytest.param("11-24T05:00", "11-24T23:00", 9, id="a whole day"),
        pytest.param("11-24T19:00", "11-25T08:00", 0, id="outside office hours"),
        pytest.param("11-25T10:00", "11-24T10:00", 0, id="the wrong way round"),
        pytest.param("11-24T09:00", "11-27T18:00", 36, id="four days"),
    ],
)
def test_only_office_hours_of_working_days_count(
    clock: OfficeHours, start: str, end: str, hours: float
) -> None:
    assert clock.seconds(tokyo(start), tokyo(end)) == hours * 3600


def test_a_working_day_has_nine_hours(clock: OfficeHours) -> None:
    assert clock.days(tokyo("11-24T09:00"), tokyo("11-26T13:30")) == 2.5


def test_it_agrees_with_a_walk_from_minute_to_minute(clock: OfficeHours) -> None:
    start, end = tokyo("11-19T16:20"), tokyo("11-25T11:40")

    minutes, moment = 0, start
    while moment < end:
        local = moment.astimezone(TOKYO)
        minutes += CALENDAR.is_working_day(local.date()) and 9 <= local.hour < 18
        moment += timedelta(minutes=1)

    assert clock.seconds(start, end) == minutes * 60


def test_moments_beyond_the_tables_count_as_their_edges(clock: OfficeHours) -> None:
    early, late = datetime(1990, 1, 1, tzinfo=TOKYO), datetime(2200, 1, 1, tzinfo=TOKYO)

    assert clock.seconds(early, datetime(1999, 12, 31, tzinfo=TOKYO)) == 0
    assert clock.seconds(datetime(2150, 1, 1, tzinfo=TOKYO), late) == 0


def test_the_tables_of_a_calendar_are_made_once() -> None:
    assert office_hours(CALENDAR) is office_hours(Calendar(frozenset({HOLIDAY})))
