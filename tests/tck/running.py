"""Evaluates the cases of the kit and counts results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from engine.dmn.evaluate import Outcome, attempt, invoke
from engine.dmn.model import Model, draft_all
from engine.domain.errors import EngineError
from tests.tck.cases import Case, Expected
from tests.tck.values import evaluation, same


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One result that is not as expected; `reason` is one line for the reader."""

    case: Case
    result: Expected
    reason: str

    def __str__(self) -> str:
        name = f"{self.case.file.parent.name} {self.case.id} {self.result.name}"
        return f"{name}: {self.reason}"


@dataclass(kw_only=True)
class Score:
    """Results of one level."""

    cases: int = 0
    total: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def passed(self) -> int:
        return self.total - len(self.failures)


def run(cases: Iterable[Case]) -> Score:
    score = Score()
    for case in cases:
        score.cases += 1
        score.total += len(case.results)
        score.failures += [
            Failure(case=case, result=result, reason=reason)
            for result in case.results
            if (reason := _fault(case, result))
        ]
    return score


@cache
def _model(path: Path) -> Model:
    files = {str(one): one.read_bytes() for one in sorted(path.parent.glob("*.dmn"))}
    return draft_all(files)[str(path)]


def _fault(case: Case, result: Expected) -> str:
    """Why the result fails; empty when it is as expected."""
    try:
        outcome = _outcome(case, result)
    except EngineError as error:
        # A model that the engine refuses is an answer only where the kit expects no value.
        return "" if result.value is None else f"{type(error).__name__}: {error}"
    actual = outcome.value
    if case.invocable and isinstance(actual, dict) and result.name in actual:
        actual = actual[result.name]
    if same(result.value, actual):
        return ""
    notes = "; ".join(note.message for note in outcome.notes)
    return f"expected {result.value!r}, got {actual!r} [{notes}]"


def _outcome(case: Case, result: Expected) -> Outcome:
    model = _model(case.model)
    if case.invocable:
        return invoke(model, case.invocable, case.inputs, evaluation())
    return attempt(model, result.name, case.inputs, evaluation())
