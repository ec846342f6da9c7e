"""The running process: flat scans instead of tree walks, and no task left behind.

SpiffWorkflow's iterators stop at depth 1000 without a word (deeper tasks do not exist for them, so
that a long loop is reported as completed) and walk the whole tree after every task.  A scan of
the task table has no depth.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter
from SpiffWorkflow.util.task import TaskState

from engine.execution.completions import Entry, keep
from engine.execution.loops import MERGED, RESULTS
from engine.execution.merging import lineage
from engine.execution.scripting import INDEX
from engine.execution.step import Outcome

LIVE = TaskState.NOT_FINISHED_MASK
WAITING = TaskState.WAITING


def quiet_library() -> None:
    """Keep the library's loggers at WARNING: at their unset level they walk the tree to log."""
    for name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Scans:
    """Mix-in: search the flat task table; walk the tree only where order matters."""

    tasks: dict[Any, Any]
    task_tree: Any
    completed: bool
    success: bool
    top_workflow: Any
    script_engine: Any
    completions: Sequence[Entry] = ()  # of activities that can be compensated
    objects: dict[str, Any]  # see `objects`
    object_states: dict[str, str]
    adopting: frozenset[str] = frozenset()  # data objects that a loaded state did not have

    def all_tasks(self) -> list[Any]:
        """This workflow's tasks and those of the unfinished sub-processes in it, unordered."""
        found = list(self.tasks.values())
        below = self.top_workflow.subprocesses
        if below:
            for task in found:  # the list grows while we read it: nested sub-processes as well
                child = below.get(task.id)
                if child is not None and not child.completed:
                    found.extend(child.tasks.values())
        return found

    def walk(
        self, first: Any, end_at_spec: str | None = None, *, skip_subprocesses: bool = False
    ) -> Iterator[Any]:
        """Depth first, a sub-process before the children of its owner; no depth limit."""
        below, stack = self.top_workflow.subprocesses, [first]
        while stack:
            task = stack.pop()
            yield task
            if end_at_spec is not None and task.task_spec.name == end_at_spec:
                continue
            if task._children:
                stack.extend(reversed(task.children))
            child = None if skip_subprocesses else below.get(task.id)
            if child is not None and not child.completed:
                stack.append(child.task_tree)

    def get_tasks_iterator(self, first_task: Any = None, **criteria: Any) -> Iterator[Any]:
        """The library's search.  Its `max_depth` and `depth_first` are accepted and ignored."""
        end_at_spec = criteria.pop("end_at_spec", None)
        alone = criteria.pop("skip_subprocesses", False)
        criteria.pop("max_depth", None)
        criteria.pop("depth_first", None)
        wanted = criteria.pop("task_filter", None) or BpmnTaskFilter(**criteria)
        mask, matches = wanted.state, wanted.matches
        whole = first_task is None or first_task is self.task_tree
        if whole and end_at_spec is None and not alone:
            hits = [t for t in self.all_tasks() if t._state & mask and matches(t)]
            if len(hits) < 2:  # noqa: PLR2004  the usual case: no order to establish
                return iter(hits)
        found = self.walk(first_task or self.task_tree, end_at_spec, skip_subprocesses=alone)
        return iter([t for t in found if t._state & mask and matches(t)])

    def update_waiting_tasks(self) -> None:
        """After each task: let joins look again.  Events wait for the runner, not for this."""
        waiting = [t for t in self.tasks.values() if t._state == WAITING]
        waiting = [t for t in waiting if not isinstance(t.task_spec, CatchingEvent)]
        if len(waiting) > 1:
            wanted = {task.id for task in waiting}
            order = self.walk(self.task_tree, skip_subprocesses=True)
            waiting = [t for t in order if t.id in wanted]
        asked = set()
        for task in waiting:
            if task._state != WAITING:
                continue  # an earlier update has moved it on
            who = _asking(task) if len(waiting) > 1 else task.id
            if who not in asked:
                task.task_spec._update(task)
            if task._state == WAITING:
                asked.add(who)

    def is_completed(self) -> bool:
        """True if nothing is alive."""
        if not self.completed:
            self.completed = not any(t._state & LIVE for t in self.tasks.values())
        return self.completed

    def cancel(self, *_: Any) -> list[Any]:
        """Cancel everything alive, sub-processes through their owners."""
        self.success, self.completed = False, True
        cancelled = [t for t in self.tasks.values() if t._state & LIVE]
        for task in cancelled:
            task.cancel()
        return cancelled

    def keep_only(self, task: Any) -> None:
        """Forget everything but the root and this task, which is a child of the root."""
        for one in list(self.tasks.values()):
            if one is not task and one is not self.task_tree:
                del self.tasks[one.id]
                drop_subprocess(self.top_workflow, one)
        self.task_tree._children, task._children = [task.id], []

    def _task_completed_notify(self, task: Any) -> None:
        spec = task.task_spec
        # The body of a repeated activity is told by its runs, unless there was none.
        if not isinstance(spec, LoopTask) or not _has_runs(task):
            self.script_engine.act.leave(task, Outcome.COMPLETED)
            undo = getattr(spec, "undo", None)
            if undo is not None:
                keep(task, undo)
        super()._task_completed_notify(task)  # type: ignore[misc]  # of the library's base

    def _task_removed_notify(self, task: Any) -> None:
        # The library leaves the sub-process of a removed task behind, as if it were alive.
        drop_subprocess(self.top_workflow, task)


