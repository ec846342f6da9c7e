"""D08, D09, D17 and D18: every row decides what the checklist says, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.check import check
from engine.dmn.evaluate import Outcome, evaluate
from engine.dmn.model import read
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation
from tests.models.deciding import Example

DECISIONS = Path("bpmn/_decisions")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=TOKYO)
D08 = "d08_rehearsal_mode"
D09 = "d09_go_live_readiness"
D17 = "d17_risk_level"
D18 = "d18_approval_route"
READY = {
    "教育完了": True,
    "例外承認": False,
    "受入テスト完了": True,
    "制約": "無",
    "本番環境": True,
    "実データ": True,
    "全員参加": True,
}
FINISHED = {
    "支障有の未対応不具合": Decimal(0),
    "リハーサル": "実施済",
    "例外承認": False,
    "未了の項目": Decimal(0),
    "教育完了率": Decimal(100),
}

NO_ROUTE = {"区分": None, "金額": None, "組織": None, "他部門への影響": None}


def decide(decision: str, inputs: Mapping[str, Any]) -> Outcome:
    content = (DECISIONS / f"{decision}.dmn").read_bytes()
    evaluation = Evaluation(NOW, Calendar(frozenset()), DEFAULT_LIMITS)
    return evaluate(read(content, f"{decision}.dmn"), decision, inputs, evaluation)


@pytest.mark.parametrize("decision", [D08, D09, D17, D18])
def test_a_decision_has_neither_gaps_nor_overlaps_and_a_reason_for_every_row(decision: str) -> None:
    model = read((DECISIONS / f"{decision}.dmn").read_bytes(), f"{decision}.dmn")

    findings = check(model)

    assert findings == []


MODES = [
    pytest.param(1, {"教育完了": False}, "開始不可", "不要", id="untrained without exception"),
    pytest.param(2, {"受入テスト完了": False}, "開始不可", "不要", id="acceptance test open"),
    pytest.param(
        3,
        {"教育完了": False, "例外承認": True},
        "受入テストの一環",
        "要",
        id="untrained with an approved exception",
    ),
    pytest.param(4, {"制約": "有"}, "受入テストの一環", "要", id="constrained"),
    pytest.param(
        4,
        {"制約": "有", "受入テスト完了": False},
        "受入テストの一環",
        "要",
        id="constrained before the acceptance test",
    ),
    pytest.param(5, {}, "標準", "不要", id="everything there"),
    pytest.param(6, {"本番環境": False}, "受入テストの一環", "要", id="other environment"),
    pytest.param(6, {"実データ": False}, "受入テストの一環", "要", id="test data"),
    pytest.param(6, {"全員参加": False}, "受入テストの一環", "要", id="not everybody"),
]


@pytest.mark.parametrize(("row", "facts", "mode", "difference"), MODES)
def test_c8_1_25_and_1_27_the_facts_decide_how_the_rehearsal_is_held(
    row: int, facts: dict[str, Any], mode: str, difference: str
) -> None:
    inputs = READY | facts

    outcome = decide(D08, inputs)

    assert outcome.value == {"実施方式": mode, "差異確認": difference}
    assert [rule.index for rule in outcome.matched] == [row]
    assert outcome.matched[0].annotation


def test_c8_1_26_an_exception_does_not_stand_in_for_the_acceptance_test() -> None:
    inputs = READY | {"教育完了": False, "例外承認": True, "受入テスト完了": False}

    outcome = decide(D08, inputs)

    assert outcome.value["実施方式"] == "開始不可"


READINESS = [
    pytest.param(1, {"支障有の未対応不具合": Decimal(1)}, "延期", id="blocking defect"),
    pytest.param(2, {"リハーサル": "未実施"}, "延期", id="no rehearsal"),
    pytest.param(3, {"未了の項目": Decimal(2)}, "条件付開始", id="items open"),
    pytest.param(4, {"教育完了率": Decimal(99)}, "条件付開始", id="one person untrained"),
    pytest.param(5, {}, "開始", id="all done"),
    pytest.param(5, {"リハーサル": "未実施", "例外承認": True}, "開始", id="rehearsal excepted"),
]


@pytest.mark.parametrize(("row", "facts", "recommended"), READINESS)
def test_c8_1_34_and_1_18_the_state_of_the_preparation_gives_a_recommendation(
    row: int, facts: dict[str, Any], recommended: str
) -> None:
    inputs = FINISHED | facts

    outcome = decide(D09, inputs)

    assert outcome.value == recommended
    assert [rule.index for rule in outcome.matched] == [row]
    assert outcome.matched[0].annotation


LEVELS = [
    "低低低低低",
    "低低中中中",
    "低中中高高",
    "低中高高高",
    "低中高高高",
]  # impact down, chance across


RANKS = range(1, 6)


@pytest.mark.parametrize("impact", RANKS)
@pytest.mark.parametrize("chance", RANKS)
def test_c8_1_30_impact_and_chance_give_the_level_of_a_risk(impact: int, chance: int) -> None:
    inputs = {"影響": Decimal(impact), "発生可能性": Decimal(chance)}

    outcome = decide(D17, inputs)

    assert outcome.value == LEVELS[impact - 1][chance - 1]
    assert [rule.index for rule in outcome.matched] == [5 * (impact - 1) + chance]
    assert outcome.matched[0].annotation


ROUTES = [
    ("例外", 1, ["PJMO:head", "PL"]),
    ("運営開始判定", 1, ["PJMO:head", "PL"]),
    ("計画", 2, ["PJMO:head"]),
    (None, 2, ["PJMO:head"]),
]


@pytest.mark.parametrize(("kind", "row", "approvers"), ROUTES)
def test_the_kind_of_a_document_decides_who_approves_it(
    kind: str | None, row: int, approvers: list[str]
) -> None:
    inputs = NO_ROUTE | {"区分": kind}

    outcome = decide(D18, inputs)

    assert outcome.value["経路種別"] == "直列"
    assert outcome.value["承認者役割"] == approvers
    assert [rule.index for rule in outcome.matched] == [row]


EXAMPLES: list[Example] = [
    *((D08, READY | case.values[1]) for case in MODES),
    *((D09, FINISHED | case.values[1]) for case in READINESS),
    *((D17, {"影響": impact, "発生可能性": chance}) for impact, chance in product(RANKS, RANKS)),
    *((D18, NO_ROUTE | {"区分": kind}) for kind, _, _ in ROUTES),
]
