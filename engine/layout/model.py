"""What is to be drawn?  Reads the semantic part of a BPMN file and nothing of its diagram."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from xml.etree import ElementTree as ET

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
EVENTS = {
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
}
GATEWAYS = {
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
}
ACTIVITIES = {
    *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask"),
    *("businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"),
}
SUB_PROCESSES = {BPMN + kind for kind in ("subProcess", "transaction", "adHocSubProcess")}
ARTIFACTS = {
    "dataStoreReference": (50, 50),
    "dataObjectReference": (36, 50),
    "textAnnotation": (150, 40),
}
LABEL_LINE = 14
LABEL_WRAP = 112  # bpmn-js wraps an external label at its own width, never narrower than 90


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node or an artifact; `lane` is an index into `Diagram.lanes`."""

    id: str
    name: str
    kind: str
    lane: int
    host: str | None = None  # the activity a boundary event sits on

    @property
    def size(self) -> tuple[int, int]:
        if self.kind in ARTIFACTS:
            return ARTIFACTS[self.kind]
        if self.is_activity:
            return 120, 80
        return (50, 50) if self.is_gateway else (36, 36)

    @property
    def is_gateway(self) -> bool:
        return self.kind in GATEWAYS

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES

    @property
    def has_label(self) -> bool:
        """Whether the name is drawn outside the shape."""
        return bool(self.name) and not self.is_activity and self.kind != "textAnnotation"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow, or (`is_association`) the dotted line to an artifact."""

    id: str
    name: str
    source: str
    target: str
    is_association: bool = False


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """One plane: a process with its lanes, or the inside of a collapsed sub-process."""

    plane_id: str  # the element the plane shows: collaboration, process or sub-process
    participant_id: str | None
    lanes: tuple[tuple[str, str], ...]  # (id, name); one nameless lane if the model has none
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]


def text_size(text: str, wrap: int = LABEL_WRAP) -> tuple[int, int]:
    """Size of an external label at 11 px, a full-width character being 11 px wide."""
    widths = [
        sum(11 if unicodedata.east_asian_width(c) in "WFA" else 6.5 for c in line)
        for line in text.split("\n")
    ]
    lines = sum(max(1, -(-int(width) // wrap)) for width in widths)
    return int(min(max(widths), wrap)) + 2, lines * LABEL_LINE


def read(text: str) -> list[Diagram]:
    """All planes of a file, the process first, then each collapsed sub-process."""
    root = ET.fromstring(text.encode())  # noqa: S314  our own files
    collaboration = root.find(f"{BPMN}collaboration")
    participants = {p.get("processRef"): p.get("id") for p in root.iter(f"{BPMN}participant")}
    diagrams = []
    for process in root.findall(f"{BPMN}process"):
        participant_id = participants.get(process.get("id"))
        shown = collaboration if participant_id and collaboration is not None else process
        diagrams.append(_diagram(process, shown.attrib["id"], participant_id))
        inner = [e for e in process.iter() if e.tag in SUB_PROCESSES]
        diagrams += [_diagram(e, e.attrib["id"], None) for e in inner]
    return diagrams


def _diagram(scope: ET.Element, plane_id: str, participant_id: str | None) -> Diagram:
    lanes = scope.findall(f"{BPMN}laneSet/{BPMN}lane")
    lane_of = {
        r.text: i for i, lane in enumerate(lanes) for r in lane.findall(f"{BPMN}flowNodeRef")
    }
    flows = [_flow(e) for e in scope if e.tag in (f"{BPMN}sequenceFlow", f"{BPMN}association")]
    flows += [link for e in scope for link in _data_links(e)]
    kinds = EVENTS | GATEWAYS | ACTIVITIES | ARTIFACTS.keys()
    nodes = {}
    for element in scope:
        kind = element.tag.removeprefix(BPMN)
        if kind in kinds:
            node_id, host = element.attrib["id"], element.get("attachedToRef")
            near = next(
                (
                    b
                    for f in flows
                    for a, b in ((f.source, f.target), (f.target, f.source))
                    if a == node_id
                ),
                "",
            )
            lane = lane_of.get(node_id, lane_of.get(host, lane_of.get(near, 0)))
            name = element.get("name") or element.findtext(f"{BPMN}text") or ""
            nodes[node_id] = Node(id=node_id, name=name, kind=kind, lane=lane, host=host)
    named = tuple((lane.attrib["id"], lane.get("name", "")) for lane in lanes)
    return Diagram(
        plane_id=plane_id,
        participant_id=participant_id,
        lanes=named or (("", ""),),
        nodes=nodes,
        flows=tuple(f for f in flows if f.source in nodes and f.target in nodes),
    )


def _flow(element: ET.Element) -> Flow:
    return Flow(
        id=element.attrib["id"],
        name=element.get("name", ""),
        source=element.attrib["sourceRef"],
        target=element.attrib["targetRef"],
        is_association=element.tag == f"{BPMN}association",
    )


def _data_links(activity: ET.Element) -> list[Flow]:
    links = []
    for tag, end in (("dataInputAssociation", "sourceRef"), ("dataOutputAssociation", "targetRef")):
        for link in activity.findall(BPMN + tag):
            ends = (link.findtext(BPMN + end) or "", activity.attrib["id"])
            source, target = ends if end == "sourceRef" else ends[::-1]
            links.append(
                Flow(
                    id=link.attrib["id"], name="", source=source, target=target, is_association=True
                )
            )
    return links
