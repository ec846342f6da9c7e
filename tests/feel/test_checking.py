"""Mistakes that can be told before an expression is run: kinds, calls, entries."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

import pytest

from engine.domain.sentence import Sentence
from engine.domain.values import storable
from engine.feel.checking import kinds
from engine.feel.checking.kinds import Kind, of_value
from engine.feel.checking.looking import Surroundings, Wanted, of_expression, of_script, of_tests
from engine.feel.errors import FeelError
from tests.feel.generator import Generator
from tests.feel.language import evaluate, notes
from tests.feel.typed_generator import SCOPE, TypedGenerator

KINDS = {
    "金額": kinds.NUMBER,
    "区分": kinds.STRING,
    "期限": kinds.DATE,
    "受付": kinds.MOMENT,
    "済": kinds.BOOLEAN,
    "期間": kinds.SPAN,
    "申請": Kind(name="context", entries={"名前": kinds.STRING, "件数": kinds.NUMBER}),
    "明細": kinds.list_of(Kind(name="context", entries={"額": kinds.NUMBER})),
    "不明": kinds.UNKNOWN,
}


def faults(source: str, wanted: Wanted | None = None) -> list[str]:
    _, found = of_expression(source, Surroundings(scope=KINDS), wanted)
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("金額 + 区分", "数値 + 文字列 は計算できません。型を確かめます。"),
        ("済 * 不明", "真偽値は * で計算できません。型を確かめます。"),
        ("-区分", "文字列に負号は付けられません。"),
        ('金額 = "100"', "数値と文字列は比べられません。同じ型にします。"),
        ("期限 < now()", "日付と日時は比べられません。同じ型にします。"),
        ("済 < 不明", "真偽値に大小はありません。"),
        ("済 and 金額", "and の前後は真偽値にします（数値になっています）。"),
        ("if 区分 then 1 else 2", "if の条件は真偽値にします（文字列になっています）。"),
        ('金額 between "a" and 3', "数値と文字列は比べられません。同じ型にします。"),
        ('金額 in ("a", > 3)', "数値と文字列は比べられません。同じ型にします。"),
        ("区分 in [1..5]", "文字列と数値は比べられません。同じ型にします。"),
        ('[1.."a"]', "数値から文字列までの範囲は作れません。"),
        ("申請.名称", "コンテキストに「名称」はありません。もしかして「名前」ですか。"),
        ("期限.years", "日付に「years」はありません。もしかして「year」ですか。"),
        ("金額.円", "数値に「円」はありません。"),
        ("明細.学", "コンテキストに「学」はありません。"),
        ('明細[額 > "1"]', "数値と文字列は比べられません。同じ型にします。"),
        ('明細["a"]', "[ ] の中は条件か番号にします（文字列になっています）。"),
        (
            "some x in 明細 satisfies x.額",
            "satisfies の条件は真偽値にします（数値になっています）。",
        ),
        ('for x in 明細 return x.額 + "円"', "数値 + 文字列 は計算できません。型を確かめます。"),
        ("{a: 1, b: a + 済}.b", "数値 + 真偽値 は計算できません。型を確かめます。"),
        ("金額(1)", "数値は関数として呼び出せません。"),
        (
            "営業日加算(期限)",
            "関数「営業日加算」に渡す値の数が違います（1個）。営業日加算(date, days) と書きます。",
        ),
        (
            "substring(区分, 1, 2, 3)",
            "関数「substring」に渡す値の数が違います（4個）。"
            "substring(string, start position, [length]) と書きます。",
        ),
        (
            "営業日加算(date: 期限, day: 3)",
            "関数「営業日加算」に引数「day」はありません。もしかして「days」ですか。",
        ),
        ("営業日加算(days: 3)", "関数「営業日加算」の引数「date」がありません。"),
        ("営業日加算(期限, 区分)", "関数「営業日加算」の引数「days」に文字列は渡せません。"),
        ("string length(金額)", "関数「string length」の引数「string」に数値は渡せません。"),
        ("upper case(string: 期限)", "関数「upper case」の引数「string」に日付は渡せません。"),
        (
            "(function(x, y) x + y)(1)",
            "関数「function」に渡す値の数が違います（1個）。function(x, y) と書きます。",
        ),
        (
            "{f: function(x: number) x, y: f(z: 1)}.y",
            "関数「f」に引数「z」はありません。",
        ),
        ('{f: function(x: number) x, y: f("a")}.y', "関数「f」の引数「x」に文字列は渡せません。"),
    ],
)
def test_a_mistake_is_told_in_words(source: str, said: str) -> None:
    assert said in faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "金額 > 100 and 区分 = null",
        "不明 + 1 > 金額",
        '期限 + duration("P5D") < today()',
        "受付.year = 年度(期限)",
        "明細[額 > 金額].額",
        "sum(明細.額) / count(明細)",
        "if 済 then 申請.名前 else null",
        "(if 済 then 1 else 区分) = 区分",
        "金額 in (1, 2, [5..10], > 100)",
        '区分 in ["a", "b"]',
        "for i in 1..3 return i * 金額",
        "max(明細.額, 1)",
        "不明[名前 = 金額]",
        "sort(明細, function(a, b) a.額 < b.額)",
        "期限 - 受付",
        "期間 * 2 = 期間",
        "{合計: function(a, b) a + b, 結果: 合計(1, 2)}.結果",
        'string join(for x in 明細 return string(x.額), "、")',
        "前年同期(期限, 期限)",
        "count(区分) + 1",
    ],
)
def test_what_may_be_right_is_let_pass(source: str) -> None:
    assert faults(source) == []


def test_the_place_is_told_in_lines_and_columns() -> None:
    _, [found] = of_expression('金額 > 1 and\n  金額 = "a"', Surroundings(scope=KINDS))

    assert (found.line, found.column) == (2, 6)


def test_a_place_may_want_a_kind() -> None:
    condition = Wanted(what=Sentence("条件"), kinds=(kinds.BOOLEAN,))

    assert faults("金額 > 1", condition) == []
    assert faults("不明", condition) == []
    assert faults("金額", condition) == ["条件は真偽値にします（数値になっています）。"]


def test_the_lines_of_a_script_see_what_came_before() -> None:
    assigned, [found] = of_script('合計 = 金額 * 2\n文 = 合計 + "円"', Surroundings(scope=KINDS))

    assert assigned["合計"] == kinds.NUMBER
    assert (found.line, found.column) == (2, 8)


def test_a_cell_is_checked_against_its_input() -> None:
    around = Surroundings(scope={**KINDS, "?": kinds.NUMBER})

    assert [one.message for one in of_tests('"高"', around)] != []
    assert of_tests("< 5, [10..20), 金額", around) == []
    assert [one.message for one in of_tests("string length(?) > 3", around)] == [
        "関数「string length」の引数「string」に数値は渡せません。"
    ]


@pytest.mark.parametrize(
    "source", ["+".join(["1"] * 390), "(" * 99 + "1" + ")" * 99, "-" * 300 + "1"]
)
def test_deep_texts_are_looked_at_without_harm(source: str) -> None:
    with suppress(FeelError):
        faults(source)


@pytest.mark.parametrize("seed", range(4))
def test_the_kind_that_is_foretold_is_the_kind_that_comes(seed: int) -> None:
    """On senseless expressions too; where a value comes out, its kind was rightly told."""
    around = Surroundings(scope={"a": kinds.NUMBER, "b": kinds.STRING, "c": kinds.LIST})
    for text in islice(Generator(seed).texts(), 1_500):
        try:
            kind, _ = of_expression(text, around)
            value = evaluate(text, a=1, b="x", c=[1, None, "a"])
        except FeelError:
            continue
        if kind.is_known and of_value(value).is_known:
            assert of_value(value).name == kind.name, text


@pytest.mark.parametrize("seed", range(4))
def test_expressions_that_mean_something_are_let_pass(seed: int) -> None:
    scope = {name: of_value(storable(value)) for name, value in SCOPE.items()}
    for text in islice(TypedGenerator(seed).texts(), 500):
        _, found = of_expression(text, Surroundings(scope=scope))
        assert found == [], text


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_leaves_a_note_when_it_is_run(seed: int) -> None:
    """Where all of an expression is run, a mistake is a null with a note."""
    skipping = (
        "if ",
        "some ",
        "every ",
        "for ",
        " and ",
        " or ",
        "[",
        "function",
        " in ",
        "sort",
        "between",
    )
    for text in islice(Generator(seed).texts(), 1_500):
        try:
            _, found = of_expression(text, Surroundings(scope={}))
            if found and not any(word in text for word in skipping):
                assert notes(text) != [], (text, found)
        except FeelError:
            continue
