"""Where does each node stand?  Columns by longest path, rows (lane and track) by local search."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log
from random import Random

from engine.layout.model import Diagram
from engine.layout.order import anchor, backward_flows, columns_of
from engine.layout.pricing import TRACKS, Pricing, Spot, Spots

MIDDLE = 2
SEEDS, STEPS = 4, 5000


def place(diagram: Diagram) -> Spots:
    """The best arrangement found; the same model always gives the same answer."""
    pricing, moves = Pricing(diagram), _Moves(diagram)
    return min((_anneal(diagram, pricing, moves, seed) for seed in range(SEEDS)), key=pricing.total)


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


def _anneal(diagram: Diagram, pricing: Pricing, moves: _Moves, seed: int) -> Spots:
    """Random moves; the cooler it gets, the less a move may cost.  The seed is fixed."""
    chance = Random(seed)  # noqa: S311  the same drawing each time, no secret
    spots = best = _first_guess(diagram, columns_of(diagram), MIDDLE)
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
