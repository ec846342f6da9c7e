"""How many pixels?  Gaps get their width from the lines in use, labels a free place each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from engine.layout.model import Diagram, Flow, Node, text_size
from engine.layout.order import anchor
from engine.layout.routing import BORDER, Grid, Line

LEFT, TOP, HEADER = (
    160,
    80,
    30,
)  # of the pool; HEADER is the strip with its name, and again a lane's
SPACING = 14  # of parallel lines
GAP_X, GAP_Y, EDGE = 40, 30, 26
PAIR = 2  # events on an activity whose labels fit side by side
BOUNDARY_ROOM = 48  # below an activity: half the event and its label
FEW = 2  # other answers of a gateway
STRAIGHT = 2  # points of a flow without a bend
Pixels = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box, margin: float = 0) -> bool:
        across = self.x - margin < other.x + other.width and other.x - margin < self.x + self.width
        return (
            across
            and self.y - margin < other.y + other.height
            and other.y - margin < self.y + self.height
        )


@dataclass(frozen=True)
class Drawing:
    pool: Box | None
    lanes: tuple[Box, ...]
    shapes: dict[str, Box]
    edges: dict[str, list[Pixels]]
    labels: dict[str, Box]


def draw(diagram: Diagram, grid: Grid) -> Drawing:
    x_of, right = _columns(diagram, grid)
    y_of, borders = _rows(diagram, grid)
    shapes = {node.id: _shape(diagram, node, grid, x_of, y_of) for node in diagram.nodes.values()}
    edges = {}
    for flow in diagram.flows:
        points = [(x_of[x], y_of[y]) for x, y in grid.paths[flow.id]]
        points[0] = _dock(shapes[flow.source], points[1])
        points[-1] = _dock(shapes[flow.target], points[-2])
        edges[flow.id] = points
    has_pool = diagram.participant_id is not None
    left = LEFT + HEADER * has_pool
    lanes = tuple(Box(left, a, right - left, b - a) for a, b in pairwise(borders))
    pool = Box(LEFT, TOP, right - LEFT, borders[-1] - TOP) if has_pool else None
    return Drawing(pool, lanes, shapes, edges, _labels(diagram, shapes, edges, borders))


def _columns(diagram: Diagram, grid: Grid) -> tuple[dict[int, float], float]:
    used = {x for path in grid.paths.values() for x, _ in path}
    widths: dict[int, int] = defaultdict(int)
    room: dict[int, int] = defaultdict(lambda: GAP_X)
    for node in diagram.nodes.values():
        slot = grid.xs[grid.at[node.id][0]].slot
        if not node.host:
            widths[slot] = max(widths[slot], node.size[0])
    for flow in diagram.flows:
        if flow.name and grid.paths[flow.id][1][1] == grid.at[flow.source][1]:
            slot = grid.xs[grid.at[flow.source][0]].slot + 1
            room[slot] = max(room[slot], text_size(flow.name)[0] + 22)
    room[0] = room[len(widths)] = EDGE
    for node in diagram.nodes.values():
        slot = grid.xs[grid.at[node.id][0]].slot
        for gap in {slot, slot + 1} & {0, len(widths)} if node.has_label else ():
            room[gap] = max(room[gap], (text_size(node.name)[0] - widths[slot]) // 2 + 12)
    start = (
        LEFT + HEADER * (diagram.participant_id is not None) + HEADER * bool(diagram.lanes[0][0])
    )
    position, end = _spread(grid.xs, used, widths, room, start)
    return position, end


def _rows(diagram: Diagram, grid: Grid) -> tuple[dict[int, float], list[float]]:
    """Heights, and the borders of the lanes."""
    heights: dict[int, int] = defaultdict(int)
    room: dict[int, int] = defaultdict(lambda: GAP_Y)
    lane_starts = {r for r in range(1, len(grid.rows)) if grid.rows[r][0] != grid.rows[r - 1][0]}
    for row in (0, len(grid.rows), *lane_starts):
        room[row] = EDGE
    for node in diagram.nodes.values():
        row = grid.ys[grid.at[node.id][1]].slot
        if node.host:
            room[row + 1] = BOUNDARY_ROOM + 8
        else:
            heights[row] = max(heights[row], node.size[1] + (10 if node.has_label else 0))
    walls = [
        y
        for y, line in enumerate(grid.ys)
        if line.is_gap and line.offset == BORDER and line.slot in lane_starts
    ]
    used = {y for path in grid.paths.values() for _, y in path} - set(walls)
    position, end = _spread(grid.ys, used, heights, room, TOP, walls)
    return position, [TOP, *(position[y] for y in walls), end]


def _spread(
    axis: tuple[Line, ...],
    used: set[int],
    sizes: dict[int, int],
    room: dict[int, int],
    start: float,
    walls: Iterable[int] = (),
) -> tuple[dict[int, float], float]:
    """Coordinates of the lines in use and of the walls, and the end of the axis."""
    position: dict[int, float] = {}
    at = start
    for slot in range(len(sizes) + 1):
        wall = next((w for w in walls if axis[w].slot == slot), None)
        lines = [i for i in sorted(used) if axis[i].is_gap and axis[i].slot == slot]
        at = _gap(position, [i for i in lines if wall is None or i < wall], at, room[slot])
        if wall is not None:
            position[wall] = at
            at = _gap(position, [i for i in lines if i > wall], at, EDGE)
        for i, line in enumerate(axis):
            if not line.is_gap and line.slot == slot:
                position[i] = round(at + sizes[slot] / 2) + line.offset
        at += sizes.get(slot, 0)
    return position, at


def _gap(position: dict[int, float], lines: list[int], at: float, room: int) -> float:
    """Space the lines evenly over a gap that begins at `at`; returns where the gap ends."""
    width = max(room, (len(lines) + 1) * SPACING + (16 if lines else 0))
    for n, line in enumerate(lines, start=1):
        position[line] = round(at + width * n / (len(lines) + 1))
    return at + width


def _shape(
    diagram: Diagram, node: Node, grid: Grid, x_of: dict[int, float], y_of: dict[int, float]
) -> Box:
    x, y = grid.at[node.id]
    width, height = node.size
    middle = y_of[y] + (anchor(diagram, node.id).size[1] / 2 if node.host else 0)
    return Box(x_of[x] - width / 2, middle - height / 2, width, height)


def _dock(box: Box, towards: Pixels) -> Pixels:
    """Where a straight line from the centre of the shape towards a point leaves it."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    if abs(towards[1] - y) < 1:
        return (box.x + box.width if towards[0] > x else box.x), y
    return x, (box.y + box.height if towards[1] > y else box.y)


