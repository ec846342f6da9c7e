"""What does an arrangement of nodes cost when each flow takes the cheapest of a few shapes?"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from engine.layout.model import Diagram, Flow
from engine.layout.order import anchor, backward_flows, steps

TRACKS = 5  # rows a lane may use; what stays empty disappears
# Prices of the search.  Only their order matters: a hit is never worth a straighter line.
HIT, CROSSING, OVERLAP, BEND, ROW, COLUMN, PORT, MAIN, STRAY, STRETCH, LENGTH = (
    60,
    12,
    8,
    2,
    3,
    8,
    3,
    8,
    1.5,
    4,
    0.1,
)


class Spot(NamedTuple):
    column: int
    lane: int
    track: int

    @property
    def row(self) -> int:
        return self.lane * TRACKS + self.track


Spots = dict[str, Spot]
Cell = tuple[int, int]  # coordinates in quarter cells: 4 * column, 4 * row; gaps lie at 4 * n + 2
GAP = 2  # what is left of a coordinate in a gap, divided by 4
Segment = tuple[bool, int, int, int]  # is horizontal, its fixed coordinate, from, to
Port = tuple[str, str]  # node id and side: l, r, t, b
Line = tuple[int, int, str, str]  # from, to, ids of source and target
Drawn = dict[bool, dict[int, list[Line]]]  # horizontal or not, fixed coordinate


@dataclass(frozen=True)
class _Shape:
    """One way to draw a flow, with the part of its price that does not depend on the others."""

    price: float
    segments: list[Segment]
    ports: tuple[Port, Port]
    ends: frozenset[Cell]


class Pricing:
    """What an arrangement costs when each flow takes the cheapest of a few simple shapes."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._back = backward_flows(diagram)
        self._main = {f.id for f in {f.source: f for f in reversed(diagram.flows)}.values()}
        self._order = sorted(
            diagram.flows, key=lambda f: (f.id in self._back, f.id not in self._main)
        )
        self._steps = steps(diagram)
        self._incoming = Counter(b for _, b in self._steps)
        self._anchor = {id_: anchor(diagram, id_).id for id_ in diagram.nodes}
        self._known: dict[tuple[str, Spot, Spot], list[_Shape]] = {}
        hosted: dict[str, list[str]] = defaultdict(list)
        for node in diagram.nodes.values():
            if node.host:
                hosted[node.host].append(node.id)
        # The last boundary event of an activity hangs at its right corner, the others further left.
        self._offset = {
            i: (1 if n == len(ids) - 1 else -1)
            for ids in hosted.values()
            for n, i in enumerate(ids)
        }

    def total(self, spots: Spots, limit: float = 1e9) -> float:
        """The price, or any number above `limit` as soon as that is passed."""
        cells: dict[Cell, int] = defaultdict(int)
        for spot in spots.values():
            cells[4 * spot.column, 4 * spot.row] += 1
        price = sum(200.0 * (n - 1) for n in cells.values()) + self._spread(spots)
        drawn: Drawn = {True: defaultdict(list), False: defaultdict(list)}
        ports: dict[Port, int] = defaultdict(int)
        for flow in self._order:
            if price > limit:
                return price
            cheapest, shape = self._cheapest(flow, spots, cells, drawn, ports, limit - price)
            price += cheapest
            for horizontal, fixed, low, high in shape.segments:
                drawn[horizontal][fixed].append((low, high, flow.source, flow.target))
            for port in shape.ports:
                ports[port] += 1
        return price

    def _cheapest(
        self,
        flow: Flow,
        spots: Spots,
        cells: dict[Cell, int],
        drawn: Drawn,
        ports: dict[Port, int],
        most: float,
    ) -> tuple[float, _Shape]:
        """The cheapest shape; any price above `most` as soon as none is cheaper than that."""
        source, target = spots[self._anchor[flow.source]], spots[self._anchor[flow.target]]
        key = flow.id, source, target
        if key not in self._known:
            shapes = [self._shape(flow, corners) for corners in self._corners(flow, source, target)]
            self._known[key] = sorted(shapes, key=lambda s: s.price)
        lowest, best = most + HIT, self._known[key][0]
        for shape in self._known[key]:
            if shape.price >= lowest:
                break
            start, end = shape.ports
            price = shape.price + PORT * (ports[start] + ports[end])
            for segment in shape.segments:
                if price >= lowest:
                    break
                price += HIT * _hits(segment, cells, shape.ends) + _conflicts(segment, flow, drawn)
            if price < lowest:
                lowest, best = price, shape
        return lowest, best

    def _spread(self, spots: Spots) -> float:
        """Rows and columns in use, and how far nodes stray from the main row of their lane."""
        tracks: dict[int, list[int]] = defaultdict(list)
        for spot in spots.values():
            tracks[spot.lane].append(spot.track)
        stray = sum(abs(t - max(set(ts), key=ts.count)) for ts in tracks.values() for t in ts)
        rows, columns = len({s.row for s in spots.values()}), max(s.column for s in spots.values())
        stretch = sum(
            spots[b].column - spots[a].column - 1 for a, b in self._steps if self._incoming[b] == 1
        )
        wrong = sum(spots[b].column <= spots[a].column for a, b in self._steps) + sum(
            s.column < 0 for s in spots.values()
        )
        return ROW * rows + COLUMN * columns + STRAY * stray + STRETCH * stretch + 200 * wrong

    def _corners(self, flow: Flow, source: Spot, target: Spot) -> list[list[Cell]]:
        """Corner lists of the shapes a flow may take."""
        offset = self._offset.get(flow.source, 0)
        x1, y1, x2, y2 = (
            4 * source.column + offset,
            4 * source.row,
            4 * target.column,
            4 * target.row,
        )
        around = [[(x1, y1), (x1, y), (x2, y), (x2, y2)] for y in (y1 - 2, y1 + 2, y2 - 2, y2 + 2)]
        if offset:
            down = [(x1, y1), (x1, y1 + 2), (x2 - 2, y1 + 2), (x2 - 2, y2), (x2, y2)]
            return [[(x1, y1), (x1, y2), (x2, y2)], down] if y2 > y1 else [down]
        if flow.id in self._back:
            return around
        if y1 == y2:
            return [[(x1, y1), (x2, y2)], *around]
        return [
            [(x1, y1), (x2 - 2, y1), (x2 - 2, y2), (x2, y2)],
            [(x1, y1), (x1 + 2, y1), (x1 + 2, y2), (x2, y2)],
            [(x1, y1), (x1, y2), (x2, y2)],
            [(x1, y1), (x2, y1), (x2, y2)],
        ]

    def _shape(self, flow: Flow, corners: list[Cell]) -> _Shape:
        segments = [_segment(a, b) for a, b in pairwise(corners) if a != b]
        price = BEND * (len(segments) - 1) + sum(LENGTH * (hi - lo) for _, _, lo, hi in segments)
        if flow.id in self._main and len(segments) > (2 if flow.source in self._offset else 1):
            price += MAIN
        ports = (
            (flow.source, _side(corners[0], corners[1])),
            (flow.target, _side(corners[-1], corners[-2])),
        )
        for node_id, side in ports:
            upright = (
                side in "tb"
                and not self._diagram.nodes[node_id].is_gateway
                and node_id not in self._offset
            )
            price += PORT * upright
        ends = frozenset(((x + 1) // 4 * 4, y) for x, y in (corners[0], corners[-1]))
        return _Shape(price, segments, ports, ends)


def _segment(a: Cell, b: Cell) -> Segment:
    if a[1] == b[1]:
        return True, a[1], min(a[0], b[0]), max(a[0], b[0])
    return False, a[0], min(a[1], b[1]), max(a[1], b[1])


def _side(at: Cell, to: Cell) -> str:
    if at[1] == to[1]:
        return "r" if to[0] > at[0] else "l"
    return "b" if to[1] > at[1] else "t"


def _hits(segment: Segment, cells: dict[Cell, int], ends: frozenset[Cell]) -> int:
    """How many nodes other than its own ends the segment runs through."""
    horizontal, fixed, low, high = segment
    if fixed % 4 == GAP:
        return 0
    line = fixed if horizontal else (fixed + 1) // 4 * 4
    count = 0
    for at in range(-(-low // 4) * 4, high + 1, 4):
        cell = (at, line) if horizontal else (line, at)
        if cell in cells and cell not in ends:
            count += 1
    return count


def _conflicts(segment: Segment, flow: Flow, drawn: Drawn) -> int:
    """Crossings with any flow and overlaps with flows that share neither end."""
    horizontal, fixed, low, high = segment
    crossings = overlaps = 0
    for at, lines in drawn[not horizontal].items():
        if low < at < high:
            for line in lines:
                if line[0] < fixed < line[1]:
                    crossings += 1
    for lo, hi, source, target in drawn[horizontal].get(fixed, ()):
        if lo < high and low < hi and source != flow.source and target != flow.target:
            overlaps += 1
    return CROSSING * crossings + (1 if fixed % 4 == GAP else OVERLAP) * overlaps
