"""What one evaluation of a model carries along: inputs, values so far, matched rules, problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.feel.evaluation import Evaluation

Scope = dict[str, Any]
Key = tuple[str, str]  # namespace and id of a decision, input, function or service


class ProblemKind(StrEnum):
    """Why a decision table has no answer."""

    NO_RULE = "no_rule_matched"
    SEVERAL_RULES = "several_rules_matched"
    INPUT_NOT_ALLOWED = "input_not_allowed"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One cell of a matched rule: 達成率, 42, `< 50`."""

    label: str
    value: Any
    test: str


@dataclass(frozen=True, kw_only=True)
class MatchedRule:
    """A row that applied.  `index` counts from 1; `conditions` are its cells other than `-`."""

    decision: str
    rule_id: str
    index: int
    annotation: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A table without answer: which decision, why, with which inputs, which rules matched."""

    kind: ProblemKind
    decision: str
    inputs: Mapping[str, Any]
    rules: tuple[int, ...] = ()


@dataclass(kw_only=True)
class Run:
    """`values`: what was computed (or given to a decision service) so far, by element.

    `seen`: id of a decision or function -> what the columns of its table saw, by label.
    """

    inputs: Mapping[str, Any]
    evaluation: Evaluation
    values: dict[Key, Any] = field(default_factory=dict)
    matched: list[MatchedRule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def within(self, values: dict[Key, Any]) -> Run:
        """The inside of a decision service: it sees `values` only, what it finds out is ours."""
        return Run(
            inputs={},
            evaluation=self.evaluation,
            values=values,
            matched=self.matched,
            problems=self.problems,
            seen=self.seen,
        )


Code = Callable[[Scope, Run], Any]
