"""A diagram in few constructs: what may be drawn in several ways, or is left out, is put into one.

Works on a copy, between the checks and the parser.  The nodes it adds bear ids with `#`, which no
drawn id can hold; `drawn` is the element they stand for and `at` the one they are placed at.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Final

from lxml import etree

from engine.execution.entries import (
    awaited_first,
    implicit_ends,
    implicit_starts,
    instantiating,
)
from engine.execution.model import ACTIVITIES, Scope, link_name, view
from engine.execution.xml import BPMN, SPIFF, child, children, event_definitions, extension, local

ENGINE: Final = "urn:unei:engine"  # namespace of nodes that BPMN has no name for
PASS, SPLIT, GATHER = f"{{{ENGINE}}}pass", f"{{{ENGINE}}}split", f"{{{ENGINE}}}gather"
ADDED: Final = "#"


def normalised(root: etree._Element) -> etree._Element:
    """A copy of the tree in which every activity and event has at most unconditional flows."""
    made = deepcopy(root)
    for scope in view(made, "").scopes:
        _Scope(scope).normalise()
    return made


def drawn_id(id_: str) -> str:
    """The drawn element, or flow, that a node or flow of the engine stands for."""
    return id_.partition(ADDED)[0]


class _Scope:
    """One process or sub-process on its way into few constructs."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def normalise(self) -> None:
        for n, flow in enumerate(self._flows()):
            if not flow.get("id"):
                flow.set("id", f"{ADDED}{n}")
        self._begin()
        self._end()
        self._link()
        for node in list(self.scope.nodes.values()):
            if local(node) in ACTIVITIES:
                self._ask(node)
        for node in list(self.scope.nodes.values()):
            self._produce(node)
            self._gather(node)
        self._tell_apart()

    def _begin(self) -> None:
        entries = implicit_starts(self.scope)
        starts = self.scope.of_kind("startEvent")
        if entries:
            inside = self.scope.parent is not None and starts
            start = starts[0] if inside else self._add("startEvent", self.scope.node, "start")
            for node in entries:
                self._flow(start, node, f"{node.get('id')}{ADDED}begin")
        for node in instantiating(self.scope):
            for awaited in awaited_first(self.scope, node):
                start = self._add("startEvent", awaited, "start")
                start.append(_message_of(awaited))
                self._flow(start, node, f"{awaited.get('id')}{ADDED}begin")

    def _end(self) -> None:
        for node in implicit_ends(self.scope):
            end = self._add("endEvent", node, "end")
            self._flow(node, end, f"{node.get('id')}{ADDED}leave")

    def _link(self) -> None:
        for source, targets in self.scope.links.items():
            for target in targets:
                nodes = self.scope.nodes
                self._flow(nodes[source], nodes[target], f"{source}{ADDED}{target}")
        for node in self.scope.nodes.values():
            definition = child(node, "linkEventDefinition")
            if link_name(node) is not None and definition is not None:
                node.remove(definition)

    def _ask(self, node: etree._Element) -> None:
        """Conditions are asked behind the node, once it is over."""
        flows = self._outgoing(node)
        if not any(child(flow, "conditionExpression") is not None for flow in flows):
            return
        split = self._add(SPLIT, node, "split")
        if node.get("default"):
            split.set("default", node.attrib.pop("default"))
        for flow in flows:
            flow.set("sourceRef", split.get("id", ""))
        self._flow(node, split, f"{node.get('id')}{ADDED}ask")

    def _produce(self, node: etree._Element) -> None:
        """So many tokens on each flow that is taken (`completionQuantity`)."""
        quantity = quantity_of(node, "completionQuantity")
        if quantity == 1:
            return
        ids = (node.get("id", ""), f"{node.get('id')}{ADDED}split")
        for flow in self._flows():
            if flow.get("sourceRef") in ids and flow.get("targetRef") not in ids:
                self._between(node, flow, quantity)

    def _gather(self, node: etree._Element) -> None:
        """So many tokens before it begins (`startQuantity`)."""
        quantity = quantity_of(node, "startQuantity")
        flows = [flow for flow in self._flows() if flow.get("targetRef") == node.get("id")]
        if quantity == 1 or not flows:
            return
        gather = self._add(GATHER, node, "gather")
        gather.set("quantity", str(quantity))
        for flow in flows:
            flow.set("targetRef", gather.get("id", ""))
        self._flow(gather, node, f"{node.get('id')}{ADDED}gathered")

    def _tell_apart(self) -> None:
        """Joins know flows by their source: of several from one node each gets a node of its own.

        Those of `_produce` are one flow with several tokens.
        """
        flows = [flow for flow in self._flows() if not flow.get("id", "").endswith(ADDED)]
        ends = Counter((flow.get("sourceRef"), flow.get("targetRef")) for flow in flows)
        for flow in flows:
            if ends[flow.get("sourceRef"), flow.get("targetRef")] > 1:
                self._between(flow, flow, 1)

    def _between(self, drawn: etree._Element, flow: etree._Element, tokens: int) -> None:
        """A node within a flow that sends so many tokens on along it."""
        target, id_ = flow.get("targetRef", ""), flow.get("id", "")
        inside = self._add(PASS, drawn, f"pass{ADDED}{id_}")
        inside.set("at", target)
        flow.set("targetRef", inside.get("id", ""))
        for _ in range(tokens):
            self._flow(inside, target, f"{id_}{ADDED}")

    def _flows(self) -> list[etree._Element]:
        return children(self.scope.node, "sequenceFlow")

    def _outgoing(self, node: etree._Element) -> list[etree._Element]:
        return [flow for flow in self._flows() if flow.get("sourceRef") == node.get("id")]

    def _add(self, tag: str, drawn: etree._Element, what: str) -> etree._Element:
        full = tag if tag.startswith("{") else f"{{{BPMN}}}{tag}"
        node = etree.SubElement(self.scope.node, full)
        node.set("id", f"{drawn.get('id')}{ADDED}{what}")
        node.set("drawn", drawn.get("id", ""))
        node.set("at", drawn.get("id", ""))
        return node

    def _flow(self, source: etree._Element, target: etree._Element | str, id_: str) -> None:
        made = etree.SubElement(self.scope.node, f"{{{BPMN}}}sequenceFlow")
        to = target if isinstance(target, str) else target.get("id", "")
        for name, value in (("id", id_), ("sourceRef", source.get("id", "")), ("targetRef", to)):
            made.set(name, value)


def quantity_of(node: etree._Element, name: str) -> int:
    """The number of tokens that attribute says; 1 when it says none, or nothing that counts."""
    said = node.get(name, "1").strip()
    return int(said) if said.isdigit() and int(said) > 0 else 1


def _message_of(awaited: etree._Element) -> etree._Element:
    """The message an instance begins with, as a start event has it."""
    for definition in event_definitions(awaited):
        return deepcopy(definition)
    made = etree.Element(f"{{{BPMN}}}messageEventDefinition")
    made.set("messageRef", awaited.get("messageRef", ""))
    variable = extension(awaited, "messageVariable")
    if variable is not None:
        place = etree.SubElement(made, f"{{{BPMN}}}extensionElements")
        etree.SubElement(place, f"{{{SPIFF}}}messageVariable").text = variable.text
    return made
