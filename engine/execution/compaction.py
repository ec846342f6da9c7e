"""Which finished tasks does a running instance no longer need?

They leave the tree; the history has told of them already.  So the cost of a step depends on what
is alive, not on what has happened.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import InvalidError
from engine.execution.workflow import FastWorkflow, drop_subprocess

# An element in ERROR waits for its retry.
ALIVE = TaskState.NOT_FINISHED_MASK | TaskState.ERROR
DONE = TaskState.COMPLETED | TaskState.CANCELLED
AHEAD = TaskState.FUTURE | TaskState.PREDICTED_MASK
MAX_DEPTH = 900


class TreeTooDeepError(InvalidError):
    """More live tasks stand one below the other than SpiffWorkflow can see (1,000).

    A loop never gets there; a diagram with a way of some 900 elements without a choice does.
    """

    code = "tree_too_deep"


def compact(workflow: FastWorkflow) -> None:
    """Cut what lies above the lowest finished task that everything still alive descends from.

    The same is done in each live branch below a fork.  Call it after every run of automatic steps,
    for every instance, always: what a reloaded instance does must not depend on when it was done.

    Raises:
        TreeTooDeepError: what is left is too deep.
    """
    for part in list(workflow.subprocesses.values()):
        if part.completed and part.owner._state & DONE:
            drop_subprocess(workflow, part.owner)
    for part in workflow.active_parts():
        if not part.completed:
            _compact_part(workflow, part)
            if len(part.tasks) > MAX_DEPTH and _depth(part) > MAX_DEPTH:
                raise TreeTooDeepError(f"{part.spec.name}: more than {MAX_DEPTH} tasks deep")


class SpecFacts:
    """What compaction must know about a specification; worked out once per specification."""

    _known: ClassVar[WeakKeyDictionary[Any, SpecFacts]] = WeakKeyDictionary()

    def __init__(self, spec: Any) -> None:
        specs = spec.task_specs
        # Structured joins (boundary events) look upwards for the split they belong to.
        self.structured_joins = {
            n for n, s in specs.items() if isinstance(s, Join) and s.split_task
        }

    @classmethod
    def of(cls, spec: Any) -> SpecFacts:
        facts = cls._known.get(spec)
        if facts is None:
            facts = cls._known[spec] = cls(spec)
        return facts


def _compact_part(top: FastWorkflow, part: Any) -> None:
    """Cut between the root and the first fork, and below it in each branch."""
    facts = SpecFacts.of(part.spec)
    starts = [part.task_tree]
    while starts:
        start = starts.pop()
        keep = _cut_below(top, part, start, facts.structured_joins)
        starts.extend(child for child in keep.children if not child._state & AHEAD)


def _cut_below(top: FastWorkflow, part: Any, start: Any, joins: set[str]) -> Any:
    """Hang the lowest task that all life below `start` descends from directly under it."""
    keep, passed, aside = _way_down(part.tasks, start)
    if not passed:
        return keep
    if joins and _a_join_needs_the_path(part.tasks, keep, passed, joins):  # guard 2
        return keep
    removed = passed + [t for branch in aside for t in _subtree(part.tasks, branch)]
    for task in removed:
        part.tasks.pop(task.id, None)
        drop_subprocess(top, task)
    start._children = [keep.id]
    keep._parent = start.id
    if start is part.task_tree:
        start.data = {}  # `keep` holds its data in full; nobody looks at the root's
    if part.last_task is not None and part.last_task.id not in part.tasks:
        part.last_task = keep
    return keep


def _way_down(tasks: dict[Any, Any], start: Any) -> tuple[Any, list[Any], list[Any]]:
    """The new task below `start`, those on the way to it, and finished branches beside the way."""
    keep, passed, aside = start, [], []
    while keep._state & DONE and keep._children:
        branches = keep.children
        alive = branches if len(branches) == 1 else [b for b in branches if _lives(tasks, b)]
        if len(alive) != 1:
            break  # two live branches: their common ancestor stays
        dead = [branch for branch in branches if branch is not alive[0]]
        if alive[0]._state != TaskState.COMPLETED or _ends_in_end(tasks, dead):
            break
        if keep is not start:
            passed.append(keep)
        aside.extend(dead)
        keep = alive[0]
    return keep, passed, aside


def _ends_in_end(tasks: dict[Any, Any], dead: list[Any]) -> bool:
    """Guard 1: the data of a branch that has ended are merged when the process ends."""
    return any(
        isinstance(task.task_spec, _EndJoin) for branch in dead for task in _subtree(tasks, branch)
    )


def _a_join_needs_the_path(
    tasks: dict[Any, Any], keep: Any, passed: list[Any], joins: set[str]
) -> bool:
    """True if an unfinished structured join below `keep` would lose its split task above it."""
    names = {t.task_spec.name for t in passed}
    for task in _subtree(tasks, keep):
        spec = task.task_spec
        if not (task._state & ALIVE and spec.name in joins and spec.split_task in names):
            continue
        above: Any = tasks.get(task._parent)
        while above is not None and above is not keep and above.task_spec.name != spec.split_task:
            above = tasks.get(above._parent)
        if above is keep and keep.task_spec.name != spec.split_task:
            return True
    return False


def _subtree(tasks: dict[Any, Any], first: Any) -> Iterator[Any]:
    stack = [first]
    while stack:
        task = stack.pop()
        yield task
        stack.extend(tasks[child] for child in task._children)


def _lives(tasks: dict[Any, Any], first: Any) -> bool:
    return any(t._state & ALIVE for t in _subtree(tasks, first))


def _depth(part: Any) -> int:
    """Length of the longest way down, in tasks."""
    deepest, stack = 0, [(part.task_tree, 1)]
    while stack:
        task, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in task.children)
    return deepest
