"""A running instance in memory, and what a command on it has changed."""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import EngineError
from engine.execution import waits
from engine.execution.act import Act
from engine.execution.failing import ENTERING, MISSING, ElementError, fail
from engine.execution.joins import REMEMBERS, Join
from engine.execution.objects import everywhere
from engine.execution.opening import Opening
from engine.execution.properties import UserTaskProperties
from engine.execution.sameness import copied
from engine.execution.scripting import FeelEngine
from engine.execution.step import Ended, EndKind, OpenedTask, Outcome, Passed, Step
from engine.execution.stepping import run_to_rest
from engine.execution.waits import Key, Wait
from engine.execution.workflow import FastWorkflow
from engine.feel.errors import FeelError
from engine.feel.expression import Expression

VISITS = (waits.TASK, waits.CALL, waits.PARKED, waits.SCOPE)  # told in the history when cancelled


class Definition(Protocol):
    """What of a bundle a running instance needs."""

    @property
    def hash(self) -> str: ...
    @property
    def process(self) -> Any: ...
    @property
    def subprocesses(self) -> Mapping[str, Any]: ...
    @property
    def subject(self) -> Expression | None: ...
    @property
    def user_tasks(self) -> Mapping[str, UserTaskProperties]: ...


@dataclass(kw_only=True, eq=False)
class Live:
    """A live instance: for one command at a time, never shared between threads.

    `known`: what it waited for after the last command.
    """

    bundle: Definition
    workflow: FastWorkflow
    engine: FeelEngine
    definition_id: str = ""
    subject: str | None = None
    is_cancelled: bool = False
    known: dict[Key, Wait] = field(default_factory=dict)

    def remember(self) -> None:
        """Take what it waits for now as known."""
        self.known = waits.current(self.workflow)


def finished(live: Live, consumed: str = "") -> Step:
    """Run to rest and say what the command changed.

    `consumed`: id of the wait that the command answered; it is not reported as gone.
    """
    if not live.workflow.completed:
        run_to_rest(live.workflow)
    opened = _open(live)
    found, known = waits.current(live.workflow), live.known
    if not live.workflow.completed and not any(_may_move(wait) for wait in found.values()):
        found = _stand_still(live)
    new = [wait for key, wait in found.items() if key not in known or known[key].sign != wait.sign]
    gone = [wait for key, wait in known.items() if key not in found]
    act = live.engine.act
    if len(new) > 1:
        place = _places(live.workflow)
        new.sort(key=lambda wait: place[wait.task.id])
    _note_cancelled(live, gone)
    gone = [wait for wait in gone if wait.id != consumed]
    live.known = found
    ended = _ended(live)
    step = replace(
        _step(act, new, gone),
        opened=tuple(opened),
        closed=_ids(_uncompleted(live, gone), waits.TASK),
        ended=ended,
        subject=_subject(live),
    )
    del live.engine.act  # nothing of the command outlives it
    return step


def _step(act: Act, new: list[Wait], gone: list[Wait]) -> Step:
    """What the command did, and which waits came and went."""
    catching = (waits.MESSAGE, waits.SIGNAL)
    return Step(
        timers=tuple(w.timer() for w in new if w.kind == waits.TIMER),
        timers_gone=_ids(gone, waits.TIMER),
        subscriptions=tuple(w.subscription() for w in new if w.kind in catching),
        subscriptions_gone=_ids(gone, *catching),
        messages=tuple(act.messages),
        signals=tuple(act.signals),
        calls=tuple(w.call() for w in new if w.kind == waits.CALL),
        calls_gone=_ids(gone, waits.CALL),
        parked=tuple(w.operation() for w in new if w.kind == waits.PARKED),
        parked_gone=_ids(gone, waits.PARKED),
        passed=tuple(act.passed),
        failures=tuple(w.failure() for w in new if w.kind == waits.FAILURE),
        failures_gone=_ids(gone, waits.FAILURE),
        decisions=tuple(act.decisions),
        escalations=tuple(act.escalations),
        noted=tuple(act.noted),
    )


def _ids(gone: list[Wait], *kinds: str) -> tuple[str, ...]:
    return tuple(wait.id for wait in gone if wait.kind in kinds)


