"""Lists, contexts, paths, filters and loops."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel.evaluation import Limits
from engine.feel.expression import compile_expression
from tests.feel.language import evaluate, make_evaluation, numbers

PEOPLE = [
    {"氏名": "佐藤", "役割": "PL", "年": 40},
    {"氏名": "鈴木", "役割": "PJMO", "年": 30},
    {"氏名": "高橋", "役割": "PL"},
]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("[1, 2, 3][1]", 1, id="first is one"),
        pytest.param("[1, 2, 3][-1]", 3, id="from the end"),
        pytest.param("[1, 2, 3][0]", None, id="zero"),
        pytest.param("[1, 2, 3][4]", None, id="too far"),
        pytest.param("[1, 2, 3][i]", 2, id="index in a variable"),
        pytest.param("[1, 2, 3][item >= i]", [2, 3], id="condition over the item"),
        pytest.param("[][item > 1]", [], id="nothing to filter"),
        pytest.param("5[item > 1]", [5], id="single value"),
        pytest.param("[{a: 1}, {b: 2}][a > 0].a", [1], id="missing entries do not pass"),
        pytest.param("[{item: 1}, {item: 2}][item > 1].item", [2], id="entry named item"),
        pytest.param("count([1, 2, 3][item > 1])", 2, id="count of a filter"),
    ],
)
def test_filters_take_an_index_or_a_condition(source: str, value: Any) -> None:
    assert evaluate(source, i=2) == value


def test_entries_of_the_item_hide_outer_names() -> None:
    assert evaluate("人[役割 = 役].氏名", 人=PEOPLE, 役="PL") == ["佐藤", "高橋"]
    assert evaluate('人[役割 = "PJMO"][1].氏名', 人=PEOPLE, 役割="PL") == "鈴木"


def test_a_path_over_a_list_collects_the_entries() -> None:
    assert evaluate("人.年", 人=PEOPLE) == [40, 30, None]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("{a: 1, b: a + 1}.b", 2, id="later entries see earlier ones"),
        pytest.param('{"x y": 1}.x y', 1, id="quoted key"),
        pytest.param("{a: {b: {c: 3}}}.a.b.c", 3, id="nested path"),
        pytest.param("{a: 1}.b", None, id="missing entry"),
        pytest.param('get value({a: {b: 1}}, ["a", "b"])', 1, id="value by path"),
        pytest.param('context put({a: 1}, "b", 2) = {a: 1, b: 2}', True, id="put"),
        pytest.param('context put({a: {b: 1}}, ["a", "b"], 2).a.b', 2, id="put in depth"),
        pytest.param("context merge([{a: 1}, {a: 2}]).a", 2, id="merge: last wins"),
        pytest.param('context([{key: "a", value: 1}]).a', 1, id="context of entries"),
        pytest.param("get entries({a: 1}).key", ["a"], id="entries"),
    ],
)
def test_contexts_are_read_and_made(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("for x in [1, 2] return x * 2", [2, 4], id="over a list"),
        pytest.param("for x in 1..3 return x", [1, 2, 3], id="upwards"),
        pytest.param("for x in 3..1 return x", [3, 2, 1], id="downwards"),
        pytest.param("for x in [1..4) return x", [1, 2, 3], id="over a range"),
        pytest.param("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20], id="nested"),
        pytest.param("for x in 0..4 return if x = 0 then 1 else x * partial[-1]", [1, 1, 2, 6, 24],
                     id="earlier results"),
        pytest.param("for x in 5 return x", [5], id="single value"),
        pytest.param("for x in null return x", None, id="null"),
        pytest.param('for x in "a".."c" return x', None, id="texts cannot be counted"),
        pytest.param(
            'for d in @"2026-02-27"..@"2026-03-01" return d.day', [27, 28, 1], id="over days"
        ),
        pytest.param("some x in [1, 2] satisfies x > 1", True, id="some"),
        pytest.param("some x in [1, null] satisfies x > 1", None, id="some unknown"),
        pytest.param("every x in [1, 2] satisfies x > 0", True, id="every"),
        pytest.param("every x in [] satisfies false", True, id="every of none"),
        pytest.param("some x in [1, 2], y in [2, 3] satisfies x = y", True, id="pairs"),
    ],
)  # fmt: skip
def test_loops_go_through_lists_and_ranges(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("list contains([1, null], null)", True, id="contains null"),
        pytest.param("sublist([1, 2, 3], 2)", [2, 3], id="sublist"),
        pytest.param("sublist([1, 2, 3], -2, 1)", [2], id="sublist from the end"),
        pytest.param("append([1], 2, 3)", [1, 2, 3], id="append"),
        pytest.param("concatenate([1], [2], [3])", [1, 2, 3], id="concatenate"),
        pytest.param("insert before([1, 3], 2, 2)", [1, 2, 3], id="insert"),
        pytest.param("remove([1, 2], 1)", [2], id="remove"),
        pytest.param("reverse([1, 2])", [2, 1], id="reverse"),
        pytest.param("index of([1, 2, 1], 1)", [1, 3], id="index of"),
        pytest.param("union([1, 2], [2, 3])", [1, 2, 3], id="union"),
        pytest.param("distinct values([1, 1.0, [2], [2]])", [1, [2]], id="distinct"),
        pytest.param("flatten([1, [2, [3]]])", [1, 2, 3], id="flatten"),
        pytest.param("list replace([1, 2], 2, 9)", [1, 9], id="replace by position"),
        pytest.param("list replace([1, 5], function(old, new) old < new, 3)", [3, 5],
                     id="replace by function"),
        pytest.param("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1], id="sort"),
        pytest.param('sort(["b", "a"])', ["a", "b"], id="natural order"),
        pytest.param("all([true, null])", None, id="all unknown"),
        pytest.param("any([false, true])", True, id="any"),
        pytest.param("count(5)", 1, id="single value as a list"),
        pytest.param("sublist([1], 3)", None, id="behind the end"),
        pytest.param("count(null)", None, id="null is no list"),
    ],
)  # fmt: skip
def test_list_functions(source: str, value: Any) -> None:
    assert evaluate(source) == value


def test_a_list_made_is_not_the_list_that_was_given() -> None:
    given = numbers(1, 2)

    made = evaluate("append(given, 3)", given=given)

    assert made == numbers(1, 2, 3)
    assert given == numbers(1, 2)


def test_entries_of_one_row_do_not_leak_into_the_next() -> None:
    expression = compile_expression("for x in [1, 2] return function() x")
    made = expression.evaluate({}, make_evaluation(Limits()))

    assert [one.call([], make_evaluation()) for one in made] == numbers(1, 2)
