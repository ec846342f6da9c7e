"""What happens while one command runs: the notebook that elements write into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from engine.execution.host import Host
from engine.execution.reasons import Why
from engine.execution.step import (
    DecisionTaken,
    Escalation,
    Outcome,
    Passed,
    ThrownMessage,
    ThrownSignal,
)

COMPLETED_BY = "完了者"  # variable: the person who completed the last user task on this path
REPRESENTED = "代理の本人"  # variable: for whom that person did it; absent until a proxy completes


@dataclass(kw_only=True)
class Act:
    """One command on one instance.

    `entry`: id of the top-level start event to begin at, `came`: slot of its event -> what that
    brought; both only while an instance starts.  `error`: a BPMN error nobody caught, (code, name).
    `is_interrupted`: an interrupting boundary event has fired and goes before everything else.
    `why`: id of a visit that is not over yet -> why it went as it did.  `noted`: elements that have
    got a part of what they wait for.
    """

    host: Host
    entry: str | None = None
    came: dict[str, Any] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    messages: list[ThrownMessage] = field(default_factory=list)
    signals: list[ThrownSignal] = field(default_factory=list)
    decisions: list[DecisionTaken] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    error: tuple[str | None, str] | None = None
    terminated: bool = False
    is_interrupted: bool = False
    why: dict[str, Why] = field(default_factory=dict)
    noted: list[str] = field(default_factory=list)

    def explain(self, visits: Iterable[str], why: Why) -> None:
        """Tell why it went on as it did with the latest of these visits that is over."""
        ids = set(visits)
        for n, passed in reversed(list(enumerate(self.passed))):
            if passed.id in ids:
                self.passed[n] = replace(passed, why={**(passed.why or {}), **why})
                return

    def leave(self, spiff_task: Any, outcome: Outcome) -> None:
        """Note that a visit to an element is over.

        The engine's own nodes are no elements; if one fails, that is told at what it stands for.
        """
        spec = spiff_task.task_spec
        fails = outcome is Outcome.ERROR
        element_id = spec.bpmn_id or (spec.drawn if fails else None)
        if element_id and not (spec.is_silent and outcome is Outcome.COMPLETED):
            self.passed.append(
                Passed(
                    id=spiff_task.id.hex,
                    element_id=element_id,
                    name=spec.bpmn_name or (spec.drawn_name if fails else ""),
                    kind=spec.kind,
                    outcome=outcome,
                    why=self.why.pop(spiff_task.id.hex, None),
                )
            )
