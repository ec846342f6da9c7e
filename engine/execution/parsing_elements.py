"""One parser per kind of element, so that each is made with this package's classes."""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser as SpiffEventGateway
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser as SpiffConditional
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser as SpiffGateway
from SpiffWorkflow.bpmn.parser.util import first
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.spiff.parser import event_parsers as spiff_events
from SpiffWorkflow.spiff.parser import task_spec as spiff_tasks

from engine.execution import loops
from engine.execution.adhoc import CHOOSING, Choosing
from engine.execution.definitions import (
    CancelDefinition,
    CompensateDefinition,
    ConditionDefinition,
    ErrorDefinition,
    EscalationDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    TerminateDefinition,
    TimerDefinition,
)
from engine.execution.event_scopes import EventSubprocess
from engine.execution.events import InstantiatingGateway
from engine.execution.joins import BoundaryEventJoin, BoundaryEventSplit
from engine.execution.model import ACTIVITIES
from engine.execution.normalising import drawn_id
from engine.execution.parsing_behaviors import behaviors
from engine.execution.parsing_compensation import is_compensating, is_own_handler
from engine.execution.xml import child, children, text


class Activity(spiff_tasks.SpiffTaskParser):
    """Mix-in of tasks and sub-processes: repetition and boundary events of this package."""

    STANDARD_LOOP_CLASS = loops.StandardLoop
    PARALLEL_MI_CLASS = loops.ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = loops.SequentialMultiInstance

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any = None) -> None:
        super()._copy_task_attrs(original, loop_characteristics)
        self.task.bpmn_name = original.bpmn_name
        self.task.lane = original.lane

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        super()._add_multiinstance_task(loop_characteristics)
        self.task.behaviors = behaviors(loop_characteristics)

    def _add_boundary_event(self, children: list[Any]) -> Any:
        # What undoes an activity is no way out of it (`parsing_compensation`).
        children = [event for event in children if not is_compensating(event)]
        if not children:
            return self.task
        split = BoundaryEventSplit(
            self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.task.lane
        )
        join = BoundaryEventJoin(
            self.spec,
            f"{self.bpmn_id}.BoundaryEventJoin",
            lane=self.task.lane,
            split_task=split.name,
            cancel=True,
        )
        split.connect(self.task)
        self.task.connect(join)
        for event in children:
            child = self.process_parser.parse_node(event)
            split.connect(child)
            child.connect(join)
        return split

    def handles_multiple_outgoing(self) -> bool:
        return True

    def parse_incoming_data_references(self) -> list[Any]:
        """None of the library's own: see `parsing_data`."""
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        return []

    def parse_io_spec(self) -> None:
        """The library would take away all that is no input, and evaluate nothing."""

    def scripts(self) -> dict[str, Any]:
        """preScript and postScript, as arguments of the element."""
        extensions = self.parse_extensions()
        return {
            "prescript": extensions.get("preScript"),
            "postscript": extensions.get("postScript"),
        }


class TaskParser(Activity):
    pass


class PassParser(Activity):
    """Nodes that the engine adds; they are no elements and have no extensions."""

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id)


class GatherParser(PassParser):
    def create_task(self) -> Any:
        task = super().create_task()
        task.quantity = int(self.node.get("quantity"))
        return task


class SplitParser(PassParser):
    def connect_outgoing(
        self,
        outgoing_task: Any,
        sequence_flow_node: Any,
        is_default: bool,  # noqa: FBT001 - upstream's signature
    ) -> None:
        condition = self.parse_condition(sequence_flow_node)
        self.task.connect_outgoing_if(None if is_default else condition, outgoing_task)
        if is_default:
            self.task.default_task_spec = outgoing_task.name
        elif condition is None:
            self.task.always.append(outgoing_task.name)
        self.task.name_way(sequence_flow_node.get("name", "").strip(), is_default=is_default)


class UserTaskParser(Activity):
    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            variable=self.parse_extensions().get("variableName"),
            **self.scripts(),
            **self.bpmn_attributes,
        )


class ScriptTaskParser(Activity, spiff_tasks.ScriptTaskParser):
    def create_task(self) -> Any:
        node = first(self.xpath("./bpmn:script"))
        text = None if node is None else node.text
        return self.spec_class(self.spec, self.bpmn_id, text, **self.bpmn_attributes)


class ServiceTaskParser(Activity, spiff_tasks.ServiceTaskParser):
    pass


