"""The reminder ladder: which step comes when, and what is made up for after a downtime."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from engine.domain.reminder import Ladder, Step, days_left
from engine.domain.working_days import Calendar

# Written by hand: 文化の日, 勤労感謝の日, 年末年始, 成人の日 of the fiscal year 2026
CALENDAR = Calendar(
    frozenset(
        [
            date(2026, 11, 3),
            date(2026, 11, 23),
            *(date(2026, 12, day) for day in (29, 30, 31)),
            *(date(2027, 1, day) for day in (1, 2, 3, 11)),
        ]
    )
)
STEPS = [
    Step(days=-2, to=("assignee",)),
    Step(days=0, to=("assignee",)),
    Step(days=1, to=("head",)),
    Step(days=3, to=("PJMO",)),
    Step(days=5, to=("PL", "PMO")),
]
LADDER = Ladder(STEPS, time(9))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def told(due_on: date, now: str, *marked: str, created: datetime = LONG_AGO) -> list[str]:
    plan = LADDER.plan(due_on, created, marked, tokyo(now), CALENDAR)
    return [f"{step.id} {addressee}" for step, addressee in plan.tells]


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        pytest.param(
            "2026-11-10",
            ["2026-11-06", "2026-11-10", "2026-11-11", "2026-11-13", "2026-11-17"],
            id="over a weekend",
        ),
        pytest.param(
            "2026-11-24",
            ["2026-11-19", "2026-11-24", "2026-11-25", "2026-11-27", "2026-12-01"],
            id="after a holiday",
        ),
        pytest.param(
            "2026-12-28",
            ["2026-12-24", "2026-12-28", "2027-01-04", "2027-01-06", "2027-01-08"],
            id="last day of the year",
        ),
        pytest.param(
            "2027-01-05",
            ["2026-12-28", "2027-01-05", "2027-01-06", "2027-01-08", "2027-01-13"],
            id="first days of the year",
        ),
        pytest.param(
            "2026-11-23",
            ["2026-11-19", "2026-11-20", "2026-11-24", "2026-11-26", "2026-11-30"],
            id="on a closed day",
        ),
    ],
)
def test_each_step_comes_on_its_working_day(due_on: str, days: list[str]) -> None:
    due = date.fromisoformat(due_on)

    moments = [LADDER.moment(step, due, CALENDAR) for step in LADDER.steps]

    assert moments == [tokyo(f"{day}T09:00") for day in days]


@pytest.mark.parametrize("now", ["2026-11-20T09:00", "2026-11-24T08:59", "2027-01-04T12:00"])
def test_the_last_deadline_that_a_step_has_reached_is_found(now: str) -> None:
    days = [date.fromordinal(n) for n in range(date(2026, 9, 1).toordinal(), 740_000)]

    for step, last in LADDER.reached(tokyo(now), CALENDAR):
        fitting = [day for day in days if LADDER.moment(step, day, CALENDAR) <= tokyo(now)]
        assert last == fitting[-1]


def test_the_assignee_hears_two_days_before_and_on_the_day() -> None:
    due = date(2026, 11, 10)

    assert told(due, "2026-11-06T08:59") == []
    assert told(due, "2026-11-06T09:00") == ["before_2 assignee"]
    assert told(due, "2026-11-09T12:00", "before_2") == []
    assert told(due, "2026-11-10T09:00", "before_2") == ["due assignee"]


def test_after_a_downtime_each_addressee_hears_only_of_the_newest_step() -> None:
    plan = LADDER.plan(date(2026, 11, 10), LONG_AGO, (), tokyo("2026-11-30T10:00"), CALENDAR)

    found = [(step.id, addressee) for step, addressee in plan.tells]
    assert found == [
        ("due", "assignee"),
        ("after_1", "head"),
        ("after_3", "PJMO"),
        ("after_5", "PL"),
        ("after_5", "PMO"),
    ]
    assert plan.marks == ("before_2", "due", "after_1", "after_3", "after_5")


def test_a_step_that_lies_before_one_dealt_with_is_not_made_up_for() -> None:
    assert told(date(2026, 11, 10), "2026-11-13T10:00", "after_1") == ["after_3 PJMO"]


def test_a_moment_before_the_task_was_there_is_left_out_and_marked() -> None:
    created = tokyo("2026-11-10T10:00")

    plan = LADDER.plan(date(2026, 11, 10), created, (), tokyo("2026-11-10T10:05"), CALENDAR)

    assert plan.tells == ()
    assert plan.marks == ("before_2", "due")


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-20T12:00", 2),
        ("2026-11-25T23:00", 0),
        ("2026-11-28T12:00", -2),
    ],
)
def test_days_left_are_working_days(now: str, days: int) -> None:
    assert days_left(tokyo("2026-11-25T18:00"), tokyo(now), CALENDAR) == days


def test_a_deadline_of_friday_is_passed_by_one_day_on_saturday() -> None:
    assert days_left(tokyo("2026-11-27T18:00"), tokyo("2026-11-28T12:00"), CALENDAR) == -1
