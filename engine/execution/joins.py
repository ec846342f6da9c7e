"""Where paths meet: gateways that join, the end of a process, and the rim of an activity.

Joins merge data by three-way comparison with the place the paths split at: what only one path
changed is kept, whichever path arrives last.  SpiffWorkflow lets the last path overwrite the
others with values it never touched.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin as SpiffBoundaryEventJoin
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit as SpiffBoundaryEventSplit
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as SpiffExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as SpiffInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as SpiffParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.util.task import TaskState

from engine.execution import reasons
from engine.execution.completions import Undo
from engine.execution.data_parts import Item
from engine.execution.event_scopes import end_of_flow
from engine.execution.failing import ElementError, Guarded
from engine.execution.merging import Branch, are_related, converged, lineage, merge

LIVE = TaskState.NOT_FINISHED_MASK
CHOSEN = TaskState.FUTURE | TaskState.PREDICTED_MASK
UNDER_WAY = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR
MET = "met"  # internal data of a join about to run: the other arrivals
REMEMBERS = "consumed"  # internal data of what is no token: a complex gateway's memory


def _ancestors(spiff_task: Any) -> list[Any]:
    found, above = [], spiff_task.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def merged_data(spiff_task: Any, arrived: list[Any]) -> dict[str, Any]:
    """The data of all paths that met in this join; `arrived`: its other arrivals."""
    if not arrived:
        return dict(spiff_task.parent.data)
    if len(arrived) > 1:
        ends = {task.id: Branch(task.last_state_change, task.parent.data) for task in arrived}
        ends[spiff_task.id] = Branch(inf, spiff_task.parent.data)
        return converged(spiff_task.workflow, ends)
    other = {one.id for one in _ancestors(arrived[0])}
    shared = (one.data for one in _ancestors(spiff_task) if one.id in other)
    return merge(next(shared, {}), (arrived[0].parent.data, spiff_task.parent.data))


class Join(UnstructuredJoin):
    """Mix-in of gateways that join: every arrival waits until a full set is there.

    The library keeps one waiting arrival and counts the others from what is left of them in the
    tree, where it finds those of earlier rounds and of other tokens as well.
    """

    # What one arrival waits for, all of its kin do: they need not be asked one by one.
    is_asked_once = True
    stuck = "合流する相手の道に何も残っていないため、先へ進めません。"

    def lets_pass(self) -> bool:
        """True if no arrival ever waits for another one."""
        return len(self._inputs) == 1

    def _update_hook(self, my_task: Any) -> bool:
        if self.lets_pass():
            my_task._inherit_data()
            return True
        arrivals = self.arrivals(my_task)
        if not self.is_full(my_task, set(arrivals)):
            self.rest(my_task)
            return False
        self.meet(my_task, [arrival for arrival in arrivals.values() if arrival is not my_task])
        return True

    def rest(self, my_task: Any) -> None:
        """Wait; what lies ahead is foretold when it fires."""
        if my_task._state != TaskState.WAITING:
            my_task._drop_children(force=True)
            my_task._set_state(TaskState.WAITING)

    def meet(self, my_task: Any, others: list[Any]) -> None:
        """Consume these arrivals: `my_task` goes on for all of them."""
        for arrival in others:
            arrival._set_state(TaskState.CANCELLED)
        my_task.internal_data[MET] = [arrival.id.hex for arrival in others]
        self._predict(my_task, mask=LIVE)

    def arrivals(self, my_task: Any) -> dict[str, Any]:
        """One arrival per incoming flow: name of its source -> task; those of kin first."""
        waiting = self.waiting(my_task)
        found = {source_of(task): task for task in waiting}
        if len(found) < len(waiting):  # some of them came the same way
            found = {source_of(task): task for task in reversed(kin_first(my_task, waiting))}
        return {**found, source_of(my_task): my_task}

    def waiting(self, my_task: Any) -> list[Any]:
        """The other arrivals that wait."""
        return [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and task._state == TaskState.WAITING and task is not my_task
        ]

    def nobody_comes(self, my_task: Any, sources: set[str]) -> bool:
        """Nobody is on a way to a flow without token, unless that way leads to one with a token.

        BPMN 2.0, 13.4.3: so joins an inclusive gateway, and so a complex one is reset.
        """
        specs, empty = my_task.workflow.spec.task_specs, set(self._inputs) - sources
        kin = lineage(my_task)
        for task in my_task.workflow.tasks.values() if empty else ():
            if not task._state & UNDER_WAY or task.task_spec is self:
                continue
            if REMEMBERS in task.internal_data or not are_related(lineage(task), kin):
                continue
            ahead = reachable(specs, [task.task_spec.name], self.name)
            if ahead & empty and not ahead & sources:
                return False
        return True

    def is_full(self, my_task: Any, sources: set[str]) -> bool:
        """True if nobody has to be waited for when these sources have sent a token."""
        raise NotImplementedError

    def _run_hook(self, my_task: Any) -> bool:
        met = my_task.internal_data.pop(MET, None)
        if met is not None:  # tried again, it has its data; the others may be gone
            tasks = my_task.workflow.tasks.values()
            my_task.data = merged_data(my_task, [task for task in tasks if task.id.hex in met])
        return True


def kin_first(spiff_task: Any, arrivals: list[Any]) -> list[Any]:
    """Arrivals at the same join in the order in which it takes them: of kin, then the earliest."""
    kin = lineage(spiff_task)
    return sorted(arrivals, key=lambda task: (lineage(task) != kin, task.last_state_change))


def source_of(arrival: Any) -> str:
    """Name of the node from which a token has come."""
    return str(arrival.parent.task_spec.name)


class ParallelGateway(Guarded, Join, SpiffParallelGateway):
    sides: tuple[frozenset[str], ...] = ()  # worked out at the first arrival, always the same

    def is_full(self, my_task: Any, sources: set[str]) -> bool:
        """A token on every flow.

        A gateway that is entry and target of a loop would wait for ever and is refused today;
        versions that were published before are opened from either side.
        """
        if not self.sides:
            specs, inputs = my_task.workflow.spec.task_specs, frozenset(self._inputs)
            back = inputs - reachable(specs, [my_task.workflow.spec.start.name], self.name)
            self.sides = (back, inputs - back) if back and back != inputs else (inputs,)
        return any(side <= sources for side in self.sides)


class Condition(Operator):
    """The FEEL condition of a sequence flow; only true, false and null are results.

    `label`: the flow's name, which answers the gateway's question; empty if it has none.
    """

    label = ""

    def _matches(self, task: Any) -> bool:
        return bool(task.workflow.script_engine.holds(task, self.args[0], {}))


def connect_if(gateway: Any, condition: str | None, target: Any) -> None:
    if condition is None:
        gateway.connect(target)
    else:
        gateway.connect_if(Condition(condition), target)


def note_why(spiff_task: Any, conditions: list[Condition], *, held: bool) -> None:
    """Remember the conditions that held, or else those that did not."""
    if not conditions:
        return
    engine = spiff_task.workflow.script_engine
    asked = [(condition.label, condition.args[0]) for condition in conditions]
    engine.act.why[spiff_task.id.hex] = (
        reasons.of_conditions(engine, spiff_task, asked)
        if held
        else reasons.of_default(engine, spiff_task, asked, spiff_task.task_spec.default_label)
    )


def take(spiff_task: Any, specs: list[Any]) -> bool:
    """Go on with these followers only."""
    if not specs:
        raise ElementError("no_condition", "どの分岐の条件にも当てはまりません。")
    spiff_task._sync_children(specs, TaskState.FUTURE)
    for child in spiff_task.children:
        child.task_spec._predict(child, mask=CHOSEN)
    return True


class Choice(Guarded):
    """Mix-in of gateways that ask; `default_label`: the name of the flow for all other cases."""

    default_label = ""
    cond_task_specs: list[tuple[Condition | None, str]]

    def name_way(self, label: str, *, is_default: bool) -> None:
        """The name of the flow that was connected last."""
        condition = self.cond_task_specs[-1][0] if self.cond_task_specs else None
        if is_default:
            self.default_label = label
        elif condition is not None:
            condition.label = label


class ExclusiveGateway(Choice, SpiffExclusiveGateway):
    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        connect_if(self, condition, taskspec)

    def _run_hook(self, my_task: Any) -> bool:
        chosen, asked, held = self.default_task_spec, [], False
        for condition, name in self.cond_task_specs:
            if condition is not None:
                asked.append(condition)
                if held := condition._matches(my_task):
                    chosen = name
                    break
        note_why(my_task, asked[-1:] if held else asked, held=held)
        specs = my_task.workflow.spec.task_specs
        return take(my_task, [specs[chosen]] if chosen else [])


class InclusiveGateway(Choice, Join, SpiffInclusiveGateway):
    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        connect_if(self, condition, taskspec)

    def is_full(self, my_task: Any, sources: set[str]) -> bool:
        """All tokens that can still come are there."""
        return self.nobody_comes(my_task, sources)

    def _run_hook(self, my_task: Any) -> bool:
        Join._run_hook(self, my_task)
        matches, defaults = self._get_matching_outputs(my_task)
        taken = {spec.name for spec in matches}
        conditions = [(one, name) for one, name in self.cond_task_specs if one is not None]
        asked = [one for one, name in conditions if name in taken or not taken]
        note_why(my_task, asked, held=bool(matches))
        return take(my_task, matches or defaults)


def reachable(specs: dict[str, Any], names: Iterable[str], without: str) -> set[str]:
    """The nodes on the ways from these, they themselves included, not through `without`."""
    seen, waiting = set(names), list(names)
    while waiting:
        for name in specs[waiting.pop()]._outputs:
            if name not in seen and name != without:
                seen.add(name)
                waiting.append(name)
    return seen


class EndJoin(Guarded, _EndJoin):
    """The end of a process or sub-process: waits until nothing else is alive."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        if my_task.workflow.spec.scope_events:
            return end_of_flow(my_task.workflow)
        # Upstream this is a tree walk that sees no task deeper than 1,000.
        return not any(
            task._state & (LIVE | TaskState.ERROR)
            for task in my_task.workflow.tasks.values()
            if task.task_spec is not self and task.task_spec.name != "End"
        )

    def _run_hook(self, my_task: Any) -> bool:
        above = {task.id for task in _ancestors(my_task)}
        arrived = [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self
            and task._state & TaskState.FINISHED_MASK
            and task.id not in above
        ]
        my_task.data = merged_data(my_task, arrived)
        my_task.workflow.data.update(my_task.data)
        return True


