"""Events as elements: they wait until the runner fires them, and they throw.

A waiting event keeps in its internal data: `armed`, slot -> what is kept of its definition (see
`definitions.arm`).  A slot is empty text, or the number of the branch of an event-based gateway.
Nothing in here looks at the clock: a timer fires when its job says so.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent as SpiffBoundaryEvent
from SpiffWorkflow.bpmn.specs.defaults import EndEvent as SpiffEndEvent
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway as SpiffEventBasedGateway
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent as SpiffCatchEvent
from SpiffWorkflow.bpmn.specs.defaults import IntermediateThrowEvent as SpiffThrowEvent
from SpiffWorkflow.bpmn.specs.defaults import StartEvent as SpiffStartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.spiff.specs.defaults import ReceiveTask as SpiffReceiveTask
from SpiffWorkflow.spiff.specs.defaults import SendTask as SpiffSendTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.values import storable
from engine.execution import timers
from engine.execution.compensation import Compensating
from engine.execution.definitions import ConditionDefinition, TimerDefinition
from engine.execution.failing import Guarded
from engine.execution.step import Outcome

ARMED, FIRED, PAYLOAD = "armed", "fired", "payload"
FUTURE, WAITING = TaskState.FUTURE, TaskState.WAITING
ALIVE = TaskState.NOT_FINISHED_MASK


class Waiting(Guarded):
    """Mix-in of everything that waits for an event."""

    def definitions(self) -> list[tuple[str, Any, Any]]:
        """What it waits for: slot, definition, the spec that draws it."""
        return [("", self.event_definition, self)]

    def waits_for_conditions(self) -> bool:
        """True if it has to be asked again whenever data may have changed."""
        return any(isinstance(what, ConditionDefinition) for _, what, _ in self.definitions())

    def _update_hook(self, my_task: Any) -> bool:
        kept = my_task.internal_data
        if ARMED not in kept:  # later updates must neither inherit again nor repeat the preScript
            self._inherit(my_task)
            kept[ARMED] = {
                slot: what.arm(my_task, spec)
                for slot, what, spec in self.definitions()
                if not isinstance(what, NoneEventDefinition)
            }
            if my_task._state != WAITING:
                my_task._set_state(WAITING)
        if isinstance(self.event_definition, NoneEventDefinition):
            kept[FIRED] = ""
        return FIRED in kept or self.poll(my_task)

    def _inherit(self, my_task: Any) -> None:
        # Past the library's own catching event, which asks its clock and its event bus.
        super(CatchingEvent, self)._update_hook(my_task)

    def poll(self, my_task: Any) -> bool:
        """True if it waits for a condition that holds now."""
        for slot, what, _ in self.definitions():
            if not isinstance(what, ConditionDefinition):
                continue
            if my_task.workflow.script_engine.holds(my_task, what.expression, _news(my_task)):
                my_task.internal_data[FIRED] = slot
                return True
        return False

    def fire(self, my_task: Any, slot: str, payload: Any) -> None:
        """What it waits for has come."""
        my_task.internal_data[FIRED] = slot
        my_task.internal_data[PAYLOAD] = storable(payload)
        self._update(my_task)

    def receive(self, my_task: Any, variable: str | None) -> None:
        """Store what the event brought under its variable; without one it is dropped."""
        if variable is not None:
            my_task.data[variable] = my_task.internal_data.get(PAYLOAD)

    def _on_ready_hook(self, my_task: Any) -> None:
        self.ready_event.emit(my_task.workflow, my_task)

    def _run_hook(self, my_task: Any) -> bool:
        self.receive(my_task, getattr(self.event_definition, "variable", None))
        my_task.internal_data.clear()
        return True

    def _on_cancel(self, my_task: Any) -> None:
        self.cancelled_event.emit(my_task.workflow, my_task)


class CatchEvent(Waiting, SpiffCatchEvent):
    pass


class ReceiveTask(Waiting, SpiffReceiveTask):
    pass


class StartEvent(Waiting, SpiffStartEvent):
    """Never waits: the one the instance is started at goes on at once, the others are dropped."""

    def _update_hook(self, my_task: Any) -> bool:
        act = my_task.workflow.script_engine.act
        is_top = my_task.workflow.owner is None
        if is_top and act.entry not in (None, self.bpmn_id):
            my_task.cancel()
            return False
        self._inherit(my_task)
        my_task.internal_data[PAYLOAD] = act.payload if is_top else None
        return True


class BoundaryEvent(Waiting, SpiffBoundaryEvent):
    """An interrupting one is left when it fires; the others go on waiting and start a path each."""

    def _predict_hook(self, my_task: Any) -> None:
        if self.cancel_activity:
            super()._predict_hook(my_task)

    def fire(self, my_task: Any, slot: str, payload: Any) -> None:
        act = my_task.workflow.script_engine.act
        if self.cancel_activity:
            act.is_interrupted = True
            super().fire(my_task, slot, payload)
            return
        my_task.internal_data[PAYLOAD] = storable(payload)
        self.receive(my_task, getattr(self.event_definition, "variable", None))
        act.leave(my_task, Outcome.COMPLETED)
        for spec in self.outputs:
            if isinstance(spec, BoundaryEventJoin):
                continue  # ends the activity; a non-interrupting event has no business there
            child = my_task._add_child(spec, FUTURE)
            spec._predict(child, mask=ALIVE)
            spec._update(child)

    def ring(self, my_task: Any) -> None:
        """A timer's present moment has come; the next one of a list or cycle is armed."""
        now = my_task.workflow.script_engine.act.host.now
        kept = my_task.internal_data[ARMED]
        kept[""] = timers.rung(kept[""], now)
        self.fire(my_task, "", None)
        if not self.cancel_activity and timers.due(kept[""]) is None:
            self.retire(my_task)

    def poll(self, my_task: Any) -> bool:
        if self.cancel_activity:
            return super().poll(my_task)
        if isinstance(self.event_definition, ConditionDefinition) and super().poll(my_task):
            self.fire(my_task, "", None)
            self.retire(my_task)
        return False

    def retire(self, my_task: Any) -> None:
        """Stop waiting and let live on what was started."""
        my_task._set_state(TaskState.COMPLETED)
        my_task.internal_data.clear()


