"""Closures of function definitions and calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.sentence import Sentence
from engine.feel.compiling.compiler import Compiler
from engine.feel.compiling.scope import Run, Scope
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.functions import Function
from engine.feel.lexer import error
from engine.feel.tree import Call, FunctionDefinition, Name
from engine.feel.types import UnknownTypeError, resolve
from engine.feel.values import kind_of


def call(compiler: Compiler, node: Call) -> Run:
    arguments = tuple(map(compiler.compile, node.arguments))
    names, source, at = node.names, compiler.source, node.at
    callee = _callee(compiler, node)

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        function = callee(scope, evaluation)
        values: Sequence[Any] = [argument(scope, evaluation) for argument in arguments]
        evaluation.charge(1)
        try:
            if not isinstance(function, Function):
                raise OperationFailed(f"{kind_of(function)}は関数ではありません。")
            if names:
                return function.call_named(names, values, evaluation)
            return function.call(values, evaluation)
        except OperationFailed as failed:
            evaluation.note("call", str(failed), source, at)
        except (ArithmeticError, ValueError):
            evaluation.note("call", "関数の結果は表せません。", source, at)
        return None

    return run


def _callee(compiler: Compiler, node: Call) -> Run:
    """The function itself; a variable that is no function does not hide a built-in one."""
    if not isinstance(node.function, Name):
        return compiler.compile(node.function)
    wanted = node.function.name
    function = compiler.function(wanted)
    if function is None:
        return compiler.compile(node.function)
    if not compiler.is_bound(wanted) and wanted not in compiler.declared:
        return lambda _scope, _evaluation: function
    compiler.use(wanted)

    def run(scope: Mapping[str, Any], _evaluation: Evaluation) -> Any:
        try:
            found = scope[wanted]
        except KeyError:
            return function
        return found if isinstance(found, Function) else function

    return run


def function_definition(compiler: Compiler, node: FunctionDefinition) -> Run:
    names = tuple(parameter.name for parameter in node.parameters)
    types = _types(compiler, node)
    if node.body is None:
        return lambda _scope, _evaluation: Function("external", names, _external, types)
    filters, compiler.filters = compiler.filters, 0
    with compiler.binding(*names):
        body, cost, frames = compiler.measured(node.body)
    compiler.filters = filters
    frames += 2  # Function.call and `apply`

    def run(scope: Mapping[str, Any], _evaluation: Evaluation) -> Function:
        def apply(values: Sequence[Any], evaluation: Evaluation) -> Any:
            inner = Scope(scope)
            inner.update(zip(names, values, strict=True))
            evaluation.charge(cost)
            evaluation.enter(frames)
            try:
                return body(inner, evaluation)
            finally:
                evaluation.leave(frames)

        return Function("function", names, apply, types)

    return run


def _types(compiler: Compiler, node: FunctionDefinition) -> tuple[Any, ...]:
    if not any(parameter.type for parameter in node.parameters):
        return ()
    try:
        return tuple(
            None if parameter.type is None else resolve(parameter.type, compiler.types)
            for parameter in node.parameters
        )
    except UnknownTypeError as unknown:
        raise error(
            compiler.source,
            node.at,
            Sentence("「%(name)s」という型はありません。", name=str(unknown)),
        ) from unknown


def _external(_values: Sequence[Any], _evaluation: Evaluation) -> Any:
    raise OperationFailed("外部の関数は実行しません。")
