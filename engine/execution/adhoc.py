"""Ad hoc sub-processes: people choose which of the activities inside is done next, and how often.

The inner process is a start, one task of a person that stays open (`Choosing`), and the end.  Every
activity that is started hangs under that task, behind a node of its own (`Begun`) that keeps the
data it began with.  What an activity changes goes into the data of the choosing task as soon as it
is done, so the next one, the condition and the way on see it.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.spiff.specs.defaults import ManualTask as SpiffManualTask
from SpiffWorkflow.spiff.specs.defaults import SubWorkflowTask as SpiffSubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import ConflictError, EngineError, NotFoundError
from engine.execution.elements import Scope
from engine.execution.failing import Guarded
from engine.execution.joins import BoundaryEventJoin
from engine.execution.merging import merge
from engine.execution.model import ACTIVITIES, GATEWAYS

CHOOSING, BEGUN = ".Choosing", ".Begun"  # behind the id of the sub-process: nodes of the engine
DONE = "done"  # internal data of the choosing task: element id -> how often it was done
ALIVE = TaskState.NOT_FINISHED_MASK | TaskState.ERROR
RUNNING = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR


class OneAtATimeError(ConflictError):
    """Another activity of a sequential ad hoc sub-process is under way."""

    code = "one_at_a_time"


class NotYetOverError(ConflictError):
    """The completion condition of the ad hoc sub-process does not hold yet."""

    code = "not_yet_over"


@dataclass(frozen=True, kw_only=True)
class Startable:
    """An activity a person may start.  `done`: how often it was; `running`: how many are open."""

    element_id: str
    name: str
    kind: str
    done: int
    running: int


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person may do next.

    `may_start`: false while another one is under way in sequence; `may_finish`: there is no
    completion condition, or it holds; `cancels`: what is under way is cancelled by finishing.
    """

    activities: tuple[Startable, ...]
    may_start: bool
    may_finish: bool
    has_condition: bool
    in_turn: bool
    cancels: bool


class AdHocSubProcess(Scope, SpiffSubWorkflowTask):
    """The sub-process as an element of the process around it."""


