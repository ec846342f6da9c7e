"""Closures of `for`, `some`, `every` and filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import tree
from engine.feel.compiling.compiler import Compiler
from engine.feel.compiling.scope import ItemScope, Run, Scope
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.tree import Filter, For, Quantified
from engine.feel.values import ARITHMETIC, Range, kind_of, less

PARTIAL = "partial"
_Loop = tuple[str, Run, Run | None]


def _loops(compiler: Compiler, node: For | Quantified, stack: ExitStack) -> list[_Loop]:
    loops: list[_Loop] = []
    for iterator in node.iterators:
        loops.append(_loop(compiler, iterator))
        stack.enter_context(compiler.binding(iterator.name))
    return loops


def _loop(compiler: Compiler, iterator: tree.Iterator) -> _Loop:
    end = None if iterator.end is None else compiler.compile(iterator.end)
    return iterator.name, compiler.compile(iterator.source), end


def for_(compiler: Compiler, node: For) -> Run:
    with ExitStack() as stack:
        loops = _loops(compiler, node, stack)
        stack.enter_context(compiler.binding(PARTIAL))
        before, compiler.used = compiler.used, set()
        body, cost, _frames = compiler.measured(node.body)
        needs_partial = PARTIAL in compiler.used
        compiler.used |= before
    source, at = compiler.source, node.at

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> list[Any] | None:
        results: list[Any] = []
        try:
            for inner in _bindings(loops, scope, evaluation):
                evaluation.charge(cost)
                if needs_partial:
                    evaluation.charge(len(results))
                    inner[PARTIAL] = list(results)
                results.append(body(inner, evaluation))
                if len(results) > evaluation.limits.entries:
                    evaluation.fit(results)
        except OperationFailed as failed:
            evaluation.note("for", str(failed), source, at)
            return None
        return results

    return run


def quantified(compiler: Compiler, node: Quantified) -> Run:
    with ExitStack() as stack:
        loops = _loops(compiler, node, stack)
        condition, cost, _frames = compiler.measured(node.body)
    source, at, decisive = compiler.source, node.at, not node.every

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        result: bool | None = not decisive
        try:
            for inner in _bindings(loops, scope, evaluation):
                evaluation.charge(cost)
                value = condition(inner, evaluation)
                if value is decisive:
                    return bool(decisive)
                if value is not True and value is not False:
                    result = None
        except OperationFailed as failed:
            evaluation.note("quantified", str(failed), source, at)
            return None
        return result

    return run


def _bindings(
    loops: list[_Loop], scope: Mapping[str, Any], evaluation: Evaluation
) -> Iterator[Scope]:
    """The scopes of all rounds, the last iterator running fastest."""
    name, source, end = loops[0]
    start = source(scope, evaluation)
    domain = _domain(start) if end is None else _steps(start, end(scope, evaluation))
    for value in domain:
        evaluation.charge(1)
        inner = Scope(scope)
        inner[name] = value
        if len(loops) == 1:
            yield inner
        else:
            yield from _bindings(loops[1:], inner, evaluation)


def _domain(value: Any) -> Iterable[Any]:
    if type(value) is list:
        return value
    if value is None:
        raise OperationFailed("null は繰り返せません。")
    if type(value) is not Range:
        return (value,)
    kinds = {type(value.low), type(value.high)}
    if kinds not in ({Decimal}, {date}) or less(value.high, value.low) is not False:
        raise OperationFailed("この範囲は繰り返せません。")
    one = Decimal(1) if type(value.low) is Decimal else timedelta(days=1)
    low = value.low if value.low_included else _plus(value.low, one)
    high = value.high if value.high_included else _plus(value.high, -one)
    return () if high < low else _steps(low, high)


def _plus(value: Any, one: Any) -> Any:
    return ARITHMETIC.add(value, one) if type(value) is Decimal else value + one


def _steps(start: Any, end: Any) -> Iterable[Any]:
    """Whole numbers or days from `start` to `end`, upwards or downwards."""
    if type(start) is Decimal and type(end) is Decimal:
        if start != start.to_integral_value() or end != end.to_integral_value():
            raise OperationFailed("繰り返す範囲の両端は整数です。")
        step = 1 if end >= start else -1
        return map(Decimal, range(int(start), int(end) + step, step))
    if type(start) is date and type(end) is date:
        step = 1 if end >= start else -1
        count = abs((end - start).days) + 1
        return (start + timedelta(days=step * n) for n in range(count))
    raise OperationFailed(f"{kind_of(start)}から{kind_of(end)}まで繰り返すことはできません。")


def filter_(compiler: Compiler, node: Filter) -> Run:
    source = compiler.compile(node.source)
    compiler.filters += 1
    with compiler.binding("item"):
        condition, cost, _frames = compiler.measured(node.condition)
    compiler.filters -= 1
    place = (compiler.source, node.at)

    def run(scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        value = source(scope, evaluation)
        if value is None:
            return None
        items = value if type(value) is list else [value]
        kept: list[Any] = []
        for item in items or (None,):
            evaluation.charge(cost)
            chosen = condition(ItemScope(scope, item), evaluation)
            if chosen is True and items:
                kept.append(item)
            elif type(chosen) is Decimal:
                return _at(items, chosen, evaluation, place)
        return kept

    return run


def _at(items: list[Any], index: Decimal, evaluation: Evaluation, place: tuple[str, int]) -> Any:
    """The entry at an index from 1, or from the end when negative."""
    if index and index == index.to_integral_value() and abs(index) <= len(items):
        position = int(index)
        return items[position - 1 if position > 0 else position]
    evaluation.note("index", f"一覧に{index}番目はありません（{len(items)}件）。", *place)
    return None
