"""Reads a range from text: `[1..3]`, `(@"2026-04-01"..@"2026-05-01")`.

Its ends are literals or one of the functions that make dates and durations from a literal text.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import temporal_text
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.names import KnownNames
from engine.feel.parser import Parser
from engine.feel.tokens import Tokens
from engine.feel.tree import AtLiteral, Call, Literal, Name, Negation, Node, RangeLiteral
from engine.feel.values import ARITHMETIC, Range, less

_MAKERS: dict[str, Callable[[str], Any]] = {
    "date": temporal_text.read_date,
    "time": temporal_text.read_time,
    "date and time": temporal_text.read_date_time,
    "duration": temporal_text.read_duration,
}


def read_range(text: str, evaluation: Evaluation) -> Range:
    """The range.

    Raises:
        FeelSyntaxError: no expression at all.
        OperationFailed: an expression, but no range of two literal ends in rising order.
    """
    if len(text) > evaluation.limits.source:
        raise OperationFailed("範囲の文字列が長すぎます。")
    tokens = Tokens(text, KnownNames(_MAKERS), evaluation.limits)
    node = Parser(tokens).whole_expression()
    if not isinstance(node, RangeLiteral):
        raise OperationFailed("範囲ではありません。")
    low, high = _end(node.low), _end(node.high)
    if low is None and high is None:
        raise OperationFailed("両端が null の範囲は作れません。")
    if low is not None and high is not None and less(high, low) is not False:
        raise OperationFailed("範囲の両端が正しい順に並んでいません。")
    return Range(low, high, node.low_included, node.high_included)


def _end(node: Node) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, AtLiteral):
        return temporal_text.read_any(node.text)
    if isinstance(node, Negation):
        operand = _end(node.operand)
        if type(operand) is Decimal:
            return ARITHMETIC.minus(operand)
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
        argument, maker = node.arguments[0], _MAKERS.get(node.function.name)
        if maker is not None and isinstance(argument, Literal) and type(argument.value) is str:
            return maker(argument.value)
    raise OperationFailed("範囲の端に書けるのは値そのものだけです。")
