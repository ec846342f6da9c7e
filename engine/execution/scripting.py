"""FEEL behind SpiffWorkflow's script engine: every text of a diagram is evaluated here.

No Python from a diagram is ever executed.  Unknown names are a failure, not null: a typing error
in a condition must not choose the other path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from engine.domain.values import storable
from engine.execution.act import REPRESENTED, Act
from engine.execution.failing import ElementError
from engine.execution.objects import visible
from engine.feel.evaluation import Evaluation
from engine.feel.expression import Expression, compile_expression, compile_script
from engine.feel.script import Script

FACTS, SETTINGS = "案件", "設定"
MAX_ITEMS = 1_000
INDEX = "key_or_index"  # internal data of a run of a multi-instance activity: its place from 0
ITERATION = "iteration"  # internal data of a run of a standard loop: how many went before it
ISO_TIME = re.compile(
    r"(R\d*/.+|P(\d+(\.\d+)?[YMWD])*(T(\d+(\.\d+)?[HMS])+)?"
    r"|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?)"
)


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """The compiled expression; the same text is compiled once per process."""
    return compile_expression(source)


@lru_cache(maxsize=1024)
def script(source: str) -> Script:
    """The compiled list of assignments."""
    return compile_script(source)


class FeelEngine(PythonScriptEngine):
    """The script engine of one live instance; `act` is the command that runs at the moment."""

    act: Act

    def __init__(self) -> None:
        # Not the base class's own environment: that one executes Python.
        self.environment = None

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Value of an expression with the data of that element in scope.

        Raises:
            FeelError: unknown name, budget or syntax.
        """
        return self.value(task, expression, external_context or {})

    def value(self, task: Any, source: str, more: Mapping[str, Any]) -> Any:
        """The same, with further names in scope."""
        return expression(source).evaluate_strict(self.scope(task, more), self.evaluation())

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:  # noqa: ARG002
        """Run a list of assignments on the data of that element."""
        self.assign(task, script)
        return True

    def assign(self, task: Any, source: str | None) -> None:
        """The same by its own name; an empty text does nothing."""
        if source is None or not source.strip():
            return
        assigned = script(source).execute(self.scope(task, {}), self.evaluation())
        for name, value in assigned.items():
            task.data[name] = storable(value, name)

    def holds(self, task: Any, source: str, more: Mapping[str, Any]) -> bool:
        """A condition: true, or false for false and null.

        Raises:
            ElementError: the result is something else.
        """
        found = self.value(task, source, more)
        if found is None or isinstance(found, bool):
            return bool(found)
        raise ElementError(
            "condition_not_boolean",
            "条件の結果が true でも false でもありません。",
            f"{source} -> {type(found).__name__}",
        )

    def timer_value(self, task: Any, source: str) -> Any:
        """Value of a timer's expression; text in ISO 8601 may stand there bare."""
        text = source.strip().removeprefix("=").strip()
        if ISO_TIME.fullmatch(text):
            return text
        return self.value(task, source, {})

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        """Operations take their own way (`elements.ServiceTask`)."""
        raise NotImplementedError

    def scope(self, task: Any, more: Mapping[str, Any]) -> dict[str, Any]:
        """All names an expression sees: data objects, variables, and what the house adds."""
        host = self.act.host
        return {
            REPRESENTED: None,  # until a proxy has completed a task on this path
            **visible(task.workflow),
            **task.data,
            **_counter(task),
            **more,
            FACTS: host.facts,
            SETTINGS: host.settings,
        }

    def evaluation(self) -> Evaluation:
        host = self.act.host
        return Evaluation(host.now, host.calendar, host.limits)


def _counter(task: Any) -> Mapping[str, Decimal]:
    """Inside a run of a repeated activity, the how manieth it is; of nested ones the innermost."""
    while task is not None:
        for name in (INDEX, ITERATION):
            place = task.internal_data.get(name)
            if place is not None:
                return {"loopCounter": Decimal(place + 1)}
        task = task.workflow.owner
    return {}
