"""Which way did an instance go through its diagram?  Flows walked, in which order, for how long.

The history tells of the nodes that were passed, not of the flows between them.  So it is played
again: whoever leaves a node lays a mark on the flows that lead on, and whoever enters one takes
the newest mark that lies before it.  After a choice one mark lies on all answers together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from engine.domain.instance import Visit
from web.outline import Shape

CHOICE = "exclusiveGateway"
SEVERAL = "inclusiveGateway"
JOINS = frozenset({"parallelGateway", "complexGateway", SEVERAL})


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A visit with its beginning, as far as it can be told; `ended_at` None: it lasts.

    `number`: place among the visits to work, from 1; 0 for what is none.
    """

    element_id: str
    began_at: datetime | None
    ended_at: datetime | None
    number: int = 0
    actor: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Path:
    """`flows`: ids of those walked; `stays`: in the order of their ends, those that last behind."""

    flows: frozenset[str]
    stays: tuple[Stay, ...]

    def of(self, element_id: str) -> list[Stay]:
        return [stay for stay in self.stays if stay.element_id == element_id]


@dataclass(eq=False)
class _Mark:
    """Lies on the flows behind a node that was left; taken by one who enters."""

    at: datetime
    is_taken: bool = False


class _Walk:
    def __init__(self, shape: Shape) -> None:
        self.walked: set[str] = set()
        self._kinds = shape.kinds
        self._into: dict[str, list[str]] = {}
        self._out_of: dict[str, list[str]] = {}
        self._marks: dict[str, list[_Mark]] = {flow.id: [] for flow in shape.flows}
        for flow in shape.flows:
            self._into.setdefault(flow.target, []).append(flow.id)
            self._out_of.setdefault(flow.source, []).append(flow.id)

    def enter(self, element_id: str) -> datetime | None:
        """Take what lies before the node; when the last of it was laid."""
        offers = [
            (mark, flow) for flow in self._into.get(element_id, ()) if (mark := self._top(flow))
        ]
        if not offers:
            return None
        if self._kinds.get(element_id) not in JOINS:
            offers = [max(offers, key=lambda offer: offer[0].at)]
        for mark, flow in offers:
            mark.is_taken = True
            self.walked.add(flow)
        return max(mark.at for mark, _ in offers)

    def _top(self, flow: str) -> _Mark | None:
        """The newest mark on the flow that nobody has taken."""
        marks = self._marks[flow]
        while marks and marks[-1].is_taken:
            marks.pop()
        return marks[-1] if marks else None

    def leave(self, element_id: str, at: datetime) -> None:
        behind = self._out_of.get(element_id, [])
        shared = _Mark(at)
        for flow in behind:
            is_one = self._kinds.get(element_id) == CHOICE
            self._marks[flow].append(shared if is_one else _Mark(at))


def path(
    shape: Shape,
    visits: Sequence[Visit],
    live: Iterable[tuple[str, datetime | None]],
    calls: Mapping[str, datetime],
    work: frozenset[str],
) -> Path:
    """The way of an instance.

    `visits`: oldest first; `live`: where it stands, and since when if that is known; `calls`:
    called element -> when its first instance began; `work`: ids of the elements that are numbered.
    """
    walk = _Walk(shape)
    stays: list[Stay] = []
    number = 0
    for visit in visits:
        entered = walk.enter(visit.element_id)
        if not visit.is_cancelled:
            walk.leave(visit.element_id, visit.ended_at)
        number += visit.element_id in work
        stays.append(
            Stay(
                element_id=visit.element_id,
                began_at=visit.began_at or entered or calls.get(visit.element_id),
                ended_at=visit.ended_at,
                number=number if visit.element_id in work else 0,
                actor=visit.actor,
                is_cancelled=visit.is_cancelled,
            )
        )
    for element_id, since in live:
        began_at = walk.enter(element_id) or calls.get(element_id)
        stays.append(Stay(element_id=element_id, began_at=since or began_at, ended_at=None))
    return Path(flows=frozenset(walk.walked) - _unused(shape, walk.walked), stays=tuple(stays))


def _unused(shape: Shape, walked: Set[str]) -> frozenset[str]:
    """The flows "otherwise" of those who may give several answers and gave another one."""
    return frozenset(
        flow
        for node, flow in shape.otherwise.items()
        if shape.kinds.get(node) == SEVERAL and walked & (_behind(shape, node) - {flow})
    )


def _behind(shape: Shape, node: str) -> frozenset[str]:
    return frozenset(flow.id for flow in shape.flows if flow.source == node)
