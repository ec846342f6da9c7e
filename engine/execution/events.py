"""Events as elements: they wait until the runner fires them, and they throw.

A waiting event keeps in its internal data: `armed`, slot -> what is kept of its definition (see
`definitions.arm`); `came`, slot -> payload of what has come.  A slot is empty text, or the number
of a definition of a multiple event or of a branch of an event-based gateway.
Nothing in here looks at the clock: a timer fires when its job says so.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.values import storable
from engine.execution import timers
from engine.execution.compensation import Compensating
from engine.execution.data_parts import Dataflow
from engine.execution.dataflow import receiving, take_in
from engine.execution.definitions import (
    ARMED,
    ConditionDefinition,
    MultipleDefinition,
    TerminateDefinition,
    TimerDefinition,
    waits_of,
)
from engine.execution.failing import Guarded
from engine.execution.merging import latest, seen_from
from engine.execution.step import Outcome

CAME, FIRED = "came", "fired"
WAS = "was"  # internal data: slots of conditions that held when they were last asked
BEGUN = "begun"  # in place of true: the instance has begun with this event's message
FUTURE, WAITING = TaskState.FUTURE, TaskState.WAITING
ALIVE = TaskState.NOT_FINISHED_MASK


class Waiting(Guarded):
    """Mix-in of everything that waits for an event.

    `entry`: name of the start by which a message begins an instance here; empty if it cannot.
    """

    entry = ""

    def definitions(self) -> list[tuple[str, Any, Any]]:
        """What it waits for: slot, definition, the spec that draws it."""
        what = self.event_definition
        if isinstance(what, MultipleDefinition):
            return [(str(n), one, self) for n, one in enumerate(what.definitions)]
        return [("", what, self)]

    def needs_all(self) -> bool:
        """True of a parallel multiple event: everything has to come before it goes on."""
        what = self.event_definition
        return isinstance(what, MultipleDefinition) and what.parallel

    def waits_for_conditions(self) -> bool:
        """True if it has to be asked again whenever data may have changed."""
        return any(isinstance(what, ConditionDefinition) for _, what, _ in self.definitions())

    def _update_hook(self, my_task: Any) -> bool:
        kept = my_task.internal_data
        if self.entry and self._has_begun(my_task):
            kept[FIRED] = BEGUN
            self._inherit(my_task)
            return True
        if ARMED not in kept:  # later updates must neither inherit again nor repeat the preScript
            self.begin_to_wait(my_task)
        if isinstance(self.event_definition, NoneEventDefinition):
            kept[FIRED] = True
        return FIRED in kept or self.poll(my_task)

    def begin_to_wait(self, my_task: Any) -> None:
        """Arm all it waits for, with the data of the path that leads here."""
        self._inherit(my_task)
        my_task.internal_data[ARMED] = {
            slot: what.arm(my_task, spec)
            for slot, what, spec in self.definitions()
            if not isinstance(what, NoneEventDefinition)
        }
        if my_task._state != WAITING:
            my_task._set_state(WAITING)

    def _has_begun(self, my_task: Any) -> bool:
        before = my_task.parent
        return (
            my_task.internal_data.get(FIRED) == BEGUN
            or before.task_spec.name == self.entry
            or (before.parent is not None and before.parent.task_spec.name == self.entry)
        )

    def _inherit(self, my_task: Any) -> None:
        # Past the library's own catching event, which asks its clock and its event bus.
        super(CatchingEvent, self)._update_hook(my_task)

    def poll(self, my_task: Any) -> bool:
        """True if conditions that hold now are what was missing."""
        for slot, _ in self.held_conditions(my_task):
            if self.note(my_task, slot, None):
                my_task.internal_data[FIRED] = True
                return True
        return False

    def held_conditions(self, my_task: Any) -> list[tuple[str, bool]]:
        """The slots of the conditions that hold, and whether each did when last asked."""
        kept = my_task.internal_data
        asked = [
            (slot, what.expression)
            for slot, what, _ in self.definitions()
            if isinstance(what, ConditionDefinition) and kept[ARMED].get(slot) is not None
        ]
        if not asked:
            return []
        engine, was = my_task.workflow.script_engine, kept.get(WAS)
        news = seen_from(my_task.workflow)
        return [
            (slot, slot in (was or ()))
            for slot, expression in asked
            if engine.holds(my_task, expression, news)
        ]

    def note(self, my_task: Any, slot: str, payload: Any) -> bool:
        """Something it waits for has come; true if that was all."""
        kept = my_task.internal_data
        kept.setdefault(CAME, {})[slot] = storable(payload)
        if not self.needs_all():
            return True
        kept[ARMED][slot] = None  # no longer waited for
        my_task.workflow.script_engine.act.noted.append(my_task.id.hex)
        return len(kept[CAME]) == len(self.definitions())

    def fire(self, my_task: Any, slot: str, payload: Any) -> None:
        """Something it waits for has come."""
        if self.note(my_task, slot, payload):
            my_task.internal_data[FIRED] = True
            self._update(my_task)

    def takes_whole(self, slot: str) -> bool:
        """Whether what that event brings is stored as a whole, and not entry by entry."""
        return any(
            own == slot
            and (getattr(what, "variable", None) is not None or receiving(spec) is not None)
            for own, what, spec in self.definitions()
        )

    def receive(self, my_task: Any) -> None:
        """Store what came under the variable of each event, and in its data output.

        What neither names is dropped.
        """
        came = my_task.internal_data.get(CAME, {})
        for slot, what, spec in self.definitions():
            if slot not in came:
                continue
            variable, flow = getattr(what, "variable", None), receiving(spec)
            if variable is not None:
                my_task.data[variable] = came[slot]
            if flow is not None:
                self.take_in(my_task, flow, came[slot])
        my_task.internal_data.pop(CAME, None)  # not before: what failed is tried again

    def take_in(self, my_task: Any, flow: Dataflow, brought: Any) -> None:
        """Hand on what an event has brought along its associations."""
        take_in(my_task, flow, brought)

    def _on_ready_hook(self, my_task: Any) -> None:
        self.ready_event.emit(my_task.workflow, my_task)

    def _run_hook(self, my_task: Any) -> bool:
        if my_task.internal_data.get(FIRED) != BEGUN:  # its start has received the message
            self.receive(my_task)
        for name in (ARMED, FIRED, CAME, WAS):  # the place of a repeated receive task stays
            my_task.internal_data.pop(name, None)
        return True

    def _on_cancel(self, my_task: Any) -> None:
        self.cancelled_event.emit(my_task.workflow, my_task)


class CatchEvent(Waiting, SpiffCatchEvent):
    pass


class ReceiveTask(Waiting, SpiffReceiveTask):
    def take_in(self, my_task: Any, flow: Dataflow, brought: Any) -> None:
        """Its output has what the message brought; it is handed on when the task is left."""
        if self.event_definition.variable is None:
            my_task.data[flow.outputs[0].name] = brought


class StartEvent(Waiting, SpiffStartEvent):
    """Never waits: the one the instance is started at goes on at once, the others are dropped.

    `is_implicit`: the start of what has no incoming flow, which goes on with any of them.
    """

    is_implicit = False

    def _update_hook(self, my_task: Any) -> bool:
        act, owner = my_task.workflow.script_engine.act, my_task.workflow.owner
        if owner is None and not self.is_implicit and act.entry not in (None, self.name):
            my_task.cancel()
            return False
        self._inherit(my_task)
        came = act.came if owner is None else owner.internal_data.get(CAME, {})
        my_task.internal_data[CAME] = dict(came)
        return True

    def _on_complete_hook(self, my_task: Any) -> None:
        """From now on its scope runs, and event sub-processes may begin."""
        super()._on_complete_hook(my_task)
        if self.shared is not None:
            self.shared.settle(my_task)
        if my_task.workflow.spec.scope_events:
            my_task.parent.data = dict(my_task.data)
            for event in my_task.workflow.spec.scope_events:
                for task in my_task.parent.children:
                    if task.task_spec is event:
                        event._update(task)


class BoundaryEvent(Waiting, SpiffBoundaryEvent):
    """An interrupting one is left when it fires; the others go on waiting and start a path each."""

    bound: ClassVar[Mapping[str, str]] = {"cancel_activity": "作業を中断するかどうか"}

    def _predict_hook(self, my_task: Any) -> None:
        if self.cancel_activity:
            super()._predict_hook(my_task)

    def fire(self, my_task: Any, slot: str, payload: Any) -> None:
        if not self.note(my_task, slot, payload):
            return
        if self.cancel_activity:
            my_task.workflow.script_engine.act.is_interrupted = True
            my_task.internal_data[FIRED] = True
            self._update(my_task)
            return
        self._begin(my_task)
        if self.needs_all():
            del my_task.internal_data[ARMED]  # and from the beginning
            self._update(my_task)

    def _begin(self, my_task: Any) -> None:
        """One more path beside the activity."""
        self.receive(my_task)
        if self.shared is not None:
            self.shared.settle(my_task)
        my_task.workflow.script_engine.act.leave(my_task, Outcome.COMPLETED)
        for spec in self.outputs:
            if isinstance(spec, BoundaryEventJoin):
                continue  # ends the activity; a non-interrupting event has no business there
            child = my_task._add_child(spec, FUTURE)
            spec._predict(child, mask=ALIVE)
            spec._update(child)

    def ring(self, my_task: Any, slot: str) -> None:
        """A timer's present moment has come; the next one of a list or cycle is armed."""
        now = my_task.workflow.script_engine.act.host.now
        armed = my_task.internal_data[ARMED]
        armed[slot] = timers.rung(armed[slot], now)
        self.fire(my_task, slot, None)
        if not self.cancel_activity and my_task._state == WAITING and not self._has_more(my_task):
            self.retire(my_task)

    def _has_more(self, my_task: Any) -> bool:
        """Whether anything can fire it again."""
        return any(
            not isinstance(what, TimerDefinition) or timers.due(kept) is not None
            for _, what, _, kept in waits_of(my_task)
        )

    def poll(self, my_task: Any) -> bool:
        if self.cancel_activity:
            return super().poll(my_task)
        if not self.waits_for_conditions():
            return False
        held = self.held_conditions(my_task)
        my_task.internal_data[WAS] = [slot for slot, _ in held]
        for slot, was in held:
            if not was:
                self.fire(my_task, slot, None)
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
        return [
            (f"{n}.{m}" if isinstance(what, MultipleDefinition) else str(n), one, spec)
            for n, (what, spec) in enumerate(self.branches)
            for m, one in enumerate(
                what.definitions if isinstance(what, MultipleDefinition) else [what]
            )
        ]

    def _run_hook(self, my_task: Any) -> bool:
        slot = next(iter(my_task.internal_data[CAME]))
        _, spec = self.branches[int(slot.partition(".")[0])]
        self.receive(my_task)
        my_task.internal_data.clear()
        my_task._sync_children([spec], FUTURE)
        for child in my_task.children:
            spec._predict(child, mask=FUTURE | TaskState.PREDICTED_MASK)
        return True


