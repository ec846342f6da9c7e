"""Which activities are complete and can still be compensated?

A (sub)workflow keeps an entry for each, in the order of completion:

    {"element": id, "writes": what the activity itself wrote, "inner": the entries of a sub-process,
     "objects": its data objects as it left them, and their states}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.execution.sameness import copied, same

Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Undo:
    """How an activity is compensated.

    `spec`: name of the node that does it; `boundary_id`, `boundary_name`: of its boundary event,
    empty for a sub-process whose inside is compensated.
    """

    spec: str
    boundary_id: str = ""
    boundary_name: str = ""


def keep(spiff_task: Any, undo: Undo) -> None:
    """Note that an activity which can be compensated is complete."""
    part = spiff_task.workflow
    entry = {"element": spiff_task.task_spec.bpmn_id, "writes": _writes(spiff_task)}
    if not undo.boundary_id:
        inside = part.top_workflow.subprocesses[spiff_task.id]
        if not inside.completions and inside.spec.own_handler is None:
            return  # nothing in it can be undone
        entry["inner"] = list(inside.completions)
        if inside.objects:
            entry["objects"] = [copied(inside.objects), dict(inside.object_states)]
    part.completions = [*part.completions, entry]


def _writes(spiff_task: Any) -> dict[str, Any]:
    """What the activity has changed in the data it began with."""
    before = spiff_task.parent
    while isinstance(before.task_spec, LoopTask):  # a run of it has passed on what it wrote
        before = before.parent
    began = before.data
    return {
        name: copied(value)
        for name, value in spiff_task.data.items()
        if name not in began or not same(began[name], value)
    }
