"""Does a value pass a test?  What `in` and the cells of a decision table ask."""

from __future__ import annotations

from typing import Any

from engine.feel.evaluation import Evaluation
from engine.feel.values import Range, equals, includes


def passes(value: Any, test: Any, evaluation: Evaluation) -> bool | None:
    """Whether `value` passes `test`: is equal to it, lies in it, or is one of it."""
    kind = type(test)
    if kind is Range and type(value) is not Range:
        return includes(test, value, evaluation)
    if kind is list:
        return _is_one_of(value, test, evaluation)
    return equals(value, test, evaluation)


def _is_one_of(value: Any, tests: list[Any], evaluation: Evaluation) -> bool | None:
    evaluation.charge(1 + len(tests))
    if type(value) is list and equals(value, tests, evaluation) is True:
        return True
    return any(
        (
            includes(test, value, evaluation)
            if type(test) is Range and type(value) is not Range
            else equals(value, test, evaluation)
        )
        is True
        for test in tests
    )
