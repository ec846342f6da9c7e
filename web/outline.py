"""A diagram as a list: every element in reading order, with its lane and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
# Local name of the element -> kind as the page names it.
KINDS: Mapping[str, str] = {
    "startEvent": "event",
    "endEvent": "event",
    "intermediateCatchEvent": "event",
    "intermediateThrowEvent": "event",
    "boundaryEvent": "event",
    "userTask": "person",
    "manualTask": "person",
    "callActivity": "call",
    "subProcess": "part",
    "transaction": "part",
    "adHocSubProcess": "part",
    "serviceTask": "automatic",
    "scriptTask": "automatic",
    "businessRuleTask": "automatic",
    "sendTask": "automatic",
    "receiveTask": "automatic",
    "task": "automatic",
    "exclusiveGateway": "choice",
    "inclusiveGateway": "choice",
    "parallelGateway": "fork",
    "complexGateway": "choice",
    "eventBasedGateway": "choice",
}


@dataclass(frozen=True, kw_only=True)
class Element:
    """One node of the diagram.  `following`: where its flows lead, with the answer if any.

    `inside`: id of the sub-process it lies in, or empty.
    """

    id: str
    inside: str
    name: str
    kind: str
    lane: str
    following: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A flow between two nodes; nameless ones count as well."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How the nodes of the diagram hang together.

    `kinds`: node -> its word in BPMN.  `otherwise`: node -> the flow it takes when no other fits.
    """

    kinds: Mapping[str, str]
    flows: tuple[Flow, ...]
    otherwise: Mapping[str, str]


@lru_cache(maxsize=64)
def shape(diagram: bytes) -> Shape:
    root = _root(diagram)
    return Shape(
        kinds={
            str(node.get("id")): str(node.tag).removeprefix(_BPMN)
            for node in root.iter()
            if _kind(node)
        },
        flows=tuple(
            Flow(
                id=str(flow.get("id")),
                source=str(flow.get("sourceRef")),
                target=str(flow.get("targetRef")),
            )
            for flow in root.iter(f"{_BPMN}sequenceFlow")
        ),
        otherwise={
            str(node.get("id")): str(node.get("default"))
            for node in root.iter()
            if _kind(node) and node.get("default")
        },
    )


def _root(diagram: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(diagram, parser)


@lru_cache(maxsize=64)
def outline(diagram: bytes) -> tuple[Element, ...]:
    """The named elements from left to right, then from top to bottom.

    What lies in a sub-process follows it.
    """
    root = _root(diagram)
    nodes = {str(node.get("id")): node for node in root.iter() if _kind(node) and node.get("id")}
    return tuple(_within("", nodes, _Drawing(root, nodes)))


class _Drawing:
    """What the diagram says about its nodes beyond themselves."""

    def __init__(self, root: etree._Element, nodes: Mapping[str, etree._Element]) -> None:
        self.places = _places(root)
        self.lanes = _lanes(root)
        self.following = _following(root, nodes)

    def element(self, id_: str, node: etree._Element, inside: str) -> Element:
        return Element(
            id=id_,
            inside=inside,
            name=_name(node),
            kind=_kind(node),
            lane=self.lanes.get(id_) or self.lanes.get(inside, ""),
            following=self.following.get(id_, ()),
        )


def _within(
    inside: str, nodes: Mapping[str, etree._Element], drawing: _Drawing
) -> Iterator[Element]:
    ids = [id_ for id_, node in nodes.items() if _parent(node) == inside]
    ids.sort(key=lambda id_: drawing.places.get(id_, (0.0, 0.0)))
    for id_ in ids:
        if _name(nodes[id_]):
            yield drawing.element(id_, nodes[id_], inside)
        if _kind(nodes[id_]) == "part":
            yield from _within(id_, nodes, drawing)


def _parent(node: etree._Element) -> str:
    above = node.getparent()
    return str(above.get("id")) if above is not None and _kind(above) == "part" else ""


def _kind(node: etree._Element) -> str:
    tag = node.tag if isinstance(node.tag, str) else ""
    return KINDS.get(tag.removeprefix(_BPMN), "") if tag.startswith(_BPMN) else ""


def _name(node: etree._Element) -> str:
    return " ".join((node.get("name") or "").split())


def _places(root: etree._Element) -> dict[str, tuple[float, float]]:
    places = {}
    for shape in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"):
        bounds = shape.find(f"{_DC}Bounds")
        if bounds is not None:
            column = float(bounds.get("x", 0)) // 60  # what stands in one column reads downwards
            places[str(shape.get("bpmnElement"))] = (column, float(bounds.get("y", 0)))
    return places


def _lanes(root: etree._Element) -> dict[str, str]:
    return {
        (reference.text or "").strip(): _name(lane)
        for lane in root.iter(f"{_BPMN}lane")
        for reference in lane.iter(f"{_BPMN}flowNodeRef")
    }


def _following(
    root: etree._Element, nodes: Mapping[str, etree._Element]
) -> dict[str, tuple[str, ...]]:
    flows: dict[str, list[tuple[str, str]]] = {}
    for flow in root.iter(f"{_BPMN}sequenceFlow"):
        source, target = str(flow.get("sourceRef")), str(flow.get("targetRef"))
        flows.setdefault(source, []).append((target, _name(flow)))
    return {id_: tuple(_reached(id_, flows, nodes, frozenset({id_}))) for id_ in nodes}


def _reached(
    id_: str,
    flows: Mapping[str, list[tuple[str, str]]],
    nodes: Mapping[str, etree._Element],
    seen: frozenset[str],
) -> Iterator[str]:
    """Names of the next elements; one without a name is passed through."""
    for target, answer in flows.get(id_, ()):
        if target in seen or target not in nodes:
            continue
        name = _name(nodes[target])
        prefix = f"{answer}：" if answer else ""
        if name:
            yield prefix + name
        else:
            for further in _reached(target, flows, nodes, seen | {target}):
                yield prefix + further
