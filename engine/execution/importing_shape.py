"""Which harmless departures from the BPMN schema can be mended without asking?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.execution.importing_foreign import new_child, said
from engine.execution.importing_ids import ATTRIBUTES, all_ids
from engine.execution.importing_notes import Notes
from engine.execution.importing_order import mend_order
from engine.execution.importing_reading import PREFIXES
from engine.execution.model import FLOW_NODES, SCOPES
from engine.execution.xml import (
    BPMN,
    CLAIMS,
    DIAGRAM,
    child,
    children,
    local,
    namespace,
    stray_attributes,
    text,
)

_TEXTS: Final = frozenset(
    {"documentation", "script", "conditionExpression", "formalExpression", "text", "condition"}
    | {"timeDuration", "timeDate", "timeCycle", "loopCardinality", "completionCondition"}
    | {"from", "to"}
)
_VENDOR: Final = frozenset(
    {"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "formKey"}
)
_DRAWN: Final = frozenset({"isExpanded", "isHorizontal", "isMarkerVisible", "x", "y"})
_WITHOUT_MEANING: Final = frozenset({"relationship", "interface", "partnerEntity", "partnerRole"})
_BOOLEANS: Final = frozenset({"true", "false"})


def mend_shape(root: etree._Element, notes: Notes) -> None:
    """Mend what the schema, or the checks, would refuse though its meaning is plain."""
    if not root.get("targetNamespace"):
        root.set("targetNamespace", "urn:unei:import")
        notes.repair(None, "target_namespace", "", "urn:unei:import")
    _remove_from_root(root, notes)
    for element in list(root.iter(f"{{{BPMN}}}*")):
        _flatten_text(element, notes)
        _mend_attributes(element, notes)
        _gather_extensions(element, notes)
    _drop_loose_flows(root, notes)
    _drop_lost_references(root, notes)
    _mend_named_flows(root, notes)
    mend_order(root, notes)
    _drop_stray_attributes(root, notes)
    _drop_lost_shapes(root, notes)


def _remove_from_root(root: etree._Element, notes: Notes) -> None:
    for element in list(root):
        if namespace(element) == BPMN and local(element) in _WITHOUT_MEANING:
            root.remove(element)
            notes.repair(element, "removed", said(element))
        elif namespace(element) not in (BPMN, DIAGRAM):
            root.remove(element)
            notes.ask(None, "foreign", said(element))


def _flatten_text(element: etree._Element, notes: Notes) -> None:
    """Markup inside a text would cut it off where the markup begins."""
    if local(element) in _TEXTS and len(element):
        whole = " ".join("".join(map(str, element.itertext())).split())
        for inner in list(element):
            element.remove(inner)
        element.text = whole
        notes.repair(element, "text_markup", "", whole)


def _mend_attributes(element: etree._Element, notes: Notes) -> None:
    for name in CLAIMS & set(map(str, element.attrib)):
        value = element.get(name, "")
        plain = {"1": "true", "0": "false"}.get(value.strip(), value.strip().lower())
        if plain != value and plain in _BOOLEANS:
            element.set(name, plain)
            notes.repair(element, "truth", f"{name} = {value}", plain)
    for name in ATTRIBUTES & set(map(str, element.attrib)):
        if not element.get(name, "").strip():
            del element.attrib[name]
            notes.repair(element, "empty_reference", name)
    condition = child(element, "conditionExpression")
    if condition is not None and not text(condition):
        element.remove(condition)
        notes.repair(element, "empty_condition", "conditionExpression")


def _gather_extensions(element: etree._Element, notes: Notes) -> None:
    """One block of extensions, with what stood beside it."""
    if local(element) in _TEXTS | {"extensionElements", "definitions"}:
        return
    blocks = children(element, "extensionElements")
    beside = [one for one in element if namespace(one) != BPMN]
    if not beside and len(blocks) <= 1:
        return
    at = sum(1 for _ in children(element, "documentation"))
    block = blocks[0] if blocks else new_child(element, "extensionElements", at)
    for other in blocks[1:]:
        block.extend(list(other))
        element.remove(other)
        notes.repair(element, "extension_blocks", "extensionElements × 2", "extensionElements")
    for one in beside:
        block.append(one)
        notes.repair(element, "misplaced", local(one), "extensionElements")


def _scopes(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in SCOPES | {"adHocSubProcess"}:
            yield element


def _drop_loose_flows(root: etree._Element, notes: Notes) -> None:
    """Lines with an end that is joined to nothing: nothing could ever run along them."""
    ids = all_ids(root)
    for scope in list(_scopes(root)):
        for flow in children(scope, "sequenceFlow", "association"):
            ends = [flow.get("sourceRef", ""), flow.get("targetRef", "")]
            if all(end in ids and end for end in ends):
                continue
            scope.remove(flow)
            told = f"{ends[0] or '?'} → {ends[1] or '?'}"
            if local(flow) == "sequenceFlow":
                notes.ask(flow, "loose_flow", told)
            else:
                notes.repair(flow, "removed", told)


def _drop_lost_references(root: etree._Element, notes: Notes) -> None:
    """Members of lanes, and pools' processes, that are not in the file."""
    ids = all_ids(root)
    for reference in list(root.iter(f"{{{BPMN}}}flowNodeRef")):
        parent = reference.getparent()
        if text(reference) not in ids and parent is not None:
            parent.remove(reference)
            notes.repair(parent, "lost_reference", f"flowNodeRef = {text(reference)}")
    for participant in root.iter(f"{{{BPMN}}}participant"):
        if participant.get("processRef") not in ids | {None}:
            told = f"processRef = {participant.get('processRef')}"
            del participant.attrib["processRef"]
            notes.repair(participant, "lost_reference", told)


