"""Let a case go on in another version of its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.execution import runner
from engine.execution.bundle import Bundle
from engine.execution.migration import Migrated, migrate
from tests.execution.drawing import KNOWN, read
from tests.execution.running import Case, House

OTHERS = replace(KNOWN, processes=frozenset({"approval", "other"}), calls={})


def going(content: bytes, variables: Mapping[str, Any] | None = None) -> Case:
    return Case(read(content, OTHERS), House(), reloads=True).begin(variables)


def moved(case: Case, content: bytes, **mapping: str) -> Migrated:
    return moved_to(case, read(content, OTHERS), **mapping)


def moved_to(case: Case, new: Bundle, **mapping: str) -> Migrated:
    """The case goes on in the new version; tasks are where they were, timers as the step says."""
    found = migrate(case.bundle, new, runner.pack(case.live), case.house, mapping)
    case.bundle, case.live = new, found.live
    for id_ in found.step.timers_gone:
        del case.timers[id_]
    case.timers.update({timer.id: timer.due_at for timer in found.step.timers})
    for id_ in found.step.subscriptions_gone:
        del case.subscriptions[id_]
    case.subscriptions.update(
        {one.id: (one.kind, one.name, one.key) for one in found.step.subscriptions}
    )
    for id_, task in case.tasks.items():
        assert found.places[id_] == mapping.get(task.element_id, task.element_id)
        case.tasks[id_] = replace(task, element_id=found.places[id_])
    return found
