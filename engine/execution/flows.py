"""Flows that leave or reach an activity or event without a gateway: the engine's own nodes.

`normalising` puts them into the diagram.  They are no elements (`bpmn_id` is None); what they have
to tell is told at the element they stand for (`drawn`).
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.specs.MultiChoice import MultiChoice

from engine.execution.failing import Guarded
from engine.execution.joins import Choice, Join, connect_if, kin_first, note_why, take


class Pass(Guarded, SimpleBpmnTask):
    """One flow of several between the same two nodes, or of a flow that carries several tokens."""


class Split(Choice, MultiChoice, SimpleBpmnTask):
    """Behind an activity or event with conditional flows.

    A token goes along each flow without condition and each whose condition holds; along the default
    flow if no condition does.
    """

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.default_task_spec: str | None = None
        self.always: list[str] = []

    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        connect_if(self, condition, taskspec)

    def _run_hook(self, my_task: Any) -> bool:
        ways = [(one, name) for one, name in self.cond_task_specs if one is not None]
        held = [(one, name) for one, name in ways if one._matches(my_task)]
        if held or self.default_task_spec is not None:
            note_why(my_task, [one for one, _ in held or ways], held=bool(held))
        names = self.always + [name for _, name in held]
        if not held and self.default_task_spec is not None:
            names.append(self.default_task_spec)
        self._tell(my_task)
        specs = my_task.workflow.spec.task_specs
        return take(my_task, [specs[name] for name in names])

    def _tell(self, my_task: Any) -> None:
        """The reason belongs to the visit that is just over; of a repeated one to its last run."""
        act, before = my_task.workflow.script_engine.act, my_task.parent
        why = act.why.pop(my_task.id.hex, None)
        if why is not None:
            act.explain([before.id.hex, *(child.id.hex for child in before.children)], why)


class Gather(Guarded, Join, SimpleBpmnTask):
    """Before an activity that begins with several tokens (`startQuantity`), from whatever flow."""

    stuck = "始めるのに必要な数の流れがもう届かないため、先へ進めません。"
    quantity = 1

    def lets_pass(self) -> bool:
        return self.quantity == 1

    def arrivals(self, my_task: Any) -> dict[str, Any]:
        """As many as are needed, of kin and the earliest first; each under its own id."""
        found = [my_task, *kin_first(my_task, self.waiting(my_task))][: self.quantity]
        return {task.id.hex: task for task in found}

    def is_full(self, my_task: Any, sources: set[str]) -> bool:  # noqa: ARG002
        """So many are there."""
        return len(sources) == self.quantity