def _open(live: Live) -> list[OpenedTask]:
    """The user tasks that became ready; one whose properties fail is a failure instead."""
    workflow, opened = live.workflow, list[OpenedTask]()
    if workflow.completed:
        return opened
    ready = [
        task
        for part in workflow.active_parts()
        for task in part.tasks.values()
        if task._state == TaskState.READY and (waits.TASK, task.id.hex) not in live.known
    ]
    if len(ready) > 1:
        place = _places(workflow)
        ready.sort(key=lambda task: place[task.id])
    for task in ready:
        try:
            opened.append(Opening(live.engine, task).opened(live.bundle.user_tasks))
        except (EngineError, SpiffWorkflowException) as error:
            fail(task, ENTERING, error)
    return opened


def _may_move(wait: Wait) -> bool:
    """Whether the flow may go on by it; what starts an event sub-process stands beside."""
    return wait.kind != waits.SCOPE and not wait.task.task_spec.is_beside


def _stand_still(live: Live) -> dict[Key, Wait]:
    """Nobody and nothing can move the instance on: make a failure of all that wait inside.

    Of joins, where a diagram's paths part by choice and meet as if they were parallel; and of
    elements whose data nobody will bring.
    """
    for part in live.workflow.active_parts():
        for task in list(part.tasks.values()):
            if task._state != TaskState.WAITING:
                continue
            if isinstance(task.task_spec, Join):
                if REMEMBERS not in task.internal_data:
                    fail(task, ENTERING, ElementError("join_stuck", task.task_spec.stuck))
            elif names := task.internal_data.pop(MISSING, None):
                text = f"必要なデータ「{'、'.join(names)}」がそろわないため、始められません。"
                fail(task, ENTERING, ElementError("data_missing", text))
    return waits.current(live.workflow)


def _places(workflow: FastWorkflow) -> dict[UUID, int]:
    """Task id -> place in the tree: an order that does not depend on what was reloaded when."""
    return {task.id: n for n, task in enumerate(workflow.walk(workflow.task_tree))}


def _uncompleted(live: Live, gone: list[Wait]) -> list[Wait]:
    done = {p.id for p in live.engine.act.passed if p.outcome == Outcome.COMPLETED}
    return [wait for wait in gone if wait.id not in done]


def _note_cancelled(live: Live, gone: list[Wait]) -> None:
    passed = live.engine.act.passed
    told = {p.id for p in passed}
    for wait in _uncompleted(live, gone):
        if wait.kind in VISITS and wait.id not in told and not wait.spec.is_silent:
            passed.append(
                Passed(
                    id=wait.id,
                    element_id=wait.spec.bpmn_id,
                    name=wait.spec.bpmn_name or "",
                    kind=wait.spec.kind,
                    outcome=Outcome.CANCELLED,
                )
            )


def _ended(live: Live) -> Ended | None:
    workflow, act = live.workflow, live.engine.act
    if not workflow.completed:
        return None
    last = workflow.last_task
    data = workflow.data if workflow.success or last is None else {**workflow.data, **last.data}
    variables = {n: copied(v) for n, v in data.items()} | everywhere(workflow)
    if act.error is not None:
        code, name = act.error
        return Ended(kind=EndKind.ERROR, code=code, name=name, variables=variables)
    if live.is_cancelled:
        return Ended(kind=EndKind.CANCELLED, variables=variables)
    if act.terminated:
        return Ended(kind=EndKind.TERMINATED, variables=variables)
    if act.escalations and _is_end(workflow, act.escalations[-1].element_id):
        last_one = act.escalations.pop()
        return Ended(
            kind=EndKind.ESCALATED, code=last_one.code, name=last_one.name, variables=variables
        )
    return Ended(kind=EndKind.COMPLETED, variables=variables)


def _is_end(workflow: FastWorkflow, element_id: str) -> bool:
    spec = workflow.spec.task_specs.get(element_id)
    return spec is not None and spec.kind == "endEvent"


def _subject(live: Live) -> str | None:
    """The instance's subject if it has changed; data it needs may not be there yet."""
    expression, last = live.bundle.subject, live.workflow.last_task
    if expression is None or last is None:
        return None
    scope = live.engine.scope(last, {})
    try:
        value = expression.evaluate(scope, live.engine.evaluation())
    except FeelError:
        return None
    if not isinstance(value, str) or not value or value == live.subject:
        return None
    live.subject = value
    return value
