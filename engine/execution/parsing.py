"""A checked diagram -> the specification that runs.

Every element is one of this package's own classes; none of the library's that look at its clock,
its event bus or its Python engine is left.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser, SpiffProcessParser

from engine.execution import elements, events, flows, joins, normalising, parsing_compensation
from engine.execution import parsing_elements as own
from engine.execution.adhoc import AdHocSubProcess, Choosing
from engine.execution.complex_gateway import ComplexGateway
from engine.execution.event_scopes import ScopeEvent
from engine.execution.joins import BoundaryEventJoin, ProcessSpec
from engine.execution.mapped_errors import RaisesErrors
from engine.execution.model import AD_HOC, SCOPES
from engine.execution.normalising import ADDED, drawn_id, normalised
from engine.execution.parsing_data import join_data
from engine.execution.xml import BPMN, local


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """An executable process, shared read-only by all its instances and all threads.

    `scopes`: element id -> specification of that embedded sub-process.
    """

    spec: Any
    scopes: Mapping[str, Any]

    def specs(self) -> Iterator[Any]:
        """Every node of the process and its sub-processes, the engine's own ones included."""
        for scope in (self.spec, *self.scopes.values()):
            yield from scope.task_specs.values()


class ProcessParser(SpiffProcessParser):
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """All start events hang on the one start; the instance chooses (`events.StartEvent`).

        The library would put a split and a join around several, and let them wait.
        """
        self.spec.data_objects.clear()  # kept by this package, see `objects`
        if etree.QName(self.node).localname == AD_HOC:
            own.add_choosing(self)
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)
        for node in parsing_compensation.handlers(self.node):
            self.parse_node(node)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            if parsing_compensation.is_own_handler(node):
                continue
            start = self._xpath(node, "./bpmn:startEvent")[0]
            waiting = own.ScopeEventParser(self, ScopeEvent, start, self.nsmap)
            waiting.parse_for(self.parse_node(node))

    def get_position(self, node_id: Any) -> Any:
        """A node of the engine lies where the element lies that it is placed at."""
        node = self.get_node_by_id(node_id)
        return super().get_position(node_id if node is None else node.get("at", node_id))


class Parser(SpiffBpmnParser):
    """The library's parser with this package's elements."""

    PROCESS_PARSER_CLASS = ProcessParser

    def _add_data_stores(self, bpmn: Any) -> None:
        """The library wants a class for each; ours are registers."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        full_tag("task"): (own.TaskParser, elements.NoneTask),
        full_tag("userTask"): (own.UserTaskParser, elements.UserTask),
        full_tag("manualTask"): (own.TaskParser, elements.ManualTask),
        full_tag("scriptTask"): (own.ScriptTaskParser, elements.ScriptTask),
        full_tag("serviceTask"): (own.ServiceTaskParser, elements.ServiceTask),
        full_tag("businessRuleTask"): (own.BusinessRuleTaskParser, elements.BusinessRuleTask),
        full_tag("callActivity"): (own.CallActivityParser, elements.CallActivity),
        full_tag("subProcess"): (own.SubWorkflowParser, elements.SubWorkflowTask),
        full_tag("transaction"): (own.SubWorkflowParser, elements.TransactionSubprocess),
        full_tag(AD_HOC): (own.AdHocParser, AdHocSubProcess),
        full_tag("exclusiveGateway"): (own.ConditionalGatewayParser, joins.ExclusiveGateway),
        full_tag("inclusiveGateway"): (own.ConditionalGatewayParser, joins.InclusiveGateway),
        full_tag("parallelGateway"): (own.GatewayParser, joins.ParallelGateway),
        full_tag("complexGateway"): (own.ComplexGatewayParser, ComplexGateway),
        normalising.PASS: (own.PassParser, flows.Pass),
        normalising.SPLIT: (own.SplitParser, flows.Split),
        normalising.GATHER: (own.GatherParser, flows.Gather),
        full_tag("eventBasedGateway"): (own.EventGatewayParser, events.EventBasedGateway),
        full_tag("startEvent"): (own.StartEventParser, events.StartEvent),
        full_tag("endEvent"): (own.EndEventParser, events.EndEvent),
        full_tag("boundaryEvent"): (own.BoundaryEventParser, events.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (own.CatchEventParser, events.CatchEvent),
        full_tag("intermediateThrowEvent"): (own.ThrowEventParser, events.ThrowEvent),
        full_tag("sendTask"): (own.SendTaskParser, events.SendTask),
        full_tag("receiveTask"): (own.ReceiveTaskParser, events.ReceiveTask),
    }


def parse(root: etree._Element, process_id: str, file: str = "") -> Program:
    """The program of one process of a file.  The file must have passed the lint before.

    Raises:
        SpiffWorkflow's ValidationException: the file is no BPMN by its schema, or the parser
            refuses it; both have `id` and a text that is not for people.
    """
    VALIDATOR.validate(root, file)
    parser = Parser()  # without a schema: the engine's own nodes are none of BPMN's
    parser.add_bpmn_xml(normalised(root), filename=file)
    spec = parser.get_spec(process_id)
    program = Program(spec=spec, scopes=parser.get_subprocess_specs(process_id))
    drawn = {node.get("id"): node for node in root.iter(etree.Element) if node.get("id")}
    for node in program.specs():
        _name(node, drawn)
        if isinstance(node, RaisesErrors):
            node.read_errors(node.extensions.get("properties", {}))
        if isinstance(node, LoopTask):
            # Now, not at the first run: two threads could both connect it and merge twice.
            child = node._wf_spec.task_specs[node.task_spec]
            child.completed_event.connect(node.merge_child)
        elif isinstance(node, Choosing):
            _listen(node)
        elif isinstance(node, events.Waiting) and node.waits_for_conditions():
            node._wf_spec.has_conditions = True
    process = next(node for node in root.iter(f"{{{BPMN}}}process") if node.get("id") == process_id)
    parsing_compensation.wire(process, program.spec, program.scopes)
    join_data(program, root)
    return program


def _listen(choosing: Choosing) -> None:
    """Let the open choice hear of everything that is done inside its ad hoc sub-process."""
    specs = choosing._wf_spec.task_specs
    for spec in specs.values():
        is_run = spec.name.endswith(" [child]")
        if isinstance(spec, BoundaryEventJoin) or (spec.bpmn_id in specs and not is_run):
            spec.completed_event.connect(choosing.note)


def _name(spec: Any, drawn: Mapping[Any, etree._Element]) -> None:
    """Kind of the element a node is; the engine's own are none, but stand for one."""
    added = ADDED in spec.name
    node = drawn.get(drawn_id(spec.name) if added else spec.bpmn_id)
    if not added:
        spec.kind = "" if node is None else local(node)
    elif node is not None:
        spec.bpmn_id = spec.bpmn_name = None
        spec.drawn, spec.drawn_name, spec.kind = node.get("id"), node.get("name", ""), local(node)
        spec.is_implicit = local(node) in SCOPES
    start = f"{spec.name}{ADDED}start"
    if isinstance(spec, events.Waiting) and start in spec._wf_spec.task_specs:
        spec.entry = start
