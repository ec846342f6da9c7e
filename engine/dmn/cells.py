"""With which constants does a cell compare its input?  Unknown when it does anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from engine.domain.working_days import Calendar
from engine.feel import tree as feel
from engine.feel.errors import FeelSyntaxError
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation
from engine.feel.expression import compile_expression
from engine.feel.names import KnownNames
from engine.feel.parser import Parser
from engine.feel.tokens import Tokens

_TEMPORAL: Final = frozenset({"date", "time", "date and time", "duration"})
_COMBINING: Final = (
    feel.UnaryTests,
    feel.UnaryComparison,
    feel.RangeLiteral,
    feel.Comparison,
    feel.Between,
    feel.In,
    feel.Logic,
    feel.ListLiteral,
)


@dataclass(frozen=True)
class Constants:
    """What a cell compares with.  `is_ordered`: by less and greater, not only by equality."""

    values: tuple[Any, ...]
    is_ordered: bool


class _NotComputableError(Exception):
    """The cell depends on more than its input and constants."""


def constants_of(text: str) -> Constants | None:
    """The constants of a cell, or None when its truth cannot be told from them alone."""
    try:
        node = Parser(Tokens(text, KnownNames(_TEMPORAL), DEFAULT_LIMITS)).whole_tests()
        values = tuple(_values(node))
    except (FeelSyntaxError, _NotComputableError):
        return None
    return Constants(values, _is_ordered(node))


def _values(node: feel.Node) -> Iterator[Any]:
    if isinstance(node, feel.Literal):
        yield node.value
    elif isinstance(node, feel.Negation) and isinstance(node.operand, feel.Literal):
        yield _negative(node.operand.value)
    elif isinstance(node, feel.AtLiteral):
        yield _temporal("@", node.text)
    elif isinstance(node, feel.Call):
        yield from _called(node)
    elif isinstance(node, _COMBINING):
        for part in feel.parts_of(node):
            yield from _values(part)
    elif not (isinstance(node, feel.Name) and node.name == "?"):
        raise _NotComputableError


def _negative(value: Any) -> Decimal:
    if not isinstance(value, Decimal):
        raise _NotComputableError
    return -value


def _called(node: feel.Call) -> Iterator[Any]:
    """`date("…")` and its like are constants; `not(…)` is looked into."""
    name = node.function.name if isinstance(node.function, feel.Name) else ""
    first = node.arguments[0] if len(node.arguments) == 1 else None
    if name in _TEMPORAL and isinstance(first, feel.Literal) and isinstance(first.value, str):
        yield _temporal(name, first.value)
    elif name == "not" and first is not None:
        yield from _values(first)
    else:
        raise _NotComputableError


def _temporal(function: str, text: str) -> Any:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    source = f"@{quoted}" if function == "@" else f"{function}({quoted})"
    evaluation = Evaluation(now=datetime(1970, 1, 1, tzinfo=UTC), calendar=Calendar(frozenset()))
    value = compile_expression(source).evaluate({}, evaluation)
    if value is None:
        raise _NotComputableError
    return value


def _is_ordered(node: feel.Node) -> bool:
    if isinstance(node, (feel.RangeLiteral, feel.Between)):
        return True
    if isinstance(node, (feel.UnaryComparison, feel.Comparison)):
        return node.operator not in ("=", "!=")
    return any(map(_is_ordered, feel.parts_of(node)))
