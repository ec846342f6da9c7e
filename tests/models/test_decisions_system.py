"""D05, D06, D07, D14 and D16: why and how a system is improved, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.deciding import Example, asked, decide, rows

D05 = "d05_improvement_reason"
D06 = "d06_need_and_method"
D07 = "d07_notice_needed"
D14 = "d14_plan_difference"
D16 = "d16_lease_end"
PROMPT, LATER = date(2027, 3, 15), date(2027, 5, 24)  # 10 and 60 working days after NOW
WELL = {
    "達成率": 100,
    "費用超過率": 0,
    "支障大の課題数": 0,
    "膨大な費用": False,
    "法令組織変更": False,
    "耐用年数残": 25,
    "リース残": 25,
    "サポート残": 25,
    "その他": False,
}
REASONS = [
    pytest.param(WELL | {"達成率": 49}, ["J1"], (1, 3), id="4-02 J1 goal missed"),
    pytest.param(WELL | {"費用超過率": 31}, ["J1"], (2, 3), id="4-02 J1 costs overrun"),
    pytest.param(WELL | {"達成率": 10, "費用超過率": 90}, ["J1"], (1, 3), id="4-02 J1 told once"),
    pytest.param(WELL | {"達成率": 50, "費用超過率": 30}, [], (3, 3), id="4-04 J1 just not"),
    pytest.param(WELL | {"支障大の課題数": 3}, ["J2"], (3, 1), id="4-02 J2 serious issues"),
    pytest.param(WELL | {"支障大の課題数": 2}, [], (3, 3), id="4-04 J2 just not"),
    pytest.param(WELL | {"膨大な費用": True}, ["J2"], (3, 2), id="4-02 J2 enormous costs"),
    pytest.param(WELL | {"法令組織変更": True}, ["J3"], (3, 3), id="4-02 J3 law or organisation"),
    pytest.param(WELL | {"耐用年数残": 24}, ["J4"], (3, 3), id="4-06 J4 durability"),
    pytest.param(WELL | {"リース残": 18}, ["J5"], (3, 3), id="4-06 J5 lease"),
    pytest.param(WELL | {"サポート残": 0}, ["J6"], (3, 3), id="4-06 J6 support is over"),
    pytest.param(WELL | {"サポート残": -3}, ["J6"], (3, 3), id="4-06 J6 support was over"),
    pytest.param(WELL | {"その他": True}, ["J7"], (3, 3), id="4-02 J7 anything else"),
    pytest.param(WELL, [], (3, 3), id="4-06 nothing found"),
    pytest.param(dict.fromkeys(WELL), [], (3, 3), id="4-06 nothing known"),
    pytest.param(
        {
            "達成率": 0,
            "費用超過率": 100,
            "支障大の課題数": 9,
            "膨大な費用": True,
            "法令組織変更": True,
            "耐用年数残": 1,
            "リース残": 1,
            "サポート残": 1,
            "その他": True,
        },
        ["J1", "J2", "J3", "J4", "J5", "J6", "J7"],
        (1, 1),
        id="4-02 all seven",
    ),
]


@pytest.mark.parametrize(("inputs", "reasons", "states"), REASONS)
def test_c8_4_02_and_4_03_and_4_04_and_4_06_the_seven_reasons_are_found(
    inputs: dict[str, Any], reasons: list[str], states: tuple[int, int]
) -> None:
    outcome = decide(D05, inputs)

    found = [one for one in outcome.value if one["事由コード"]]
    told = {one["事由コード"]: (one["PMO報告"], one["検討期限"]) for one in found}
    assert [one["事由コード"] for one in found] == reasons
    assert told == {
        code: ("要", PROMPT) if code in ("J1", "J2") else ("—", LATER) for code in reasons
    }
    assert rows(outcome, D05) == [int(code[1]) for code in reasons]
    assert (rows(outcome, "d05_goal_state"), rows(outcome, "d05_hindrance")) == (
        [states[0]],
        [states[1]],
    )


def test_c8_4_06_nothing_found_is_told_as_such() -> None:
    nothing = {"事由コード": None, "事由": "該当なし", "PMO報告": "—", "検討期限": None}

    assert decide(D05, WELL).value == [{**nothing, "具体例": []}]


def test_c8_4_02_table_8_3_has_seven_reasons_and_twelve_examples() -> None:
    everything = next(case.values[0] for case in REASONS if len(case.values[1]) == 7)

    found = decide(D05, everything).value

    assert [len(one["具体例"]) for one in found] == [2, 3, 2, 2, 1, 1, 1]
    assert len({one["事由"] for one in found}) == 7


def test_c8_4_06_an_office_sets_limits_of_its_own() -> None:
    own = {
        "achievement_percent": 80,
        "cost_overrun_percent": 10,
        "serious_issues": 1,
        "months_ahead": 12,
        "prompt_working_days": 1,
        "consider_working_days": 2,
    }

    outcome = decide(D05, WELL | {"達成率": 79, "リース残": 12}, {"improvement_reason": own})

    assert [(one["事由コード"], one["検討期限"].day) for one in outcome.value] == [
        ("J1", 2),
        ("J5", 3),
    ]


CONSIDERED = {
    "事由": ["J1"],
    "継続必要性": "有",
    "満了時の取扱い": None,
    "機能改修可否": "可",
    "大幅変更": False,
    "現行総額": 900,
    "機能改修総額": 1_000,
    "更改総額": 1_500,
    "緊急性": 3,
    "重要性": 3,
    "費用対効果": 2,
}


def considered(**other: Any) -> dict[str, Any]:
    return CONSIDERED | other


CHEAP = {"費用対効果": 0, "緊急性": 2}
METHODS = [
    pytest.param(considered(継続必要性="無"), 1, "廃止", "不要", id="4-19 no longer needed"),
    pytest.param(considered(継続必要性="無", **CHEAP), 1, "廃止", "不要", id="4-19 before all"),
    pytest.param(
        considered(事由=["J5"], 満了時の取扱い="再リース"),
        2,
        "再リース継続",
        "必須",
        id="4-20 lease again",
    ),
    pytest.param(
        considered(事由=["J5", "J1"], 満了時の取扱い="再リース"),
        7,
        "機能改修",
        "不要",
        id="4-20 another lease does not answer another reason",
    ),
    pytest.param(considered(**CHEAP), 3, "改善不要", "必須", id="4-08 not worth it, not urgent"),
    pytest.param(
        considered(費用対効果=0, 緊急性=3),
        7,
        "機能改修",
        "不要",
        id="4-08 not worth it, but urgent",
    ),
    pytest.param(
        considered(費用対効果=1, 緊急性=1), 7, "機能改修", "不要", id="4-08 just worth it"
    ),
    pytest.param(
        considered(機能改修可否="不可", 継続必要性="縮小"), 4, "更改", "不要", id="4-11 impossible"
    ),
    pytest.param(considered(更改総額=999), 5, "更改", "不要", id="4-12 renewal is cheaper"),
    pytest.param(considered(更改総額=1_000), 7, "機能改修", "不要", id="4-12 equally expensive"),
    pytest.param(considered(大幅変更=True), 6, "更改", "不要", id="4-23 a large change"),
    pytest.param(considered(), 7, "機能改修", "不要", id="4-10 modification does"),
    pytest.param(
        considered(更改総額=None, 機能改修総額=None), 7, "機能改修", "不要", id="4-10 no totals"
    ),
]


@pytest.mark.parametrize(("inputs", "row", "method", "next_check"), METHODS)
def test_c8_4_08_and_4_10_to_4_12_and_4_19_and_4_23_need_and_method(
    inputs: dict[str, Any], row: int, method: str, next_check: str
) -> None:
    outcome = decide(D06, inputs)

    assert outcome.value == {"推奨": method, "次回確認日の要否": next_check}
    assert rows(outcome, D06) == [row]


def changed(*, function: bool | None, access: bool | None, speed: bool | None) -> dict[str, Any]:
    return {"機能の変更廃止": function, "リンク先ログイン操作の変更": access, "性能改善のみ": speed}


NOTICES = [
    pytest.param(
        changed(function=True, access=False, speed=False), 1, "必須", 30, id="4-15 function"
    ),
    pytest.param(
        changed(function=True, access=True, speed=True), 1, "必須", 30, id="4-15 told twice over"
    ),
    pytest.param(
        changed(function=False, access=True, speed=False), 2, "必須", 30, id="4-17 access"
    ),
    pytest.param(
        changed(function=None, access=True, speed=True), 2, "必須", 30, id="4-17 not only speed"
    ),
    pytest.param(changed(function=False, access=False, speed=True), 3, "任意", 0, id="4-16 speed"),
    pytest.param(
        changed(function=False, access=False, speed=False), 4, "任意", 0, id="4-16 nothing seen"
    ),
    pytest.param(
        changed(function=None, access=None, speed=None), 4, "任意", 0, id="4-16 nothing told"
    ),
]


@pytest.mark.parametrize(("inputs", "row", "notice", "days"), NOTICES)
def test_c8_4_15_and_4_16_what_users_notice_is_announced_in_time(
    inputs: dict[str, Any], row: int, notice: str, days: int
) -> None:
    outcome = decide(D07, inputs)

    assert outcome.value == {"周知": notice, "最短周知日数": days}
    assert rows(outcome, D07) == [row]


def test_c8_4_15_an_office_sets_a_period_of_its_own() -> None:
    inputs = changed(function=True, access=False, speed=False)

    assert decide(D07, inputs, {"notice": {"days": 45}}).value["最短周知日数"] == 45


SAME = {"影響項目": ["スケジュール", "予算", "指標"], "目標変更": False, "費用差": 0, "期日差": 0}
DIFFERENCES = [
    pytest.param(SAME | {"目標変更": True}, 1, "大幅", id="5-03 the goal itself"),
    pytest.param(SAME | {"影響項目": ["目標"]}, 2, "大幅", id="5-03 concerns the goal"),
    pytest.param(SAME | {"影響項目": ["予算", "体制"]}, 2, "大幅", id="5-03 the structure"),
    pytest.param(SAME | {"費用差": 11}, 3, "大幅", id="5-03 costs"),
    pytest.param(SAME | {"期日差": 31}, 4, "大幅", id="5-03 more than a month late"),
    pytest.param(SAME | {"費用差": 10, "期日差": 30}, 5, "軽微", id="5-01 just small"),
    pytest.param(SAME | {"費用差": -50, "期日差": -60}, 5, "軽微", id="5-01 cheaper and earlier"),
    pytest.param(dict.fromkeys(SAME), 5, "軽微", id="5-01 nothing told"),
]


@pytest.mark.parametrize(("inputs", "row", "size"), DIFFERENCES)
def test_c8_5_01_and_5_03_a_large_difference_asks_for_a_correction_of_course(
    inputs: dict[str, Any], row: int, size: str
) -> None:
    outcome = decide(D14, inputs)

    assert outcome.value == size
    assert rows(outcome, D14) == [row]


def test_c8_5_03_an_office_sets_what_is_large() -> None:
    own = {"plan_difference": {"cost_percent": 20, "delay_days": 7}}

    assert decide(D14, SAME | {"費用差": 20}, own).value == "軽微"
    assert decide(D14, SAME | {"期日差": 8}, own).value == "大幅"


LEASED = {
    "継続利用": True,
    "再リース可否": True,
    "再リース総額": 100,
    "更改総額": 100,
    "購入クラウド総額": None,
    "特化業務の有無": False,
    "代替機種の有無": None,
}


def leased(**other: Any) -> dict[str, Any]:
    return LEASED | other


NO_LEASE = {"再リース可否": False, "再リース総額": None}
LEASES = [
    pytest.param(leased(継続利用=False, 特化業務の有無=True), 1, "返却", id="4-20 no longer used"),
    pytest.param(
        leased(特化業務の有無=True, 代替機種の有無=False), 2, "更改", id="4-21 no other machine"
    ),
    pytest.param(
        leased(特化業務の有無=True, 代替機種の有無=True), 9, "再リース", id="4-21 another machine"
    ),
    pytest.param(leased(更改総額=None), 3, "未比較", id="4-20 renewal not priced"),
    pytest.param(
        leased(購入クラウド総額=99, **NO_LEASE), 4, "購入・クラウド", id="4-20 no lease, buy"
    ),
    pytest.param(leased(購入クラウド総額=100, **NO_LEASE), 5, "更改", id="4-20 no lease, renew"),
    pytest.param(leased(**NO_LEASE), 5, "更改", id="4-20 no lease, nothing to buy"),
    pytest.param(leased(再リース総額=None), 6, "未比較", id="4-20 lease not priced"),
    pytest.param(leased(購入クラウド総額=99), 7, "購入・クラウド", id="4-20 buying is cheapest"),
    pytest.param(leased(更改総額=99, 購入クラウド総額=99), 8, "更改", id="4-20 renewal is cheaper"),
    pytest.param(leased(購入クラウド総額=100), 9, "再リース", id="4-20 all the same"),
    pytest.param(leased(更改総額=101), 9, "再リース", id="4-20 the lease is cheaper"),
    pytest.param(
        leased(再リース可否=None, 継続利用=None), 9, "再リース", id="4-20 taken as possible"
    ),
]


@pytest.mark.parametrize(("inputs", "row", "outcome_wanted"), LEASES)
def test_c8_4_20_and_4_21_at_the_end_of_a_lease_the_cheapest_way_is_taken(
    inputs: dict[str, Any], row: int, outcome_wanted: str
) -> None:
    outcome = decide(D16, inputs)

    assert outcome.value["満了時の取扱い"] == outcome_wanted
    assert outcome.value["理由"]
    assert rows(outcome, D16) == [row]


EXAMPLES: list[Example] = [
    *asked(D05, REASONS),
    *asked(D06, METHODS),
    *asked(D07, NOTICES),
    *asked(D14, DIFFERENCES),
    *asked(D16, LEASES),
]
