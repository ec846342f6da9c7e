"""How is undone what has been done?  The handlers of completed activities run.

A throwing event takes the entries of its scope (`completions`) and hangs one `Undoing` into the
tree, which runs the handlers one after the other, the last completion first.  A handler sees the
data as they are now, with the activity's own writes as they were then.  A sub-process without a
handler of its own is taken up again by an `UndoScope`: its compensation event sub-process runs
there, or else the handlers of what was completed in it.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.execution.completions import Entry, Undo
from engine.execution.definitions import (
    CancelDefinition,
    CompensateDefinition,
    MultipleDefinition,
)
from engine.execution.elements import SubWorkflowTask
from engine.execution.failing import Guarded
from engine.execution.sameness import copied, same
from engine.execution.step import Outcome, Passed
from engine.execution.workflow import FastSubWorkflow

LIVE = TaskState.NOT_FINISHED_MASK
TODO, NOW, UNDER, FOR, DONE = "todo", "now", "under", "for", "done"
CAUGHT = ".caught"  # ends the id of the visit to a compensation boundary event


def driver_of(spec: Any) -> str:
    """The node of a scope that runs handlers for an event; no drawn id has a space in it."""
    return f"{spec.name} compensation"


def whole_of(spec: Any) -> str:
    """The same for a scope that is compensated as a whole."""
    return f"{spec.name} own compensation"


def scope_of(element_id: str) -> str:
    """The node that takes a sub-process up again."""
    return f"{element_id} taken up again"


class Compensating(Guarded):
    """Mix-in of throwing events: they wait until what they undo is undone.

    Internal data while it waits: nothing; `done` once the handlers have run.
    """

    def _run_hook(self, my_task: Any) -> bool | None:
        what = _undoing(self.event_definition)
        if (
            what is not None
            and not my_task.internal_data.pop(DONE, False)
            and not _begin(my_task, what)
        ):
            return None
        return bool(super()._run_hook(my_task))


def _undoing(definition: Any) -> Any | None:
    """The definition that undoes something, itself or one of several."""
    whole = isinstance(definition, MultipleDefinition)
    return next(
        (
            one
            for one in (definition.definitions if whole else [definition])
            if isinstance(one, (CancelDefinition, CompensateDefinition))
        ),
        None,
    )


def _begin(spiff_task: Any, what: Any) -> bool:
    """Begin to undo; True if nobody has to wait for it."""
    if isinstance(what, CancelDefinition):
        _cancel_others(spiff_task)
    part = _scope(spiff_task)
    entries = _take(part, getattr(what, "activity", None))
    if not entries:
        return True
    waits = getattr(what, "waits", True)
    begin = spiff_task
    while begin.workflow is not part:
        begin = begin.workflow.owner
    spec = part.spec.task_specs[driver_of(part.spec)]
    driver = begin._add_child(spec, TaskState.WAITING)
    driver.triggered = True
    driver.data = copied(spiff_task.data)
    driver.internal_data.update({TODO: entries, FOR: spiff_task.id.hex if waits else None})
    spec._update(driver)
    return not waits


def _scope(spiff_task: Any) -> Any:
    """The (sub)workflow whose activities an event undoes: a handler's own scope is around it."""
    part = spiff_task.workflow
    while part.owner is not None and part.owner.task_spec.is_event_subprocess:
        part = part.owner.workflow
    return part


def _take(part: Any, activity: str | None) -> list[Entry]:
    """The entries to undo, which are so no longer kept; all without `activity`."""
    found: list[Entry] = []
    left: list[Entry] = []
    for entry in part.completions:
        (found if activity in (None, entry["element"]) else left).append(entry)
    part.completions = left
    return found


def _cancel_others(spiff_task: Any) -> None:
    """End everything else in a transaction that is cancelled."""
    own = {spiff_task.id, *spiff_task._children}
    for task in list(spiff_task.workflow.tasks.values()):
        if task._state & (LIVE | TaskState.ERROR) and task.id not in own:
            task._drop_children(force=True)
            task._set_state(TaskState.CANCELLED)
            task.task_spec._on_cancel(task)


