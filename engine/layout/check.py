"""How good is a diagram?  `python -m engine.layout.check FILE...` counts what disturbs the eye.

The exit code is 1 when a file has a fault.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from engine.layout.geometry import Box, Pixels
from engine.layout.model import Diagram, Flow, read, text_size
from engine.layout.order import backward_flows

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
TOUCH = 4  # pixels: strokes nearer than this, for longer than this, run on each other
LINE_CHARACTERS = 8  # full-width characters of a line inside a task


@dataclass
class Counts:
    """The first nine must be 0; the others are to be small."""

    missing: int = 0  # elements without a shape or edge
    shapes_overlapping: int = 0
    edges_through_shapes: int = 0
    edges_on_edges: int = (
        0  # flows with no common end that run along the same line, or a flow along a lane border
    )
    labels_colliding: int = 0  # with a shape, a flow, a lane border or another label
    lanes_violated: int = 0  # flow nodes not inside the lane that names them
    backward: int = 0  # flows to the left that close no loop
    slanted: int = 0  # segments neither horizontal nor vertical
    orphans: int = 0  # task labels whose last line is a single character
    crossings: int = 0
    loops: int = 0
    bends: int = 0
    flows: int = 0
    width: int = 0
    height: int = 0

    def faults(self) -> list[str]:
        return [name for name, value in list(asdict(self).items())[:9] if value]


@dataclass(frozen=True)
class Drawn:
    shapes: dict[str, Box]
    edges: dict[str, list[Pixels]]
    labels: dict[str, Box]


def check(text: str) -> Counts:
    """Counts for all planes of a file together; width and height are those of the first."""
    drawn = _drawn(text)
    planes = [_check_plane(d, drawn.get(d.plane_id, Drawn({}, {}, {}))) for d in read(text)]
    total = {name: sum(getattr(p, name) for p in planes) for name in asdict(planes[0])}
    return Counts(**total | {"width": planes[0].width, "height": planes[0].height})


def _check_plane(diagram: Diagram, drawn: Drawn) -> Counts:
    counts = Counts(flows=len(diagram.flows))
    lanes = {lane_id for lane_id, _ in diagram.lanes if lane_id}
    counts.missing = len((diagram.nodes.keys() | lanes) - drawn.shapes.keys())
    counts.missing += len({f.id for f in diagram.flows} - drawn.edges.keys())
    nodes = {i: drawn.shapes[i] for i in diagram.nodes if i in drawn.shapes}
    flows = [f for f in diagram.flows if f.id in drawn.edges]
    borders = [b for i in lanes if i in drawn.shapes for b in _outline(drawn.shapes[i])]
    _check_shapes(counts, diagram, drawn, nodes)
    _check_flows(counts, diagram, drawn, nodes, flows, borders)
    _check_labels(counts, diagram, drawn, nodes, flows, borders)
    everything = [*drawn.shapes.values(), *drawn.labels.values()] or [Box(0, 0, 0, 0)]
    counts.width = round(max(b.x + b.width for b in everything) - min(b.x for b in everything))
    counts.height = round(max(b.y + b.height for b in everything) - min(b.y for b in everything))
    return counts


def _drawn(text: str) -> dict[str, Drawn]:
    """What is drawn on each plane, by the element the plane shows."""
    root = ET.fromstring(text.encode())  # noqa: S314  our own files
    planes = root.findall(f".//{BPMNDI}BPMNPlane")
    return {plane.attrib["bpmnElement"]: _drawn_on(plane) for plane in planes}


def _drawn_on(plane: ET.Element) -> Drawn:
    drawn = Drawn({}, {}, {})
    for item in plane:
        element = item.attrib["bpmnElement"]
        bounds, label = item.find(f"{DC}Bounds"), item.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        if bounds is not None:
            drawn.shapes[element] = _box(bounds)
        else:
            drawn.edges[element] = [
                (float(w.attrib["x"]), float(w.attrib["y"])) for w in item.findall(f"{DI}waypoint")
            ]
        if label is not None:
            drawn.labels[element] = _box(label)
    return drawn


def _box(bounds: ET.Element) -> Box:
    return Box(*(float(bounds.attrib[k]) for k in ("x", "y", "width", "height")))


def _check_shapes(counts: Counts, diagram: Diagram, drawn: Drawn, nodes: dict[str, Box]) -> None:
    for (a, box_a), (b, box_b) in combinations(nodes.items(), 2):
        attached = diagram.nodes[a].host == b or diagram.nodes[b].host == a
        counts.shapes_overlapping += box_a.overlaps(box_b) and not attached
    for node_id, box in nodes.items():
        node = diagram.nodes[node_id]
        lane = drawn.shapes.get(diagram.lanes[node.lane][0])
        middle = (
            Box(box.x, box.y, box.width, 18) if node.host else box
        )  # an event may hang over the border
        counts.lanes_violated += bool(diagram.lanes[0][0]) and (
            lane is None or not _inside(middle, lane)
        )
        rest = len(node.name) % LINE_CHARACTERS
        counts.orphans += node.is_activity and len(node.name) > LINE_CHARACTERS and rest == 1


def _check_flows(
    counts: Counts,
    diagram: Diagram,
    drawn: Drawn,
    nodes: dict[str, Box],
    flows: list[Flow],
    borders: list[Box],
) -> None:
    back = backward_flows(diagram)
    for flow in flows:
        points = drawn.edges[flow.id]
        strokes = _strokes(points)
        ends = {
            flow.source,
            flow.target,
            diagram.nodes[flow.source].host,
            diagram.nodes[flow.target].host,
        }
        counts.edges_through_shapes += sum(
            any(s.overlaps(b) for s in strokes) for i, b in nodes.items() if i not in ends
        )
        counts.edges_on_edges += any(_along(s, border) for s in strokes for border in borders)
        counts.slanted += sum(min(s.width, s.height) > 1 for s in strokes)
        counts.bends += len(points) - 2
        counts.loops += flow.id in back
        counts.backward += flow.id not in back and points[-1][0] < points[0][0]
    for a, b in combinations(flows, 2):
        pairs = [(s, t) for s in _strokes(drawn.edges[a.id]) for t in _strokes(drawn.edges[b.id])]
        related = a.source == b.source or a.target == b.target
        counts.crossings += sum(_crosses(s, t) for s, t in pairs)
        counts.edges_on_edges += not related and any(_along(s, t) for s, t in pairs)


def _check_labels(
    counts: Counts,
    diagram: Diagram,
    drawn: Drawn,
    nodes: dict[str, Box],
    flows: list[Flow],
    borders: list[Box],
) -> None:
    labels = {
        n.id: drawn.labels.get(n.id) or _below(nodes[n.id], n.name)
        for n in diagram.nodes.values()
        if n.has_label and n.id in nodes
    }
    labels |= {
        f.id: drawn.labels.get(f.id) or _halfway(drawn.edges[f.id], f.name) for f in flows if f.name
    }
    strokes = [s for f in flows for s in _strokes(drawn.edges[f.id])]
    for label in labels.values():
        hits = sum(label.overlaps(other) for other in [*nodes.values(), *strokes, *borders])
        counts.labels_colliding += hits > 0
    counts.labels_colliding += sum(a.overlaps(b) for a, b in combinations(labels.values(), 2))


def _below(shape: Box, name: str) -> Box:
    """Where bpmn-js puts the label of an event or gateway if the file does not say."""
    width, height = text_size(name, 90)
    return Box(shape.x + (shape.width - width) / 2, shape.y + shape.height, width, height)


def _halfway(points: list[Pixels], name: str) -> Box:
    width, height = text_size(name, 90)
    (x1, y1), (x2, y2) = points[len(points) // 2 - 1], points[len(points) // 2]
    return Box((x1 + x2 - width) / 2, (y1 + y2) / 2 - height, width, height)


def _strokes(points: list[Pixels]) -> list[Box]:
    return [
        Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))
        for a, b in pairwise(points)
    ]


def _outline(box: Box) -> list[Box]:
    return [Box(box.x, box.y, box.width, 0), Box(box.x, box.y + box.height, box.width, 0)]


def _inside(box: Box, outer: Box) -> bool:
    across = outer.x <= box.x and box.x + box.width <= outer.x + outer.width
    return across and outer.y <= box.y and box.y + box.height <= outer.y + outer.height


def _crosses(a: Box, b: Box) -> bool:
    """Whether two axis-parallel strokes cross in the middle of both."""
    level, upright = (a, b) if a.height <= b.height else (b, a)
    across = level.x < upright.x < level.x + level.width and upright.width <= 1
    return across and upright.y < level.y < upright.y + upright.height and level.height <= 1


def _along(a: Box, b: Box) -> bool:
    """Whether two strokes run on each other, or closer than 4 px, for more than 4 px."""
    if max(a.height, b.height) <= 1 and abs(a.y - b.y) < TOUCH:
        return min(a.x + a.width, b.x + b.width) - max(a.x, b.x) > TOUCH
    if max(a.width, b.width) <= 1 and abs(a.x - b.x) < TOUCH:
        return min(a.y + a.height, b.y + b.height) - max(a.y, b.y) > TOUCH
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    faulty = False
    for path in parser.parse_args().files:
        counts = check(path.read_text(encoding="utf-8"))
        values = asdict(counts) | {"bends_per_flow": round(counts.bends / max(1, counts.flows), 2)}
        shown = ", ".join(f"{name} {value}" for name, value in values.items() if value)
        sys.stdout.write(f"{path.stem}: {shown}\n")
        faulty |= bool(counts.faults())
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
