"""P01, A1: all due dates counted back in working days, against tables written by hand.

The tables were counted on a paper calendar.  Closed are Saturdays, Sundays, national holidays
and 29 December to 3 January.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.testing import TestOffice
from tests.models import go_live
from tests.models.house import elements

OCTOBER = datetime(2026, 10, 1, 9, 0, tzinfo=TOKYO)
OVER_NEW_YEAR = {  # start on Friday 2027-01-15
    "P03": date(2026, 10, 14),  # 60 working days before
    "P05": date(2026, 10, 28),  # 50
    "P02": date(2026, 11, 5),  # 45
    "P08": date(2026, 11, 12),  # 40
    "P04": date(2026, 11, 27),  # 30
    "P09": date(2026, 11, 27),  # 30
    "P06": date(2026, 12, 11),  # 20
    "P07": date(2026, 12, 25),  # 10
    "T3": date(2027, 1, 7),  # 5
}
OVER_GOLDEN_WEEK = {  # start on Monday 2027-05-10
    "P03": date(2027, 2, 4),
    "P05": date(2027, 2, 19),
    "P02": date(2027, 3, 1),
    "P08": date(2027, 3, 8),
    "P04": date(2027, 3, 23),
    "P09": date(2027, 3, 23),
    "P06": date(2027, 4, 6),
    "P07": date(2027, 4, 20),
    "T3": date(2027, 4, 27),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=OCTOBER) as made:
        yield made


@pytest.mark.parametrize(
    ("start_on", "expected"),
    [
        pytest.param(date(2027, 1, 15), OVER_NEW_YEAR, id="over the turn of the year"),
        pytest.param(date(2027, 5, 10), OVER_GOLDEN_WEEK, id="over Golden Week"),
    ],
)
def test_c8_t18_due_dates_are_counted_back_in_working_days(
    office: TestOffice, start_on: date, expected: dict[str, date]
) -> None:
    go_live.deploy(office)

    case = go_live.begin(office, 運営開始予定日=start_on)

    known = office.variables(case)
    assert known["期日表"] == expected
    assert {row["番号"]: row["期日"] for row in known["期日一覧"]} == expected
    assert {row["見込み"] for row in known["期日一覧"]} == {""}


def test_each_called_process_gets_its_own_due_date(office: TestOffice) -> None:
    go_live.deploy(office, waiting=go_live.CALLED)

    go_live.begin(office)

    given = {
        key: office.variables(case)["期日"] for key in go_live.CALLED for case in office.cases(key)
    }
    assert given == {
        "operating_structure": date(2027, 3, 1),
        "procedure_manual": date(2027, 2, 4),
        "publicity": date(2027, 3, 23),
        "training_plan": date(2027, 2, 19),
        "rehearsal": date(2027, 4, 20),
        "risk_preparation": date(2027, 3, 8),
        "bcp_preparation": date(2027, 3, 23),
    }


def test_a_due_date_in_the_past_is_shown_with_the_start_that_could_be_kept(
    office: TestOffice,
) -> None:
    go_live.deploy(office)

    case = go_live.begin(office, 運営開始予定日=date(2026, 11, 13))

    rows = {row["番号"]: row for row in office.variables(case)["期日一覧"]}
    late = {number for number, row in rows.items() if row["見込み"] == "間に合いません"}
    assert late == {"P02", "P03", "P04", "P05", "P08", "P09"}
    assert rows["P04"]["期日"] == date(2026, 9, 30)  # 30 working days before 13 November
    assert rows["P04"]["間に合う運営開始日"] == date(2026, 11, 16)  # 30 after 1 October
    assert rows["T3"]["間に合う運営開始日"] is None


def test_reminders_come_ten_five_and_one_working_day_before_a_due_date(
    office: TestOffice,
) -> None:
    go_live.deploy(office, waiting=["publicity"])
    case = go_live.begin(office)

    counts = []
    for day in ("2027-03-07", "2027-03-08", "2027-03-14", "2027-03-15", "2027-03-18", "2027-03-19"):
        office.advance(to=datetime.fromisoformat(f"{day}T12:00:00+09:00"))
        counts.append(office.trace(case).count("remind_call_publicity"))

    assert counts == [0, 1, 1, 2, 2, 3]  # 22 March is a holiday: the last comes on Friday 19


def test_a_reminder_whose_moment_lies_before_the_call_is_skipped(office: TestOffice) -> None:
    go_live.deploy(office, waiting=["publicity"])
    case = go_live.begin(office, 運営開始予定日=date(2026, 11, 20))  # P04 is due on 7 October

    office.advance(to=datetime(2026, 10, 9, 12, 0, tzinfo=TOKYO))

    assert office.trace(case).count("remind_call_publicity") == 1  # 6 October alone
    assert "wait_publicity" in elements(office)


def test_no_reminder_comes_once_the_called_process_is_over(office: TestOffice) -> None:
    go_live.deploy(office, waiting=["publicity"])
    case = go_live.begin(office)
    office.complete("wait_publicity")

    office.advance(to=datetime(2027, 3, 24, 12, 0, tzinfo=TOKYO))

    assert office.trace(case).count("remind_call_publicity") == 0
