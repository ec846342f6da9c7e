"""Which way does each flow take?  A* over the lines between and through the cells.

Flows that disturb each other are bought off again and rerouted.  The grid knows order, not pixels:
each gap between two columns or rows offers `LANES` parallel lines, each column its centre line and
one line per boundary event.  Gaps get their width afterwards, from the lines in use.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass

from engine.layout.model import Diagram, Flow
from engine.layout.order import anchor, backward_flows
from engine.layout.pricing import Spots

LANES = 5  # parallel lines in one gap
BORDER = 2  # this line is the border where the gap lies between two lanes: no flow runs along it
CORNERS = 4  # of a gateway
STEP = 14  # nominal distance of two of them
BOUNDARY_OFFSETS = {
    1: (32,),
    2: (32, -32),
    3: (36, 0, -36),
}  # from the centre of the activity, first event right
BEND, CROSS, CLASH = 45, 160, 2500
RIGHT, LEFT, DOWN, UP = (1, 0), (-1, 0), (0, 1), (0, -1)

Point = tuple[int, int]
Move = tuple[int, int]


@dataclass(frozen=True)
class Line:
    """One line of an axis: `slot` is a column or row with its offset, or a gap with its line."""

    is_gap: bool
    slot: int
    offset: int


@dataclass(frozen=True)
class Grid:
    xs: tuple[Line, ...]
    ys: tuple[Line, ...]
    at: dict[str, Point]  # every node, boundary events too
    rows: tuple[tuple[int, int], ...]  # (lane, track) of each row that is used
    paths: dict[str, list[Point]]  # per flow: start, corners, end


def route(diagram: Diagram, spots: Spots) -> Grid:
    """Route all flows; loops last, then everything once more with the others in place."""
    rows = tuple(sorted({(s.lane, s.track) for s in spots.values()}))
    borders = {r for r in range(1, len(rows)) if rows[r][0] != rows[r - 1][0]}
    hosted: dict[str, list[str]] = defaultdict(list)
    for node in diagram.nodes.values():
        if node.host:
            hosted[node.host].append(node.id)
    offsets = {
        i: BOUNDARY_OFFSETS[len(ids)][n]
        for ids in hosted.values()
        for n, i in enumerate(reversed(ids))
    }
    per_column: dict[int, set[int]] = defaultdict(lambda: {0})
    for node_id, offset in offsets.items():
        per_column[spots[anchor(diagram, node_id).id].column].add(offset)
    columns = [sorted(per_column[c]) for c in range(max(s.column for s in spots.values()) + 1)]
    xs, ys = _axis(columns), _axis([[0] for _ in rows])
    at = {}
    for node_id in diagram.nodes:
        spot = spots[anchor(diagram, node_id).id]
        column = xs.index(Line(is_gap=False, slot=spot.column, offset=offsets.get(node_id, 0)))
        at[node_id] = (
            column,
            ys.index(Line(is_gap=False, slot=rows.index((spot.lane, spot.track)), offset=0)),
        )
    walls = {
        y
        for y, line in enumerate(ys)
        if line.is_gap and line.offset == BORDER and line.slot in borders
    }
    return Grid(xs, ys, at, rows, _Router(diagram, xs, ys, at, walls).run())


def _axis(slots: list[list[int]]) -> tuple[Line, ...]:
    lines = []
    for slot, offsets in enumerate(slots):
        lines += [Line(is_gap=True, slot=slot, offset=n) for n in range(LANES)] + [
            Line(is_gap=False, slot=slot, offset=o) for o in offsets
        ]
    return tuple(lines + [Line(is_gap=True, slot=len(slots), offset=n) for n in range(LANES)])


def _positions(axis: tuple[Line, ...], pitch: int) -> list[int]:
    """Nominal coordinates; only the price of detours depends on them."""
    return [
        line.slot * pitch + (line.offset * STEP if line.is_gap else pitch // 2 + 30 + line.offset)
        for line in axis
    ]


class _Router:
    def __init__(
        self,
        diagram: Diagram,
        xs: tuple[Line, ...],
        ys: tuple[Line, ...],
        at: dict[str, Point],
        walls: set[int],
    ) -> None:
        self._diagram, self._at, self._walls = diagram, at, walls
        self._x, self._y = _positions(xs, 190), _positions(ys, 150)
        self._back = backward_flows(diagram)
        self._owner = {
            (x, at[n.id][1]): n.id
            for n in diagram.nodes.values()
            for x, line in enumerate(xs)
            if not n.host and not line.is_gap and line.slot == xs[at[n.id][0]].slot
        }
        self._splits = Counter(f.source for f in diagram.flows)
        self._merges = Counter(f.target for f in diagram.flows)
        self._main = {
            f.id for f in reversed({f.source: f for f in reversed(diagram.flows)}.values())
        }
        self._used: dict[Point, dict[str, tuple[Move, Move]]] = defaultdict(dict)
        self._ports: dict[tuple[str, Move], int] = defaultdict(int)
        self._paths: dict[str, list[Point]] = {}

    def run(self) -> dict[str, list[Point]]:
        order = sorted(self._diagram.flows, key=lambda f: (f.id in self._back, self._distance(f)))
        for _ in range(3):
            for flow in order:
                self._forget(flow)
                self._draw(flow, self._search(flow))
        return {i: _corners(path) for i, path in self._paths.items()}

    def _distance(self, flow: Flow) -> int:
        (x1, y1), (x2, y2) = self._at[flow.source], self._at[flow.target]
        return abs(self._x[x1] - self._x[x2]) + 3 * abs(self._y[y1] - self._y[y2])

    def _forget(self, flow: Flow) -> None:
        path = self._paths.pop(flow.id, None)
        if path:
            for point in path:
                self._used[point].pop(flow.id, None)
            for port in _ports(flow, path):
                self._ports[port] -= 1

    def _draw(self, flow: Flow, path: list[Point]) -> None:
        self._paths[flow.id] = path
        for before, point, after in zip(path, path[1:], path[2:], strict=False):
            self._used[point][flow.id] = _move(before, point), _move(point, after)
        for port in _ports(flow, path):
            self._ports[port] += 1

    def _search(self, flow: Flow) -> list[Point]:
        start, goal = self._at[flow.source], self._at[flow.target]
        related = [
            f for f in self._diagram.flows if f.source == flow.source or f.target == flow.target
        ]
        family = {f.id for f in related if f.is_association == flow.is_association}
        queue: list[tuple[float, int, Point, Move]] = [(0, 0, start, (0, 0))]
        price: dict[tuple[Point, Move], float] = {(start, (0, 0)): 0}
        came: dict[tuple[Point, Move], tuple[Point, Move]] = {}
        done: set[tuple[Point, Move]] = set()
        ticket = 0
        while queue:
            _, _, point, heading = heapq.heappop(queue)
            if (point, heading) in done:
                continue
            done.add((point, heading))
            if point == goal:
                return _trace((point, heading), came)
            for move in (RIGHT, LEFT, DOWN, UP):
                after = point[0] + move[0], point[1] + move[1]
                step = self._step(flow, family, point, heading, after, move)
                if step is None:
                    continue
                total = price[point, heading] + step
                if total < price.get((after, move), 1e12):
                    price[after, move], came[after, move] = total, (point, heading)
                    ticket += 1
                    heapq.heappush(queue, (total + self._rest(after, goal), ticket, after, move))
        raise ValueError(f"no way for flow {flow.id}")

    def _rest(self, point: Point, goal: Point) -> int:
        return abs(self._x[point[0]] - self._x[goal[0]]) + abs(self._y[point[1]] - self._y[goal[1]])

    def _step(
        self, flow: Flow, family: set[str], point: Point, heading: Move, after: Point, move: Move
    ) -> float | None:
        """Price of going on from `point` in direction `move`; None if that is impossible."""
        if self._is_barred(flow, point, heading, after, move):
            return None
        start, goal = self._at[flow.source], self._at[flow.target]
        price = self._rest(point, after) * 1.0
        if point == start:
            exit_price = self._exit(flow, move)
            if exit_price is None:
                return None
            price += exit_price
        else:
            price += BEND * (heading != move) + self._crowd(family, point, heading, move)
        return price + (self._entry(flow, move) if after == goal else 0)

    def _is_barred(self, flow: Flow, point: Point, heading: Move, after: Point, move: Move) -> bool:
        """Off the grid, straight back, along a lane border or through a node."""
        if not (0 <= after[0] < len(self._x) and 0 <= after[1] < len(self._y)):
            return True
        if (heading[0] + move[0], heading[1] + move[1]) == (0, 0) != heading:
            return True
        if after[1] in self._walls and move in (LEFT, RIGHT):
            return True
        if self._owner.get(after, flow.target) not in (flow.source, flow.target):
            return True
        # Inside its own ends a flow only runs straight to their middle.
        ends = self._at[flow.source], self._at[flow.target]
        return move in (UP, DOWN) and any(
            p in self._owner and p not in ends for p in (point, after)
        )

    def _crowd(self, family: set[str], point: Point, heading: Move, move: Move) -> float:
        price = 0.0
        for other, (came, went) in self._used[point].items():
            passes = (
                heading == move and came == went and came[0] * move[0] == 0 == came[1] * move[1]
            )
            price += CROSS if passes else 0 if other in family else CLASH
        return price

    def _busy(self, node_id: str, side: Move, degree: Counter[str]) -> int:
        """Sharing a corner costs little where flows outnumber corners: then they form a tree."""
        return (35 if degree[node_id] < CORNERS else 5) * (self._ports[node_id, side] > 0)

    def _exit(self, flow: Flow, move: Move) -> float | None:
        node = self._diagram.nodes[flow.source]
        if node.host:
            return 0 if move == DOWN else None
        busy = self._busy(node.id, move, self._splits)
        if flow.is_association:
            return busy + 40 * (move in (LEFT, RIGHT))
        if move == LEFT:
            return 400 + busy
        return busy + (
            0
            if move == RIGHT
            else 60
            if self._splits[node.id] <= 1
            else 40
            if flow.id in self._main
            else 5
        )

    def _entry(self, flow: Flow, move: Move) -> float:
        """`move` is the direction of travel into the target."""
        node = self._diagram.nodes[flow.target]
        busy = self._busy(node.id, (-move[0], -move[1]), self._merges)
        if move == LEFT:
            return 400 + busy
        return busy + (
            0
            if move == RIGHT
            else 5
            if self._merges[node.id] > 1 and node.is_gateway
            else 25
            if flow.id in self._back
            else 60
        )


def _move(a: Point, b: Point) -> Move:
    return b[0] - a[0], b[1] - a[1]


def _ports(flow: Flow, path: list[Point]) -> list[tuple[str, Move]]:
    return [(flow.source, _move(path[0], path[1])), (flow.target, _move(path[-1], path[-2]))]


def _trace(
    state: tuple[Point, Move], came: dict[tuple[Point, Move], tuple[Point, Move]]
) -> list[Point]:
    path = [state[0]]
    while state in came:
        state = came[state]
        path.append(state[0])
    return path[::-1]


def _corners(path: list[Point]) -> list[Point]:
    inner = [
        b for a, b, c in zip(path, path[1:], path[2:], strict=False) if _move(a, b) != _move(b, c)
    ]
    return [path[0], *inner, path[-1]]
