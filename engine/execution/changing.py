"""データ項目の変更: a person sets data items of a running instance.

Everything alive sees the new value, on every path, as if it had always been so.  An item of a
repeated activity belongs to its run and stays.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.domain.values import storable
from engine.execution.act import COMPLETED_BY, REPRESENTED, Act
from engine.execution.event_scopes import SEEN, own_items
from engine.execution.host import Host
from engine.execution.live import Live, finished
from engine.execution.merging import HIDDEN
from engine.execution.objects import fitting
from engine.execution.sameness import copied
from engine.execution.scripting import FACTS, SETTINGS
from engine.execution.step import Step

RESERVED = frozenset({COMPLETED_BY, REPRESENTED, FACTS, SETTINGS})
AHEAD = TaskState.FUTURE | TaskState.PREDICTED_MASK


def change(live: Live, values: Mapping[str, Any], host: Host) -> Step:
    """Set these data items, and run on what waited for a condition that holds now.

    Raises:
        UnstorableError: a value no variable may hold.
        WrongKindError: a value the data object of that name may not hold.
    """
    live.engine.act = Act(host=host)
    parts = live.workflow.active_parts()
    only_inside = {name for part in parts for name in part.spec.declared}
    _spread(live.workflow, storable(values), frozenset(), only_inside)
    return finished(live)


def _spread(
    part: Any, values: Mapping[str, Any], own: frozenset[str], inside: Collection[str]
) -> None:
    """`own`: names that mean something else in there; `inside`: those of data objects anywhere.

    What is a data object further in does not become a variable of the paths around it.
    """
    for name in values.keys() & part.spec.declared.keys() - own:
        part.objects[name] = fitting(part.spec.declared[name], copied(values[name]))
    own |= part.spec.declared.keys()
    for task in [t for t in part.tasks.values() if not t._state & AHEAD]:
        mine = own | own_items(task) | _own_data(task)
        absent = {name for name in inside if name not in task.data}
        task.data = {**task.data, **_copies(values, mine | absent)}
        kept = task.internal_data
        if SEEN in kept:
            kept[SEEN] = {**kept[SEEN], **_copies(values, mine)}
        if HIDDEN in kept:
            kept[HIDDEN] |= {name: copied(values[name]) for name in mine - own if name in values}
        inner = part.top_workflow.subprocesses.get(task.id)
        if inner is not None and not inner.completed:
            _spread(inner, values, mine, inside)


def _own_data(task: Any) -> frozenset[str]:
    """Names of the inputs, outputs and properties an element has while it runs."""
    flow = getattr(task.task_spec, "dataflow", None)
    return frozenset() if flow is None else frozenset(flow.own)


def _copies(values: Mapping[str, Any], but: frozenset[str]) -> dict[str, Any]:
    return {name: copied(value) for name, value in values.items() if name not in but}
