"""Where does each node stand?  Columns by longest path, rows (lane and track) by local search."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import log
from random import Random
from typing import NamedTuple

from engine.layout.model import Diagram, Flow, Node

TRACKS = 5  # rows a lane may use; what stays empty disappears
MIDDLE = 2
SEEDS, STEPS = 4, 5000
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


def place(diagram: Diagram) -> Spots:
    """The best arrangement found; the same model always gives the same answer."""
    pricing, moves = _Pricing(diagram), _Moves(diagram)
    return min((_anneal(diagram, pricing, moves, seed) for seed in range(SEEDS)), key=pricing.total)


def anchor(diagram: Diagram, node_id: str) -> Node:
    """The node whose place counts: a boundary event stands where its activity stands."""
    node = diagram.nodes[node_id]
    return diagram.nodes[node.host] if node.host else node


def backward_flows(diagram: Diagram) -> set[str]:
    """Ids of the flows that close a loop, seen by a walk from the start in file order."""
    followers = _followers(diagram)
    back: set[str] = set()
    state: dict[str, int] = {}

    def walk(node_id: str) -> None:
        state[node_id] = 1
        for flow in followers[node_id]:
            if state.get(flow.target) == 1:
                back.add(flow.id)
            elif flow.target not in state:
                walk(flow.target)
        state[node_id] = 2

    for node in sorted(diagram.nodes.values(), key=lambda n: n.kind != "startEvent"):
        if node.id not in state and not node.host:
            walk(node.id)
    return back


def _followers(diagram: Diagram) -> dict[str, list[Flow]]:
    """Sequence flows by the activity, event or gateway they leave."""
    followers: dict[str, list[Flow]] = defaultdict(list)
    for flow in diagram.flows:
        if not flow.is_association:
            followers[anchor(diagram, flow.source).id].append(flow)
    return followers


def _steps(diagram: Diagram) -> list[tuple[str, str]]:
    """Pairs of nodes of which the second must stand further right."""
    back = backward_flows(diagram)
    return [
        (anchor(diagram, f.source).id, f.target)
        for f in diagram.flows
        if f.id not in back and not f.is_association
    ]


def _columns(diagram: Diagram) -> dict[str, int]:
    steps = _steps(diagram)
    columns = {n.id: 0 for n in diagram.nodes.values() if not n.host}
    for _ in columns:
        for source, target in steps:
            columns[target] = max(columns[target], columns[source] + 1)
    for flow in diagram.flows:
        if flow.is_association:
            artifact, owner = sorted(
                (flow.source, flow.target), key=lambda i: diagram.nodes[i].size[1] in (36, 80)
            )
            columns[artifact] = columns[anchor(diagram, owner).id]
    return columns


def _first_guess(diagram: Diagram, columns: dict[str, int], start: int) -> Spots:
    """Everybody keeps the track of the node before, or takes the nearest free one."""
    spots: Spots = {}
    taken: set[Spot] = set()
    for node_id in sorted(columns, key=lambda i: columns[i]):
        lane = diagram.nodes[node_id].lane
        before = [anchor(diagram, f.source).id for f in diagram.flows if f.target == node_id]
        track = next(
            (spots[b].track for b in before if b in spots and spots[b].lane == lane), start
        )
        choices = [
            Spot(columns[node_id], lane, t)
            for t in sorted(range(TRACKS), key=lambda t: (abs(t - track), -t))
        ]
        spot = next((c for c in choices if c not in taken), choices[0])
        spots[node_id] = spot
        taken.add(spot)
    return spots


def _anneal(diagram: Diagram, pricing: _Pricing, moves: _Moves, seed: int) -> Spots:
    """Random moves; the cooler it gets, the less a move may cost.  The seed is fixed."""
    chance = Random(seed)  # noqa: S311  the same drawing each time, no secret
    spots = best = _first_guess(diagram, _columns(diagram), MIDDLE)
    price = lowest = pricing.total(spots)
    for step in range(STEPS):
        heat = 6 * (1 - step / STEPS) ** 3
        tried = chance.choice(moves.some(spots, chance)).applied(spots)
        limit = price - heat * log(1 - chance.random())
        if (new := pricing.total(tried, limit)) <= limit:
            spots, price = tried, new
            if price < lowest:
                best, lowest = spots, price
    return best


@dataclass(frozen=True)
class _Move:
    """Put these nodes on `track`; with `swap`, those on either of the two tracks change places."""

    nodes: list[str]
    track: int
    swap: int | None = None

    def applied(self, spots: Spots) -> Spots:
        if self.swap is None:
            return spots | {i: spots[i]._replace(track=self.track) for i in self.nodes}
        other = {self.track: self.swap, self.swap: self.track}
        return spots | {
            i: spots[i]._replace(track=other.get(spots[i].track, spots[i].track))
            for i in self.nodes
        }


@dataclass(frozen=True)
class _Delay:
    """Shift a node and all that follows it by one column."""

    nodes: list[str]
    by: int

    def applied(self, spots: Spots) -> Spots:
        return spots | {i: spots[i]._replace(column=spots[i].column + self.by) for i in self.nodes}


class _Moves:
    """What may be moved together: lanes never change, so it is found once for each node."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        back = backward_flows(diagram)
        self._onward: dict[str, list[str]] = defaultdict(list)
        for flow in diagram.flows:
            if flow.id not in back:
                self._onward[anchor(diagram, flow.source).id].append(flow.target)
        self._incoming = Counter(flow.target for flow in diagram.flows)
        self._later: dict[str, list[str]] = {}
        self._chains: dict[str, list[list[str]]] = {}

    def some(self, spots: Spots, chance: Random) -> list[_Move | _Delay]:
        """One random move of each sort."""
        node_id = chance.choice(list(spots))
        lane, column = spots[node_id].lane, spots[node_id].column
        if node_id not in self._later:
            self._later[node_id] = self._after(node_id)
            self._chains[node_id] = self._chains_of(node_id, spots)
        a, b = chance.sample(range(TRACKS), 2)
        tail = [i for i, s in spots.items() if s.lane == lane and s.column >= column]
        moves = [_Move(chance.choice(self._chains[node_id]), a), _Move([node_id], b)]
        later = self._later[node_id]
        return [*moves, _Move(tail, a, b), _Delay(later, 1), _Delay(later, -1)]

    def _after(self, node_id: str) -> list[str]:
        found = {node_id: None}
        waiting = [node_id]
        while waiting:
            new = [i for i in self._onward[waiting.pop()] if i not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)

    def _chains_of(self, node_id: str, spots: Spots) -> list[list[str]]:
        """The node alone, then with those that follow it in its lane until something joins."""
        chain, chains = [node_id], [[node_id]]
        while True:
            after = [
                f.target
                for f in self._diagram.flows
                if f.source == chain[-1] and self._incoming[f.target] == 1
            ]
            after = [i for i in after if i not in chain and spots[i].lane == spots[node_id].lane]
            if not after:
                return chains
            chain = [*chain, after[0]]
            chains.append(chain)


@dataclass(frozen=True)
class _Shape:
    """One way to draw a flow, with the part of its price that does not depend on the others."""

    price: float
    segments: list[Segment]
    ports: tuple[Port, Port]
    ends: frozenset[Cell]


class _Pricing:
    """What an arrangement costs when each flow takes the cheapest of a few simple shapes."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._back = backward_flows(diagram)
        self._main = {f.id for f in {f.source: f for f in reversed(diagram.flows)}.values()}
        self._order = sorted(
            diagram.flows, key=lambda f: (f.id in self._back, f.id not in self._main)
        )
        self._steps = _steps(diagram)
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