class CallActivityParser(Activity, spiff_tasks.CallActivityParser):
    pass


class SubWorkflowParser(Activity, spiff_tasks.SubWorkflowParser):
    def create_task(self) -> Any:
        """An event sub-process is a class of its own, which the library does not notice."""
        is_apart = self.node.get("triggeredByEvent") == "true"
        if is_apart and not is_own_handler(self.node):
            self.spec_class = EventSubprocess
        task = super().create_task()
        task.is_event_subprocess = is_apart
        return task


class AdHocParser(Activity):
    def create_task(self) -> Any:
        whole = self.process_parser.parser
        whole.create_parser(self.node, filename=self.filename, lane=self.lane)
        whole.process_parsers[self.bpmn_id].parent = self.process_parser
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            subworkflow_spec=self.bpmn_id,
            **self.scripts(),
            **self.bpmn_attributes,
        )


def add_choosing(parser: Any) -> None:
    """Put the open choice into the specification of an ad hoc sub-process, with what it offers."""
    spec, node = parser.spec, parser.node
    choosing = Choosing(spec, f"{parser.bpmn_id}{CHOOSING}", lane=parser.lane)
    choosing.bpmn_id, choosing.bpmn_name = parser.bpmn_id, parser.get_name()
    choosing.in_turn = node.get("ordering") == "Sequential"
    choosing.cancels = node.get("cancelRemainingInstances", "true") == "true"
    choosing.condition = text(child(node, "completionCondition")) or None
    spec.start.connect(choosing)
    choosing.connect(spec.end)
    targets = {flow.get("targetRef") for flow in children(node, "sequenceFlow")}
    for activity in children(node, *ACTIVITIES):
        id_ = activity.get("id", "")
        if id_ not in targets and activity.get("isForCompensation") != "true":
            begins_at = parser.parse_node(activity)
            begins_at._connect_notify(choosing.begun)
            choosing.startable[id_] = begins_at.name


class BusinessRuleTaskParser(Activity):
    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            decision_id=self.get_decision_ref(self.node),
            **self.scripts(),
            **self.bpmn_attributes,
        )

    @staticmethod
    def get_decision_ref(node: Any) -> Any:
        """Id of the decision; SpiffWorkflow asks for it when it lists dependencies."""
        return spiff_tasks.SpiffTaskParser._parse_extensions(node).get("calledDecisionId")


class GatewayParser(SpiffGateway):
    pass


class ConditionalGatewayParser(SpiffConditional):
    def connect_outgoing(
        self,
        outgoing_task: Any,
        sequence_flow_node: Any,
        is_default: bool,  # noqa: FBT001 - upstream's signature
    ) -> None:
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
        self.task.name_way(sequence_flow_node.get("name", "").strip(), is_default=is_default)


class ComplexGatewayParser(ConditionalGatewayParser):
    def create_task(self) -> Any:
        task = super().create_task()
        activation = first(self.xpath("./bpmn:activationCondition"))
        task.activation = None if activation is None else activation.text
        task.sources = {
            drawn_id(flow.get("id", "")): flow.get("sourceRef")
            for flow in self.xpath("../bpmn:sequenceFlow")
            if flow.get("targetRef") == self.bpmn_id
        }
        return task


class EventGatewayParser(spiff_events.SpiffEventDefinitionParser, SpiffEventGateway):
    def create_task(self) -> Any:
        if self.node.get("instantiate") == "true":
            task = InstantiatingGateway(self.spec, self.bpmn_id, **self.bpmn_attributes)
            task.parallel = self.node.get("eventGatewayType") == "Parallel"
            return task
        return self._create_task(MultipleEventDefinition())

    def handles_multiple_outgoing(self) -> bool:
        return True


