"""Closures of literals, names, lists, contexts, ranges and paths."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeGuard

from engine.domain.errors import InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import YearsMonths, storable
from engine.feel.builtins.signature import Builtin
from engine.feel.compiling.compiler import Compiler
from engine.feel.compiling.scope import Run, Scope
from engine.feel.errors import OperationFailed, UnknownNameError
from engine.feel.evaluation import Evaluation
from engine.feel.far import FarDay, FarMoment
from engine.feel.functions import Function
from engine.feel.lexer import error
from engine.feel.properties import property_of
from engine.feel.temporal_text import read_any
from engine.feel.tree import (
    AtLiteral,
    ContextLiteral,
    FunctionDefinition,
    ListLiteral,
    Literal,
    Name,
    Node,
    Path,
    RangeLiteral,
    UnaryComparison,
)
from engine.feel.values import Range, kind_of, less

_OWN = frozenset(
    (type(None), bool, str, Decimal, date, time, datetime, timedelta, YearsMonths, list, dict)
) | {Range, Function, FarDay, FarMoment}


def adopted(value: Any) -> Any:
    """A value of the scope as one of the language: whole and float numbers become decimal."""
    if isinstance(value, Function):
        return value
    try:
        return storable(value)
    except InvalidError:
        return None


def constant(value: Any) -> Run:
    return lambda _scope, _evaluation: value


def _is_constant(node: Node) -> TypeGuard[Literal | AtLiteral]:
    """Literals need neither scope nor evaluation, so their value is known at once."""
    return isinstance(node, Literal | AtLiteral)


def _constant_of(node: Literal | AtLiteral) -> Any:
    return read_any(node.text) if isinstance(node, AtLiteral) else node.value


def literal(_compiler: Compiler, node: Literal) -> Run:
    return constant(node.value)


def at_literal(compiler: Compiler, node: AtLiteral) -> Run:
    try:
        return constant(read_any(node.text))
    except OperationFailed as failed:
        raise error(compiler.source, node.at, str(failed)) from failed


def name(compiler: Compiler, node: Name) -> Run:
    wanted, source, at = node.name, compiler.source, node.at
    bound, lenient = compiler.is_bound(wanted), compiler.filters > 0
    function = None if bound else compiler.function(wanted)
    if isinstance(function, Builtin) and function.only_called:
        function = None
    if function is None or wanted in compiler.declared:
        compiler.use(wanted)

    def missing(evaluation: Evaluation) -> Any:
        if function is not None:
            return function
        if evaluation.strict and not lenient:
            raise UnknownNameError(wanted)
        evaluation.note("unknown_name", f"「{wanted}」という名前はありません。", source, at)
        return None

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        try:
            value = scope[wanted]
        except KeyError:
            return missing(evaluation)
        return value if type(value) in _OWN else adopted(value)

    return run


def list_literal(compiler: Compiler, node: ListLiteral) -> Run:
    items = tuple(map(compiler.compile, node.items))

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> list[Any]:
        return [item(scope, evaluation) for item in items]

    return run


def context_literal(compiler: Compiler, node: ContextLiteral) -> Run:
    keys = [key for key, _ in node.entries]
    if len(set(keys)) != len(keys):
        repeated = next(key for n, key in enumerate(keys) if key in keys[:n])
        raise error(
            compiler.source, node.at, Sentence("項目「%(name)s」が二つあります。", name=repeated)
        )
    entries: list[tuple[str, Run]] = []
    for number, (key, value) in enumerate(node.entries):
        itself = isinstance(value, FunctionDefinition)  # may call itself by its key
        with compiler.binding(*keys[: number + itself]):
            entries.append((key, compiler.compile(value)))

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> dict[str, Any]:
        inner = Scope(scope)
        for key, value in entries:
            inner[key] = value(inner, evaluation)
        return dict(inner)

    return run


def range_literal(compiler: Compiler, node: RangeLiteral) -> Run:
    low, high = compiler.compile(node.low), compiler.compile(node.high)
    source, at = compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Range | None:
        start, end = low(scope, evaluation), high(scope, evaluation)
        if start is not None and end is not None and less(start, end) is None:
            reason = f"{kind_of(start)}から{kind_of(end)}までの範囲は作れません。"
            evaluation.note("range", reason, source, at)
            return None
        return Range(start, end, node.low_included, node.high_included)

    if _is_constant(node.low) and _is_constant(node.high):
        start, end = _constant_of(node.low), _constant_of(node.high)
        if less(start, end) is not None:  # else the note must come at every evaluation
            return constant(Range(start, end, node.low_included, node.high_included))
    return run


def unary_comparison(compiler: Compiler, node: UnaryComparison) -> Run:
    operand, operator = compiler.compile(node.operand), node.operator
    if _is_constant(node.operand):
        return constant(compared_to(operator, _constant_of(node.operand)))

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Range:
        return compared_to(operator, operand(scope, evaluation))

    return run


def compared_to(operator: str, value: Any) -> Range:
    """The range a comparison without left side stands for."""
    if operator in ("=", "!="):
        return Range(value, value, low_included=True, high_included=True, operator=operator)
    included = operator.endswith("=")
    if operator.startswith(">"):
        return Range(value, None, included, high_included=False, operator=operator)
    return Range(None, value, low_included=False, high_included=included, operator=operator)


def path(compiler: Compiler, node: Path) -> Run:
    inner, wanted, source, at = compiler.compile(node.source), node.name, compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        value = inner(scope, evaluation)
        if type(value) is dict and wanted in value:
            found = value[wanted]
            return found if type(found) in _OWN else adopted(found)
        if type(value) is list:
            evaluation.charge(1 + len(value))
            return [property_of(item, wanted) for item in value]
        found = property_of(value, wanted)
        if found is None:
            evaluation.note("no_entry", f"{kind_of(value)}に「{wanted}」はありません。", source, at)
        return found

    return run
