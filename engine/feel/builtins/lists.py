"""Functions over lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.builtins.signature import builtin, builtin_with
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.functions import Function
from engine.feel.values import distinct, less

_HASHED = frozenset((Decimal, str, bool, date, timedelta, YearsMonths, type(None)))
_FRAMES = 8  # Python frames between the call of such a function and the function it calls
_COMPARED = 2  # values a function that orders or chooses takes


def _position(items: list[Any], position: Decimal) -> int:
    """The Python index of a position from 1, or from the end when negative."""
    index = int(position)
    if not index or abs(index) > len(items):
        raise OperationFailed(f"一覧に{position}番目はありません（{len(items)}件）。")
    return index - 1 if index > 0 else len(items) + index


def _contains(evaluation: Evaluation, items: list[Any], element: Any) -> bool:
    evaluation.charge(1 + len(items))
    return any(not distinct(item, element, evaluation) for item in items)


def _count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    first = _position(items, start)
    if length is None:
        return items[first:]
    size = int(length)
    if size < 1 or first + size > len(items):
        raise OperationFailed("一覧の範囲を超えています。")
    return items[first : first + size]


def _append(evaluation: Evaluation, items: list[Any], *more: Any) -> list[Any]:
    evaluation.room(len(items) + len(more))
    return [*items, *more]


def _concatenate(evaluation: Evaluation, *lists: list[Any]) -> list[Any]:
    evaluation.room(sum(map(len, lists)))
    return [item for items in lists for item in items]


def _insert(evaluation: Evaluation, items: list[Any], position: Decimal, new: Any) -> list[Any]:
    evaluation.room(len(items) + 1)
    index = _position(items, position)
    return [*items[:index], new, *items[index:]]


def _remove(evaluation: Evaluation, items: list[Any], position: Decimal) -> list[Any]:
    evaluation.room(len(items))
    index = _position(items, position)
    return items[:index] + items[index + 1 :]


def _reverse(evaluation: Evaluation, items: list[Any]) -> list[Any]:
    evaluation.room(len(items))
    return items[::-1]


def _index_of(evaluation: Evaluation, items: list[Any], match: Any) -> list[Decimal]:
    evaluation.charge(1 + len(items))
    return [
        Decimal(number)
        for number, item in enumerate(items, 1)
        if not distinct(item, match, evaluation)
    ]


def _distinct(evaluation: Evaluation, items: Iterable[Any]) -> list[Any]:
    """Each value once, in the order of first occurrence."""
    seen: set[tuple[type, Any]] = set()
    others: list[Any] = []
    kept: list[Any] = []
    for item in items:
        if type(item) in _HASHED:
            new = (type(item), item) not in seen
            seen.add((type(item), item))
        else:
            evaluation.charge(1 + len(others))
            new = all(distinct(item, other, evaluation) for other in others)
            others.extend([item] if new else [])
        kept.extend([item] if new else [])
    evaluation.fit(kept)
    return kept


def _union(evaluation: Evaluation, *lists: list[Any]) -> list[Any]:
    return _distinct(evaluation, _concatenate(evaluation, *lists))


def _flatten(evaluation: Evaluation, items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            evaluation.charge(1)
            if type(item) is list:
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    evaluation.fit(flat)
    return flat


def _replace(evaluation: Evaluation, items: list[Any], where: Any, new: Any) -> list[Any]:
    evaluation.room(len(items))
    if type(where) is Decimal:
        index = _position(items, where)
        return [*items[:index], new, *items[index + 1 :]]
    if not isinstance(where, Function) or len(where.parameters) != _COMPARED:
        raise OperationFailed("置き換える場所は、番号か、値を二つ受ける関数で示します。")
    return [new if _chosen(where, item, new, evaluation) else item for item in items]


def _chosen(function: Function, item: Any, other: Any, evaluation: Evaluation) -> bool:
    evaluation.charge(1)
    evaluation.enter(_FRAMES)
    try:
        chosen = function.call([item, other], evaluation)
    finally:
        evaluation.leave(_FRAMES)
    if type(chosen) is not bool:
        raise OperationFailed("関数の結果が true でも false でもありません。")
    return chosen


def _sort(evaluation: Evaluation, items: list[Any], precedes: Function | None = None) -> list[Any]:
    evaluation.room(len(items))

    def before(a: Any, b: Any) -> bool:
        if precedes is not None:
            return _chosen(precedes, a, b, evaluation)
        evaluation.charge(1)
        smaller = less(a, b)
        if smaller is None:
            raise OperationFailed("比べられない値が混ざっています。")
        return smaller

    def order(a: Any, b: Any) -> int:
        return -1 if before(a, b) else int(before(b, a))

    return sorted(items, key=cmp_to_key(order))


FUNCTIONS = (
    builtin_with("list contains", _contains, "list: list, element: any?"),
    builtin("count", _count, "list: list"),
    builtin("sublist", _sublist, "list: list, start position: number, [length: number]"),
    builtin_with("append", _append, "list: list, item: any?..."),
    builtin_with("concatenate", _concatenate, "list: list..."),
    builtin_with("insert before", _insert, "list: list, position: number, newItem: any?"),
    builtin_with("remove", _remove, "list: list, position: number"),
    builtin_with("reverse", _reverse, "list: list"),
    builtin_with("index of", _index_of, "list: list, match: any?"),
    builtin_with("union", _union, "list: list..."),
    builtin_with("distinct values", _distinct, "list: list"),
    builtin_with("flatten", _flatten, "list: list"),
    builtin_with(
        "list replace",
        _replace,
        "list: list, position: number, newItem: any?",
        "list: list, match: function, newItem: any?",
    ),
    builtin_with("sort", _sort, "list: list, [precedes: function]"),
)
