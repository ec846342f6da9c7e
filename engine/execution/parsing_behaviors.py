"""`behavior` of a multi-instance activity as drawn -> what it throws."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.execution.behaviors import Behavior
from engine.execution.definitions import EscalationDefinition, SignalDefinition
from engine.execution.xml import child, children, event_definitions, extension, local, text

REFERENCES = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def behaviors(repeat: etree._Element) -> tuple[Behavior, ...]:
    """What a checked `multiInstanceLoopCharacteristics` throws, in its order."""
    behavior = repeat.get("behavior", "All")
    if behavior in REFERENCES:
        node = referred(repeat, repeat.get(REFERENCES[behavior], ""))
        thrown = None if node is None else _thrown(node)
        is_one = behavior == "One"
        return () if thrown is None else (Behavior(thrown=thrown, only_first=is_one),)
    return tuple(_complex(repeat)) if behavior == "Complex" else ()


def referred(place: etree._Element, reference: str) -> etree._Element | None:
    """The event definition at the root of the file that a qualified name names."""
    root = place.getroottree().getroot()
    id_ = reference.rpartition(":")[2]
    return next((one for one in event_definitions(root) if id_ and one.get("id") == id_), None)


def definitions_of(entry: etree._Element) -> list[etree._Element]:
    """The event definitions of a `complexBehaviorDefinition`."""
    event = child(entry, "event")
    return [] if event is None else event_definitions(event)


def _complex(repeat: etree._Element) -> Iterator[Behavior]:
    for entry in children(repeat, "complexBehaviorDefinition"):
        condition = text(child(entry, "condition"))
        for node in definitions_of(entry):
            thrown = _thrown(node)
            if thrown is not None:
                yield Behavior(thrown=thrown, condition=condition)


def _thrown(node: etree._Element) -> SignalDefinition | EscalationDefinition | None:
    kind = local(node).removesuffix("EventDefinition")
    id_ = node.get(f"{kind}Ref", "").rpartition(":")[2]
    root = node.getroottree().getroot()
    carrier = next((one for one in children(root, kind) if one.get("id") == id_), None)
    if carrier is None:
        return None
    name = carrier.get("name", "")
    payload = text(extension(carrier, "payloadExpression")) or None
    if kind == "signal":
        return SignalDefinition(name, payload)
    return EscalationDefinition(name, carrier.get("escalationCode"), payload, None)
