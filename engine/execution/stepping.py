"""Run an instance until only people, events, calls and jobs can move it on.

Order: boundary events before ordinary work, inner before outer, else as drawn; conditions are
looked at again after every task.  The library runs a sub-process to its end before it lets an
interrupting boundary event in, and never looks at a condition again.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from time import monotonic
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import InvalidError
from engine.execution.compaction import compact
from engine.execution.events import Waiting
from engine.execution.failing import MISSING
from engine.execution.workflow import FastWorkflow

MAX_STEPS = 20_000
MAX_SECONDS = 10.0
STEPS_BETWEEN_COMPACTIONS = 100
READY, WAITING = TaskState.READY, TaskState.WAITING


class TooManyStepsError(InvalidError):
    """A diagram ran on and on without a person, event or job in between; nothing was kept."""

    code = "too_many_steps"

    def __init__(self, element_id: str) -> None:
        super().__init__(
            f"自動で進む処理が終わりません（{element_id}）。図に終わらない繰り返しがあります。"
        )
        self.element_id = element_id


def run_to_rest(workflow: FastWorkflow) -> None:
    """Run everything that runs by itself, then compact.

    Raises:
        TooManyStepsError: it takes more than 20,000 tasks or 10 seconds.
        TreeTooDeepError: see `compaction`.
    """
    if workflow.script_engine.act.error is not None:
        workflow.cancel()  # nobody caught what the command brought
        return
    budget, one_by_one = _Budget(), _has_conditions(workflow)
    while ready := _ready(workflow, poll=one_by_one):
        _run(workflow, ready, budget, one_by_one=one_by_one)
        if workflow.completed:
            return
    compact(workflow)


class _Budget:
    """How much one command may run by itself."""

    def __init__(self) -> None:
        self.until = monotonic() + MAX_SECONDS
        self.steps = 0

    def charge(self, task: Any) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS or monotonic() > self.until:
            spec = task.task_spec
            raise TooManyStepsError(spec.bpmn_id or getattr(spec, "drawn", "") or spec.name)


def _run(workflow: FastWorkflow, ready: list[Any], budget: _Budget, *, one_by_one: bool) -> None:
    """Run these in turn, until somebody else has to go first."""
    act = workflow.script_engine.act
    act.is_interrupted = False
    for task in ready:
        if task._state != READY or task.id not in task.workflow.tasks:
            continue  # ended meanwhile by one before it
        budget.charge(task)
        task.run()
        if act.error is not None:
            workflow.cancel()  # a BPMN error nobody caught ends the instance
        # What an interrupting event ends must not go on before it has been ended.
        if (
            workflow.completed
            or one_by_one
            or act.is_interrupted
            or isinstance(task.task_spec, BoundaryEvent)
        ):
            return
        if budget.steps % STEPS_BETWEEN_COMPACTIONS == 0:
            compact(workflow)


def _ready(workflow: FastWorkflow, *, poll: bool) -> list[Any]:
    """What can run by itself now, in its order."""
    if poll:
        _poll(workflow)
    ready = [
        task
        for part in workflow.active_parts()
        for task in part.tasks.values()
        if task._state == READY and not task.task_spec.manual
    ]
    if len(ready) > 1:
        place = {task.id: n for n, task in enumerate(workflow.walk(workflow.task_tree))}
        ready.sort(
            key=lambda task: (
                not isinstance(task.task_spec, (BoundaryEvent, BoundaryEventJoin)),
                -task.workflow.depth,
                place.get(task.id, len(place)),
            )
        )
    return ready


def _has_conditions(workflow: FastWorkflow) -> bool:
    specs = [workflow.spec, *workflow.subprocess_specs.values()]
    return any(spec.has_conditions for spec in specs)


def _poll(workflow: FastWorkflow) -> None:
    waiting = [
        task
        for part in workflow.active_parts()
        for task in part.tasks.values()
        if task._state == WAITING
        and (isinstance(task.task_spec, Waiting) or MISSING in task.internal_data)
    ]
    for task in waiting:
        if task._state == WAITING:
            task.task_spec._update(task)