def _labels(
    diagram: Diagram, shapes: dict[str, Box], edges: dict[str, list[Pixels]], borders: list[float]
) -> dict[str, Box]:
    lines = {i: [_hull(a, b) for a, b in pairwise(e)] for i, e in edges.items()}
    walls = [Box(LEFT, border, 1e5, 0) for border in borders]
    guests = Counter(node.host for node in diagram.nodes.values())
    labels: dict[str, Box] = {}

    def collisions(box: Box) -> int:
        hits = sum(10 for other in shapes.values() if box.overlaps(other))
        hits += sum(10 for other in labels.values() if box.overlaps(other, 2))
        hits += sum(
            6 for strokes in lines.values() for stroke in strokes if box.overlaps(stroke, 3)
        )
        return hits + sum(3 for wall in walls if box.overlaps(wall, 1))

    for node in diagram.nodes.values():
        if node.has_label:
            places = _around(node, shapes[node.id], is_crowded=guests[node.host] > PAIR)
            labels[node.id] = min(places, key=collisions)
    for flow in diagram.flows:
        if flow.name:
            siblings = [
                edges[f.id] for f in diagram.flows if f.source == flow.source and f.id != flow.id
            ]
            places = _along(flow, _unshared(edges[flow.id], siblings))
            labels[flow.id] = min(places, key=collisions)
    return labels


def _hull(a: Pixels, b: Pixels) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))


def _around(node: Node, shape: Box, *, is_crowded: bool) -> list[Box]:
    """Places for the label of an event or gateway, best first.

    `is_crowded`: it shares its activity with two events or more, so that labels need two lines.
    """
    width, height = text_size(node.name)
    x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
    below, above = shape.y + shape.height + 3, shape.y - height - 3
    left, right = x - width - 6, x + 6
    if node.host:
        return [
            Box(side, below + down, width, height)
            for down in (-4, 4, 10, *((28,) if is_crowded else ()))
            for side in (left - 4, right + 4)
        ]
    centred, corners = [], []
    for level in (above, below) if node.is_gateway else (below, above):
        centred.append(Box(x - width / 2, level, width, height))
        inward = 12 if node.is_gateway else 0
        closer = level + inward if level == above else level - inward
        corners += [Box(left - 4, closer, width, height), Box(right + 4, closer, width, height)]
    beside = [
        Box(shape.x + shape.width + 4, level, width, height) for level in (y - height / 2, y + 4)
    ]
    off_row = [
        Box(side, level, width, height)
        for level in (y - 42 - height, y + 42)
        for side in (left, right)
    ]
    return [*centred, *corners, *beside, *off_row]


def _unshared(points: list[Pixels], siblings: list[list[Pixels]]) -> list[Pixels]:
    """The part of a flow after the trunk it shares with others.

    All answers of a large gateway are treated alike.
    """
    first = _hull(points[0], points[1])
    shares = any(
        points[0] == s[0] and _hull(s[0], s[1]).overlaps(first, 0.5) and _side(s) == _side(points)
        for s in siblings
    )
    return points[1:] if (shares or len(siblings) > FEW) and len(points) > STRAIGHT else points


def _side(points: list[Pixels]) -> tuple[bool, bool]:
    (x1, y1), (x2, y2) = points[:2]
    return (x1 == x2, x2 + y2 > x1 + y1)


def _along(flow: Flow, points: list[Pixels]) -> list[Box]:
    """Places for the label of a flow: near its beginning first, above the line, then below."""
    width, height = text_size(flow.name)
    places = []
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 == y2:
            starts = (
                [x1 + 11, (x1 + x2 - width) / 2, x2 - width - 12]
                if x2 > x1
                else [x1 - width - 11, (x1 + x2 - width) / 2]
            )
            room = [x for x in starts if min(x1, x2) <= x and x + width <= max(x1, x2)] or starts[
                :1
            ]
            places += [Box(x, y, width, height) for x in room for y in (y1 - height - 3, y1 + 4)]
        else:
            levels = (
                [y1 + 6, y1 + 20, (y1 + y2 - height) / 2]
                if y2 > y1
                else [y1 - height - 6, y1 - height - 20, (y1 + y2 - height) / 2]
            )
            places += [Box(x, y, width, height) for y in levels for x in (x1 + 6, x1 - width - 6)]
    return places
