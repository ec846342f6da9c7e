"""Tasks, calls and sub-processes as elements of a running instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from SpiffWorkflow.spiff.specs.defaults import ManualTask as SpiffManualTask
from SpiffWorkflow.spiff.specs.defaults import NoneTask as SpiffNoneTask
from SpiffWorkflow.spiff.specs.defaults import ScriptTask as SpiffScriptTask
from SpiffWorkflow.spiff.specs.defaults import ServiceTask as SpiffServiceTask
from SpiffWorkflow.spiff.specs.defaults import SubWorkflowTask as SpiffSubWorkflowTask
from SpiffWorkflow.spiff.specs.defaults import TransactionSubprocess as SpiffTransaction
from SpiffWorkflow.spiff.specs.defaults import UserTask as SpiffUserTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from engine.domain.values import storable
from engine.execution.deciding import decide
from engine.execution.failing import ElementError, Guarded
from engine.execution.host import Place
from engine.execution.mapped_errors import RaisesErrors
from engine.execution.objects import begin, visible
from engine.execution.sameness import copied, handed_on

ATTEMPT, JOB = "attempt", "job"
MAX_DEPTH = 40


class UserTask(Guarded, SpiffUserTask):
    pass


class ManualTask(Guarded, SpiffManualTask):
    pass


class NoneTask(Guarded, SpiffNoneTask):
    """`bpmn:task`: waits for a person like a user task."""


class ScriptTask(RaisesErrors, SpiffScriptTask):
    def _execute(self, task: Any) -> bool:
        task.workflow.script_engine.assign(task, self.script)
        return True


class ServiceTask(RaisesErrors, SpiffServiceTask):
    """Runs its operation inside the step, or parks it (STARTED) to be run after the commit.

    Internal data of a parked one: `job` = {operation, params, attempt}.
    """

    bound: ClassVar[Mapping[str, str]] = {"operation_name": "自動処理の種類"}

    def _execute(self, task: Any) -> bool | None:
        engine = task.workflow.script_engine
        params = {
            name: storable(engine.evaluate(task, given["value"]), name)
            for name, given in self.operation_params.items()
        }
        host = engine.act.host
        if host.runs_inside(self.operation_name):
            place = Place(element_id=self.bpmn_id, name=self.bpmn_name or "", id=task.id.hex)
            self.accept(task, host.operate(self.operation_name, params, place))
            return True
        attempt = task.internal_data.get(ATTEMPT, 0) + 1
        task.internal_data[ATTEMPT] = attempt
        task.internal_data[JOB] = {
            "operation": self.operation_name,
            "params": params,
            "attempt": attempt,
        }
        return None

    def accept(self, task: Any, result: Any) -> None:
        """Store the result under its variable, if the model names one.

        Raises:
            AnsweredError: the model says that such a result is an error.
        """
        if not self.result_variable.startswith("spiff__"):  # the library's name for none given
            task.data[self.result_variable] = storable(result, self.result_variable)
        self.check_answer(task, storable(result))


class BusinessRuleTask(RaisesErrors, SpiffBpmnTask):
    """Asks a decision table; its outputs become variables."""

    def __init__(self, wf_spec: Any, name: str, decision_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision_id = decision_id

    def _run_hook(self, my_task: Any) -> bool:
        my_task.data.update(decide(my_task.workflow.script_engine, my_task, self.decision_id))
        return True


class CallActivity(Guarded, SpiffBpmnTask):
    """Asks for an instance of another process and stays STARTED until that one has ended."""

    bound: ClassVar[Mapping[str, str]] = {"called": "呼び出す業務フロー"}

    def __init__(self, wf_spec: Any, name: str, subworkflow_spec: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.called = subworkflow_spec

    def _run_hook(self, my_task: Any) -> None:
        my_task.internal_data[ATTEMPT] = my_task.internal_data.get(ATTEMPT, 0) + 1

    def handed_over(self, my_task: Any) -> dict[str, Any]:
        """What the called process may see: the declared inputs, or else all data."""
        seen = {**visible(my_task.workflow), **my_task.data}
        names = self._names("inputs", "input_item", my_task)
        return seen if names is None else {n: seen[n] for n in seen if n in names}

    def accept(self, my_task: Any, results: dict[str, Any]) -> None:
        """Take what it hands back: the declared outputs, or else all of it."""
        names = self._names("outputs", "output_item", my_task)
        my_task.data.update({n: v for n, v in results.items() if names is None or n in names})

    def _names(self, kind: str, item: str, my_task: Any) -> set[str] | None:
        """The names of one side of its specification, and of the item of a repetition."""
        if self.dataflow is None or not self.dataflow.has_interface:
            return None
        one = getattr(my_task.parent.task_spec, item, None)
        names = {declared.name for declared in getattr(self.dataflow, kind)}
        return names if one is None else {*names, one.bpmn_id}


class Scope(Guarded):
    """Mix-in of sub-processes: one instance of the inner process, with data copied in and out."""

    is_event_subprocess = False

    def _update_hook(self, my_task: Any) -> bool:
        self.check_depth(my_task)
        return bool(super()._update_hook(my_task))

    @staticmethod
    def check_depth(my_task: Any) -> None:
        if my_task.workflow.depth >= MAX_DEPTH:
            raise ElementError("too_deep", f"サブプロセスの入れ子は{MAX_DEPTH}段までです。")

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """The inner process begins with the data around it, without what it hides."""
        inner = handed_on(my_task.data)
        declared, own = subworkflow.objects, self._properties()
        begin(subworkflow, {n: inner[n] for n in declared if n in own and n in inner})
        subworkflow.task_tree.data.update({n: v for n, v in inner.items() if n not in declared})

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Its data at the end take the place of those before; what was hidden is there again."""
        declared, own = subworkflow.objects, self._properties()
        hidden = {n: v for n, v in my_task.data.items() if n in declared and n not in own}
        mine = {n: copied(declared[n]) for n in own}
        my_task.data = {**copied(subworkflow.last_task.data), **hidden, **mine}

    def _properties(self) -> set[str]:
        """The names it declares for itself and for all that is in it."""
        flow = self.dataflow
        return set() if flow is None else {item.name for item in flow.properties}


class SubWorkflowTask(Scope, SpiffSubWorkflowTask):
    pass


class TransactionSubprocess(Scope, SpiffTransaction):
    pass
