"""Asking the shipped decision tables with the shipped settings, as a case asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine.dmn.evaluate import Outcome, evaluate
from engine.dmn.model import Model, read
from engine.domain.values import TOKYO, storable
from engine.domain.working_days import Calendar
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation
from engine.settings import default_settings

DECISIONS = Path("bpmn/_decisions")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=TOKYO)  # a Monday
Example = tuple[str, Mapping[str, Any]]  # id of the decision, its inputs


@cache
def model(decision: str) -> Model:
    return read((DECISIONS / f"{decision}.dmn").read_bytes(), f"{decision}.dmn")


def decide(
    decision: str, inputs: Mapping[str, Any], settings: Mapping[str, Any] | None = None
) -> Outcome:
    """`settings`: entries of 設定 that differ from the shipped ones, whole sections at a time."""
    seen = {"設定": {**default_settings().process, **(settings or {})}, **inputs}
    evaluation = Evaluation(NOW, Calendar(frozenset()), DEFAULT_LIMITS)
    return evaluate(model(decision), decision, storable(seen), evaluation)


def rows(outcome: Outcome, table: str) -> list[int]:
    """The numbers of the rules of that table that applied, each of which gives a reason."""
    applied = [rule for rule in outcome.matched if rule.decision == table]
    assert all(rule.annotation for rule in applied)
    return [rule.index for rule in applied]


def asked(decision: str, cases: Sequence[Any]) -> list[Example]:
    """The inputs of parametrised cases, which stand first in each."""
    return [(decision, case.values[0]) for case in cases]
