"""Three-valued logic, comparisons and tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.feel.language import evaluate, notes, numbers, passes

TRUE, FALSE, NULL = "true", "false", "null"


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (TRUE, TRUE, True, True),
        (TRUE, FALSE, False, True),
        (TRUE, NULL, None, True),
        (FALSE, TRUE, False, True),
        (FALSE, FALSE, False, False),
        (FALSE, NULL, False, None),
        (NULL, TRUE, None, True),
        (NULL, FALSE, False, None),
        (NULL, NULL, None, None),
        ("1", TRUE, None, True),
        (FALSE, '"a"', False, None),
    ],
)
def test_and_and_or_follow_the_truth_tables(
    left: str, right: str, both: bool | None, either: bool | None
) -> None:
    assert evaluate(f"{left} and {right}") is both
    assert evaluate(f"{left} or {right}") is either


@pytest.mark.parametrize(("operand", "value"), [(TRUE, False), (FALSE, True), (NULL, None)])
def test_not_leaves_null_alone(operand: str, value: bool | None) -> None:
    assert evaluate(f"not({operand})") is value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("1 = 1.0", True, id="numbers by value"),
        pytest.param('1 = "1"', None, id="number and text"),
        pytest.param("true = 1", None, id="boolean and number"),
        pytest.param("null = null", True, id="null and null"),
        pytest.param("1 != null", True, id="value and null"),
        pytest.param("null < 1", None, id="null is not ordered"),
        pytest.param('"a" < "b"', True, id="texts are ordered"),
        pytest.param('1 < "b"', None, id="kinds are not mixed"),
        pytest.param("[1, [2]] = [1, [2]]", True, id="lists in depth"),
        pytest.param("[1, 2] = [2, 1]", False, id="order of lists counts"),
        pytest.param("{a: 1, b: 2} = {b: 2, a: 1}", True, id="order of contexts does not"),
        pytest.param("[1, 2] < [1, 3]", None, id="lists are not ordered"),
        pytest.param("0.1 + 0.2 = 0.3", True, id="decimal, not binary"),
        pytest.param("5 between 1 and 5", True, id="between holds its ends"),
        pytest.param("5 between 1 and null", None, id="between null"),
    ],
)
def test_only_values_of_one_kind_are_compared(source: str, value: bool | None) -> None:
    assert evaluate(source) is value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("3 in [1, 3]", True, id="entry of a list"),
        pytest.param("3 in (1, 3)", True, id="one of several tests"),
        pytest.param("3 in [1..2]", False, id="outside of a range"),
        pytest.param("3 in ([1..2], [3..4])", True, id="one of several ranges"),
        pytest.param("3 in [[1..2], [3..4]]", True, id="list of ranges"),
        pytest.param("[1, 2] in [[1, 2], [3]]", True, id="list in a list of lists"),
        pytest.param("3 in (3..5]", False, id="open end"),
        pytest.param('"b" in ["a".."c"]', True, id="range of texts"),
        pytest.param("3 in (!= 4)", True, id="anything but"),
    ],
)
def test_in_asks_for_a_value_a_range_or_a_list(source: str, value: bool) -> None:
    assert evaluate(source) is value


@pytest.mark.parametrize(
    ("cell", "value", "passed"),
    [
        pytest.param("-", None, True, id="dash passes everything"),
        pytest.param('"高", "中"', "中", True, id="list of values"),
        pytest.param('"高", "中"', "低", False, id="not in the list"),
        pytest.param("not(1, 2)", 3, True, id="negated list"),
        pytest.param("not(1, 2)", 2, False, id="negated hit"),
        pytest.param("> 10", 11, True, id="comparison"),
        pytest.param("[1..5]", 5, True, id="range"),
        pytest.param("limit", 7, True, id="variable"),
        pytest.param("> limit", 7, False, id="comparison with a variable"),
        pytest.param("? > 1 and ? < 9", 7, True, id="condition over the value"),
        pytest.param("contains(?, 'x')".replace("'", '"'), "axb", True, id="function of the value"),
        pytest.param("null", None, True, id="null is null"),
        pytest.param("null", 1, False, id="value is not null"),
        pytest.param("> 10", None, None, id="comparison with null"),
        pytest.param("true", True, True, id="boolean"),
        pytest.param("[1, 7]", 7, True, id="list as a value"),
    ],
)
def test_a_cell_tests_its_value(cell: str, value: Any, passed: bool | None) -> None:
    number = numbers(value)[0] if type(value) is int else value

    assert passes(cell, number, limit=numbers(7)[0]) is passed


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("value", [None, Decimal(5)])
def test_nothing_passes_a_comparison_with_a_limit_that_is_missing(
    operator: str, value: Decimal | None
) -> None:
    assert passes(f"{operator} limit", value, limit=None) is None
    assert passes(f"{operator} null", value) is None


def test_if_takes_the_second_branch_for_all_but_true() -> None:
    assert evaluate("if null then 1 else 2") == 2
    assert evaluate("if 1 > 0 then 1 else 2") == 1
    assert evaluate("if a then 1 else if b then 2 else 3", a=False, b=True) == 2


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param("1 + null", "arithmetic", id="sum with null"),
        pytest.param("1 / 0", "arithmetic", id="division by zero"),
        pytest.param('1 = "a"', "comparison", id="comparison of kinds"),
        pytest.param("missing", "unknown_name", id="unknown name"),
        pytest.param("{a: 1}.b", "no_entry", id="missing entry"),
        pytest.param("[1][2]", "index", id="index too large"),
        pytest.param('date("x")', "call", id="failed function"),
        pytest.param("missing(1)", "call", id="unknown function"),
    ],
)
def test_whatever_becomes_null_leaves_a_note(source: str, code: str) -> None:
    assert code in notes(source)


def test_the_order_of_and_spares_what_need_not_be_asked() -> None:
    assert notes("false and missing") == []
