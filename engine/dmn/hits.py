"""How do the outputs of the matched rules become one answer?  One function per hit policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.dmn import tree
from engine.feel.conditions import passes
from engine.feel.evaluation import Evaluation
from engine.feel.expression import compile_expression
from engine.feel.values import equals

Outputs = tuple[Any, ...]  # one value per output column
Choose = Callable[[Sequence[Outputs], Evaluation], Sequence[int] | None]

_AGGREGATES: Final = {
    tree.Aggregation.SUM: "sum(values)",
    tree.Aggregation.MIN: "min(values)",
    tree.Aggregation.MAX: "max(values)",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A hit policy.

    `choose`: numbers of the matched rules that count, in order, or None when they contradict each
    other.  `is_list`: the answer is a list of what was chosen.  `is_first`: no rule after the
    first hit is looked at.
    """

    names: tuple[str, ...]
    choose: Choose
    is_list: bool
    is_first: bool = False
    aggregate: Callable[[list[Any], Evaluation], Any] | None = None

    def default(self, outputs: Outputs) -> Any:
        """The answer when no rule matched but every output has a default."""
        value = self._single(outputs)
        return [value] if self.is_list and self.aggregate is None else value

    def value(self, chosen: Sequence[Outputs], evaluation: Evaluation) -> Any:
        values = [self._single(outputs) for outputs in chosen]
        if self.aggregate is not None:
            return self.aggregate(values, evaluation)
        return values if self.is_list else values[0]

    def _single(self, outputs: Outputs) -> Any:
        """A single output is the value itself, several are a context."""
        return outputs[0] if len(outputs) == 1 else dict(zip(self.names, outputs, strict=True))


def by_policy(box: tree.TableBox, priorities: Sequence[Sequence[Any]]) -> Answer:
    """The table's hit policy.  `priorities`: listed output values per column, highest first."""
    names = tuple(output.name for output in box.outputs)
    policy = box.hit_policy
    if policy is tree.HitPolicy.COLLECT:
        return Answer(names=names, choose=_all, is_list=True, aggregate=_aggregate(box))
    if policy is tree.HitPolicy.RULE_ORDER:
        return Answer(names=names, choose=_all, is_list=True)
    if policy is tree.HitPolicy.OUTPUT_ORDER:
        return Answer(names=names, choose=_Order(priorities), is_list=True)
    if policy is tree.HitPolicy.PRIORITY:
        order = _Order(priorities)
        return Answer(names=names, choose=lambda *given: order(*given)[:1], is_list=False)
    if policy is tree.HitPolicy.FIRST:
        return Answer(names=names, choose=_all, is_list=False, is_first=True)
    choose = _unique if policy is tree.HitPolicy.UNIQUE else _any
    return Answer(names=names, choose=choose, is_list=False)


def _all(hits: Sequence[Outputs], _evaluation: Evaluation) -> Sequence[int]:
    return range(len(hits))


def _unique(hits: Sequence[Outputs], _evaluation: Evaluation) -> Sequence[int] | None:
    return (0,) if len(hits) == 1 else None


def _any(hits: Sequence[Outputs], evaluation: Evaluation) -> Sequence[int] | None:
    first = list(hits[0])
    agree = all(equals(list(hit), first, evaluation) is True for hit in hits)
    return range(len(hits)) if agree else None


class _Order:
    """Sorts hits by where their outputs stand in the listed output values, column by column."""

    def __init__(self, priorities: Sequence[Sequence[Any]]) -> None:
        self._priorities = priorities

    def __call__(self, hits: Sequence[Outputs], evaluation: Evaluation) -> Sequence[int]:
        ranks = [self._ranks(hit, evaluation) for hit in hits]
        return sorted(range(len(hits)), key=ranks.__getitem__)

    def _ranks(self, outputs: Outputs, evaluation: Evaluation) -> list[int]:
        """Per column the place in the list; what is not listed comes last."""
        return [
            next((n for n, one in enumerate(listed) if passes(value, one, evaluation)), len(listed))
            for value, listed in zip(outputs, self._priorities, strict=True)
        ]


def _aggregate(box: tree.TableBox) -> Callable[[list[Any], Evaluation], Any] | None:
    if box.aggregation is None:
        return None
    if box.aggregation is tree.Aggregation.COUNT:
        return lambda values, _: Decimal(len(values))
    expression = compile_expression(_AGGREGATES[box.aggregation])
    return lambda values, evaluation: expression.evaluate({"values": values}, evaluation)