class Event(Activity, spiff_events.SpiffEventDefinitionParser):
    """Mix-in of events: their definitions are those of this package."""

    def parse_message_event(self, event: Any) -> MessageDefinition:
        found = super().parse_message_event(event)
        return MessageDefinition(found.name, found.expression, found.message_var)

    def parse_signal_event(self, event: Any) -> SignalDefinition:
        found = super().parse_signal_event(event)
        return SignalDefinition(found.name, found.expression, found.variable)

    def parse_error_event(self, event: Any) -> ErrorDefinition:
        found = super().parse_error_event(event)
        return ErrorDefinition(found.name, found.code, found.expression, found.variable)

    def parse_escalation_event(self, event: Any) -> EscalationDefinition:
        found = super().parse_escalation_event(event)
        return EscalationDefinition(found.name, found.code, found.expression, found.variable)

    def parse_conditional_event(self, event: Any) -> ConditionDefinition:
        node = first(event.xpath("./bpmn:condition", namespaces=self.nsmap))
        return ConditionDefinition("" if node is None else node.text or "")

    def parse_cancel_event(self, event: Any) -> CancelDefinition:  # noqa: ARG002
        return CancelDefinition()

    def parse_compensate_event(self, event: Any) -> CompensateDefinition:
        return CompensateDefinition(
            event.get("activityRef"), waits=event.get("waitForCompletion", "true") == "true"
        )

    def parse_terminate_event(self, event: Any) -> TerminateDefinition:  # noqa: ARG002
        return TerminateDefinition()

    def parse_timer_event(self, event: Any) -> TimerDefinition:
        for tag, kind in (
            ("timeDate", "date"),
            ("timeDuration", "duration"),
            ("timeCycle", "cycle"),
        ):
            node = first(event.xpath(f"./bpmn:{tag}", namespaces=self.nsmap))
            if node is not None:
                return TimerDefinition(self.node.get("name", self.bpmn_id), kind, node.text or "")
        self.raise_validation_exception("timer without time")
        raise AssertionError  # never reached: the line above raises

    def definition(self) -> Any:
        """What the event throws or waits for: all its definitions, in the order of the file."""
        parsers = {
            f"{{{self.nsmap['bpmn']}}}{kind}EventDefinition": parse
            for kind, parse in (
                ("message", self.parse_message_event),
                ("signal", self.parse_signal_event),
                ("timer", self.parse_timer_event),
                ("conditional", self.parse_conditional_event),
                ("error", self.parse_error_event),
                ("escalation", self.parse_escalation_event),
                ("cancel", self.parse_cancel_event),
                ("compensate", self.parse_compensate_event),
                ("terminate", self.parse_terminate_event),
            )
        }
        found = [parsers[node.tag](node) for node in self.node if node.tag in parsers]
        if len(found) > 1:
            parallel = self.node.get("parallelMultiple") == "true"
            return MultipleDefinition(found, parallel=parallel)
        return found[0] if found else NoneEventDefinition(description="Default")


class StartEventParser(Event, spiff_events.SpiffStartEventParser):
    def create_task(self) -> Any:
        task = self._create_task(self.definition())
        self.spec.start.connect(task)
        return task

    def handles_multiple_outgoing(self) -> bool:
        return True


class ScopeEventParser(Event):
    """The start event of an event sub-process, as it waits in the scope around."""

    def parse_for(self, handler: Any) -> Any:
        """Put it between the root of the scope and the handler."""
        definition = self.definition()
        task = self.spec_class(
            self.spec,
            f"{self.bpmn_id}.ScopeEvent",
            event_definition=definition,
            cancel_activity=self.node.get("isInterrupting", "true") == "true",
            **self.bpmn_attributes,
        )
        task.bpmn_id = self.bpmn_id
        task.extensions = self.parse_extensions()
        task.handler = handler
        self.spec.start.connect(task)
        task.connect(handler)
        handler.connect(self.spec.end)
        self.spec.scope_events = (*self.spec.scope_events, task)
        return task


class EndEventParser(Event, spiff_events.SpiffEndEventParser):
    def create_task(self) -> Any:
        """With signals, which the library drops."""
        task = self._create_task(self.definition())
        task.connect(self.spec.end)
        return task


class BoundaryEventParser(Event, spiff_events.SpiffBoundaryEventParser):
    def create_task(self) -> Any:
        interrupts = self.node.get("cancelActivity", "true").lower() == "true"
        return self._create_task(self.definition(), interrupts)


class CatchEventParser(Event, spiff_events.SpiffIntermediateCatchEventParser):
    def create_task(self) -> Any:
        return self._create_task(self.definition())


class ThrowEventParser(Event, spiff_events.SpiffIntermediateThrowEventParser):
    def create_task(self) -> Any:
        return self._create_task(self.definition())


class SendTaskParser(Event, spiff_events.SpiffSendTaskParser):
    pass


class ReceiveTaskParser(Event, spiff_events.SpiffReceiveTaskParser):
    pass
