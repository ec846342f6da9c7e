"""D13: every row judges an indicator as the checklist says, and says why."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.check import check
from engine.dmn.evaluate import InputNotAllowedError, Outcome, evaluate
from engine.dmn.model import Model, read
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation

D13 = "d13_indicator_status"
FILE = Path("bpmn/_decisions") / f"{D13}.dmn"
NOW = datetime(2027, 1, 6, 9, 0, tzinfo=TOKYO)
HIGH, LOW = "高いほど良い", "低いほど良い"


def model() -> Model:
    return read(FILE.read_bytes(), FILE.name)


def facts(target: str | None, actual: str | None, direction: str) -> dict[str, Any]:
    return {
        "目標": None if target is None else Decimal(target),
        "実績": None if actual is None else Decimal(actual),
        "方向": direction,
    }


def judge(target: str | None, actual: str | None, direction: str) -> Outcome:
    inputs = facts(target, actual, direction)
    evaluation = Evaluation(NOW, Calendar(frozenset()), DEFAULT_LIMITS)
    return evaluate(model(), D13, inputs, evaluation)


INDICATORS = [
    pytest.param(1, "60", None, HIGH, None, "未収集", id="no figure"),
    pytest.param(1, None, None, LOW, None, "未収集", id="neither figure nor target"),
    pytest.param(2, None, "5", HIGH, None, "未収集", id="no target"),
    pytest.param(3, "20", "0", LOW, None, "達成", id="nothing is lower than 0"),
    pytest.param(3, "0", "0", LOW, None, "達成", id="none wanted and none there"),
    pytest.param(4, "0", "3", LOW, None, "未達", id="none wanted but some there"),
    pytest.param(5, "0", "3", HIGH, None, "未収集", id="a target that cannot be"),
    pytest.param(6, "60", "60", HIGH, "100", "達成", id="just reached"),
    pytest.param(6, "60", "90", HIGH, "150", "達成", id="more than reached"),
    pytest.param(6, "20", "10", LOW, "200", "達成", id="lower than wanted"),
    pytest.param(7, "99.5", "99.49", HIGH, "99.9", "注意", id="not rounded up"),
    pytest.param(7, "60", "54", HIGH, "90", "注意", id="90 per cent"),
    pytest.param(7, "18", "20", LOW, "90", "注意", id="90 per cent of the low"),
    pytest.param(8, "60", "53.9", HIGH, "89.8", "未達", id="below 90 per cent"),
    pytest.param(8, "60", "30", HIGH, "50", "未達", id="50 per cent"),
    pytest.param(8, "20", "40", LOW, "50", "未達", id="twice what is wanted"),
    pytest.param(9, "60", "29.9", HIGH, "49.8", "著しく低い", id="below 50 per cent"),
    pytest.param(9, "20", "40.1", LOW, "49.8", "著しく低い", id="more than twice"),
    pytest.param(9, "60", "0", HIGH, "0", "著しく低い", id="nothing at all"),
]
EXAMPLES = [(D13, facts(*case.values[1:4])) for case in INDICATORS]


def test_the_decision_has_neither_gaps_nor_overlaps() -> None:
    assert check(model()) == []


@pytest.mark.parametrize(("row", "target", "actual", "direction", "rate", "status"), INDICATORS)
def test_c8_d13_target_and_figure_give_rate_and_status(
    row: int, target: str | None, actual: str | None, direction: str, rate: str | None, status: str
) -> None:
    outcome = judge(target, actual, direction)

    expected = None if rate is None else Decimal(rate)
    assert outcome.value == {"達成率": expected, "判定": status}
    assert [rule.index for rule in outcome.matched] == [row]
    assert outcome.matched[0].annotation


def test_a_direction_nobody_knows_is_refused() -> None:
    with pytest.raises(InputNotAllowedError):
        judge("60", "50", "どちらでも良い")
