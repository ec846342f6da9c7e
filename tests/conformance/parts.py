"""Puts an attribute or a child from the schema into a model, in its right place, with a value that
is not the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count

from lxml import etree

from tests.conformance.schema import (
    Attribute,
    Element,
    Place,
    declared,
    members,
    types,
)
from tests.conformance.table import PARTS, Line, lines

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
FORMAL = Element(name="expression", type="formalExpression")
ROOT = Element(name="definitions", type="definitions")
GROUPS = frozenset(name for name in declared() if any(h == name for _, h in declared().values()))
# What stands for many elements is named by these, each with rows of its own.
NAMED = GROUPS - {"resourceRole", "performer", "expression", "collaboration", "choreography"}
DEEPEST = 3
# Where a reference has to lead to; what is not named here leads to the process.
TARGETS = {
    "itemDefinition": ("itemSubjectRef", "itemRef", "structureRef", "type", "evaluatesToTypeRef"),
    "message": ("messageRef", "inMessageRef", "outMessageRef"),
    "categoryValue": ("categoryValueRef",),
}
ROOTS = {
    "itemDefinition": '<bpmn:itemDefinition xmlns:bpmn="{}" id="part_itemDefinition"/>',
    "message": '<bpmn:message xmlns:bpmn="{}" id="part_message" name="part"/>',
    "categoryValue": '<bpmn:category xmlns:bpmn="{}" id="part_category">'
    '<bpmn:categoryValue id="part_categoryValue"/></bpmn:category>',
}
REFUSED = {"processType": ("Public",), "isImmediate": ("false",)}
DRAWING = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="part_drawing">'
    '<di:BPMNPlane id="part_plane" bpmnElement="case"/></di:BPMNDiagram>'
)
NUMBERS = count(1)


def walk(root: etree._Element) -> Iterator[tuple[etree._Element, Element]]:
    """Every BPMN element of a file with its kind, as the schema has it."""
    stack = [(root, ROOT)]
    while stack:
        node, kind = stack.pop()
        yield node, kind
        within = children(kind)
        for child in node:
            name = etree.QName(child)
            if name.namespace == BPMN and not within[name.localname].type.startswith("xsd:"):
                stack.append((child, within[name.localname]))


@cache
def children(kind: Element) -> Mapping[str, Element]:
    """What may stand in an element of that kind, by name."""
    return {e.name: e for place in kind.places for e in members(place)}


def attributes(kind: Element) -> tuple[Attribute, ...]:
    """Those an element of that kind may bear; an expression may be a formal one."""
    return FORMAL.attributes if kind.type == "expression" else kind.attributes


def line_of(kind: Element, part: Attribute | Place, value: str = "") -> Line | None:
    """The line that says what becomes of a part of that kind of element."""
    sign = "@" if isinstance(part, Attribute) else "/"
    chain = FORMAL.chain if kind.type == "expression" else kind.chain
    for name in (*chain, part.owner):
        for end in ([f"={value}"] if value else []) + [""]:
            line = lines(PARTS).get(f"{name}{sign}{part.name}{end}")
            if line is not None:
                return line
    return None


def values(attribute: Attribute) -> list[str]:
    """Every kind of value it may have that is not its default."""
    if attribute.values:
        return [value for value in attribute.values if value != attribute.default]
    if attribute.type == "xsd:boolean":
        return [v for v in ("true", "false") if v != (attribute.default or "").lower()]
    if attribute.type in ("tImplementation", "tTransactionMethod"):
        known = ["##unspecified", "##WebService", "##Image", "##Store"]
        fit = known[:2] if attribute.type == "tImplementation" else known[2:]
        return [value for value in fit if value != attribute.default] + ["urn:other"]
    return {
        "xsd:integer": ["2"],
        "xsd:int": ["2"],
        "xsd:anyURI": ["urn:other"],
        "xsd:QName": [_target(attribute.name)],
        "xsd:IDREF": [_target(attribute.name)],
        "xsd:ID": [f"part_{next(NUMBERS)}"],
    }.get(attribute.type, ["何か"])


def give(node: etree._Element, kind: Element, attribute: Attribute, value: str) -> None:
    """Set the attribute."""
    if kind.type == "expression" and attribute.owner == "formalExpression":
        node.set(XSI_TYPE, f"{node.prefix}:tFormalExpression")
    node.set(attribute.name, value)


def give_foreign(node: etree._Element, kind: Element, what: str) -> None:
    """Add something of another product, or what calls the element another one."""
    if what == "attribute":
        node.set("{http://other.invalid/schema}way", "fast")
        return
    if what == "type":
        node.set(XSI_TYPE, f"{node.prefix}:t{kind.name[0].upper()}{kind.name[1:]}")
        return
    place = next(place for place in kind.places if place.name == "extensionElements")
    found = node.find(f"{{{BPMN}}}extensionElements")
    extensions = insert(node, kind, place, members(place)[0]) if found is None else found
    space = SPIFF if what == "unknown extension" else "http://other.invalid/schema"
    etree.SubElement(extensions, f"{{{space}}}way")


def insert(node: etree._Element, kind: Element, place: Place, child: Element) -> etree._Element:
    """Put a new child where the schema has it, as small as it may be."""
    new = made(child)
    order = {e.name: n for n, p in enumerate(kind.places) for e in members(p)}
    behind = [
        number
        for number, there in enumerate(node)
        if order.get(etree.QName(there).localname, len(order)) > order[child.name]
    ]
    node.insert(behind[0] if behind else len(node), new)
    return new


def made(kind: Element) -> etree._Element:
    """An element of that kind with what it must have."""
    node = etree.Element(f"{{{BPMN}}}{kind.name}", nsmap={"bpmn": BPMN})
    if kind.type.startswith("xsd:"):
        node.text = _target(kind.name)
        return node
    if kind.type not in ("documentation", "script", "text", "extensionElements", "import"):
        node.set("id", f"part_{next(NUMBERS)}")
    if types()[kind.type].mixed or kind.type in ("expression", "formalExpression"):
        node.text = "true"
    for attribute in kind.attributes:
        if attribute.required:
            node.set(attribute.name, values(attribute)[0])
    for place in kind.places:
        if place.least:
            node.append(made(members(place)[0]))
    return node


@cache
def enriched(model: bytes) -> bytes:
    """The model with everything in it that may be carried, on every element."""
    root = etree.fromstring(model)
    for node, kind in list(walk(root)):
        _enrich(node, kind, DEEPEST)
    root.append(etree.fromstring(DRAWING))
    return printed(root)


def _enrich(node: etree._Element, kind: Element, depth: int) -> None:
    for attribute in attributes(kind):
        value = _fitting(node, attribute)
        line = line_of(kind, attribute, value)
        if value and attribute.name not in node.attrib and line and line.answer == "carried":
            give(node, kind, attribute, value)
    for place in kind.places if depth else ():
        line = line_of(kind, place)
        if place.name not in NAMED and line is not None and line.answer == "carried":
            for child in members(place):
                _fill(node, kind, place, child, depth)


def _fill(node: etree._Element, kind: Element, place: Place, child: Element, depth: int) -> None:
    if not place.many and node.find(f"{{{BPMN}}}{child.name}") is not None:
        return
    for text in _texts(node, place):
        new = insert(node, kind, place, child)
        new.text = text or new.text
        if not child.type.startswith("xsd:"):
            _enrich(new, child, depth - 1)


def _fitting(node: etree._Element, attribute: Attribute) -> str:
    """A value that contradicts nothing; empty: none."""
    if attribute.name != "gatewayDirection":
        found = [v for v in values(attribute) if v not in REFUSED.get(attribute.name, ())]
        return found[0] if found else ""
    ways = len(_flows(node, "targetRef")), len(_flows(node, "sourceRef"))
    several = tuple(count > 1 for count in ways)
    fitting = {(True, False): "Converging", (False, True): "Diverging", (True, True): "Mixed"}
    return fitting.get(several, "Unspecified")


def _texts(node: etree._Element, place: Place) -> list[str]:
    """What the new children refer to, where that is not free; an empty text: anything."""
    ends = {"incoming": "targetRef", "outgoing": "sourceRef"}
    if place.name not in ends:
        return [""]
    named = {e.text for e in node.iterfind(f"{{{BPMN}}}{place.name}")}
    return [id_ for id_ in _flows(node, ends[place.name]) if id_ not in named]


def _flows(node: etree._Element, end: str) -> list[str]:
    """The flows that begin (`sourceRef`) or end (`targetRef`) at the node."""
    around = node.getparent()
    flows = [] if around is None else around.iterfind(f"{{{BPMN}}}sequenceFlow")
    return [flow.get("id", "") for flow in flows if flow.get(end) == node.get("id")]


def printed(node: etree._Element) -> bytes:
    """The file the node stands in, with what its new references lead to."""
    root = node.getroottree().getroot()
    text = etree.tostring(root, encoding="unicode")
    for name, xml in ROOTS.items():
        if f"part_{name}" in text and root.find(f".//{{*}}{name}[@id='part_{name}']") is None:
            root.insert(0, etree.fromstring(xml.format(BPMN)))
    return etree.tostring(root)


def _target(name: str) -> str:
    for target, names in TARGETS.items():
        if name in names:
            return f"part_{target}"
    return "case"
