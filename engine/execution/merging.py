"""What do paths that run side by side hold together?

Three-way comparison with the place where the paths parted: what only one path changed is kept,
whichever path is looked at last.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine.execution.failing import ENTERING, FAILED
from engine.execution.sameness import same

HIDDEN = "hidden"  # internal data of a repeated activity: what its runs do not see
ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR


class Branch(NamedTuple):
    """What the paths below a task hold, and when the youngest of them came where it is."""

    since: float
    data: dict[str, Any]


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


def converged(part: Any, ends: Mapping[Any, Branch]) -> dict[str, Any]:
    """What the paths that lead to these tasks (id -> what they bring) hold together.

    Paths that parted twice are merged from the inside out.  A repeated activity that runs speaks
    for its runs.
    """
    found = dict(ends)
    for task in reversed(list(part.walk(part.task_tree, skip_subprocesses=True))):
        if task.id in ends and isinstance(task.task_spec, LoopTask):
            continue
        branches = sorted((found[c] for c in task._children if c in found), key=lambda b: b.since)
        if len(branches) == 1:
            found[task.id] = branches[0]
        elif branches:
            data = merge(task.data, [branch.data for branch in branches])
            found[task.id] = Branch(branches[-1].since, data)
    whole = found.get(part.task_tree.id)
    return {} if whole is None else dict(whole.data)


def latest(part: Any, last: Any = None) -> dict[str, Any]:
    """What a (sub)process holds now, without what event sub-processes are working on.

    `last`: a task that is complete and counts all the same.
    """
    ends = {
        task.id: Branch(task.last_state_change, _held(task))
        for task in part.tasks.values()
        if task is last or _counts(part, task)
    }
    return converged(part, ends)


def seen_from(part: Any) -> dict[str, Any]:
    """What holds inside a (sub)process now, with what paths beside it have changed since."""
    own = latest(part)
    if part.owner is None:
        return own
    entered = part.owner.data
    news = {
        name: value
        for name, value in seen_from(part.owner.workflow).items()
        if (name in own) == (name in entered)
        and (name not in own or same(own[name], entered[name]))
    }
    return {**own, **news}


def _counts(part: Any, task: Any) -> bool:
    """Whether a path is or has ended there: of those that have, the library keeps one alive."""
    if task.task_spec is part.spec.end and task._state & TaskState.FINISHED_MASK:
        return True
    return bool(task._state & ALIVE and not getattr(task.task_spec, "is_beside", False))


def _held(task: Any) -> dict[str, Any]:
    """The data of a live task; one that has not been entered holds what the one before it holds."""
    kept = task.internal_data
    is_outside = isinstance(task.task_spec, UnstructuredJoin) or ENTERING in kept.get(FAILED, ())
    data: dict[str, Any] = task.parent.data if is_outside else task.data
    return {**data, **kept[HIDDEN]} if HIDDEN in kept else data


def lineage(spiff_task: Any) -> tuple[Any, ...]:
    """The firings of non-interrupting boundary events a task descends from, innermost first."""
    task, found = spiff_task, list[Any]()
    while (above := task.parent) is not None:
        spec = above.task_spec
        if isinstance(spec, BoundaryEvent) and not spec.cancel_activity:
            found.append(task.id)
        task = above
    return tuple(found)


def are_related(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether tokens may meet: two firings of one event have nothing to do with one another."""
    common = min(len(one), len(other))
    return one[len(one) - common :] == other[len(other) - common :]