def _asking(task: Any) -> Any:
    """Waiting tasks for which this is the same get the same answer."""
    spec = task.task_spec
    return (spec.name, lineage(task)) if getattr(spec, "is_asked_once", False) else task.id


def _has_runs(task: Any) -> bool:
    return bool(task.internal_data.get(RESULTS) or task.internal_data.get(MERGED))


def drop_subprocess(top: Any, owner: Any) -> list[Any]:
    """Forget the sub-process of a task and those in it; returns their tasks."""
    child = top.subprocesses.pop(owner.id, None)
    if child is None:
        return []
    child.completed = True
    dropped = list(child.tasks.values())
    for task in list(dropped):
        dropped += drop_subprocess(top, task)
    return dropped


class FastSubWorkflow(Scans, BpmnSubWorkflow):
    """A running sub-process; `owner` is the task it runs in."""

    def __init__(self, spec: Any, owner: Any, top: Any, **options: Any) -> None:
        self.owner = owner
        self.objects, self.object_states = dict.fromkeys(spec.declared), {}
        super().__init__(spec, owner.id, top, **options)

    @property
    def parent_workflow(self) -> Any:
        """The (sub)workflow around it, without the library's search."""
        return self.owner.workflow

    def _task_removed_notify(self, task: Any) -> None:
        Scans._task_removed_notify(self, task)


class FastWorkflow(Scans, BpmnWorkflow):
    """The top-level process."""

    owner = None
    parent_workflow = None

    def __init__(self, spec: Any, *args: Any, **options: Any) -> None:
        self.objects, self.object_states = dict.fromkeys(spec.declared), {}
        super().__init__(spec, *args, **options)

    def create_subprocess(self, my_task: Any, spec_name: str) -> FastSubWorkflow:
        """The inner process of an embedded sub-process."""
        child = FastSubWorkflow(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = child
        return child

    def active_parts(self) -> list[Any]:
        """This workflow and its unfinished sub-processes."""
        if not self.subprocesses:
            return [self]
        return [self, *(part for part in self.subprocesses.values() if not part.completed)]

    def find(self, task_id: Any) -> Any | None:
        """The task with that id in any unfinished part; None if there is none."""
        for part in self.active_parts():
            task = part.tasks.get(task_id)
            if task is not None:
                return task
        return None


def item_index(task: Any) -> int | None:
    """Place from 0 of a run of a multi-instance activity."""
    index = task.internal_data.get(INDEX)
    return None if index is None else int(index)
