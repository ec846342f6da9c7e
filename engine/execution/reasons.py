"""Why did a gateway or a decision come out as it did?  Noted with the visit, worded by the screen.

`{"rules": [...]}` of a decision, `{"conditions": [...], "otherwise": bool}` of a gateway.  A flow
with a name adds it as `label`: to its condition, or to the whole when it is the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.dmn.explain import shown
from engine.dmn.run import MatchedRule
from engine.feel import tree
from engine.feel.expression import Expression, compile_expression, parse_expression

if TYPE_CHECKING:
    from engine.execution.scripting import FeelEngine

Why = Mapping[str, Any]
Asked = tuple[str, str]  # the flow's name, which may be empty, and its condition
MOST: Final = 10  # rules, conditions, or data items of a condition
LONGEST: Final = 60  # letters of a value
_COMPOUND: Final = (dict, list)


def of_rules(rules: Sequence[MatchedRule]) -> Why:
    """The rules of a decision that applied, with what their cells saw."""
    return {
        "rules": [
            {
                "index": str(rule.index),
                "annotation": rule.annotation,
                "conditions": [
                    {"label": one.label, "value": _short(one.value), "test": one.test}
                    for one in rule.conditions[:MOST]
                ],
            }
            for rule in rules[:MOST]
        ]
    }


def of_conditions(engine: FeelEngine, spiff_task: Any, asked: Iterable[Asked]) -> Why:
    """The conditions that held."""
    return {"conditions": _seen(engine, spiff_task, asked), "otherwise": False}


def of_default(engine: FeelEngine, spiff_task: Any, asked: Iterable[Asked], label: str) -> Why:
    """The conditions that did not hold, so that the default flow of that name was taken."""
    why = {"conditions": _seen(engine, spiff_task, asked), "otherwise": True}
    return {**why, "label": label} if label else why


def _seen(engine: FeelEngine, spiff_task: Any, asked: Iterable[Asked]) -> list[dict[str, Any]]:
    scope = engine.scope(spiff_task, {})
    return [
        {
            **({"label": label} if label else {}),
            "text": _plain(source),
            "values": dict(_values(engine, scope, source)),
        }
        for label, source in list(asked)[:MOST]
    ]


def _values(engine: FeelEngine, scope: Mapping[str, Any], source: str) -> Iterator[tuple[str, str]]:
    """The data items a condition names, as far as they are single values."""
    for label, expression in _mentioned(_plain(source)):
        if expression.names <= scope.keys():
            value = expression.evaluate(scope, engine.evaluation())
            if not isinstance(value, _COMPOUND):
                yield label, _short(value)


def _short(value: Any) -> str:
    text = shown(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(source: str) -> str:
    return source.strip().removeprefix("=").strip()


@lru_cache(maxsize=1024)
def _mentioned(source: str) -> tuple[tuple[str, Expression], ...]:
    """The data items that stand in an expression, each once, in the order of the text."""
    labels = dict.fromkeys(_labels(parse_expression(source)))
    return tuple((label, compile_expression(label)) for label in list(labels)[:MOST])


def _labels(node: tree.Node) -> Iterator[str]:
    label = _label(node)
    if label:
        yield label
        return
    parts = node.arguments if isinstance(node, tree.Call) else tree.parts_of(node)
    for part in parts:
        yield from _labels(part)


def _label(node: tree.Node) -> str:
    """`案件.システム`, if that is all of the node."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Path):
        source = _label(node.source)
        return f"{source}.{node.name}" if source else ""
    return ""
