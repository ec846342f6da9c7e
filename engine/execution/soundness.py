"""Could a diagram ever be in the state an instance is put into from outside?

Of each process and sub-process, by its flows alone: two places that no fork leads to at once, and a
parallel join that nobody is on the way to, are told.  Conditions are not looked at: what they rule
out is not found, and nothing is told that could be right.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.execution.events import EventBasedGateway
from engine.execution.joins import EndJoin, ExclusiveGateway, Join, ParallelGateway

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR
Pair = tuple[str, str]


class Ways:
    """What of a specification's flows is asked again and again; worked out once."""

    _known: ClassVar[WeakKeyDictionary[Any, Ways]] = WeakKeyDictionary()

    def __init__(self, spec: Any) -> None:
        self.specs: Mapping[str, Any] = spec.task_specs
        self._ahead: dict[Pair, frozenset[str]] = {}
        self.forks = [pair for one in self.specs.values() for pair in _forks(one)]
        self.joins = [
            one
            for one in self.specs.values()
            if isinstance(one, ParallelGateway) and len(one._inputs) > 1
        ]

    @classmethod
    def of(cls, spec: Any) -> Ways:
        found = cls._known.get(spec)
        if found is None:
            found = cls._known[spec] = cls(spec)
        return found

    def ahead(self, name: str, without: str = "") -> frozenset[str]:
        """The places a token there may come to, its own included, not through `without`."""
        if (name, without) not in self._ahead:
            seen, waiting = {name}, [name]
            while waiting:
                spec = self.specs.get(waiting.pop())
                for after in spec._outputs if spec is not None else ():
                    if after not in seen and after != without:
                        seen.add(after)
                        waiting.append(after)
            self._ahead[name, without] = frozenset(seen)
        return self._ahead[name, without]

    def may_be_together(self, one: str, other: str) -> bool:
        """Whether some fork leads to both places by different ways."""
        return any(
            (one in self.ahead(left) and other in self.ahead(right))
            or (one in self.ahead(right) and other in self.ahead(left))
            for left, right in self.forks
        )

    def starved(self, tokens: Iterable[str], arrived: Mapping[str, set[str]]) -> list[str]:
        """Parallel joins that tokens come to and that wait for a flow nobody will come on.

        `arrived`: name of a join -> the places whose flows have brought a token.
        """
        tokens = list(tokens)
        return [join.name for join in self.joins if self._is_starved(join, tokens, arrived)]

    def _is_starved(self, join: Any, tokens: list[str], arrived: Mapping[str, set[str]]) -> bool:
        inputs = set(join._inputs)
        served = inputs & arrived.get(join.name, set())
        for token in tokens:
            served |= inputs & self.ahead(token, join.name)
        back = inputs & self.ahead(join.name)  # of a loop's entry that is its target as well
        sides = (back, inputs - back) if back and back != inputs else (inputs,)
        return bool(served) and not any(side <= served for side in sides)


def _forks(spec: Any) -> Iterable[Pair]:
    """The pairs of ways that this node may let tokens go on at the same time."""
    if isinstance(spec, (ExclusiveGateway, EventBasedGateway)):
        return []
    ways = spec._outputs
    if not isinstance(spec, BoundaryEventSplit):
        return combinations(ways, 2)
    of = spec._wf_spec.task_specs
    again = [n for n in ways if isinstance(of[n], BoundaryEvent) and not of[n].cancel_activity]
    return [(way, event) for way, event in product(ways, again)]


class Standing:
    """Where the tokens of one process or sub-process of an instance are."""

    def __init__(self, part: Any) -> None:
        self.ways = Ways.of(part.spec)
        self.places: dict[str, str] = {}  # id of a task -> where it is, or came to a join from
        self.tokens: list[str] = []
        self.arrived: dict[str, set[str]] = {}
        for task in part.tasks.values():
            if task._state & LIVE:
                self._place(task)

    def _place(self, task: Any) -> None:
        spec, above = task.task_spec, task.parent
        is_listening = isinstance(spec, BoundaryEvent) and task._state == TaskState.WAITING
        # runs of a repeated activity and handlers stand for the one they belong to
        if task.triggered or spec.is_beside or is_listening or isinstance(spec, EndJoin):
            return
        if isinstance(spec, Join) and task._state == TaskState.WAITING:
            self.places[task.id.hex] = above.task_spec.name
            self.arrived.setdefault(spec.name, set()).add(above.task_spec.name)
        else:
            self.places[task.id.hex] = spec.name
            self.tokens.append(spec.name)

    def impossible(self) -> list[Pair]:
        """Pairs of tasks whose places cannot be reached at once."""
        return [
            (one, other)
            for one, other in combinations(sorted(self.places), 2)
            if not self.ways.may_be_together(self.places[one], self.places[other])
        ]

    def starved(self) -> list[str]:
        return self.ways.starved(self.tokens, self.arrived)
