"""D02, D03 and D04: how urgent an issue is, what helps against it, and who takes it on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.evaluate import InputNotAllowedError
from tests.models.deciding import Example, asked, decide, model, rows

D02 = "d02_priority"
D03 = "d03_improvement_method"
D04 = "d04_route"
SOON = {"受付": 1, "要否判断": 1, "方針": 3}
USUAL = {"受付": 1, "要否判断": 3, "方針": 10}
WEIGHED = {
    "支障の有無": "小",
    "個人情報漏えいのおそれ": False,
    "効果": "中",
    "費用": 500_000,
    "緊急性": 2,
    "重要性": 3,
}  # 3 * 2 * 3 / 1 = 18


def weighed(**other: Any) -> dict[str, Any]:
    return WEIGHED | other


PRIORITIES = [
    pytest.param(weighed(支障の有無="大"), 1, "最優先", 18, SOON, id="2-28 serious hindrance"),
    pytest.param({"支障の有無": "大"}, 1, "最優先", None, SOON, id="2-28 serious, not yet weighed"),
    pytest.param(
        weighed(個人情報漏えいのおそれ=True),
        2,
        "最優先",
        18,
        SOON,
        id="2-28 personal data may leak",
    ),
    pytest.param(weighed(効果=None), 3, "中", None, USUAL, id="2-28 no effect given"),
    pytest.param(weighed(費用=None), 3, "中", None, USUAL, id="2-28 no cost given"),
    pytest.param(weighed(緊急性=None), 3, "中", None, USUAL, id="2-28 no urgency given"),
    pytest.param(weighed(重要性=None), 3, "中", None, USUAL, id="2-28 no importance given"),
    pytest.param(weighed(緊急性=5, 効果="小", 重要性=5), 5, "中", 25, USUAL, id="2-32 below high"),
    pytest.param(weighed(緊急性=5, 重要性=2), 4, "高", 30, USUAL, id="2-32 just high"),
    pytest.param(
        weighed(緊急性=5, 重要性=5, 効果="大"), 4, "高", 125, USUAL, id="2-32 the highest"
    ),
    pytest.param(weighed(費用=999_999), 5, "中", 18, USUAL, id="2-37 just cheap"),
    pytest.param(weighed(費用=1_000_000), 6, "低", 9, USUAL, id="2-37 no longer cheap"),
    pytest.param(weighed(費用=10_000_000), 6, "低", 6, USUAL, id="2-37 the third rank"),
    pytest.param(
        weighed(費用=100_000_000), 6, "低", Decimal("3.6"), USUAL, id="2-37 the most expensive"
    ),
    pytest.param(weighed(緊急性=5, 効果="小", 重要性=2), 5, "中", 10, USUAL, id="2-28 just middle"),
    pytest.param(weighed(緊急性=3, 効果="小"), 6, "低", 9, USUAL, id="2-28 below middle"),
    pytest.param(weighed(効果="無"), 6, "低", 0, USUAL, id="2-28 no effect at all"),
    pytest.param(weighed(支障の有無=None), 5, "中", 18, USUAL, id="2-28 hindrance not told"),
]


@pytest.mark.parametrize(("inputs", "row", "priority", "score", "levels"), PRIORITIES)
def test_c8_2_28_and_2_32_and_2_37_effect_and_cost_give_a_priority(
    inputs: dict[str, Any], row: int, priority: str, score: Any, levels: dict[str, int]
) -> None:
    outcome = decide(D02, inputs)

    assert outcome.value == {"優先順位": priority, "費用対効果": score, "SLA": levels}
    assert rows(outcome, D02) == [row]


def test_c8_2_28_an_office_sets_limits_points_and_days_of_its_own() -> None:
    levels = {"reception": 2, "triage": 4, "policy": 8}
    own = {
        "high_score": 6,
        "middle_score": 5,
        "cost_limits": [100],
        "effect": {"large": 9, "middle": 2, "small": 1},
        "sla": {"high": levels, "middle": {}, "low": {}, "urgent": {}},
    }

    outcome = decide(D02, WEIGHED, {"priority": own})

    days = {"受付": 2, "要否判断": 4, "方針": 8}
    assert outcome.value == {"優先順位": "高", "費用対効果": 6, "SLA": days}


def test_a_hindrance_nobody_knows_is_refused() -> None:
    with pytest.raises(InputNotAllowedError):
        decide(D02, weighed(支障の有無="有"))


# Table 8-2: number, method, process that improves, others that take part.
KINDS = [
    ("M01", 4, "業務処理手順の見直し・簡素化", "P21", {}),
    ("M02", 2, "業務の標準化", "P21", {}),
    ("M03", 2, "画面様式等改定", "P21", {1: ["P26"], 2: ["P26"]}),
    ("M04", 2, "帳票等様式改定", "P21", {}),
    ("M05", 1, "準備コスト・手数料の見直し", "P21", {}),
    ("M06", 3, "実施体制・業務分担の適正化", "P21", {1: ["P02"], 2: ["P02"], 3: ["P02"]}),
    ("M07", 3, "場所・時間の見直し", "P21", {2: ["P19"]}),
    ("M08", 3, "窓口提供体制・レイアウトの見直し", "P21", {2: ["P19"]}),
    ("M09", 3, "人材育成・教育", "P22", {2: ["P19"]}),
    ("M10", 2, "情報セキュリティ対策の徹底", None, {1: ["P19"], 2: ["P19"]}),
    ("M11", 3, "モニタリング方法の見直し", "P23", {3: ["P22"]}),
]
SECURITY = {1: "P22", 2: "P21"}  # M10: its two phenomena are improved in different processes
PHENOMENA = [
    pytest.param(
        {"該当事象": [f"{code}-{number}"]},
        (f"{code}-{number}", code, kind, process or SECURITY[number], others.get(number, [])),
        id=f"2-29 {code}-{number}",
    )
    for code, count, kind, process, others in KINDS
    for number in range(1, count + 1)
]


@pytest.mark.parametrize(("inputs", "wanted"), PHENOMENA)
def test_c8_2_29_each_phenomenon_of_table_8_2_has_its_method_and_process(
    inputs: dict[str, Any], wanted: tuple[str, str, str, str, list[str]]
) -> None:
    outcome = decide(D03, inputs)

    (found,) = outcome.value
    phenomenon, code, kind, process, others = wanted
    assert found.pop("事象").startswith(f"{phenomenon} ")
    assert found == {
        "対応方法コード": code,
        "対応方法": kind,
        "改善業務": process,
        "関連業務": others,
    }
    assert rows(outcome, D03) == [[case.values[1][0] for case in PHENOMENA].index(phenomenon) + 1]


def test_c8_2_29_table_8_2_is_complete() -> None:
    (table,) = model(D03).tables

    assert len(table.rows) == len(PHENOMENA) == 28
    assert len({kind for _, _, kind, _, _ in KINDS}) == 11


def test_c8_2_29_several_phenomena_give_several_methods_in_the_order_of_the_table() -> None:
    picked = ["M11-1 指標の実績値を取るのに手間がかかりすぎる", "M02-1", "M02-2", "昔の事象"]

    outcome = decide(D03, {"該当事象": picked})

    kinds = [one["対応方法"] for one in outcome.value]
    assert kinds == ["業務の標準化", "業務の標準化", "モニタリング方法の見直し"]
    assert rows(outcome, D03) == [5, 6, 26]


def test_c8_2_29_what_is_picked_stands_in_the_answer_as_people_read_it() -> None:
    everything = [case.values[1][0] for case in PHENOMENA]
    texts = [one["事象"] for one in decide(D03, {"該当事象": everything}).value]

    again = decide(D03, {"該当事象": texts})

    assert [one["事象"] for one in again.value] == texts
    assert len(set(texts)) == 28


@pytest.mark.parametrize("picked", [[], None, ["その他"], [None]])
def test_c8_2_29_without_a_phenomenon_of_the_table_there_is_no_method(picked: Any) -> None:
    outcome = decide(D03, {"該当事象": picked})

    nothing = {"対応方法コード": None, "対応方法": None, "改善業務": None, "関連業務": []}
    assert outcome.value == [{"事象": "該当なし", **nothing}]
    assert rows(outcome, D03) == []


NOWHERE = {
    "対応方法": ["業務の標準化"],
    "運用保守に関するもの": False,
    "日常運営で対応可能": False,
    "機能改修を伴う": False,
    "企画見直し要": False,
}


def told(**other: Any) -> dict[str, Any]:
    return NOWHERE | other


DAILY, OPERATION = "日常運営における業務改善", "運用・保守の改善"
PLANNING, SYSTEM = "サービス・業務企画の見直し", "情報システムの改善"
ROUTES = [
    pytest.param(told(運用保守に関するもの=True), 1, OPERATION, id="2-30 operation or upkeep"),
    pytest.param(
        told(運用保守に関するもの=True, 機能改修を伴う=True, 企画見直し要=True),
        1,
        OPERATION,
        id="2-30 operation before everything else",
    ),
    pytest.param(told(機能改修を伴う=True), 2, SYSTEM, id="2-31 only with another function"),
    pytest.param(
        told(機能改修を伴う=True, 企画見直し要=True), 2, SYSTEM, id="2-31 function before planning"
    ),
    pytest.param(
        told(機能改修を伴う=True, 日常運営で対応可能=None), 2, SYSTEM, id="2-31 daily work not told"
    ),
    pytest.param(told(企画見直し要=True), 3, PLANNING, id="2-31 the planning itself"),
    pytest.param(
        told(企画見直し要=True, 日常運営で対応可能=True, 機能改修を伴う=True),
        3,
        PLANNING,
        id="2-31 planning although daily work could help",
    ),
    pytest.param(told(対応方法=[]), 4, "対応なし", id="2-28 nothing helps"),
    pytest.param(dict.fromkeys(NOWHERE), 4, "対応なし", id="2-28 nothing told"),
    pytest.param(told(日常運営で対応可能=True), 5, DAILY, id="3-05 daily work"),
    pytest.param(told(日常運営で対応可能=True, 対応方法=[]), 5, DAILY, id="3-05 no method yet"),
    pytest.param(
        told(日常運営で対応可能=True, 機能改修を伴う=True), 5, DAILY, id="3-05 daily work is enough"
    ),
    pytest.param(told(), 5, DAILY, id="2-29 a method and no other route"),
]


@pytest.mark.parametrize(("inputs", "row", "route"), ROUTES)
def test_c8_2_30_and_2_31_and_3_05_means_and_reach_give_the_route(
    inputs: dict[str, Any], row: int, route: str
) -> None:
    outcome = decide(D04, inputs)

    assert outcome.value == route
    assert rows(outcome, D04) == [row]


EXAMPLES: list[Example] = [*asked(D02, PRIORITIES), *asked(D03, PHENOMENA), *asked(D04, ROUTES)]
