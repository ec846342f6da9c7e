"""Functions as values: defined, passed on, called by position and by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.feel.errors import UnknownNameError
from engine.feel.expression import compile_expression
from engine.feel.functions import Function
from tests.feel.language import evaluate, make_evaluation, numbers


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("(function(a, b) a - b)(5, 3)", 2, id="by position"),
        pytest.param("(function(a, b) a - b)(b: 5, a: 3)", -2, id="by name"),
        pytest.param("{f: function(x) x * 2, y: f(4)}.y", 8, id="entry of a context"),
        pytest.param("(function(x) function(y) x + y)(1)(2)", 3, id="function of a function"),
        pytest.param("(function(f) f([1, 2]))(sum)", 3, id="built-in as a value"),
        pytest.param("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120,
                     id="recursion"),
        pytest.param("(function(x: number) x)(\"a\")", None, id="wrong type"),
        pytest.param("(function(x: number) x)([1])", 1, id="list of one unwrapped"),
        pytest.param("count((function(x: list<number>) x)(1))", 1, id="value wrapped"),
        pytest.param("(function(a) a)(1, 2)", None, id="too many values"),
        pytest.param("(function(a) a)(b: 1)", None, id="unknown name of an argument"),
        pytest.param("5(1)", None, id="number called"),
        pytest.param('(function(s) external {java: {class: "x"}})("a")', None, id="external"),
        pytest.param('substring(string: "abc", start position: 2)', "bc", id="built-in by name"),
        pytest.param("sqrt(n: 4)", None, id="built-in by wrong name"),
        pytest.param("(function() 1) instance of function<> -> number", True, id="instance of"),
    ],
)  # fmt: skip
def test_functions_are_values(source: str, value: Any) -> None:
    assert evaluate(source) == value


def test_functions_of_the_engine_are_called_like_built_in_ones() -> None:
    people = Function.of("people", ["role"], lambda role: [f"{role}1", f"{role}2"])

    expression = compile_expression(
        'people("PL")[1] + people(role: "PMO")[2]', (), {"people": people}
    )

    assert expression.evaluate({}, make_evaluation()) == "PL1PMO2"


def test_functions_may_also_stand_in_the_scope() -> None:
    double = Function.of("double", ["n"], lambda n: n * 2)

    assert evaluate("double(4)", double=double) == 8


def test_a_variable_that_is_no_function_does_not_hide_a_built_in_one() -> None:
    assert evaluate("count([1, 2]) + count", count=5) == 7


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("1 instance of number", True, id="number"),
        pytest.param('@"2026-04-01" instance of date', True, id="date"),
        pytest.param('@"2026-04-01T00:00:00" instance of date', False, id="moment is no date"),
        pytest.param('@"P1D" instance of days and time duration', True, id="duration"),
        pytest.param("[1, 2] instance of list<number>", True, id="list of numbers"),
        pytest.param('[1, "a"] instance of list<number>', False, id="mixed list"),
        pytest.param("{a: 1, b: 2} instance of context<a: number>", True, id="context"),
        pytest.param("[1..2] instance of range<number>", True, id="range"),
        pytest.param("null instance of Any", False, id="null belongs to no type"),
    ],
)
def test_instance_of_asks_for_the_type(source: str, value: bool) -> None:
    assert evaluate(source) is value


def test_strictly_an_unknown_name_is_an_error() -> None:
    expression = compile_expression("金額 > 上限")

    with pytest.raises(UnknownNameError) as caught:
        expression.evaluate_strict({"金額": Decimal(1)}, make_evaluation())

    assert caught.value.name == "上限"


def test_the_name_of_an_office_function_alone_is_no_value() -> None:
    expression = compile_expression("年度 = 2026")

    with pytest.raises(UnknownNameError):
        expression.evaluate_strict({}, make_evaluation())

    assert expression.names == {"年度"}
    assert expression.evaluate({"年度": Decimal(2026)}, make_evaluation()) is True


def test_a_variable_may_bear_the_name_of_a_function_that_is_called() -> None:
    source = '年度(@"2026-04-01") = 年度'

    assert evaluate(source, 年度=2026) is True
    assert compile_expression("年度(日)", ["年度"]).evaluate_strict(
        {"日": date(2026, 4, 1)}, make_evaluation()
    ) == Decimal(2026)


def test_strictly_items_of_a_filter_may_lack_an_entry() -> None:
    expression = compile_expression("count(一覧[金額 > 1])")

    value = expression.evaluate_strict({"一覧": [{"金額": Decimal(2)}, {}]}, make_evaluation())

    assert value == 1


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("before(1, [2..3])", True),
        ("before([1..2), [2..3])", True),
        ("before([1..2], [2..3])", False),
        ("after([3..4], (1..3))", True),
        ("meets([1..2], [2..3])", True),
        ("met by([2..3], [1..2))", False),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(5, [1..5])", True),
        ("finished by([1..5], (3..5])", True),
        ("includes([1..5], 5)", True),
        ("includes([1..5), 5)", False),
        ("during([2..3], [1..5])", True),
        ("starts([1..2], [1..5])", True),
        ("started by([1..5], 1)", True),
        ("coincides([1..5], [1..5))", False),
        ("includes((> 3), [4..5])", True),
        ('before(1, ["a".."b"])', None),
    ],
)
def test_points_and_ranges_lie_to_each_other(relation: str, expected: bool | None) -> None:
    assert evaluate(relation) is expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('range("[1..3]") = [1..3]', True, id="numbers"),
        pytest.param(r'range("(@\"2026-04-01\"..@\"2026-05-01\"]").end.month', 5, id="dates"),
        pytest.param('range("[3..1]")', None, id="falling"),
        pytest.param('range("[a..b]")', None, id="names are no literals"),
        pytest.param('range("1")', None, id="no range"),
        pytest.param("[1..10].start", 1, id="start"),
        pytest.param("(1..10].start included", False, id="open start"),
        pytest.param("(< 10).end", 10, id="end of a comparison"),
    ],
)
def test_ranges_are_values(source: str, value: Any) -> None:
    assert evaluate(source) == value


def test_a_call_passes_lists_on_whole() -> None:
    assert evaluate("concatenate([1, 2], 3)") == numbers(1, 2, 3)
