"""Numbers: 34 decimal digits, rounding, statistics."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.feel.language import evaluate, numbers


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("1 / 3", "0.3333333333333333333333333333333333", id="34 digits"),
        pytest.param("ceiling(110 * 1.1)", "121", id="no binary fraction"),
        pytest.param("decimal(2.5, 0)", "2", id="half to even, down"),
        pytest.param("decimal(3.5, 0)", "4", id="half to even, up"),
        pytest.param("round half up(-2.5, 0)", "-3", id="half away from zero"),
        pytest.param("round half down(2.5, 0)", "2", id="half towards zero"),
        pytest.param("round up(1.01, 1)", "1.1", id="away from zero"),
        pytest.param("round down(-1.09, 1)", "-1.0", id="towards zero"),
        pytest.param("round half up(1234, -2)", "1200", id="hundreds"),
        pytest.param("floor(-1.5)", "-2", id="floor"),
        pytest.param("floor(1.57, 1)", "1.5", id="floor with scale"),
        pytest.param("modulo(-12, 5)", "3", id="remainder has the sign of the divisor"),
        pytest.param("modulo(12, -5)", "-3", id="negative divisor"),
        pytest.param("abs(-1)", "1", id="absolute value"),
        pytest.param(
            "abs(-1234567890123456789012345678901234)",
            "1234567890123456789012345678901234",
            id="absolute value of 34 digits",
        ),
        pytest.param("sqrt(16)", "4", id="root"),
        pytest.param("exp(0)", "1", id="exponential"),
        pytest.param("log(1)", "0", id="logarithm"),
        pytest.param('number("1,234.5", ",", ".")', "1234.5", id="grouped"),
        pytest.param('number("1.234,5", ".", ",")', "1234.5", id="european"),
        pytest.param("sum([1, 2, 3])", "6", id="sum"),
        pytest.param("sum(1, 2, 3)", "6", id="sum one by one"),
        pytest.param("mean([1, 2])", "1.5", id="mean"),
        pytest.param("product(2, 3)", "6", id="product"),
        pytest.param("median([6, 1, 2, 3])", "2.5", id="median"),
        pytest.param("stddev([2, 4, 4, 6])", "1.632993161855452065464856049803928", id="stddev"),
        pytest.param("min([3, 1, 2])", "1", id="least"),
        pytest.param("max(3, 1, 2)", "3", id="greatest"),
        pytest.param("count([1, null])", "2", id="count"),
    ],
)
def test_numbers_are_exact(source: str, value: str) -> None:
    assert evaluate(source) == Decimal(value)


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "0 / 0",
        "10 ** 7000",
        "0 ** -1",
        "sqrt(-1)",
        "log(0)",
        "exp(100000)",
        "round up(1, 7000)",
        'number("1,5")',
        'number("")',
        "sum([])",
        'sum(["a"])',
        "sum([1, null])",
        'max([1, "a"])',
        "median([])",
        "stddev([1])",
        "odd(1.5)",
        "abs(true)",
        '"5" * 2',
    ],
)
def test_what_is_no_number_is_null(source: str) -> None:
    assert evaluate(source) is None


def test_mode_lists_all_most_frequent_values() -> None:
    assert evaluate("mode([3, 1, 3, 1, 2])") == numbers(1, 3)


def test_odd_and_even_ask_whole_numbers() -> None:
    assert evaluate("[odd(3), even(3), odd(-1), even(0)]") == [True, False, True, True]