class InstantiatingGateway(Guarded, SpiffBpmnTask):
    """Begins an instance with the message of one of its events; that one goes on at once.

    `parallel`: the others are waited for, all of them; otherwise they are dropped.
    """

    parallel = False

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.MAYBE)

    def _run_hook(self, my_task: Any) -> bool:
        came = [s for s in self.outputs if s.entry == my_task.parent.task_spec.name]
        my_task._sync_children(self.outputs if self.parallel else came, FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=FUTURE | TaskState.PREDICTED_MASK)
        return True


class ThrowEvent(Compensating, SpiffThrowEvent):
    pass


class SendTask(Guarded, SpiffSendTask):
    pass


class EndEvent(Compensating, SpiffEndEvent):
    def _on_complete_hook(self, my_task: Any) -> None:
        what = self.event_definition
        every = what.definitions if isinstance(what, MultipleDefinition) else [what]
        if any(isinstance(one, TerminateDefinition) for one in every):
            # What was written beside this path stays: people have done that work.
            my_task.data = latest(my_task.workflow, my_task)
        super()._on_complete_hook(my_task)  # ends the scope if that is all it does
        if isinstance(what, MultipleDefinition):
            for one in every:
                one.end(my_task)


def ring(spiff_task: Any, slot: str) -> None:
    """The timer in that slot of a waiting element has come."""
    spec = spiff_task.task_spec
    if isinstance(spec, BoundaryEvent):
        spec.ring(spiff_task, slot)
    else:
        spec.fire(spiff_task, slot, None)
