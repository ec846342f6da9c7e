"""What a text means: precedence, names, literals, comments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import compile_expression
from tests.feel.language import evaluate, make_evaluation, numbers


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("1 + 2 * 3", 7, id="product before sum"),
        pytest.param("(1 + 2) * 3", 9, id="brackets"),
        pytest.param("2 ** 3 ** 2", 64, id="powers group to the left"),
        pytest.param("-3 ** 2", 9, id="minus binds before power"),
        pytest.param("10 - 4 - 3", 3, id="differences group to the left"),
        pytest.param("--1", 1, id="two minus signs"),
        pytest.param(".5 + 1e-1", Decimal("0.6"), id="short numbers and exponents"),
        pytest.param("= 1 + 1", 2, id="leading equals sign is dropped"),
        pytest.param("1 // one\n+ 1 /* two\nlines */", 2, id="comments"),
    ],
)
def test_operators_bind_as_the_standard_says(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "scope", "value"),
    [
        pytest.param("a - b", {"a": 5, "b": 3}, 2, id="minus between two names"),
        pytest.param("a - b", {"a": 5, "b": 3, "a - b": 9}, 9, id="minus inside a known name"),
        pytest.param("a-b", {"a": 5, "b": 3, "a-b": 9}, 9, id="known name without blanks"),
        pytest.param("a - b", {"a": 5, "b": 3, "a-b": 9}, 2, id="blanks tell names apart"),
        pytest.param(
            "first name + last name",
            {"first name": "山", "last name": "田", "name": "x"},
            "山田",
            id="names with spaces",
        ),
        pytest.param("first  name", {"first name": 1}, 1, id="runs of blanks count as one"),
        pytest.param(
            "Pre-bureau Risk + 1", {"Pre-bureau Risk": 1, "Pre": 5}, 2, id="longest name wins"
        ),
        pytest.param("運営開始 予定日", {"運営開始 予定日": 7}, 7, id="japanese with a space"),
        pytest.param("達成率 < 50", {"達成率": 42}, True, id="japanese without"),
        pytest.param("a and b", {"a": True, "b": False}, False, id="keyword between names"),
        pytest.param("order in orders", {"order": 1, "orders": [1]}, True, id="in is a keyword"),
        pytest.param("2次審査 + 2", {"2次審査": 1}, 3, id="name with a digit in front"),
        pytest.param("a.2次審査 + 2", {"a": {"2次審査": 1}, "2次審査": 5}, 3, id="behind a dot"),
        pytest.param("x/y", {"x": 6, "y": 3}, 2, id="slash between names"),
    ],
)
def test_the_longest_name_in_scope_is_taken(source: str, scope: Any, value: Any) -> None:
    assert evaluate(source, **scope) == value


def test_names_bound_inside_may_hold_spaces() -> None:
    assert evaluate("for my item in [1, 2] return my item + 1") == numbers(2, 3)
    assert evaluate("(function(unit price, count) unit price * count)(3, 4)") == 12
    assert evaluate("{unit price: 3, total: unit price * 2}.total") == 6
    assert evaluate("[{unit price: 3}, {unit price: 5}][unit price > 3].unit price") == numbers(5)


def test_a_name_bound_inside_ends_with_its_block() -> None:
    assert evaluate("sum(for a-b in [1] return a-b) + (a - b)", a=5, b=2) == 4


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param(r'"a\"b\\c\n"', 'a"b\\c\n', id="escapes"),
        pytest.param(r'"\u3042"', "あ", id="four digits"),
        pytest.param(r'"\U01F40E"', "🐎", id="six digits"),
        pytest.param(r'"\uD83D\uDC0E"', "🐎", id="surrogate pair"),
        pytest.param(r'"\s+"', r"\s+", id="unknown escapes stay"),
        pytest.param('""', "", id="empty"),
    ],
)
def test_strings_resolve_their_escapes(source: str, value: str) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("[1..3[ = [1..3)", True, id="reversed end bracket"),
        pytest.param("]1..3] = (1..3]", True, id="reversed start bracket"),
        pytest.param("2 in [1..list[2]]", True, id="filter inside an end"),
        pytest.param("[[1..3[, ]4..5]][2] = (4..5]", True, id="ranges in a list"),
        pytest.param("5 in (> 7, < 6)", True, id="tests in brackets"),
        pytest.param("5 in > 4", True, id="one test"),
        pytest.param("5 in ((1 + 3)..6)", True, id="expression as an end"),
    ],
)
def test_ranges_may_be_written_in_every_way(source: str, value: bool) -> None:
    assert evaluate(source, list=numbers(1, 2)) is value


@pytest.mark.parametrize(
    ("source", "line", "column", "hint"),
    [
        pytest.param("a == 1", 1, 3, "等しいは = です。", id="double equals"),
        pytest.param("a <> 1", 1, 4, "!=", id="unequal as in SQL"),
        pytest.param("a => 1", 1, 4, ">=", id="turned round comparison"),
        pytest.param("a && b", 1, 3, "and", id="ampersands"),
        pytest.param("a || b", 1, 3, "or", id="bars"),
        pytest.param("a ≧ 1", 1, 3, ">=", id="mathematical sign"),
        pytest.param("a × 2", 1, 3, "*", id="sign of multiplication"),
        pytest.param(" = ", 1, 1, "", id="equals sign alone"),
        pytest.param("!a", 1, 1, "not", id="exclamation mark"),
        pytest.param("a % 2", 1, 3, "modulo", id="percent"),
        pytest.param("'a'", 1, 1, '"', id="single quotes"),
        pytest.param('"a', 1, 1, "閉じる", id="open string"),
        pytest.param("金額＞１", 1, 3, "半角", id="full width sign"),
        pytest.param("（1）", 1, 1, "半角の ( ", id="full width bracket"),
        pytest.param("(1 + 2", 1, 7, "対応する )", id="open bracket"),
        pytest.param("[1, 2", 1, 6, "]", id="open list"),
        pytest.param("if a then 1", 1, 12, "else", id="if without else"),
        pytest.param("for x return x", 1, 5, "in", id="for without in"),
        pytest.param("1 +\n  ", 1, 4, "", id="missing operand"),
        pytest.param("1\n+ 2 3", 2, 5, "", id="two operands on line two"),
        pytest.param("", 1, 1, "", id="nothing at all"),
        pytest.param('@"2026-02-30"', 1, 1, "", id="day that does not exist"),
        pytest.param("{a: 1, a: 2}", 1, 1, "", id="entry named twice"),
        pytest.param("f(1, a: 2)", 1, 2, "", id="named after positional argument"),
        pytest.param("x instance of nothing", 1, 3, "", id="unknown type"),
        pytest.param("\n = a == 1", 2, 6, "等しいは = です。", id="place in the text as given"),
    ],
)
def test_a_syntax_error_says_where_and_how_to_mend_it(
    source: str, line: int, column: int, hint: str
) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(source)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert hint in caught.value.hint
    assert caught.value.message.endswith("。")


def test_an_expression_tells_which_names_it_takes_from_the_scope() -> None:
    expression = compile_expression(
        "sum(for x in 明細 return x.金額 * 税率) > count(一覧[状態 = 基準])", ["基準"]
    )

    assert expression.names == {"明細", "税率", "一覧", "基準"}


def test_the_source_is_kept_without_the_leading_equals_sign() -> None:
    assert compile_expression("= a + 1 ").source == "a + 1"


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        pytest.param("a + b = 0.3", {"a": 0.1, "b": 0.2}, id="float numbers"),
        pytest.param("a + 1 = 2", {"a": 1}, id="whole number"),
        pytest.param("a.b + 1 = 2", {"a": {"b": 1}}, id="whole number in a context"),
    ],
)
def test_other_numbers_of_the_scope_become_decimal(source: str, scope: Any) -> None:
    assert compile_expression(source).evaluate(scope, make_evaluation()) is True


def test_at_literals_are_read_when_compiled() -> None:
    assert evaluate('@"2026-04-01"') == date(2026, 4, 1)
