"""Why did a decision come out as it did, in one line for the person it concerns?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.dmn.run import Condition, MatchedRule, Problem, ProblemKind
from engine.domain.sentence import Sentence
from engine.domain.values import to_json


def reason(rule: MatchedRule) -> str:
    """Example: `規則3に該当: 達成率=42（< 50）、支障=有 ― 達成率が半分に満たない`."""
    conditions = "、".join(map(_condition, rule.conditions)) or Sentence("その他の場合")
    noted = f" ― {rule.annotation}" if rule.annotation else ""
    return Sentence(
        "規則%(index)sに該当: %(conditions)s%(noted)s",
        index=rule.index,
        conditions=conditions,
        noted=noted,
    )


def reasons(rules: Iterable[MatchedRule]) -> list[str]:
    """One line per matched rule, in the order in which they were asked."""
    return [reason(rule) for rule in rules]


def fault(problem: Problem) -> str:
    """Example: `当てはまる規則がありません（達成率=120）。`"""
    given = "、".join(f"{label}={shown(value)}" for label, value in problem.inputs.items())
    if problem.kind is ProblemKind.SEVERAL_RULES:
        rules = "、".join(map(str, problem.rules))
        return Sentence(
            "規則%(rules)sが同時に当てはまります（%(given)s）。", rules=rules, given=given
        )
    if problem.kind is ProblemKind.INPUT_NOT_ALLOWED:
        return Sentence("使える値の一覧にない入力があります（%(given)s）。", given=given)
    return Sentence("当てはまる規則がありません（%(given)s）。", given=given)


def _condition(condition: Condition) -> str:
    """A test that only names the value again is left out."""
    value = shown(condition.value)
    is_repeated = condition.test.strip('"') == value
    return f"{condition.label}={value}" + ("" if is_repeated else f"（{condition.test}）")


def shown(value: Any) -> str:
    """A value as people read it; truth values, null, lists and contexts as FEEL has them."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {shown(one)}" for name, one in value.items()) + "}"
    return str(to_json(value))
