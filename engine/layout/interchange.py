"""How is the drawing stored?  As BPMNDI in the file; every other byte stays as it is."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from engine.layout.geometry import Box, Drawing
from engine.layout.model import ACTIVITIES, Diagram

NAMESPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
OLD = re.compile(r"[ \t]*<(?:\w+:)?BPMNDiagram\b.*?</(?:\w+:)?BPMNDiagram>\s*?\n", re.DOTALL)
END = re.compile(r"[ \t]*</(?:\w+:)?definitions>\s*$")


def with_diagrams(text: str, drawn: list[tuple[Diagram, Drawing]]) -> str:
    """The file with its old diagrams, if any, replaced."""
    bare = OLD.sub("", text)
    end = END.search(bare)
    if end is None:
        raise ValueError("not a BPMN file: no closing definitions tag")
    return bare[: end.start()] + "".join(_plane(*pair) for pair in drawn) + bare[end.start() :]


def _plane(diagram: Diagram, drawing: Drawing) -> str:
    name = diagram.plane_id
    lines = [f'  <bpmndi:BPMNDiagram {NAMESPACES} id="{name}_diagram">']
    lines.append(f'    <bpmndi:BPMNPlane id="{name}_plane" bpmnElement="{name}">')
    if diagram.participant_id and drawing.pool:
        lines += _shape(diagram.participant_id, drawing.pool, ' isHorizontal="true"')
    for (lane_id, _), box in zip(diagram.lanes, drawing.lanes, strict=False):
        if lane_id:
            lines += _shape(lane_id, box, ' isHorizontal="true"')
    for node in diagram.nodes.values():
        marker = ' isMarkerVisible="true"' if node.kind == "exclusiveGateway" else ""
        marker = (
            ' isExpanded="false"'
            if node.kind in ACTIVITIES and "ubProcess" in node.kind
            else marker
        )
        lines += _shape(node.id, drawing.shapes[node.id], marker, drawing.labels.get(node.id))
    for flow in diagram.flows:
        lines.append(
            f'      <bpmndi:BPMNEdge id="{flow.id}_edge" bpmnElement={quoteattr(flow.id)}>'
        )
        lines += [f'        <di:waypoint x="{x:g}" y="{y:g}" />' for x, y in drawing.edges[flow.id]]
        lines += _label(drawing.labels.get(flow.id))
        lines.append("      </bpmndi:BPMNEdge>")
    return "\n".join([*lines, "    </bpmndi:BPMNPlane>", "  </bpmndi:BPMNDiagram>", ""])


def _shape(element: str, box: Box, attributes: str = "", label: Box | None = None) -> list[str]:
    head = f'<bpmndi:BPMNShape id="{element}_shape" bpmnElement={quoteattr(element)}{attributes}>'
    return [f"      {head}", f"        {_bounds(box)}", *_label(label), "      </bpmndi:BPMNShape>"]


def _label(box: Box | None) -> list[str]:
    return (
        ["        <bpmndi:BPMNLabel>", f"          {_bounds(box)}", "        </bpmndi:BPMNLabel>"]
        if box
        else []
    )


def _bounds(box: Box) -> str:
    x, y, width, height = (round(side) for side in (box.x, box.y, box.width, box.height))
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'
