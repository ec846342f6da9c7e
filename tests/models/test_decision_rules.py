"""Every rule of every shipped decision table has an example that it decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from engine.dmn.check import check
from engine.settings import default_settings
from tests.models import (
    test_decision_indicator_status,
    test_decisions_go_live,
    test_decisions_operation,
    test_decisions_system,
    test_decisions_triage,
)
from tests.models.deciding import DECISIONS, Example, decide, model

EXAMPLES: list[Example] = [
    *test_decision_indicator_status.EXAMPLES,
    *test_decisions_go_live.EXAMPLES,
    *test_decisions_operation.EXAMPLES,
    *test_decisions_system.EXAMPLES,
    *test_decisions_triage.EXAMPLES,
]
SHIPPED = sorted(file.stem for file in DECISIONS.glob("*.dmn"))
EVERY_DECISION = pytest.mark.parametrize("decision", SHIPPED)
SETTING = re.compile(r"設定((?:\.\w+)+)")


@EVERY_DECISION
def test_every_rule_has_an_example(decision: str) -> None:
    there = {(t.owner, row.rule.index) for t in model(decision).tables for row in t.rows}

    applied = {
        (rule.decision, rule.index)
        for asked, inputs in EXAMPLES
        if asked == decision
        for rule in decide(decision, inputs).matched
    }

    assert sorted(there - applied) == []
    assert there


@EVERY_DECISION
def test_a_decision_has_no_gaps_or_overlaps_and_a_reason_for_every_rule(decision: str) -> None:
    tables = model(decision).tables

    assert check(model(decision)) == []
    assert [row.rule.id for t in tables for row in t.rows if not row.rule.annotation] == []


@EVERY_DECISION
def test_every_setting_that_a_decision_reads_has_a_default(decision: str) -> None:
    written = (DECISIONS / f"{decision}.dmn").read_text(encoding="utf-8")

    missing = [path for path in SETTING.findall(written) if not has(path)]

    assert missing == []


def has(path: str) -> bool:
    found: Any = default_settings().process
    for name in path.split(".")[1:]:
        if not isinstance(found, Mapping) or name not in found:
            return False
        found = found[name]
    return True