class Begun(SimpleBpmnTask):
    """Stands before an activity that was started, with the data it began with."""

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing: only what was chosen hangs below it."""


class Choosing(Guarded, SpiffManualTask):
    """The open question what to do next.

    `startable`: names of the specifications at which an activity begins, by its element id.
    """

    is_silent = True

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.condition: str | None = None
        self.in_turn = False
        self.cancels = True
        self.startable: dict[str, str] = {}
        self.begun = Begun(wf_spec, f"{name.removesuffix(CHOOSING)}{BEGUN}")
        self.begun._connect_notify(self)

    def choices(self, my_task: Any) -> Choices:
        """What may be done now."""
        specs = my_task.workflow.spec.task_specs
        counts, under_way = self._counts(my_task), list(self._running(my_task))
        activities = tuple(
            Startable(
                element_id=id_,
                name=specs[id_].bpmn_name or id_,
                kind=specs[id_].kind,
                done=int(counts[id_]),
                running=sum(task.task_spec.name == id_ for task in under_way),
            )
            for id_ in self.startable
        )
        return Choices(
            activities=activities,
            may_start=not (self.in_turn and self._is_busy(my_task)),
            may_finish=self.may_finish(my_task),
            has_condition=self.condition is not None,
            in_turn=self.in_turn,
            cancels=self.cancels,
        )

    def start(self, my_task: Any, element_id: str) -> None:
        """Begin that activity, once more if it was done before.

        Raises:
            NotFoundError: there is no such activity, or it is started by a flow.
            OneAtATimeError: in sequence, and another one is under way.
        """
        name = self.startable.get(element_id)
        if name is None:
            raise NotFoundError("activity", element_id)
        if self.in_turn and self._is_busy(my_task):
            raise OneAtATimeError(f"another activity of {self.bpmn_id} is under way")
        self._sweep(my_task)
        begun = my_task._add_child(self.begun, TaskState.FUTURE)
        begun.triggered = True
        begun.data = dict(my_task.data)
        begun._set_state(TaskState.COMPLETED)
        spec = my_task.workflow.spec.task_specs[name]
        child = begun._add_child(spec, TaskState.FUTURE)
        spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
        spec._update(child)

    def may_finish(self, my_task: Any) -> bool:
        """Whether a person may end it now; a condition that cannot be asked does not hold."""
        if self.condition is None:
            return True
        try:
            return self._holds(my_task, self._counts(my_task))
        except EngineError:
            return False

    def _run_hook(self, my_task: Any) -> bool:
        self._end_what_runs(my_task)
        return True

    def note(self, workflow: Any, task: Any) -> None:
        """An element inside is done: take over what it changed, and see whether that is enough."""
        my_task = next((t for t in workflow.tasks.values() if t.task_spec is self), None)
        if my_task is None or not _is_below(task, my_task):
            return
        before = task.parent.data
        if task.task_spec.bpmn_id is not None and task.task_spec.kind not in GATEWAYS:
            my_task.data = merge(before, (my_task.data, task.data))
        if my_task._state == TaskState.READY and task.task_spec.kind in ACTIVITIES:
            counts = self._counts(my_task)
            counts[task.task_spec.bpmn_id] += 1
            is_over = self.condition is not None and self._holds(my_task, counts)
            my_task.internal_data[DONE] = {i: int(n) for i, n in counts.items() if n}
            if is_over:
                my_task.run()
        if my_task._state != TaskState.READY:
            _go_no_further(task)

    def _holds(self, my_task: Any, counts: Mapping[str, Decimal]) -> bool:
        names = {
            "counts": dict(counts),
            "numberOfActiveInstances": Decimal(sum(1 for _ in self._running(my_task))),
            "numberOfCompletedInstances": sum(counts.values(), Decimal(0)),
        }
        engine = my_task.workflow.script_engine
        return bool(engine.holds(my_task, self.condition, names))

    def _counts(self, my_task: Any) -> dict[str, Decimal]:
        """How often each activity was done, in the order of the file."""
        kept = my_task.internal_data.get(DONE, {})
        specs = my_task.workflow.spec.task_specs.values()
        ids = dict.fromkeys(s.bpmn_id for s in specs if s.bpmn_id and s.kind in ACTIVITIES)
        ids.pop(self.bpmn_id, None)
        return {id_: Decimal(kept.get(id_, 0)) for id_ in ids}

    def _running(self, my_task: Any) -> Iterator[Any]:
        """The activities under way; one that is repeated counts once."""
        for task in my_task.workflow.tasks.values():
            spec = task.task_spec
            if task._state & RUNNING and spec.bpmn_id == spec.name and spec.kind in ACTIVITIES:
                yield task

    def _is_busy(self, my_task: Any) -> bool:
        return any(
            task._state & RUNNING and task is not my_task and _is_below(task, my_task)
            for task in my_task.workflow.tasks.values()
        )

    def _sweep(self, my_task: Any) -> None:
        """Take out of the tree what was started and is over."""
        part = my_task.workflow
        for begun in [t for t in my_task.children if t.task_spec is self.begun]:
            tasks = list(part.walk(begun, skip_subprocesses=True))
            if not any(t._state & ALIVE or t is part.last_task for t in tasks):
                part._remove_task(begun.id)

    def _end_what_runs(self, my_task: Any) -> None:
        """Cancel what is under way; or, of what may go on, only what waits between activities."""
        for begun in [t for t in my_task.children if t.task_spec is self.begun]:
            for task in list(my_task.workflow.walk(begun, skip_subprocesses=True)):
                if task.id in my_task.workflow.tasks and self._has_to_end(task):
                    _end(task)

    def _has_to_end(self, task: Any) -> bool:
        if not task._state & RUNNING:
            return False
        kind = getattr(task.task_spec, "kind", "")
        return self.cancels or bool(kind and kind not in ACTIVITIES | {"boundaryEvent"})


def _is_below(task: Any, above: Any) -> bool:
    while task is not None and task is not above:
        task = task.parent
    return task is not None


def _end(task: Any) -> None:
    """Cancel it; what is in ERROR is finished for SpiffWorkflow's own cancel."""
    if task._state & TaskState.ERROR:
        task._drop_children(force=True)
        task._set_state(TaskState.CANCELLED)
    else:
        task.cancel()


def _go_no_further(task: Any) -> None:
    """What follows this element is not begun any more; its boundary events are still taken away."""
    for child in task.children:
        spec = child.task_spec
        is_rim = isinstance(spec, BoundaryEventJoin)
        if not is_rim and not child._state & TaskState.FINISHED_MASK:
            child.cancel()
