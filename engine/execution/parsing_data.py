"""What elements declare, read and write joins the specification that runs."""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.execution.data_parts import DataView, names_by_id
from engine.execution.dataflow import Reading, Writing
from engine.execution.events import ReceiveTask, Waiting
from engine.execution.failing import Guarded
from engine.execution.loops import MultiInstance
from engine.execution.model import ACTIVITIES, EVENTS, SCOPES
from engine.execution.objects import Shared
from engine.execution.xml import BPMN, local

if TYPE_CHECKING:
    from engine.execution.parsing import Program

CHILD = " [child]"  # ends the name of what a repeated activity runs


def join_data(program: Program, root: etree._Element) -> None:
    """Give each scope its data objects, and each element what it does with data."""
    view = DataView(root)
    if not view.nodes:
        return
    nodes = {node.get("id", ""): node for node in root.iter(*_tags(ACTIVITIES | EVENTS))}
    for node in root.iter(*_tags(SCOPES)):
        id_ = node.get("id", "")
        scope = program.spec if local(node) == "process" else program.scopes.get(id_)
        if scope is None or scope.name != id_:
            continue
        scope.declared = view.declared(node)
        items = view.visible(node)
        for spec in scope.task_specs.values():
            if items and isinstance(spec, Guarded):
                spec.shared = Shared(items)
            drawn = spec.name.removesuffix(CHILD)  # not those that undo one: they have what it had
            if drawn in nodes and nodes[drawn].get("triggeredByEvent") != "true":
                _join(spec, view, nodes[drawn])


def _tags(names: frozenset[str]) -> list[str]:
    return [f"{{{BPMN}}}{name}" for name in sorted(names)]


def _join(spec: Any, view: DataView, node: etree._Element) -> None:
    """A repeated activity reads and writes once, as a whole; its runs know what they have."""
    flow = view.dataflow(node)
    if isinstance(spec, MultiInstance):
        names = names_by_id(view, flow, node)
        for reference in (spec.data_input, spec.data_output):
            if reference is not None:
                reference.bpmn_id = names.get(reference.bpmn_id, reference.bpmn_id)
    if not (flow.own or flow.reads or flow.writes):
        return
    spec.dataflow = flow
    if spec.name.endswith(CHILD):
        return
    if isinstance(spec, Waiting) and not isinstance(spec, ReceiveTask):
        return  # hands on what it has caught, see `events`
    spec.data_input_associations = [Reading(flow)]
    spec.data_output_associations = [Writing(flow)]
    if flow.may_wait:
        spec._wf_spec.has_conditions = True
