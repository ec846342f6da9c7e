"""What a multi-instance activity throws while its runs complete, for events on its boundary.

BPMN 2.0, 13.3.7: `None` throws at every completion, `One` at the first, `Complex` whenever one of
its conditions holds; the runtime numbers of the activity go with it as payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.execution.definitions import (
    ARMED,
    EscalationDefinition,
    SignalDefinition,
    boundary_events,
    catcher,
)
from engine.execution.step import Escalation, ThrownSignal

CARRIED = (
    "loopCounter",
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Behavior:
    """One event a multi-instance activity throws.

    `only_first`: at the first completion alone; `condition`: at those where it holds.
    """

    thrown: SignalDefinition | EscalationDefinition
    only_first: bool = False
    condition: str | None = None

    def is_due(self, body: Any, names: Mapping[str, Decimal]) -> bool:
        """Whether it is thrown at the completion these numbers tell of."""
        if self.only_first:
            return names["numberOfCompletedInstances"] == 1
        if self.condition is None:
            return True
        return bool(body.workflow.script_engine.holds(body, self.condition, names))

    def throw(self, body: Any, names: Mapping[str, Decimal]) -> None:
        """Fire the events that wait for it, those on the activity's own boundary at once."""
        payload: Any = {name: names[name] for name in CARRIED}
        if self.thrown.expression is not None:
            engine = body.workflow.script_engine
            payload = engine.value(body, self.thrown.expression, names)
        if isinstance(self.thrown, SignalDefinition):
            _signal(body, self.thrown, payload)
        else:
            _escalate(body, self.thrown, payload)


def _signal(body: Any, thrown: SignalDefinition, payload: Any) -> None:
    reached = [
        (event, slot)
        for event in boundary_events(body)
        for slot, what, _ in event.task_spec.definitions()
        if isinstance(what, SignalDefinition)
        and what.name == thrown.name
        and event.internal_data.get(ARMED, {}).get(slot) is not None
    ]
    had = {f"{event.id.hex}.{slot}" if slot else event.id.hex for event, slot in reached}
    body.workflow.script_engine.act.signals.append(
        ThrownSignal(
            name=thrown.name,
            payload=payload,
            element_id=body.task_spec.bpmn_id,
            heard_by=tuple(id_ for id_ in thrown.listeners(body.workflow) if id_ not in had),
        )
    )
    for event, slot in reached:
        event.task_spec.fire(event, slot, payload)


def _escalate(body: Any, thrown: EscalationDefinition, payload: Any) -> None:
    found = catcher(body, EscalationDefinition, thrown.code)
    if found is not None:
        found.event.task_spec.fire(found.event, found.slot, payload)
        return
    body.workflow.script_engine.act.escalations.append(
        Escalation(code=thrown.code, name=thrown.name, element_id=body.task_spec.bpmn_id)
    )
