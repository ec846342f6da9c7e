"""Functions that make one value of many: least, greatest, sum, mean and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.arithmetic import compute
from engine.feel.builtins.signature import Builtin, builtin_with
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.values import ARITHMETIC, less

_TWO = Decimal(2)
_ZEROES: dict[type, Any] = {
    Decimal: Decimal(0),
    timedelta: timedelta(0),
    YearsMonths: YearsMonths(0),
}
Reduce = Callable[[Evaluation, list[Any]], Any]


def listed(function: Reduce) -> Callable[..., Any]:
    """The values may stand in one list or one by one."""

    def call(evaluation: Evaluation, *values: Any) -> Any:
        only = values[0]
        items = only if len(values) == 1 and type(only) is list else list(values)
        evaluation.charge(1 + len(items))
        return function(evaluation, items)

    return call


def _extreme(*, greatest: bool) -> Reduce:
    def better(best: Any, item: Any) -> Any:
        before = less(best, item) if greatest else less(item, best)
        if before is None:
            raise OperationFailed("比べられない値が混ざっています。")
        return item if before else best

    def call(_evaluation: Evaluation, items: list[Any]) -> Any:
        if items and less(items[0], items[0]) is None:
            raise OperationFailed("大小を比べられる値ではありません。")
        return reduce(better, items) if items else None

    return call


def _numbers(items: list[Any]) -> list[Decimal]:
    if not all(type(item) is Decimal for item in items):
        raise OperationFailed("数値でない値が混ざっています。")
    return items


def _sum(evaluation: Evaluation, items: list[Any]) -> Any:
    if not items:
        return None
    return reduce(lambda a, b: compute("+", a, b, evaluation), items, _zero_like(items[0]))


def _zero_like(value: Any) -> Any:
    zero = _ZEROES.get(type(value))
    if zero is None:
        raise OperationFailed("合計できるのは数値と期間だけです。")
    return zero


def _mean(evaluation: Evaluation, items: list[Any]) -> Any:
    if not items:
        return None
    return compute("/", _sum(evaluation, items), Decimal(len(items)), evaluation)


def _product(_evaluation: Evaluation, items: list[Any]) -> Decimal | None:
    return reduce(ARITHMETIC.multiply, _numbers(items)) if items else None


def _median(_evaluation: Evaluation, items: list[Any]) -> Decimal | None:
    if not items:
        return None
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ARITHMETIC.divide(ARITHMETIC.add(ordered[middle - 1], ordered[middle]), _TWO)


def _stddev(_evaluation: Evaluation, items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample."""
    numbers = _numbers(items)
    if len(numbers) <= 1:
        return None
    mean = ARITHMETIC.divide(reduce(ARITHMETIC.add, numbers), Decimal(len(numbers)))
    squares = [ARITHMETIC.power(ARITHMETIC.subtract(number, mean), _TWO) for number in numbers]
    variance = ARITHMETIC.divide(reduce(ARITHMETIC.add, squares), Decimal(len(numbers) - 1))
    return ARITHMETIC.sqrt(variance)


def _mode(_evaluation: Evaluation, items: list[Any]) -> list[Decimal]:
    """All values that occur most often, in rising order."""
    counts = Counter(_numbers(items))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _family(name: str, function: Reduce) -> Builtin:
    return builtin_with(name, listed(function), "list: list", "c: any?...")


FUNCTIONS = (
    _family("min", _extreme(greatest=False)),
    _family("max", _extreme(greatest=True)),
    _family("sum", _sum),
    _family("mean", _mean),
    _family("product", _product),
    _family("median", _median),
    _family("stddev", _stddev),
    _family("mode", _mode),
)
