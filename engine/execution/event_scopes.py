"""Event sub-processes: what may happen at any time while a process or sub-process runs.

Each has a `ScopeEvent` at the root of its scope, which waits from the start event on.  An
interrupting one sweeps the scope empty and goes on alone; of the others each firing starts a
handler beside the rest.  When the flow of the scope is over, nothing new is caught any more.

A handler begins with the latest data of its scope.  What it has changed is merged into the scope
when it ends: everything alive there sees it, and a later change by the flow stands.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.spiff.specs.defaults import EventSubprocess as SpiffEventSubprocess
from SpiffWorkflow.util.task import TaskState

from engine.execution.elements import Scope
from engine.execution.events import CAME, BoundaryEvent, StartEvent
from engine.execution.loops import MultiInstance
from engine.execution.merging import HIDDEN, latest, merge
from engine.execution.sameness import copied, same

SEEN = "seen"  # internal data of a handler: the scope's data when it began
ALIVE = TaskState.NOT_FINISHED_MASK
READY, AHEAD = TaskState.READY, TaskState.FUTURE | TaskState.PREDICTED_MASK


class ScopeEvent(BoundaryEvent):
    """Waits for the start of an event sub-process; `handler` is the specification of that one."""

    is_beside = True
    is_silent = True  # the start event inside tells the history
    handler: Any

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing lies ahead of it until it fires."""

    def _update_hook(self, my_task: Any) -> bool:
        beside = my_task.parent.children
        starts = [t for t in beside if isinstance(t.task_spec, StartEvent)]
        if not any(start._state == TaskState.COMPLETED for start in starts):
            return False  # its scope does not run yet
        return bool(super()._update_hook(my_task))

    def _begin(self, my_task: Any) -> None:
        """One more handler beside everything else."""
        child = my_task._add_child(self.handler, TaskState.FUTURE)
        child.internal_data = {
            SEEN: copied(latest(my_task.workflow)),
            CAME: my_task.internal_data.pop(CAME, {}),
        }
        self.handler._update(child)

    def _run_hook(self, my_task: Any) -> bool:
        """Interrupt: nothing else of the scope is left."""
        part = my_task.workflow
        seen = latest(part)
        part.keep_only(my_task)
        my_task.data, part.task_tree.data = seen, dict(seen)
        child = my_task._add_child(self.handler, TaskState.FUTURE)
        child.internal_data = {SEEN: copied(seen), CAME: my_task.internal_data.pop(CAME, {})}
        self.handler._predict(child, mask=ALIVE)
        my_task.internal_data.clear()
        part.script_engine.act.is_interrupted = True
        return True


class EventSubprocess(Scope, SpiffEventSubprocess):
    """A handler: the sub-process one firing of its event has started."""

    is_beside = True
    is_event_subprocess = True

    def _predict_hook(self, my_task: Any) -> None:
        if _interrupts(my_task):  # beside the rest it leads nowhere: its scope waits for it
            super()._predict_hook(my_task)

    def _update_hook(self, my_task: Any) -> bool:
        part = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if part is not None:
            return bool(part.completed)
        self.check_depth(my_task)
        my_task.data = copied(my_task.internal_data[SEEN])
        my_task.workflow.script_engine.assign(my_task, self.prescript)
        self.start_workflow(my_task)
        my_task._set_state(TaskState.STARTED)
        return False

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        if not _interrupts(my_task):
            _spread(my_task.workflow, my_task.internal_data[SEEN], my_task.data)

    def _on_complete(self, my_task: Any) -> None:
        part, last = my_task.workflow, my_task.workflow.last_task
        super()._on_complete(my_task)
        if _interrupts(my_task) or my_task._state != TaskState.COMPLETED:
            return
        part.last_task = last  # the flow's own: the handler is no part of it
        if not any(t._state & (ALIVE | TaskState.ERROR) for t in my_task.children):
            part._remove_task(my_task.id)  # nothing it has begun to undo is left


def _interrupts(handler: Any) -> bool:
    return bool(handler.parent.task_spec.cancel_activity)


def end_of_flow(part: Any) -> bool:
    """True if the scope is over: neither its flow nor a handler is alive.

    Once the flow is over no new handler may begin; those that run go on.
    """
    alive = [
        task
        for task in part.tasks.values()
        if task._state & (ALIVE | TaskState.ERROR) and not _is_end(part, task)
    ]
    waiting = [t for t in alive if isinstance(t.task_spec, ScopeEvent) and t._state != READY]
    handlers = [t for t in alive if isinstance(t.task_spec, EventSubprocess)]
    if len(alive) > len(waiting) + len(handlers):
        return False
    for task in waiting:
        task.task_spec.retire(task)
    return not handlers


def _is_end(part: Any, task: Any) -> bool:
    return task.task_spec is part.spec.end or task.task_spec.name == "End"


def _spread(
    part: Any, seen: dict[str, Any], data: dict[str, Any], own: frozenset[str] = frozenset()
) -> None:
    """Let everything in the scope hold what a handler has changed, as if it had always been so.

    `own`: names that mean something else in there, the items of a repeated activity.
    """
    changed = {n: v for n, v in data.items() if n not in seen or not same(seen[n], v)}
    if not changed:
        return
    before = {n: seen[n] for n in changed if n in seen}
    for task in [t for t in part.tasks.values() if not t._state & AHEAD]:
        mine = own | own_items(task)
        base, after = _without(before, mine), _without(changed, mine)
        task.data = _with(task.data, base, after)
        kept = task.internal_data
        if SEEN in kept:
            kept[SEEN] = _with(kept[SEEN], base, after)
        if HIDDEN in kept:
            kept[HIDDEN] |= {n: changed[n] for n in mine - own if n in changed}
        inner = part.top_workflow.subprocesses.get(task.id)
        if inner is not None and not inner.completed:
            _spread(inner, before, changed, mine)


def _with(data: dict[str, Any], base: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The data with a change from `base` to `after`."""
    return {**data, **merge(base, ({n: data[n] for n in after if n in data}, after))}


def _without(data: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {n: v for n, v in data.items() if n not in names} if names else data


def own_items(task: Any) -> frozenset[str]:
    """Names of the item and the result, which runs of a repeated activity and its body keep."""
    body = task.task_spec
    if task.triggered and task.parent is not None:
        body = task.parent.task_spec
    if not isinstance(body, MultiInstance):
        return frozenset()
    return frozenset(i.bpmn_id for i in (body.input_item, body.output_item) if i is not None)
