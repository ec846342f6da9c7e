"""The reason of a decision as one line for people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.explain import reason, reasons
from engine.dmn.run import Condition, MatchedRule


def matched(*conditions: tuple[str, Any, str], annotation: str = "") -> MatchedRule:
    return MatchedRule(
        decision="d",
        rule_id="rule_3",
        index=3,
        annotation=annotation,
        conditions=tuple(
            Condition(label=label, value=value, test=test) for label, value, test in conditions
        ),
    )


def test_a_reason_names_rule_inputs_tests_and_annotation() -> None:
    rule = matched(
        ("達成率", Decimal(42), "< 50"), ("支障", "有", '"有"'), annotation="半分に満たない"
    )

    assert reason(rule) == "規則3に該当: 達成率=42（< 50）、支障=有 ― 半分に満たない"


def test_a_rule_that_takes_everything_else_says_so() -> None:
    assert reasons([matched()]) == ["規則3に該当: その他の場合"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "x=true（-）"),
        (None, "x=null（-）"),
        (date(2026, 4, 1), "x=2026-04-01（-）"),
        (["甲", Decimal(2)], "x=[甲, 2]（-）"),
        ({"甲": Decimal(2), "乙": None}, "x={甲: 2, 乙: null}（-）"),
    ],
)
def test_values_are_written_as_people_read_them(value: Any, expected: str) -> None:
    assert reason(matched(("x", value, "-"))) == f"規則3に該当: {expected}"