class ProcessSpec(BpmnProcessSpec):
    """A process with this module's end.

    `has_conditions`: something in it waits for data; `scope_events`: what waits at its root for
    the start of an event sub-process; `declared`: its data objects and properties.
    """

    has_conditions = False
    undone: Mapping[str, Undo] = MappingProxyType({})  # id of an activity -> how it is compensated
    own_handler: str | None = None  # id of the compensation event sub-process
    scope_events: tuple[Any, ...] = ()
    declared: Mapping[str, Item]
    end: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.declared = {}
        del self.task_specs[self.end.name], self.task_specs["End"]
        self.end = EndJoin(self, f"{self.name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))


class BoundaryEventSplit(Guarded, SpiffBoundaryEventSplit):
    """Stands before an activity that has boundary events."""


class BoundaryEventJoin(Guarded, SpiffBoundaryEventJoin):
    """Behind an activity and its boundary events: the first to come ends what it has to end."""

    def _check_threshold_structured(self, my_task: Any) -> tuple[bool, list[Any]]:
        split = my_task.find_ancestor(self.split_task)
        if split is None:
            raise ElementError("engine_failed", "処理を続けられません。", f"no {self.split_task}")
        events = [t for t in split.children if isinstance(t.task_spec, BoundaryEvent)]
        main = next(t for t in split.children if not isinstance(t.task_spec, BoundaryEvent))
        interrupted = any(
            t.task_spec.cancel_activity and t._state & (TaskState.READY | TaskState.COMPLETED)
            for t in events
        )
        if not interrupted and not main._state & (TaskState.COMPLETED | TaskState.CANCELLED):
            return False, []
        self._disarm(events)
        came = any(t.task_spec.cancel_activity and t._state & TaskState.COMPLETED for t in events)
        late = [t for t in events if came and t._state & TaskState.READY]
        return True, [main, *late] if interrupted else []

    @staticmethod
    def _disarm(events: list[Any]) -> None:
        """End the events that still wait; what a non-interrupting one has started goes on."""
        for task in events:
            if task._state & TaskState.ERROR:
                task._drop_children(force=True)
                task._set_state(TaskState.CANCELLED)
            elif task._state & TaskState.WAITING and task.task_spec.cancel_activity:
                task.cancel()
            elif task._state & TaskState.WAITING:
                task.task_spec.retire(task)

    def _update_hook(self, my_task: Any) -> bool:
        my_task.data = {}  # the library would merge into what an earlier look has inherited
        may_fire = bool(super()._update_hook(my_task))
        if may_fire:
            self._end_failed(my_task)
        return may_fire

    def _end_failed(self, my_task: Any) -> None:
        """An activity in ERROR is finished for SpiffWorkflow, which so does not cancel it."""
        split = my_task.find_ancestor(self.split_task)
        for task in split.children:
            if task._state & TaskState.ERROR and not isinstance(task.task_spec, BoundaryEvent):
                task._drop_children(force=True)
                task._set_state(TaskState.CANCELLED)
