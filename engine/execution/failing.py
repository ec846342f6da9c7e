"""What happens when an element cannot go on: it stays, in error, and can be tried again.

No failure of a script, condition, decision or operation leaves the step.  The element is set to
ERROR with a note of the phase it failed in, its neighbours go on, and `retry` takes it up again.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import ConflictError, EngineError
from engine.execution.completions import Undo
from engine.execution.step import Failure, Outcome
from engine.feel.errors import BudgetExceededError, FeelSyntaxError, UnknownNameError

if TYPE_CHECKING:
    from engine.execution.data_parts import Dataflow
    from engine.execution.objects import Shared

FAILED = "failed"  # key of a task's internal data: phase and texts of its failure
ENTERING, RUNNING, LEAVING = "entering", "running", "leaving"
MISSING = "missing"  # key of a waiting task's internal data: the data it waits for


class ElementError(EngineError):
    """An element cannot go on: the reason's code, and the sentence for the incident."""

    code = "element_failed"

    def __init__(self, code: str, text: str, detail: str = "") -> None:
        super().__init__(detail or text)
        self.reason = code  # `code` itself belongs to the class
        self.text = text


class NotYetError(Exception):
    """Data an element needs are not there yet: it waits for them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("、".join(names))
        self.names = names


def told(error: Exception) -> tuple[str, str]:
    """Code and Japanese sentence of a failure."""
    if isinstance(error, ElementError):
        return error.reason, error.text
    if isinstance(error, UnknownNameError):
        return "unknown_name", f"「{error.name}」という名前のデータ項目がありません。"
    if isinstance(error, BudgetExceededError):
        return "expression_budget", "式の計算量が上限を超えました。"
    if isinstance(error, FeelSyntaxError):
        return "expression_syntax", f"式の書き方に誤りがあります。{error.message}"
    if isinstance(error, EngineError):
        return error.code, "処理に失敗しました。"
    return "engine_failed", "処理を続けられません。"


def fail(spiff_task: Any, phase: str, error: Exception) -> None:
    """Set the element to ERROR and note why.

    Raises:
        ConflictError: the failure was one; the command has to be run again.
    """
    if isinstance(error, ConflictError):
        raise error
    code, text = told(error)
    spiff_task._set_state(TaskState.ERROR)
    spiff_task.internal_data[FAILED] = [phase, code, text, str(error)]
    spiff_task.workflow.script_engine.act.leave(spiff_task, Outcome.ERROR)


def failure_of(spiff_task: Any) -> Failure:
    """The failure noted in an element that is in ERROR."""
    _, code, text, detail = spiff_task.internal_data.get(
        FAILED, ["", "engine_failed", "処理を続けられません。", ""]
    )
    spec = spiff_task.task_spec
    return Failure(
        id=spiff_task.id.hex,
        element_id=spec.bpmn_id or spec.drawn or spec.name,
        name=spec.bpmn_name or spec.drawn_name,
        code=code,
        text=text,
        detail=detail,
    )


class Guarded(BpmnTaskSpec):
    """Mix-in, first among the bases of every element: failures stay inside the element.

    SpiffWorkflow lets an exception of an element unwind through the element before it, whose
    other followers are then never reached.
    """

    kind = ""  # local name of the BPMN element; the parser sets it
    undo: Undo | None = None  # how it is compensated; the parser sets it as well
    is_beside = False  # an event sub-process or what starts it: no part of its scope's flow
    is_silent = False  # the history is told by another element
    # attribute -> its words: what has to be the same in another version while a visit lasts
    bound: ClassVar[Mapping[str, str]] = {}
    drawn = ""  # of a node the engine added: id and name of the element it stands for
    drawn_name = ""
    dataflow: Dataflow | None = None  # what it declares, reads and writes, if anything
    shared: Shared | None = None  # the data objects it sees, if any

    def _update(self, my_task: Any) -> None:
        try:
            super()._update(my_task)
        except NotYetError as missing:
            my_task.internal_data[MISSING] = missing.names
            if my_task._state != TaskState.WAITING:
                my_task._set_state(TaskState.WAITING)
        except (EngineError, SpiffWorkflowException) as error:
            fail(my_task, ENTERING, error)

    def _run(self, my_task: Any) -> bool | None:
        try:
            result: bool | None = self._run_hook(my_task)
        except (EngineError, SpiffWorkflowException) as error:
            self.failed(my_task, RUNNING, error)
            return False
        return result

    def failed(self, my_task: Any, phase: str, error: Exception) -> None:
        """The element cannot go on."""
        fail(my_task, phase, error)

    def _on_complete(self, my_task: Any) -> None:
        # What a postScript has changed must not be changed again when it is tried again.
        before = dict(my_task.data) if self.dataflow or self.shared else None
        try:
            self._on_complete_hook(my_task)
            if self.shared is not None:
                self.shared.settle(my_task)
        except (EngineError, SpiffWorkflowException) as error:
            my_task.data = my_task.data if before is None else before
            fail(my_task, LEAVING, error)
            return
        for child in my_task.children:
            if not child.has_state(TaskState.FINISHED_MASK):
                child.task_spec._update(child)
        my_task.workflow._task_completed_notify(my_task)


def try_again(spiff_task: Any, data: dict[str, Any]) -> None:
    """Take up an element in ERROR in the phase it failed in.

    `data`: what an entering element holds before it inherits from the one before it.
    """
    phase = spiff_task.internal_data.pop(FAILED, [RUNNING])[0]
    spec: TaskSpec = spiff_task.task_spec
    if phase == ENTERING:
        spiff_task.data = data
        spiff_task._drop_children(force=True)
        spiff_task._set_state(TaskState.FUTURE)
        spec._predict(spiff_task, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        spec._update(spiff_task)
    elif phase == LEAVING:
        spiff_task.complete()
    else:
        spiff_task._set_state(TaskState.READY)
