"""What is an instance waiting for, and what has changed since it was last asked?

Both questions are answered from the live tasks alone: what a reloaded instance waits for is what
the cached one waited for.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from SpiffWorkflow.util.task import TaskState

from engine.execution.compensation import Compensating
from engine.execution.definitions import MessageDefinition, SignalDefinition, due_of, waits_of
from engine.execution.elements import (
    ATTEMPT,
    JOB,
    CallActivity,
    Scope,
    ServiceTask,
)
from engine.execution.events import Waiting
from engine.execution.failing import failure_of
from engine.execution.sameness import copied
from engine.execution.step import (
    ArmedTimer,
    Failure,
    ParkedOperation,
    StartedCall,
    Subscription,
)
from engine.execution.workflow import FastWorkflow, item_index

TASK, TIMER, MESSAGE, SIGNAL = "task", "timer", "message", "signal"
CALL, PARKED, FAILURE, SCOPE = "call", "parked", "failure", "scope"
ASKED = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR
STARTS: Mapping[type, str] = {
    CallActivity: CALL,
    ServiceTask: PARKED,
    Scope: SCOPE,
    Compensating: SCOPE,
}
Key = tuple[str, str]  # kind and id


class Wait(NamedTuple):
    """One thing waited for.  A changed `sign` (due time, key, attempt) makes it a new one."""

    kind: str
    id: str
    sign: str
    task: Any
    spec: Any
    name: str = ""

    def timer(self) -> ArmedTimer:
        slot = self.id.partition(".")[2]
        kept = {s: (what, k) for s, what, _, k in waits_of(self.task)}[slot]
        return ArmedTimer(id=self.id, element_id=self.spec.bpmn_id, due_at=due_of(*kept))

    def subscription(self) -> Subscription:
        return Subscription(
            id=self.id,
            element_id=self.spec.bpmn_id,
            kind=self.kind,
            name=self.name,
            key=self.sign,
        )

    def call(self) -> StartedCall:
        return StartedCall(
            id=self.id,
            element_id=self.spec.bpmn_id,
            name=self.spec.bpmn_name or "",
            called=self.spec.called,
            variables=copied(self.spec.handed_over(self.task)),
            item_index=item_index(self.task),
            attempt=self.task.internal_data[ATTEMPT],
        )

    def operation(self) -> ParkedOperation:
        job = copied(self.task.internal_data[JOB])
        return ParkedOperation(
            id=self.id,
            element_id=self.spec.bpmn_id,
            operation=job["operation"],
            params=job["params"],
            attempt=job["attempt"],
        )

    def failure(self) -> Failure:
        return failure_of(self.task)


def current(workflow: FastWorkflow) -> dict[Key, Wait]:
    """All that is waited for now; nothing once the instance is over."""
    if workflow.completed:
        return {}
    return {
        (wait.kind, wait.id): wait
        for part in workflow.active_parts()
        for task in part.tasks.values()
        if task._state & ASKED
        for wait in _waits(task)
    }


def _waits(task: Any) -> Iterator[Wait]:
    spec, state, id_ = task.task_spec, task._state, task.id.hex
    if state == TaskState.READY and spec.manual:
        yield Wait(TASK, id_, "", task, spec)
    elif state == TaskState.ERROR:
        yield Wait(FAILURE, id_, str(task.last_state_change), task, spec)
    elif state == TaskState.WAITING and isinstance(spec, Waiting):
        yield from _events(task)
    elif state == TaskState.STARTED and spec.bpmn_id and isinstance(spec, tuple(STARTS)):
        kind = next(kind for of, kind in STARTS.items() if isinstance(spec, of))
        yield Wait(kind, id_, str(task.internal_data.get(ATTEMPT, "")), task, spec)


def _events(task: Any) -> Iterator[Wait]:
    for slot, what, spec, kept in waits_of(task):
        id_ = f"{task.id.hex}.{slot}" if slot else task.id.hex
        if isinstance(what, MessageDefinition):
            yield Wait(MESSAGE, id_, kept["key"], task, spec, what.name)
        elif isinstance(what, SignalDefinition):
            yield Wait(SIGNAL, id_, "", task, spec, what.name)
        else:
            due_at = due_of(what, kept)
            if due_at is not None:
                yield Wait(TIMER, id_, due_at.isoformat(), task, spec)
