"""What an event throws or waits for: one class per kind, free of SpiffWorkflow's event bus.

Messages and signals leave the instance as notes of the step and never reach it directly; errors
and escalations go outwards from scope to scope; timers only keep their moment.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

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
from engine.execution.dataflow import payload_of
from engine.execution.failing import ElementError
from engine.execution.step import Escalation, ThrownMessage, ThrownSignal

CORRELATION = "correlationKey"
ARMED = "armed"  # internal data of a waiting event: slot -> what is kept of its definition


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

    def end(self, my_task: Any) -> None:
        """End the scope of a multiple end event with this among its definitions: it does not."""

    def arm(self, my_task: Any, spec: Any) -> dict[str, Any] | None:  # noqa: ARG002
        """What is kept while the event waits; None: it never fires."""
        return {}

    def is_kept(self, other: Any) -> bool:
        """Whether what is kept of the waiting `other` of another version holds for this one."""
        return type(other) is type(self)


class Payload(Definition):
    """An event that may carry a payload: `expression` throws it, `variable` receives it."""

    def __init__(self, name: str, expression: str | None = None, variable: str | None = None):
        super().__init__(name)
        self.expression = expression
        self.variable = variable

    def payload(self, my_task: Any) -> Any:
        flow = my_task.task_spec.dataflow
        if self.expression is None and flow is not None and flow.inputs:
            return payload_of(my_task, flow)
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
                payload=self.content(my_task),
                element_id=spec.bpmn_id,
            )
        )

    def content(self, my_task: Any) -> Any:
        """What the message carries: a context, since its receivers take entries by their names."""
        found = self.payload(my_task)
        if isinstance(found, dict) or self.expression is not None:
            return found or {}
        if found is None:
            return {}
        raise ElementError(
            "not_a_context", "メッセージの内容が、項目の集まりではありません。", f"{found!r}"
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
                heard_by=tuple(self.listeners(my_task.workflow)),
            )
        )

    def listeners(self, part: Any) -> Iterator[str]:
        """Ids of what waits for it anywhere in the instance."""
        for one in part.top_workflow.active_parts():
            for task in one.tasks.values():
                armed = task.internal_data.get(ARMED)
                if armed and task._state & TaskState.WAITING:
                    for slot, what, _ in task.task_spec.definitions():
                        if isinstance(what, SignalDefinition) and what.name == self.name:
                            yield f"{task.id.hex}.{slot}" if slot else task.id.hex


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

    def is_kept(self, other: Any) -> bool:
        """A moment that has been worked out stands as long as the timer is drawn alike."""
        return super().is_kept(other) and (self.kind, self.expression) == (
            other.kind,
            other.expression,
        )

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
        found = catcher_in(my_task.workflow, ErrorDefinition, self.code, None)
        if found is None:
            my_task.workflow.script_engine.act.error = (self.code, self.name)
        else:
            found.fire(self.payload(my_task))


class EscalationDefinition(CodeDefinition):
    def throw(self, my_task: Any) -> None:
        found = catcher_in(my_task.workflow, EscalationDefinition, self.code, None)
        if found is not None:
            found.fire(self.payload(my_task))
            return
        my_task.workflow.script_engine.act.escalations.append(
            Escalation(code=self.code, name=self.name, element_id=my_task.task_spec.bpmn_id)
        )


class CancelDefinition(CancelEventDefinition):
    """Ends a transaction; its cancel boundary event goes on."""

    variable = None

    def is_kept(self, other: Any) -> bool:
        return type(other) is type(self)

    def throw(self, my_task: Any) -> None:
        owner = my_task.workflow.owner
        for event in boundary_events(owner) if owner is not None else ():
            for slot, what, _ in event.task_spec.definitions():
                if isinstance(what, CancelDefinition) and event._state & TaskState.WAITING:
                    event.task_spec.fire(event, slot, None)

    def end(self, my_task: Any) -> None:
        my_task.workflow.cancel()

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

    def end(self, my_task: Any) -> None:
        part = my_task.workflow
        part.cancel()
        part.success = True
        part._mark_complete(my_task)


ENDING = (ErrorDefinition, CancelDefinition, TerminateDefinition)


class MultipleDefinition(Definition):
    """Several definitions of one event: thrown all, or waited for, any or (`parallel`) all."""

    def __init__(self, definitions: list[Any], *, parallel: bool) -> None:
        super().__init__()
        # What ends the scope is thrown last: nothing would come after it.
        self.definitions = sorted(definitions, key=lambda one: isinstance(one, ENDING))
        self.parallel = parallel

    def throw(self, my_task: Any) -> None:
        for one in self.definitions:
            one.throw(my_task)


class Caught(NamedTuple):
    """A waiting event that catches an error or escalation, and the slot it does so by."""

    event: Any
    slot: str

    def fire(self, payload: Any) -> None:
        self.event.task_spec.fire(self.event, self.slot, payload)

    @property
    def interrupts(self) -> bool:
        return bool(self.event.task_spec.cancel_activity)


def raise_error(activity: Any, code: str | None, payload: Any) -> bool:
    """Fire the event that catches this error, from the rim of `activity` outwards.

    False if nobody catches it.
    """
    found = catcher(activity, ErrorDefinition, code)
    if found is not None:
        found.fire(payload)
    return found is not None


def catcher(activity: Any, kind: type[CodeDefinition], code: str | None) -> Caught | None:
    """The waiting event that catches the code: on the activity's rim, or in the scopes around."""
    found = _catching(boundary_events(activity), kind, code)
    return found or catcher_in(activity.workflow, kind, code, activity)


def catcher_in(
    part: Any, kind: type[CodeDefinition], code: str | None, within: Any
) -> Caught | None:
    """The same from a scope outwards: its event sub-processes, then the rim of what it runs in.

    `within`: the task of the scope that the code comes out of.  A handler's own code is not caught
    by the event sub-process that it is a run of.
    """
    while part is not None:
        own = within.parent if within is not None else None
        found = _catching([event for event in scope_events(part) if event is not own], kind, code)
        if found is None and part.owner is not None:
            found = _catching(boundary_events(part.owner), kind, code)
        if found is not None:
            return found
        within = part.owner
        part = within.workflow if within is not None else None
    return None


def _catching(waiting: list[Any], kind: type[CodeDefinition], code: str | None) -> Caught | None:
    """Exact before general."""
    for accepted in ([code], [None]):
        for event in waiting:
            armed = event.internal_data.get(ARMED, {})
            for slot, what, _ in event.task_spec.definitions():
                if armed.get(slot) is None:
                    continue  # the rest of a parallel multiple event is waited for
                if isinstance(what, kind) and what.code in accepted:
                    return Caught(event, slot)
    return None


def scope_events(part: Any) -> list[Any]:
    """What waits in a scope for the start of its event sub-processes."""
    specs = part.spec.scope_events
    if not specs:
        return []
    return [
        task
        for task in part.tasks.values()
        if task._state & TaskState.WAITING and task.task_spec in specs
    ]


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


def waits_of(spiff_task: Any) -> list[tuple[str, Any, Any, dict[str, Any]]]:
    """What a waiting element can be fired by: slot, definition, spec, and what is kept."""
    kept = spiff_task.internal_data.get(ARMED, {})
    return [
        (slot, what, spec, kept[slot])
        for slot, what, spec in spiff_task.task_spec.definitions()
        if kept.get(slot) is not None
    ]


def due_of(what: Any, kept: dict[str, Any]) -> Any:
    """When a waiting timer rings (UTC); None for other events and spent timers."""
    return timers.due(kept) if isinstance(what, TimerDefinition) else None
