"""What an instance holds as a whole, although each of its paths has data of its own.

Where paths run side by side and one of them has changed a data item, the others still see the old
value.  Of all values on the way to what is alive, the one that was set last counts.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.execution.live import Live
from engine.execution.objects import everywhere
from engine.execution.sameness import copied, same

ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR


def data_of(live: Live, *, is_cancelled: bool = False) -> dict[str, Any]:
    """A copy of all data items; of an instance that has ended, those it ended with.

    `is_cancelled`: it was ended from outside; then what was alive at that moment counts.
    """
    workflow = live.workflow
    if workflow.completed and not is_cancelled:
        last = workflow.last_task
        unsure = not workflow.success and last is not None
        found = {**workflow.data, **last.data} if unsure else workflow.data
    else:
        found = newest(workflow, TaskState.CANCELLED if is_cancelled else ALIVE)
    return {name: copied(value) for name, value in found.items()} | everywhere(workflow)


def newest(workflow: Any, mask: int) -> dict[str, Any]:
    """Name -> the value that was set last on the ways to the tasks in these states."""
    order = list(workflow.walk(workflow.task_tree))
    wanted = _on_the_way(order, mask)
    found: dict[str, Any] = {}
    since: dict[str, float] = {}
    for task in order:
        if task.id not in wanted:
            continue
        above = _above(task)
        base = above.data if above is not None else {}
        for name, value in task.data.items():
            is_own = name not in base or not same(base[name], value)
            if is_own and task.last_state_change >= since.get(name, 0):
                found[name], since[name] = value, task.last_state_change
    return found


def _on_the_way(order: list[Any], mask: int) -> set[Any]:
    wanted: set[Any] = set()
    for task in order:
        step = task if task._state & mask else None
        while step is not None and step.id not in wanted:
            wanted.add(step.id)
            step = _above(step)
    return wanted


def _above(task: Any) -> Any:
    """The task before; of the first one of a sub-process its owner."""
    return task.parent if task.parent is not None else getattr(task.workflow, "owner", None)
