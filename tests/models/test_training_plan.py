"""P05: who is taught what, when and how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import FieldErrors
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements, enter

KEY = "training_plan"
PLAN = {
    "教育対象者の範囲": ["業務実施担当者"],
    "教育の内容": ["業務手順書・変更点"],
    "教育の実施時期": [
        {"コース": "基礎", "開始": date(2026, 12, 1), "終了": date(2026, 12, 4)},
        {"コース": "応用", "開始": date(2026, 12, 7), "終了": date(2026, 12, 8)},
    ],
    "教育の方法": ["教材研修"],
    "教育対象者数": 3,
    "操作と手順の一体実施": True,
    "継続教育": "異動のたびに行う",
    "効果測定方法": "確認テスト",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def draft(office: TestOffice, **more: Any) -> Case:
    case = office.start(KEY, values={"期日": date(2026, 12, 1)})
    fill(office, "draft_plan", PLAN | more)
    return case


def ask_for(office: TestOffice, **more: Any) -> None:
    values = {"要件定義教育に関する事項": "8章", "支援期限": date(2026, 11, 20)}
    fill(office, "request_support", values | more)


def test_without_support_the_draft_goes_straight_to_approval(office: TestOffice) -> None:
    draft(office)

    assert elements(office) == ["draft_approval"]


def test_c8_1_16_and_1_11_approved_the_plan_is_registered_and_nobody_waits_for_the_news(
    office: TestOffice,
) -> None:
    case = draft(office)

    approve(office)

    (plan,) = office.register("R07")
    assert (plan.state, [one["コース"] for one in plan.values["教育の実施時期"]]) == (
        "決裁済",
        ["基礎", "応用"],
    )
    assert (office.variables(case)["結果"], office.variables(case)["版"]) == ("完了", 1)
    assert office.undelivered() == []


def test_c8_1_15_and_1_14_the_developer_delivers_what_was_ticked(office: TestOffice) -> None:
    draft(office, 支援の依頼=True)
    ask_for(office, 教材作成=True, 研修環境=True)
    (asked,) = office.open_tasks()

    values = {"教材": [], "環境URL": "https://training.example.jp/", "環境の期間": "1週間"}
    fill(office, "provide_material", values, by="dev1")

    assert (asked.element_id, asked.groups, str(asked.due_on)) == (
        "provide_material",
        {"DEV"},
        "2026-11-20",
    )
    assert len(office.register("R09")) == 1
    assert office.register("R10")[0].values["環境URL"] == "https://training.example.jp/"
    assert elements(office) == ["draft_approval"]


def test_material_alone_leaves_no_environment_behind(office: TestOffice) -> None:
    draft(office, 支援の依頼=True)
    ask_for(office, 教材作成=True, 研修環境=False)

    fill(office, "provide_material", {"教材": []}, by="dev1")

    assert office.register("R10") == []


def test_what_was_delivered_is_not_asked_for_again_after_a_return(office: TestOffice) -> None:
    draft(office, 支援の依頼=True)
    ask_for(office, 教材作成=True)
    fill(office, "provide_material", {"教材": []}, by="dev1")
    decide(office, "差戻し")

    fill(office, "draft_plan", PLAN | {"支援の依頼": True})

    assert elements(office) == ["draft_approval"]


def test_c8_1_17_a_review_starts_from_the_plan_in_force_and_makes_its_next_version(
    office: TestOffice,
) -> None:
    draft(office)
    approve(office)

    case = office.start(KEY, values={"変更点": "手順書の改定"})
    taken_over = office.variables(case)
    fill(office, "draft_plan", PLAN | {"教育対象者数": 5})
    approve(office)

    (plan,) = office.register("R07")
    assert taken_over["教育対象者数"] == 3
    assert (plan.version, plan.values["教育対象者数"]) == (2, 5)


def test_analyses_of_earlier_surveys_are_at_hand(office: TestOffice) -> None:
    enter(office, ("R11", '[{種別: "分析", コース: "基礎", 全体傾向: "良い"}, {種別: "回答"}]'))

    case = office.start(KEY)

    assert [one["全体傾向"] for one in office.variables(case)["分析一覧"]] == ["良い"]


@pytest.mark.parametrize(
    ("choice", "left"), [("再起案", ["draft_plan"]), ("取りやめ", [])], ids=["anew", "given up"]
)
def test_after_a_refusal_the_drafter_decides(
    office: TestOffice, choice: str, left: list[str]
) -> None:
    draft(office)
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": choice, "取扱い理由": "見直し"})

    assert elements(office) == left


def test_c8_1_12_teaching_work_and_system_apart_needs_a_reason(office: TestOffice) -> None:
    office.start(KEY)

    with pytest.raises(FieldErrors) as refused:
        office.submit("draft_plan", {"操作と手順の一体実施": ["false"]})

    assert "一体実施しない理由" in refused.value.errors
