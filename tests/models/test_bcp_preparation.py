"""P09: how the work goes on when something fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements

KEY = "bcp_preparation"
PLAN = {
    "想定事象": ["システム障害", "災害"],
    "業務継続の方針": [],
    "目標復旧時間": "4時間",
    "代替手順": [],
    "連絡体制": "課長から各係へ電話",
    "役割": "受付係は書面で受け付ける",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def drafted(office: TestOffice) -> Case:
    case = office.start(KEY, values={"期日": date(2026, 12, 1)})
    fill(office, "draft_continuity", PLAN)
    return case


def test_c8_1_13_an_approved_plan_is_registered(office: TestOffice) -> None:
    case = drafted(office)

    approve(office)

    (plan,) = office.register("R15")
    assert (plan.state, plan.values["想定の要約"]) == ("決裁済", "システム障害、災害")
    assert (office.variables(case)["結果"], office.variables(case)["版"]) == ("完了", 1)
    assert office.undelivered() == []


def test_the_next_run_starts_from_the_plan_in_force(office: TestOffice) -> None:
    drafted(office)
    approve(office)

    case = office.start(KEY)
    taken_over = office.variables(case)
    fill(office, "draft_continuity", PLAN | {"目標復旧時間": "2時間"})
    approve(office)

    (plan,) = office.register("R15")
    assert taken_over["連絡体制"] == "課長から各係へ電話"
    assert (plan.version, plan.values["目標復旧時間"]) == (2, "2時間")


def test_sent_back_it_returns_to_its_drafter(office: TestOffice) -> None:
    case = drafted(office)

    decide(office, "差戻し")

    (task,) = office.open_tasks()
    assert (task.element_id, task.assignee) == ("draft_continuity", "pjmo1")
    assert office.variables(case)["決裁意見"][0]["理由"] == "数字が合いません"


@pytest.mark.parametrize(
    ("choice", "left"),
    [("再起案", ["draft_continuity"]), ("取りやめ", [])],
    ids=["anew", "given up"],
)
def test_after_a_refusal_the_drafter_decides(
    office: TestOffice, choice: str, left: list[str]
) -> None:
    case = drafted(office)
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": choice, "取扱い理由": "見直し"})

    assert (elements(office), office.register("R15")) == (left, [])
    assert office.variables(case)["結果"] == "取りやめ"
