"""Functions over true and false."""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.signature import builtin


def _not(value: Any) -> bool | None:
    return not value if type(value) is bool else None


def _all(values: list[Any]) -> bool | None:
    if False in [value for value in values if type(value) is bool]:
        return False
    return True if all(type(value) is bool for value in values) else None


def _any(values: list[Any]) -> bool | None:
    if True in [value for value in values if type(value) is bool]:
        return True
    return False if all(type(value) is bool for value in values) else None


def _listed(function: Any) -> Any:
    """The values may stand in one list or one by one."""

    def call(*values: Any) -> Any:
        only = values[0]
        return function(only if len(values) == 1 and type(only) is list else list(values))

    return call


FUNCTIONS = (
    builtin("not", _not, "negand: any?"),
    builtin("all", _listed(_all), "list: list", "b: any?..."),
    builtin("any", _listed(_any), "list: list", "b: any?..."),
)
