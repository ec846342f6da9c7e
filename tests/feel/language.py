"""Shorthand of the language tests: evaluate a text in a small office with a fixed clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import storable
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation, Limits
from engine.feel.expression import compile_expression, compile_unary_tests
from engine.feel.functions import Function

NOW = datetime(2026, 4, 1, 15, 30, tzinfo=UTC)  # 2026-04-02 00:30 in Tokyo
CLOSURES = frozenset(
    (
        date(2026, 4, 29),
        date(2026, 5, 4),
        date(2026, 5, 5),
        date(2026, 5, 6),
        *(date(2026, 12, 29) + timedelta(days=n) for n in range(6)),
    )
)


# No test may depend on how fast the machine is.
PATIENT = Limits(seconds=600)


def make_evaluation(limits: Limits = PATIENT) -> Evaluation:
    return Evaluation(now=NOW, calendar=Calendar(CLOSURES), limits=limits)


def evaluate(source: str, names: Collection[str] = (), **scope: Any) -> Any:
    """The value of a text; `scope` are the variables."""
    kept = {
        name: value if isinstance(value, Function) else storable(value)
        for name, value in scope.items()
    }
    return compile_expression(source, (*names, *scope)).evaluate(kept, make_evaluation())


def notes(source: str, **scope: Any) -> list[str]:
    """The codes of the notes an evaluation leaves."""
    evaluation = make_evaluation()
    compile_expression(source).evaluate(scope, evaluation)
    return [note.code for note in evaluation.notes]


def passes(cell: str, value: Any, **scope: Any) -> bool | None:
    """Whether a value passes the tests of a cell."""
    expression = compile_unary_tests(cell, tuple(scope))
    result: bool | None = expression.evaluate({"?": value, **scope}, make_evaluation())
    return result


def numbers(*values: int) -> list[Decimal]:
    return [Decimal(value) for value in values]
