"""Days and moments at random: what comes out is what `datetime` and `zoneinfo` say."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.feel.language import evaluate

ZONES = ("Asia/Tokyo", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC")
SECONDS_OF_A_CENTURY = 100 * 365 * 86_400
FIRST = datetime(1950, 1, 1)  # noqa: DTZ001 - a reading of a clock on a wall
SEEDS = range(40)


class Chance:
    """Days, moments and spans of one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def wall(self) -> datetime:
        return FIRST + timedelta(seconds=self._random.randrange(SECONDS_OF_A_CENTURY))

    def day(self) -> date:
        return self.wall().date()

    def zone(self) -> str:
        return self._random.choice(ZONES)

    def moment(self) -> tuple[str, datetime]:
        """As it is written, and as Python has it.  Never one of the hour that is there twice."""
        while True:
            wall, zone = self.wall(), self.zone()
            moment = wall.replace(tzinfo=ZoneInfo(zone))
            is_plain = moment.astimezone(UTC).astimezone(ZoneInfo(zone)) == moment
            if is_plain and moment.utcoffset() == moment.replace(fold=1).utcoffset():
                return f'@"{wall.isoformat()}@{zone}"', moment

    def whole(self, most: int) -> int:
        return self._random.randrange(-most, most)


@pytest.fixture(params=SEEDS)
def chance(request: pytest.FixtureRequest) -> Chance:
    return Chance(request.param)


def seconds(span: timedelta) -> Decimal:
    return Decimal(span.days * 86_400 + span.seconds)


def test_days_are_added_and_taken_away(chance: Chance) -> None:
    day, days = chance.day(), chance.whole(20_000)

    assert evaluate("a + b", a=day, b=timedelta(days=days)) == day + timedelta(days=days)
    assert evaluate("a - b", a=day, b=timedelta(days=days)) == day - timedelta(days=days)


def test_the_difference_of_two_days_is_a_number_of_days(chance: Chance) -> None:
    a, b = chance.day(), chance.day()

    assert evaluate("a - b", a=a, b=b) == a - b
    assert evaluate("(a < b) = (b > a) and (a = b) = not(a != b)", a=a, b=b) is True
    assert evaluate("a < b", a=a, b=b) is (a < b)


def test_months_are_added_and_end_with_their_month(chance: Chance) -> None:
    day, months = chance.day(), chance.whole(500)
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(years, month + 1)[1]

    added = evaluate(f'a + duration("P1M") * {months}', a=day)

    assert added == date(years, month + 1, min(day.day, last))


def test_the_difference_of_two_moments_lies_on_the_time_line(chance: Chance) -> None:
    (first, a), (second, b) = chance.moment(), chance.moment()
    between = a.astimezone(UTC) - b.astimezone(UTC)

    assert evaluate(f"{first} - {second}") == between
    assert evaluate(f"{first} < {second}") is (a < b)
    assert evaluate(f"{first} = {second}") is (a == b)


def test_the_offset_of_a_zone_is_that_of_the_day(chance: Chance) -> None:
    text, moment = chance.moment()

    assert evaluate(f"{text}.time offset") == moment.utcoffset()


def test_a_span_is_added_to_a_moment_with_an_offset(chance: Chance) -> None:
    moment = chance.moment()[1]
    offset = moment.utcoffset()
    assert offset is not None
    plain = moment.replace(tzinfo=None).isoformat()
    minutes = int(offset.total_seconds()) // 60
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    span = timedelta(seconds=chance.whole(10**8))

    found: Any = evaluate(f'@"{plain}{sign}{hours:02}:{rest:02}" + b', b=span)

    assert found == moment.astimezone(UTC) + span


def test_parts_of_a_day_are_those_of_the_calendar(chance: Chance) -> None:
    day = chance.day()
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

    assert evaluate("[a.year, a.month, a.day, a.weekday]", a=day) == [
        day.year,
        day.month,
        day.day,
        day.isoweekday(),
    ]
    assert evaluate("day of year(a)", a=day) == day.timetuple().tm_yday
    assert evaluate("week of year(a)", a=day) == day.isocalendar().week
    assert evaluate("day of week(a)", a=day) == names[day.weekday()]
    assert evaluate("last day of month(a)", a=day).day == monthrange(day.year, day.month)[1]


def test_what_is_written_is_read_again(chance: Chance) -> None:
    day, wall = chance.day(), chance.wall()

    assert evaluate("date(string(a))", a=day) == day
    assert evaluate(f'string(@"{wall.isoformat()}")') == wall.isoformat()


def test_spans_are_sums_of_their_parts(chance: Chance) -> None:
    a, b = (timedelta(seconds=chance.whole(10**8)) for _ in range(2))

    assert evaluate("a + b", a=a, b=b) == a + b
    assert evaluate("a / b", a=a, b=b) == pytest.approx(seconds(a) / seconds(b))
    assert evaluate("(a + b) - b = a", a=a, b=b) is True