class Undoing(Guarded, BpmnTaskSpec):
    """Runs the handlers of some completions, one after the other.

    Internal data: `todo`, entries from the first to the last completion; `now`, the one under way;
    `under`, the values its writes lie over; `for`, id of the event that waits, or null.
    """

    def test(self) -> None:
        """Nothing is drawn before it: who throws makes its tasks."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task._state != TaskState.WAITING:
            return (
                False  # who threw and did not wait has completed, and asks what is below it again
            )
        self.update_event.emit(my_task.workflow, my_task)  # its data were given to it
        return self._next(my_task)

    def _next(self, my_task: Any) -> bool:
        """Start the next handler; True if there is none left."""
        kept, part = my_task.internal_data, my_task.workflow
        if not kept[TODO]:
            return True
        entry = kept[TODO].pop()
        undo = part.spec.undone[entry["element"]]
        my_task._set_state(TaskState.STARTED)
        self._lay_over(my_task, entry)
        spec = part.spec.task_specs[undo.spec]
        child = my_task._add_child(spec, TaskState.WAITING)
        child.triggered = True
        if undo.boundary_id:
            self._tell(child, undo)
        spec._update(child)
        return False

    @staticmethod
    def _lay_over(my_task: Any, entry: Entry) -> None:
        kept, writes = my_task.internal_data, copied(entry["writes"])
        kept[NOW] = entry
        kept[UNDER] = {name: my_task.data[name] for name in writes if name in my_task.data}
        my_task.data = {**my_task.data, **writes}

    @staticmethod
    def _tell(child: Any, undo: Undo) -> None:
        child.workflow.script_engine.act.passed.append(
            Passed(
                id=f"{child.id.hex}{CAUGHT}",
                element_id=undo.boundary_id,
                name=undo.boundary_name,
                kind="boundaryEvent",
                outcome=Outcome.COMPLETED,
            )
        )

    def handled(self, workflow: Any, child: Any) -> None:  # noqa: ARG002
        """A handler is done: what it changed stays, what it was shown of then does not."""
        my_task = child.parent
        if my_task is None or my_task.task_spec is not self:
            return
        kept, shown = my_task.internal_data, my_task.data
        writes, under = kept.pop(NOW)["writes"], kept.pop(UNDER)
        changed = {
            name: value
            for name, value in child.data.items()
            if name not in shown or not same(shown[name], value)
        }
        rest = {name: value for name, value in shown.items() if name not in writes}
        my_task.data = {**rest, **under, **changed}
        my_task._set_state(TaskState.READY)

    def _run_hook(self, my_task: Any) -> bool | None:
        return self._next(my_task) or None

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        waiting = my_task.internal_data.get(FOR)
        if waiting is None:
            return
        event = my_task.workflow.top_workflow.find(UUID(hex=waiting))
        if event is not None and event._state == TaskState.STARTED:
            event.data = copied(my_task.data)
            event.internal_data[DONE] = True
            event._set_state(TaskState.READY)


class UndoWhole(Undoing):
    """Undoes a sub-process that was taken up again: by its own handler, or all that is kept."""

    def begin(self, my_task: Any) -> None:
        part = my_task.workflow
        entries = list(part.completions)
        if part.spec.own_handler is not None:
            entries = [{"element": part.spec.own_handler, "writes": {}}]
        else:
            part.completions = []
        my_task.internal_data.update({TODO: entries, FOR: None})
        self._predict(my_task, mask=LIVE)
        self._update(my_task)


class UndoScope(SubWorkflowTask):
    """A completed sub-process, taken up again to be compensated."""

    def start_workflow(self, my_task: Any) -> None:
        """Its inside begins at the compensation, with what was kept of it."""
        top = my_task.workflow.top_workflow
        spec = top.subprocess_specs[self.spec]
        part = FastSubWorkflow(spec, my_task, top, deserializing=True)
        top.subprocesses[my_task.id] = part
        entry = my_task.parent.internal_data[NOW]
        part.completions = entry.get("inner", [])
        if "objects" in entry:
            objects, states = copied(entry["objects"])
            part.objects.update((n, v) for n, v in objects.items() if n in part.objects)
            part.object_states = states
        part.completed_event.connect(self._on_subworkflow_completed, my_task)
        part.task_tree = Task(part, spec.start, state=TaskState.COMPLETED)
        part.task_tree.data = begun = {
            name: value for name, value in copied(my_task.data).items() if name not in part.objects
        }
        part.last_task = part.task_tree
        whole = spec.task_specs[whole_of(spec)]
        driver = part.task_tree._add_child(whole, TaskState.WAITING)
        driver.data = copied(begun)
        whole.begin(driver)
