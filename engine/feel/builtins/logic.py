"""Functions over true and false."""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.signature import builtin, builtin_with
from engine.feel.builtins.statistics import listed
from engine.feel.evaluation import Evaluation


def _not(value: Any) -> bool | None:
    return not value if type(value) is bool else None


def _all(_evaluation: Evaluation, values: list[Any]) -> bool | None:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def _any(_evaluation: Evaluation, values: list[Any]) -> bool | None:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


FUNCTIONS = (
    builtin("not", _not, "negand: any?"),
    builtin_with("all", listed(_all), "list: list", "b: any?..."),
    builtin_with("any", listed(_any), "list: list", "b: any?..."),
)
