"""Functions over numbers: rounding, remainders, roots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.builtins.signature import builtin
from engine.feel.errors import OperationFailed
from engine.feel.values import ARITHMETIC

_SCALES = range(-6111, 6177)  # what decimal128 can hold; DMN names the same bounds
_ZERO = Decimal(0)


def _rounded(rounding: str) -> Callable[..., Decimal]:
    def call(n: Decimal, scale: Decimal = _ZERO) -> Decimal:
        places = int(scale)
        if places not in _SCALES:
            raise OperationFailed("丸める桁は-6111から6176までです。")
        exponent = n.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= places:
            return n
        return n.quantize(Decimal(1).scaleb(-places), rounding, ARITHMETIC)

    return call


def _abs(n: Any) -> Any:
    if type(n) is YearsMonths:
        return YearsMonths(abs(n.months))
    if type(n) is Decimal:
        return ARITHMETIC.abs(n)
    if type(n) is timedelta:
        return abs(n)
    raise OperationFailed("abs の引数は数値か期間です。")


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder with the sign of the divisor."""
    rest = ARITHMETIC.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = ARITHMETIC.add(rest, divisor)
    return rest


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise OperationFailed("log の引数は正の数です。")
    return ARITHMETIC.ln(number)


def _is_multiple_of_two(number: Decimal) -> bool:
    if number != number.to_integral_value():
        raise OperationFailed("偶数か奇数かを調べられるのは整数だけです。")
    return not modulo(number, Decimal(2))


FUNCTIONS = (
    builtin("decimal", _rounded(ROUND_HALF_EVEN), "n: number, scale: number"),
    builtin("floor", _rounded(ROUND_FLOOR), "n: number, [scale: number]"),
    builtin("ceiling", _rounded(ROUND_CEILING), "n: number, [scale: number]"),
    builtin("round up", _rounded(ROUND_UP), "n: number, scale: number"),
    builtin("round down", _rounded(ROUND_DOWN), "n: number, scale: number"),
    builtin("round half up", _rounded(ROUND_HALF_UP), "n: number, scale: number"),
    builtin("round half down", _rounded(ROUND_HALF_DOWN), "n: number, scale: number"),
    builtin("abs", _abs, "n: any"),
    builtin("modulo", modulo, "dividend: number, divisor: number"),
    builtin("sqrt", ARITHMETIC.sqrt, "number: number"),
    builtin("log", _log, "number: number"),
    builtin("exp", ARITHMETIC.exp, "number: number"),
    builtin("odd", lambda number: not _is_multiple_of_two(number), "number: number"),
    builtin("even", _is_multiple_of_two, "number: number"),
)