def _mend_named_flows(root: etree._Element, notes: Notes) -> None:
    """What a node says of its flows is what is drawn."""
    for scope in list(_scopes(root)):
        flows = children(scope, "sequenceFlow")
        for node in children(scope, *FLOW_NODES):
            for kind, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
                drawn = [f.get("id", "") for f in flows if f.get(end) == node.get("id")]
                _name_flows(node, kind, drawn, notes)


def _name_flows(node: etree._Element, kind: str, drawn: list[str], notes: Notes) -> None:
    told = [text(one) for one in children(node, kind)]
    if not told or set(told) == set(drawn):
        return
    for one in children(node, kind):
        node.remove(one)
    at = len(children(node, "documentation", "extensionElements"))
    for id_ in reversed(drawn):
        new_child(node, kind, at).text = id_
    notes.repair(node, "named_flows", f"{kind}: {', '.join(told)}", ", ".join(drawn))


def _drop_stray_attributes(root: etree._Element, notes: Notes) -> None:
    for element, name in stray_attributes(root):
        value = element.get(name)
        if value is None:
            continue
        del element.attrib[name]
        if name in _VENDOR and local(element) == "userTask":
            element.set(f"{{{PREFIXES['camunda']}}}{name}", value)
            notes.repair(element, "misplaced", f"{name} = {value}", name)
        elif name in _DRAWN or namespace(element) != BPMN:
            notes.repair(element, "stray_attribute", f"{name} = {value}")
        else:
            notes.ask(element, "foreign", f"{name} = {value}")


def _drop_lost_shapes(root: etree._Element, notes: Notes) -> None:
    ids = all_ids(root)
    for shape in list(root.iter(f"{{{DIAGRAM}}}BPMNShape", f"{{{DIAGRAM}}}BPMNEdge")):
        parent = shape.getparent()
        if shape.get("bpmnElement") not in ids and parent is not None:
            parent.remove(shape)
            notes.repair(None, "lost_shape", f"{local(shape)} = {shape.get('bpmnElement', '')}")


def is_prose(source: str) -> bool:
    """Whether a text says nothing that could be worked out: words without any comparison."""
    return not re.search(r"[=<>!&|+*/()\[\]{}]", source)
