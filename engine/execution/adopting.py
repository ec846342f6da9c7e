"""Which of a path's variables have become data objects since the state was stored, and the reverse?

So it is after a change of version, and in states from before data objects had a place of their own.
A data object takes the value that was set last; what is none any more belongs to every path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.execution.data import ALIVE, newest
from engine.execution.sameness import copied


def adopt(workflow: Any) -> None:
    """Give the scopes the variables that bear the names of data objects without a stored value."""
    parts = [part for part in workflow.active_parts() if part.adopting]
    if workflow.completed or not parts:
        return
    values = newest(workflow, ALIVE)
    for part in parts:
        for name in sorted(part.adopting):
            tasks = list(_seeing(workflow, part, name))
            if any(name in task.data for task in tasks):
                part.objects[name] = copied(values.get(name))
            for task in tasks:
                task.data.pop(name, None)
        part.adopting = frozenset()


def release(part: Any, values: Mapping[str, Any]) -> None:
    """Let every path in a scope hold values that were data objects."""
    workflow = part.top_workflow
    for name, value in values.items():
        for task in _seeing(workflow, part, name):
            task.data[name] = copied(value)


def _seeing(workflow: Any, part: Any, name: str) -> Iterator[Any]:
    """The tasks in which the name means that of this scope."""
    for inner in workflow.active_parts():
        if not _sees(inner, part, name):
            continue
        for task in inner.tasks.values():
            flow = getattr(task.task_spec, "dataflow", None)
            if flow is None or name not in flow.own:
                yield task


def _sees(inner: Any, part: Any, name: str) -> bool:
    while inner is not part:
        if inner is None or name in inner.spec.declared:
            return False
        flow = None if inner.owner is None else inner.owner.task_spec.dataflow
        if flow is not None and name in flow.own:
            return False
        inner = inner.parent_workflow
    return True
