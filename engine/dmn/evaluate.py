"""What does a decision say about these inputs, and which rules made it say so?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn.elements import Element, FunctionElement, ServiceElement, compute_all
from engine.dmn.functions import call_named
from engine.dmn.model import Model
from engine.dmn.run import MatchedRule, Problem, ProblemKind, Run
from engine.domain.errors import EngineError
from engine.feel.evaluation import Evaluation, Note


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An answer with its reasons.

    `inputs`: what the columns of the decision's own table saw, by label.  `matched`: the rules
    that applied, of every table that took part, in the order they were asked.
    `problems`: tables without answer; there the value is null.
    """

    value: Any
    inputs: Mapping[str, Any]
    matched: tuple[MatchedRule, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...] = ()


class DecisionFailedError(EngineError):
    """A decision table has no answer for these inputs; the instance stops as an incident.

    `decision`: id of the decision that holds the table; `inputs`: column label -> value.
    """

    code = "decision_failed"

    def __init__(self, problem: Problem) -> None:
        given = ", ".join(f"{label}={value}" for label, value in problem.inputs.items())
        rules = f" (rules {', '.join(map(str, problem.rules))})" if problem.rules else ""
        super().__init__(f"decision {problem.decision}: {problem.kind}{rules} for {given}")
        self.decision = problem.decision
        self.inputs = dict(problem.inputs)
        self.rules = problem.rules


class NoRuleMatchedError(DecisionFailedError):
    """No rule applies and the table has no default."""

    code = "no_rule_matched"


class SeveralRulesMatchedError(DecisionFailedError):
    """Rules contradict each other: several of a UNIQUE table, or different outputs under ANY."""

    code = "several_rules_matched"


class InputNotAllowedError(DecisionFailedError):
    """An input is none of the values its column allows."""

    code = "input_not_allowed"


_ERRORS: Mapping[ProblemKind, type[DecisionFailedError]] = {
    ProblemKind.NO_RULE: NoRuleMatchedError,
    ProblemKind.SEVERAL_RULES: SeveralRulesMatchedError,
    ProblemKind.INPUT_NOT_ALLOWED: InputNotAllowedError,
}


def evaluate(
    model: Model, decision: str, inputs: Mapping[str, Any], evaluation: Evaluation
) -> Outcome:
    """The value of a decision, named by id or name; `inputs`: name -> value.

    A single output is the value itself, several are a dict, COLLECT and the ORDER policies a list.

    Raises:
        NotFoundError: no such decision.
        NoRuleMatchedError, SeveralRulesMatchedError, InputNotAllowedError: a table has no answer.
        BudgetExceededError: the evaluation wants too much.
    """
    outcome = attempt(model, decision, inputs, evaluation)
    for problem in outcome.problems:
        raise _ERRORS[problem.kind](problem)
    return outcome


def attempt(
    model: Model, decision: str, inputs: Mapping[str, Any], evaluation: Evaluation
) -> Outcome:
    """Like `evaluate`, but as the standard has it: a table without answer is null and a problem."""
    element = model.find(decision)
    run = Run(inputs=inputs, evaluation=evaluation)
    compute_all(model.orders[element.key], run)
    return _outcome(run.values[element.key], element, run)


def invoke(
    model: Model, name: str, arguments: Mapping[str, Any], evaluation: Evaluation
) -> Outcome:
    """The value of a decision service or business knowledge model for named arguments.

    An argument of a service that does not fit its type is null, a missing one as well.

    Raises:
        NotFoundError: no such service or function.
        BudgetExceededError: the evaluation wants too much.
    """
    element = model.find(name)
    run = Run(inputs=arguments, evaluation=evaluation)
    if isinstance(element, ServiceElement):
        return _outcome(element.invoke(arguments, run), element, run)
    compute_all(model.orders[element.key], run)
    value = run.values[element.key]
    if isinstance(element, FunctionElement):
        value = call_named(value, arguments, evaluation)
    return _outcome(value, element, run)


def _outcome(value: Any, element: Element, run: Run) -> Outcome:
    return Outcome(
        value=value,
        inputs=run.seen.get(element.key[1], {}),
        matched=tuple(run.matched),
        notes=tuple(run.evaluation.notes),
        problems=tuple(run.problems),
    )
