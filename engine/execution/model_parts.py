"""The parts of a diagram, as the comparison of versions tells them apart.

Codes of facts: `property:<name>` of our own properties, `parameter:<name>` of an operation, else a
word for what the element says (`condition`, `script`, `calls`, `from`, `to`, `lane` ...).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.domain.model_change import Part
from engine.execution.resolving import GLOBAL_TASKS
from engine.execution.xml import BPMN, DIAGRAM, SPIFF, child, children, local, read_diagram, text

_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_OMG_DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
_SHARED: Final = frozenset({"message", "signal", "error", "escalation", *GLOBAL_TASKS})
_STRUCTURE: Final = frozenset(
    {"incoming", "outgoing", "extensionElements", "laneSet", "flowNodeRef", "ioSpecification"}
)
_NOT_PARTS: Final = frozenset({"property", "dataInput", "dataOutput", "laneSet"})
_ATTRIBUTES: Final = {
    "sourceRef": "from",
    "targetRef": "to",
    "calledElement": "calls",
    "attachedToRef": "attached_to",
    "cancelActivity": "interrupts",
    "default": "default",
    "isExecutable": "executable",
    "triggeredByEvent": "event_part",
    "ordering": "ordering",
    "cancelRemainingInstances": "cancels_rest",
}
_REFERENCES: Final = ("sourceRef", "targetRef", "attachedToRef", "default")
_TEXTS: Final = {
    "conditionExpression": "condition",
    "script": "script",
    "documentation": "documentation",
}


def parts_of(content: bytes, file: str) -> list[Part]:
    """Everything in the diagram that has a meaning and an id, in the order of the file.

    Raises:
        RefusedError: it cannot be read.
    """
    root = read_diagram(content, file)
    names = {e.get("id", ""): e.get("name", "") for e in root.iter() if e.get("id")}
    lanes = _lanes(root)
    places = dict(_places(root))
    return [
        Part(
            id=element.get("id", ""),
            kind=local(element),
            name=element.get("name", ""),
            facts=_facts(element, names, lanes),
            place=places.get(element.get("id", ""), ""),
            refers=_refers(element),
        )
        for element in _elements(root)
    ]


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    for element in root:
        if local(element) in _SHARED:
            yield element
    for process in root.iter(f"{{{BPMN}}}process"):
        yield process
        for element in process.iter():
            if element is process or not isinstance(element.tag, str) or not element.get("id"):
                continue
            if element.tag.startswith(f"{{{BPMN}}}") and _is_part(element):
                yield element


def _is_part(element: etree._Element) -> bool:
    kind = local(element)
    if kind in _NOT_PARTS or kind.endswith(("EventDefinition", "Expression", "Characteristics")):
        return False
    parent = element.getparent()
    return parent is not None and local(parent) in {
        "process",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "laneSet",
        "childLaneSet",
    }


def _refers(element: etree._Element) -> dict[str, str]:
    """Code -> id of the other element that the fact names."""
    return {
        _ATTRIBUTES[attribute]: element.get(attribute, "")
        for attribute in _REFERENCES
        if element.get(attribute) is not None
    }


def _facts(
    element: etree._Element, names: Mapping[str, str], lanes: Mapping[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for attribute, code in _ATTRIBUTES.items():
        value = element.get(attribute)
        if value is not None:
            found[code] = names.get(value) or value
    if element.get("id") in lanes:
        found["lane"] = lanes[element.get("id", "")]
    found.update(_own_properties(element))
    if local(element) == "process":
        found.update(_interface(element))
    for inner in element:
        if isinstance(inner.tag, str) and local(inner) not in _STRUCTURE and not inner.get("name"):
            found.update(_of_child(inner, names))
    return found


def _own_properties(element: etree._Element) -> Iterator[tuple[str, str]]:
    own = child(element, "extensionElements")
    for one in () if own is None else own.iter():
        if not isinstance(one.tag, str) or not one.tag.startswith(f"{{{SPIFF}}}"):
            continue
        kind = local(one)
        if kind == "property":
            yield f"property:{one.get('name', '')}", one.get("value", "")
        elif kind == "parameter":
            yield f"parameter:{one.get('id', '')}", one.get("value", "")
        elif kind == "serviceTaskOperator":
            yield "operation", one.get("id", "")
            yield "result", one.get("resultVariable", "")
        elif one.text and one.text.strip():
            yield kind, one.text.strip()


def _interface(process: etree._Element) -> Iterator[tuple[str, str]]:
    for kind, code in (("dataInput", "inputs"), ("dataOutput", "outputs")):
        place = child(process, "ioSpecification")
        found = [] if place is None else [e.get("name", "") for e in children(place, kind)]
        if found:
            yield code, "、".join(found)


def _of_child(inner: etree._Element, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a nested element says: a condition, a script, when a timer fires, how often it runs."""
    kind = local(inner)
    if kind in _TEXTS:
        yield _TEXTS[kind], text(inner)
        return
    if inner.get("id") and _is_part(inner):
        return  # a part of its own
    for one in inner.iter():
        if not isinstance(one.tag, str):
            continue
        word = local(one)
        said = (one.text or "").strip()
        if said and word not in _STRUCTURE:
            yield word, names.get(said) or said
        for attribute in ("messageRef", "signalRef", "errorRef", "escalationRef", "isSequential"):
            referred = one.get(attribute)
            if referred:
                yield attribute, names.get(referred) or referred


def _lanes(root: etree._Element) -> dict[str, str]:
    """Node id -> name of the innermost lane."""
    return {
        text(reference): lane.get("name", "")
        for lane in root.iter(f"{{{BPMN}}}lane")
        for reference in lane.iter(f"{{{BPMN}}}flowNodeRef")
    }


def _places(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Id -> where it is drawn, in whole units."""
    for shape in root.iter(f"{{{DIAGRAM}}}BPMNShape", f"{{{DIAGRAM}}}BPMNEdge"):
        said = [
            "/".join(
                str(round(float(one.get(side, "0")))) for side in ("x", "y", "width", "height")
            )
            for one in shape.iter(f"{{{_DC}}}Bounds", f"{{{_OMG_DI}}}waypoint")
        ]
        yield shape.get("bpmnElement", ""), " ".join(said)