class EventBasedGateway(Waiting, SpiffEventBasedGateway):
    """Waits for several events at once; the first decides which way to go."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.branches: list[tuple[Any, Any]] = []

    def connect(self, child: Any) -> None:
        BpmnTaskSpec.connect(self, child)
        self.branches.append((child.event_definition, child))
        child.event_definition = NoneEventDefinition()

    def definitions(self) -> list[tuple[str, Any, Any]]:
        return [(str(n), what, spec) for n, (what, spec) in enumerate(self.branches)]

    def _run_hook(self, my_task: Any) -> bool:
        what, spec = self.branches[int(my_task.internal_data[FIRED])]
        self.receive(my_task, getattr(what, "variable", None))
        my_task.internal_data.clear()
        my_task._sync_children([spec], FUTURE)
        for child in my_task.children:
            spec._predict(child, mask=FUTURE | TaskState.PREDICTED_MASK)
        return True


class ThrowEvent(Compensating, SpiffThrowEvent):
    pass


class SendTask(Guarded, SpiffSendTask):
    pass


class EndEvent(Compensating, SpiffEndEvent):
    pass


def _news(spiff_task: Any) -> dict[str, Any]:
    """The latest data of the process an event waits in: its own are those of its arming."""
    latest = spiff_task.workflow.last_task
    return {} if latest is None else dict(latest.data)


def ring(spiff_task: Any, slot: str) -> None:
    """The timer in that slot of a waiting element has come."""
    spec = spiff_task.task_spec
    if isinstance(spec, BoundaryEvent):
        spec.ring(spiff_task)
    else:
        spec.fire(spiff_task, slot, None)


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
