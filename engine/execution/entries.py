"""Where does a process begin, apart from its start events, and where does a way end by itself?

BPMN 2.0, 13.2: what has no incoming flow begins with its process; receive tasks and event-based
gateways may say that a message for them begins an instance (`instantiate`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.execution.model import ACTIVITIES, EVENTS, GATEWAYS, Diagram, Scope
from engine.execution.xml import event_definitions, local


def begins_instances(scope: Scope, node: etree._Element) -> bool:
    """Whether a message for this node begins an instance of the process."""
    return (
        scope.parent is None
        and node.get("instantiate") == "true"
        and local(node) in ("receiveTask", "eventBasedGateway")
        and not scope.incoming.get(node.get("id", ""))
    )


def instantiating(scope: Scope) -> list[etree._Element]:
    """The receive tasks and event-based gateways that begin instances."""
    return [node for node in scope.nodes.values() if begins_instances(scope, node)]


def awaited_first(scope: Scope, node: etree._Element) -> list[etree._Element]:
    """What waits for the first message of a node that begins instances: it, or what follows it."""
    return [node] if local(node) == "receiveTask" else scope.targets(node.get("id", ""))


def implicit_starts(scope: Scope) -> list[etree._Element]:
    """The nodes without incoming flow that begin together with their process or sub-process."""
    if local(scope.node) == "adHocSubProcess":
        return []
    has_start = bool(scope.of_kind("startEvent"))
    kinds = ACTIVITIES if has_start else ACTIVITIES | GATEWAYS
    return [
        node
        for id_, node in scope.nodes.items()
        if local(node) in kinds
        and not scope.incoming.get(id_)
        and node.get("triggeredByEvent") != "true"
        and node.get("isForCompensation") != "true"
        and node.get("instantiate") != "true"
    ]


def implicit_ends(scope: Scope) -> list[etree._Element]:
    """The nodes without outgoing flow at which a way ends; links go on elsewhere."""
    if local(scope.node) == "adHocSubProcess":
        return []
    return [
        node
        for id_, node in scope.nodes.items()
        if local(node) in ACTIVITIES | GATEWAYS | EVENTS
        and local(node) != "endEvent"
        and not scope.outgoing.get(id_)
        and not scope.links.get(id_)
        and node.get("triggeredByEvent") != "true"
        and node.get("isForCompensation") != "true"
        and not _is_compensation(node)
    ]


def event_entries(diagram: Diagram) -> Iterator[etree._Element]:
    """Everything of the process that an event may begin an instance at, start events first."""
    if not diagram.scopes:
        return
    top = diagram.scopes[0]
    yield from top.of_kind("startEvent")
    for node in instantiating(top):
        yield from awaited_first(top, node)


def _is_compensation(node: etree._Element) -> bool:
    """A boundary event that only shows which handler takes the activity back."""
    return local(node) == "boundaryEvent" and any(
        local(one) == "compensateEventDefinition" for one in event_definitions(node)
    )
