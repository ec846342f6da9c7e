"""Closures of arithmetic, comparisons and logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.sentence import Sentence
from engine.domain.values import YearsMonths
from engine.feel.arithmetic import NUMERIC, compute
from engine.feel.compiling.compiler import INPUT, Compiler
from engine.feel.compiling.scope import Run
from engine.feel.compiling.values import constant
from engine.feel.conditions import passes
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.lexer import error
from engine.feel.tree import (
    Arithmetic,
    Between,
    Comparison,
    If,
    In,
    InstanceOf,
    Literal,
    Logic,
    Negation,
    Node,
    UnaryTests,
)
from engine.feel.types import UnknownTypeError, resolve
from engine.feel.values import ARITHMETIC, equals, kind_of, less, less_or_equal

# Their Python equality and order is that of the language.
_SIMPLE = frozenset((Decimal, str, bool, date, timedelta, YearsMonths))


def arithmetic(compiler: Compiler, node: Arithmetic) -> Run:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    operator, numeric, source, at = node.operator, NUMERIC[node.operator], compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        a, b = left(scope, evaluation), right(scope, evaluation)
        try:
            if type(a) is Decimal and type(b) is Decimal:
                return numeric(a, b)
            return compute(operator, a, b, evaluation)
        except OperationFailed as failed:
            evaluation.note("arithmetic", str(failed), source, at)
        except ArithmeticError:
            evaluation.note("arithmetic", f"{operator} の結果は表せません。", source, at)
        return None

    return run


def negation(compiler: Compiler, node: Negation) -> Run:
    if isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        return constant(ARITHMETIC.minus(node.operand.value))
    operand, source, at = compiler.compile(node.operand), compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        value = operand(scope, evaluation)
        if type(value) is Decimal:
            return ARITHMETIC.minus(value)
        if type(value) is timedelta and value <= -timedelta.min:  # the longest has no opposite
            return -value
        if type(value) is YearsMonths:
            return YearsMonths(-value.months)
        evaluation.note("arithmetic", f"{kind_of(value)}に負号は付けられません。", source, at)
        return None

    return run


def comparison(compiler: Compiler, node: Comparison) -> Run:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if node.operator == "=":
        return _equal(compiler, node, left, right)
    if node.operator == "!=":
        equal = _equal(compiler, node, left, right)
        return lambda scope, evaluation: _inverse(equal(scope, evaluation))
    if node.operator.startswith(">"):
        left, right = right, left  # a > b is b < a
    ordered = less_or_equal if node.operator.endswith("=") else less
    return _ordered(compiler, node, (left, right), ordered)


def _inverse(value: bool | None) -> bool | None:  # noqa: FBT001
    return None if value is None else not value


def _equal(compiler: Compiler, node: Comparison, left: Run, right: Run) -> Run:
    source, at = compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        a, b = left(scope, evaluation), right(scope, evaluation)
        if type(a) is type(b) and type(a) in _SIMPLE:
            return bool(a == b)
        result = equals(a, b, evaluation)
        if result is None:
            _note_incomparable(evaluation, a, b, (source, at))
        return result

    return run


def _ordered(
    compiler: Compiler,
    node: Comparison,
    operands: tuple[Run, Run],
    ordered: Callable[[Any, Any], bool | None],
) -> Run:
    left, right = operands
    place = (compiler.source, node.at)
    strictly = ordered is less

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        a, b = left(scope, evaluation), right(scope, evaluation)
        if type(a) is Decimal and type(b) is Decimal:
            return a < b if strictly else a <= b
        result = ordered(a, b)
        if result is None:
            _note_incomparable(evaluation, a, b, place)
        return result

    return run


def _note_incomparable(evaluation: Evaluation, a: Any, b: Any, place: tuple[str, int]) -> None:
    evaluation.note("comparison", f"{kind_of(a)}と{kind_of(b)}は比べられません。", *place)


def logic(compiler: Compiler, node: Logic) -> Run:
    operands = tuple(map(compiler.compile, node.operands))
    decisive = node.operator == "or"

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        result: bool | None = not decisive
        for operand in operands:
            value = operand(scope, evaluation)
            if value is decisive:
                return bool(decisive)
            if value is not True and value is not False:
                result = None
        return result

    return run


def between(compiler: Compiler, node: Between) -> Run:
    value, low, high = map(compiler.compile, (node.value, node.low, node.high))
    place = (compiler.source, node.at)

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        x, a, b = value(scope, evaluation), low(scope, evaluation), high(scope, evaluation)
        above, below = less_or_equal(a, x), less_or_equal(x, b)
        if above is None or below is None:
            _note_incomparable(evaluation, x, b if above else a, place)
            return None
        return above and below

    return run


def in_(compiler: Compiler, node: In) -> Run:
    value = compiler.compile(node.value)
    tests = tuple(_test(compiler, test) for test in node.tests)

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        return _any_passes(value(scope, evaluation), tests, scope, evaluation)

    return run


Test = Callable[[Any, Mapping[str, Any], Evaluation], bool | None]


def _test(compiler: Compiler, node: Node) -> Test:
    """A test asks about `?`, or else is a value to be compared with."""
    before, compiler.used = compiler.used, set()
    run = compiler.compile(node)
    about_input = INPUT in compiler.used
    compiler.used |= before

    def about(_value: Any, scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        result = run(scope, evaluation)
        return result if type(result) is bool else None

    def compared(value: Any, scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        return passes(value, run(scope, evaluation), evaluation)

    return about if about_input else compared


def _any_passes(
    value: Any, tests: tuple[Test, ...], scope: Mapping[str, Any], evaluation: Evaluation
) -> bool | None:
    result: bool | None = False
    for test in tests:
        passed = test(value, scope, evaluation)
        if passed:
            return True
        if passed is None:
            result = None
    return result


def unary_tests(compiler: Compiler, node: UnaryTests) -> Run:
    if not node.tests:
        return constant(value=True)
    with compiler.binding(INPUT):
        tests = tuple(_test(compiler, test) for test in node.tests)
    if len(tests) == 1 and not node.negated:
        only = tests[0]
        return lambda scope, evaluation: only(scope[INPUT], scope, evaluation)

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        result = _any_passes(scope[INPUT], tests, scope, evaluation)
        return _inverse(result) if node.negated else result

    return run


def if_(compiler: Compiler, node: If) -> Run:
    condition, then, otherwise = map(compiler.compile, (node.condition, node.then, node.otherwise))

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        chosen = then if condition(scope, evaluation) is True else otherwise
        return chosen(scope, evaluation)

    return run


def instance_of(compiler: Compiler, node: InstanceOf) -> Run:
    value = compiler.compile(node.value)
    try:
        type_ = resolve(node.type, compiler.types)
    except UnknownTypeError as unknown:
        raise error(
            compiler.source,
            node.at,
            Sentence("「%(name)s」という型はありません。", name=str(unknown)),
        ) from unknown

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool:
        found = value(scope, evaluation)
        return found is not None and type_.holds(found)

    return run
