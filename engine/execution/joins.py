"""Where paths meet: gateways that join, the end of a process, and the rim of an activity.

Joins merge data by three-way comparison with the place the paths split at: what only one path
changed is kept, whichever path arrives last.  SpiffWorkflow lets the last path overwrite the
others with values it never touched.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterable
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

from engine.execution.failing import ElementError, Guarded
from engine.execution.sameness import same

LIVE = TaskState.NOT_FINISHED_MASK
CHOSEN = TaskState.FUTURE | TaskState.PREDICTED_MASK


def merge(base: dict[str, Any], paths: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """`base` with what each path changed in it; of two changes of one value the later stands.

    Contexts changed by several paths are merged entry by entry, lists are taken whole.
    """
    made = dict(base)
    for data in paths:
        for name, value in data.items():
            if name in base and same(base[name], value):
                continue
            mine, theirs = made.get(name), base.get(name)
            if isinstance(mine, dict) and isinstance(value, dict) and mine is not theirs:
                made[name] = merge(theirs if isinstance(theirs, dict) else {}, (mine, value))
            else:
                made[name] = value
        for name in base.keys() - data.keys():
            made.pop(name, None)
    return made


def _ancestors(spiff_task: Any) -> list[Any]:
    found, above = [], spiff_task.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def merged_data(spec: Any, spiff_task: Any) -> dict[str, Any]:
    """The data of all paths that met in this join."""
    above = _ancestors(spiff_task)
    passed = {task.id for task in above}
    arrived = [
        task
        for task in spiff_task.workflow.tasks.values()
        if task.task_spec is spec and task._state & TaskState.FINISHED_MASK
        if task.id not in passed
    ]
    if not arrived:
        return dict(spiff_task.parent.data)
    arrived.sort(key=lambda task: task.last_state_change)
    common = passed
    for task in arrived:
        common = common & {one.id for one in _ancestors(task)}
    base: dict[str, Any] = next((task.data for task in above if task.id in common), {})
    return merge(base, [*(task.parent.data for task in arrived), spiff_task.parent.data])


class MergingJoin(UnstructuredJoin):
    """Mix-in of joins without a split of their own."""

    def _run_hook(self, my_task: Any) -> bool:
        my_task.data = merged_data(self, my_task)
        return True


class ParallelGateway(Guarded, MergingJoin, SpiffParallelGateway):
    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        # A gateway that only splits has nobody to wait for; upstream it searches the whole tree.
        if len(self._inputs) == 1:
            return True
        return bool(super()._check_threshold_unstructured(my_task))


class Condition(Operator):
    """The FEEL condition of a sequence flow; only true, false and null are results."""

    def _matches(self, task: Any) -> bool:
        return bool(task.workflow.script_engine.holds(task, self.args[0], {}))


def _connect_if(gateway: Any, condition: str | None, target: Any) -> None:
    if condition is None:
        gateway.connect(target)
    else:
        gateway.connect_if(Condition(condition), target)


def _take(spiff_task: Any, specs: list[Any]) -> bool:
    """Go on with these followers only."""
    if not specs:
        raise ElementError("no_condition", "どの分岐の条件にも当てはまりません。")
    spiff_task._sync_children(specs, TaskState.FUTURE)
    for child in spiff_task.children:
        child.task_spec._predict(child, mask=CHOSEN)
    return True


class ExclusiveGateway(Guarded, SpiffExclusiveGateway):
    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        _connect_if(self, condition, taskspec)

    def _run_hook(self, my_task: Any) -> bool:
        chosen = self.default_task_spec
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                chosen = name
                break
        specs = my_task.workflow.spec.task_specs
        return _take(my_task, [specs[chosen]] if chosen else [])


class InclusiveGateway(Guarded, MergingJoin, SpiffInclusiveGateway):
    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        _connect_if(self, condition, taskspec)

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        if len(self._inputs) == 1:
            return True
        return bool(super()._check_threshold_unstructured(my_task))

    def _run_hook(self, my_task: Any) -> bool:
        MergingJoin._run_hook(self, my_task)
        matches, defaults = self._get_matching_outputs(my_task)
        return _take(my_task, matches or defaults)


class EndJoin(Guarded, MergingJoin, _EndJoin):
    """The end of a process or sub-process: waits until nothing else is alive."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        # Upstream this is a tree walk that sees no task deeper than 1,000.
        return not any(
            task._state & (LIVE | TaskState.ERROR)
            for task in my_task.workflow.tasks.values()
            if task.task_spec is not self and task.task_spec.name != "End"
        )

    def _run_hook(self, my_task: Any) -> bool:
        MergingJoin._run_hook(self, my_task)
        my_task.workflow.data.update(my_task.data)
        return True


class ProcessSpec(BpmnProcessSpec):
    """A process with this module's end; `has_conditions`: a conditional event stands in it."""

    has_conditions = False
    end: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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
