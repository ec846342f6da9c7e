"""P04: telling the users, and again where it did not reach them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements

KEY = "publicity"
PLAN = {
    "対象者": ["利用者（個人）"],
    "目的": "新しい申請方法の案内",
    "内容": "12月から始まります",
    "手段": ["Web", "窓口"],
    "開始日": date(2026, 11, 16),
    "終了日": date(2026, 12, 11),
    "担当": "gyomu1",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def planned(office: TestOffice) -> Case:
    case = office.start(KEY, values={"期日": date(2026, 12, 1)})
    fill(office, "plan_publicity", PLAN)
    approve(office)
    return case


def record(office: TestOffice, **more: Any) -> None:
    values = {"実施日": date(2026, 12, 11), "実施手段": ["Web"], "到達数": 1200, "追加周知": "不要"}
    fill(office, "record_publicity", values | more, by="gyomu1")


def test_c8_1_10_an_approved_plan_is_registered_and_due_on_its_last_day(office: TestOffice) -> None:
    planned(office)

    (entry,) = office.register("R06")
    (task,) = office.open_tasks()
    assert (entry.state, entry.values["手段"]) == ("計画", ["Web", "窓口"])
    assert (task.element_id, str(task.due_on)) == ("record_publicity", "2026-12-11")


def test_c8_1_10_what_was_done_stands_in_the_same_entry(office: TestOffice) -> None:
    case = planned(office)

    record(office)

    (entry,) = office.register("R06")
    assert (entry.state, entry.version, entry.values["到達数"]) == ("実施済", 2, 1200)
    assert office.variables(case)["結果"] == "完了"
    assert office.undelivered() == []


def test_inquiries_are_passed_on(office: TestOffice) -> None:
    planned(office)

    record(office, 問合せ件数=3, 反応問合せ="申請の期限を知りたい")

    (message,) = office.undelivered()
    assert (message.name, message.payload["内容"]) == (
        "msg.request_received",
        "申請の期限を知りたい",
    )


def test_more_publicity_is_a_round_of_its_own(office: TestOffice) -> None:
    planned(office)

    record(office, 追加周知="要")
    again = elements(office)
    fill(office, "plan_publicity", PLAN)
    approve(office)
    record(office)

    assert again == ["plan_publicity"]
    assert [entry.state for entry in office.register("R06")] == ["実施済", "実施済"]


def test_sent_back_the_plan_is_drawn_up_again(office: TestOffice) -> None:
    office.start(KEY)
    fill(office, "plan_publicity", PLAN)

    decide(office, "差戻し")

    assert elements(office) == ["plan_publicity"]


@pytest.mark.parametrize(
    ("choice", "left"), [("再起案", ["plan_publicity"]), ("取りやめ", [])], ids=["anew", "given up"]
)
def test_after_a_refusal_the_drafter_decides(
    office: TestOffice, choice: str, left: list[str]
) -> None:
    office.start(KEY)
    fill(office, "plan_publicity", PLAN)
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": choice, "取扱い理由": "見直し"})

    assert elements(office) == left
