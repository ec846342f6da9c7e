"""What an event throws or waits for: one class per kind, free of SpiffWorkflow's event bus.

Messages and signals leave the instance as notes of the step and never reach it directly; errors
and escalations go outwards from scope to scope; timers only keep their moment.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    CancelEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.values import storable
from engine.execution import timers
from engine.execution.failing import ElementError
from engine.execution.step import Escalation, ThrownMessage, ThrownSignal

CORRELATION = "correlationKey"


class Definition(EventDefinition):
    """Base: compared by identity, throws nothing, waits for nothing.

    `arm` returns what is kept while an event waits, in types JSON has; `variable` is the name
    under which a payload is stored.
    """

    variable: str | None = None
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def throw(self, my_task: Any) -> None:
        """Throw nothing."""

    def arm(self, my_task: Any, spec: Any) -> dict[str, Any] | None:  # noqa: ARG002
        """What is kept while the event waits; None: it never fires."""
        return {}


class Payload(Definition):
    """An event that may carry a payload: `expression` throws it, `variable` receives it."""

    def __init__(self, name: str, expression: str | None = None, variable: str | None = None):
        super().__init__(name)
        self.expression = expression
        self.variable = variable

    def payload(self, my_task: Any) -> Any:
        if self.expression is None:
            return None
        return storable(my_task.workflow.script_engine.evaluate(my_task, self.expression))


class MessageDefinition(Payload):
    def key(self, my_task: Any, spec: Any) -> str:
        """The correlation key: the element's own expression, or the house's default."""
        engine = my_task.workflow.script_engine
        source = getattr(spec, "extensions", {}).get("properties", {}).get(CORRELATION)
        if not source:
            return str(engine.act.host.correlation_key)
        found = engine.evaluate(my_task, source)
        if found is None:
            raise ElementError("no_correlation_key", "メッセージの照合キーが空です。", source)
        return str(found)

    def throw(self, my_task: Any) -> None:
        spec = my_task.task_spec
        my_task.workflow.script_engine.act.messages.append(
            ThrownMessage(
                name=self.name,
                key=self.key(my_task, spec),
                payload=self.payload(my_task) or {},
                element_id=spec.bpmn_id,
            )
        )

    def arm(self, my_task: Any, spec: Any) -> dict[str, Any]:
        return {"key": self.key(my_task, spec)}


class SignalDefinition(Payload):
    def throw(self, my_task: Any) -> None:
        my_task.workflow.script_engine.act.signals.append(
            ThrownSignal(
                name=self.name,
                payload=self.payload(my_task),
                element_id=my_task.task_spec.bpmn_id,
            )
        )


class ConditionDefinition(Definition):
    def __init__(self, expression: str):
        super().__init__()
        self.expression = expression


class TimerDefinition(Definition):
    """`kind`: `date`, `duration` or `cycle`; see `timers` for what is kept."""

    def __init__(self, name: str, kind: str, expression: str):
        super().__init__(name)
        self.kind = kind
        self.expression = expression

    def arm(self, my_task: Any, spec: Any) -> dict[str, Any] | None:
        """The kept timer; null arms none on a boundary and fails where the path waits for it."""
        engine = my_task.workflow.script_engine
        value, now = engine.timer_value(my_task, self.expression), engine.act.host.now
        rests = not isinstance(spec, BoundaryEvent)
        if value is None and rests:
            raise ElementError("no_time", "タイマーの日時が空です。", self.expression)
        repeats = not rests and not spec.cancel_activity
        if self.kind == "cycle" and value is not None:
            kept = timers.cycle(value, now)
            first = timers.due(kept)
            return kept if repeats or first is None else timers.armed([first])
        found = timers.moments(value, now)
        if isinstance(value, list):
            found = [moment for moment in found if moment >= now]
        return timers.armed(found if repeats else found[:1])


class CodeDefinition(Payload):
    """An error or escalation; a catching one without code catches all."""

    def __init__(self, name: str, code: str | None, expression: str | None, variable: str | None):
        super().__init__(name, expression, variable)
        self.code = code


class ErrorDefinition(CodeDefinition):
    def throw(self, my_task: Any) -> None:
        if not raise_error(my_task.workflow.owner, self.code, self.payload(my_task)):
            my_task.workflow.script_engine.act.error = (self.code, self.name)


class EscalationDefinition(CodeDefinition):
    def throw(self, my_task: Any) -> None:
        found = catcher(my_task.workflow.owner, EscalationDefinition, self.code)
        if found is not None:
            found.task_spec.fire(found, "", self.payload(my_task))
            return
        my_task.workflow.script_engine.act.escalations.append(
            Escalation(code=self.code, name=self.name, element_id=my_task.task_spec.bpmn_id)
        )


class CancelDefinition(CancelEventDefinition):
    """Ends a transaction; its cancel boundary event goes on."""

    variable = None

    def throw(self, my_task: Any) -> None:
        owner = my_task.workflow.owner
        for event in boundary_events(owner) if owner is not None else ():
            if isinstance(event.task_spec.event_definition, CancelDefinition):
                event.task_spec.fire(event, "", None)

    def arm(self, my_task: Any, spec: Any) -> dict[str, Any]:  # noqa: ARG002
        return {}


class CompensateDefinition(Definition):
    """Undoes completed activities of its scope; `activity`: id of the only one meant, or None.

    `waits`: the event is passed when all is undone, not before.
    """

    def __init__(self, activity: str | None, *, waits: bool):
        super().__init__()
        self.activity = activity
        self.waits = waits


class TerminateDefinition(TerminateEventDefinition):
    """Ends the process or sub-process it stands in."""

    def throw(self, my_task: Any) -> None:
        if my_task.workflow.owner is None:
            my_task.workflow.script_engine.act.terminated = True


def raise_error(activity: Any, code: str | None, payload: Any) -> bool:
    """Fire the error boundary event that catches this, from `activity` outwards.

    False if nobody catches it.  `activity` is None for an error of the process itself.
    """
    found = catcher(activity, ErrorDefinition, code)
    if found is None:
        return False
    found.task_spec.fire(found, "", payload)
    return True


def catcher(activity: Any, kind: type[CodeDefinition], code: str | None) -> Any | None:
    """The waiting boundary event that catches the code, innermost first, exact before general."""
    while activity is not None:
        waiting = [
            event
            for event in boundary_events(activity)
            if isinstance(event.task_spec.event_definition, kind)
        ]
        for accepted in ([code], [None]):
            for event in waiting:
                if event.task_spec.event_definition.code in accepted:
                    return event
        activity = activity.workflow.owner
    return None


def boundary_events(activity: Any) -> list[Any]:
    """The boundary events that wait on an activity; those of a multi-instance are its body's."""
    while isinstance(activity.parent.task_spec, LoopTask):
        activity = activity.parent
    split = activity.parent
    if not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    return [
        event
        for event in split.children
        if isinstance(event.task_spec, BoundaryEvent) and event._state & TaskState.WAITING
    ]
