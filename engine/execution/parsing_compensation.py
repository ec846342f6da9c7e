"""Which node of a program undoes which activity?  Worked out once, when a diagram is parsed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.execution import compensation
from engine.execution.completions import Undo
from engine.execution.joins import ProcessSpec
from engine.execution.lint_compensation import handlers_of
from engine.execution.xml import child, children, local

Scopes = Mapping[str, Any]


def wire(node: etree._Element, spec: ProcessSpec, scopes: Scopes) -> bool:
    """Tell the nodes of a (sub)process how they are undone; whether anything in it can be.

    `node`: the process or sub-process; `scopes`: its sub-processes by id, and all others.
    """
    undone = _by_boundary(node)
    for inner in children(node, "subProcess", "transaction"):
        id_ = inner.get("id", "")
        has_something = wire(inner, scopes[id_], scopes) if id_ in scopes else False
        if is_own_handler(inner):
            spec.own_handler = id_
            undone[id_] = Undo(spec=id_)
        elif has_something and id_ not in undone and _is_in_the_flow(inner):
            undone[id_] = Undo(spec=compensation.scope_of(id_))
            _add_scope(spec, id_)
    if not undone:
        return False
    spec.undone = undone
    _add_drivers(spec)
    for task in list(spec.task_specs.values()):
        is_own = task.bpmn_id == spec.own_handler  # what undoes a scope is not undone itself
        if task.bpmn_id in undone and not is_own and not isinstance(task, LoopTask):
            task.undo = undone[task.bpmn_id]
    return True


def handlers(node: etree._Element) -> list[etree._Element]:
    """The activities of a scope that only run to undo others."""
    return [e for e in children(node) if e.get("isForCompensation") == "true" or is_own_handler(e)]


def is_compensating(event: etree._Element) -> bool:
    """Whether an event throws or catches a compensation."""
    return child(event, "compensateEventDefinition") is not None


def _by_boundary(node: etree._Element) -> dict[str, Undo]:
    return {
        event.get("attachedToRef", ""): Undo(
            spec=handlers_of(event)[0],
            boundary_id=event.get("id", ""),
            boundary_name=event.get("name", ""),
        )
        for event in children(node, "boundaryEvent")
        if is_compensating(event)
    }


def _is_in_the_flow(node: etree._Element) -> bool:
    return node.get("triggeredByEvent") != "true" and node.get("isForCompensation") != "true"


def is_own_handler(node: etree._Element) -> bool:
    """Whether it is the event sub-process that undoes the sub-process it stands in."""
    if local(node) != "subProcess" or node.get("triggeredByEvent") != "true":
        return False
    return any(is_compensating(start) for start in children(node, "startEvent"))


def _add_drivers(spec: Any) -> None:
    """The nodes that run handlers, and what they may start."""
    driver = compensation.Undoing(spec, compensation.driver_of(spec))
    whole = compensation.UndoWhole(spec, compensation.whole_of(spec))
    whole.connect(spec.end)
    for name in {undo.spec for undo in spec.undone.values()}:
        handler = spec.task_specs[name]
        handler._inputs.append(driver.name)  # noqa: SLF001  an element without a flow to it
        handler.completed_event.connect(driver.handled)
        handler.completed_event.connect(whole.handled)


def _add_scope(spec: Any, id_: str) -> None:
    node = compensation.UndoScope(spec, compensation.scope_of(id_), subworkflow_spec=id_)
    node.bpmn_id = None  # nothing that is drawn
