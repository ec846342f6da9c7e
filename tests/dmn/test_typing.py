"""Types that clash, wrong calls and misspelt names are found in every kind of expression."""

from __future__ import annotations

import pytest

from engine.dmn.check import check
from engine.dmn.model import draft
from engine.domain.errors import Finding
from tests.dmn.drawing import column, decision, definitions, input_data, literal, output, table

NUMBER, TEXT = input_data("点", "number"), input_data("区分", "string")
BOTH = ("#in_点", "#in_区分")
TYPED = (
    '<itemDefinition name="申請型"><itemComponent name="件名"><typeRef>string</typeRef>'
    '</itemComponent><itemComponent name="件数"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
)
APPLIED = input_data("申請", "申請型")
KNOWLEDGE = (
    '<businessKnowledgeModel id="加算" name="加算"><variable name="加算"/><encapsulatedLogic>'
    '<formalParameter name="左" typeRef="number"/><formalParameter name="右" typeRef="number"/>'
    "<literalExpression><text>左 + 右</text></literalExpression>"
    "</encapsulatedLogic></businessKnowledgeModel>"
)


def found(*content: str) -> list[Finding]:
    return check(draft(definitions(NUMBER, TEXT, *content), "d.dmn"))


def said(logic: str, *, type_ref: str = "", knowledge: tuple[str, ...] = ()) -> list[str]:
    drawn = decision("判定", logic, requires=BOTH, type_ref=type_ref, knowledge=knowledge)
    return [one.message for one in found(KNOWLEDGE, drawn)]


def invocation(*bindings: tuple[str, str]) -> str:
    inside = "".join(
        f'<binding><parameter name="{name}"/>{literal(value)}</binding>' for name, value in bindings
    )
    return f"<invocation>{literal('加算')}{inside}</invocation>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("点 + 区分", "式「点 + 区分」：数値 + 文字列 は計算できません。型を確かめます。"),
        ('点 = "1"', '式「点 = "1"」：数値と文字列は比べられません。同じ型にします。'),
        ("加算(1)", "関数「加算」に渡す値の数が違います（1個）。加算(左, 右) と書きます。"),
        ("加算(左: 1, 有: 2)", "関数「加算」に引数「有」はありません。"),
        ("加算(点, 区分)", "関数「加算」の引数「右」に文字列は渡せません。"),
        ("floor(区分)", "関数「floor」の引数「n」に文字列は渡せません。"),
        (
            "区部 = 1",
            "式「区部 = 1」の「区部」は、ここでは使えない名前です。もしかして「区分」ですか。",
        ),
        ("stringlength(区分)", "使えない名前です。もしかして「string length」ですか。"),
    ],
)
def test_a_literal_expression_is_told(text: str, message: str) -> None:
    assert any(message in one for one in said(literal(text), knowledge=("#加算",)))


def test_a_value_of_another_type_than_declared_is_told() -> None:
    expected = "式「点 + 1」：値が型「string」に合いません（数値になっています）。"

    assert said(literal("点 + 1"), type_ref="string") == [expected]
    assert said(literal("点 + 1", "string")) == [expected]
    assert said(literal("点 + 1"), type_ref="number") == []


@pytest.mark.parametrize(
    ("bindings", "message"),
    [
        ((("左", "1"),), "関数「加算」の引数「右」がありません。"),
        ((("左", "1"), ("右側", "2")), "引数「右側」はありません。もしかして「右」ですか。"),
        ((("左", "1"), ("右", "区分")), "関数「加算」の引数「右」に文字列は渡せません。"),
    ],
    ids=["missing", "misspelt", "of another type"],
)
def test_an_invocation_is_told(bindings: tuple[tuple[str, str], ...], message: str) -> None:
    [one] = said(invocation(*bindings), knowledge=("#加算",))

    assert message in one


def test_an_invocation_that_fits_is_let_pass() -> None:
    assert said(invocation(("右", "点"), ("左", "1")), knowledge=("#加算",)) == []


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (['"高" => 1', "- => 2"], '規則1の欄「"高"」は、入力「点」の型（数値）と合いません。'),
        (["string length(?) > 1 => 1", "- => 2"], "引数「string」に数値は渡せません。"),
        (["< 区分 => 1", "- => 2"], "数値と文字列は比べられません。"),
        (["< 5 => 点 + 区分", "- => 2"], "数値 + 文字列 は計算できません。"),
        (['< 5 => "高"', "- => 2"], "値が型「number」に合いません（文字列になっています）。"),
        (["< 店 => 1", "- => 2"], "「店」は、ここでは使えない名前です。"),
    ],
    ids=["constant", "call", "other input", "output", "output type", "name"],
)
def test_a_cell_is_told(rules: list[str], message: str) -> None:
    drawn = table([column("点")], [output("答", type_ref="number")], rules, hit="FIRST")

    assert any(message in one for one in said(drawn))


def test_the_place_is_told_with_line_and_column() -> None:
    [one] = found(decision("判定", literal("点 > 1 and\n区分 > 2"), requires=BOTH))

    assert (one.element_id, one.element_name, one.file) == ("判定", "判定", "d.dmn")
    assert (one.line, one.column) == (2, 4)


def test_entries_of_a_type_are_followed() -> None:
    right, wrong = literal("申請.件数 + 1"), literal("申請.件敷 + 1")
    needs = ("#in_申請",)

    assert found(TYPED, APPLIED, decision("a", right, requires=needs)) == []
    [one] = found(TYPED, APPLIED, decision("a", wrong, requires=needs))
    assert "コンテキストに「件敷」はありません。もしかして「件数」ですか。" in one.message


@pytest.mark.parametrize(
    ("logic", "message"),
    [
        (
            f"<conditional><if>{literal('点')}</if><then>{literal('1')}</then>"
            f"<else>{literal('2')}</else></conditional>",
            "条件は真偽値にします（数値になっています）。",
        ),
        (
            f"<filter><in>{literal('[1, 2]')}</in><match>{literal('item > 区分')}</match></filter>",
            "数値と文字列は比べられません。",
        ),
        (
            f'<for iteratorVariable="x"><in>{literal("[1, 2]")}</in>'
            f"<return>{literal('x + 区分')}</return></for>",
            "数値 + 文字列 は計算できません。",
        ),
        (
            f'<every iteratorVariable="x"><in>{literal("[1, 2]")}</in>'
            f"<satisfies>{literal('x')}</satisfies></every>",
            "条件は真偽値にします（数値になっています）。",
        ),
        (
            f'<context><contextEntry><variable name="a"/>{literal("点")}</contextEntry>'
            f'<contextEntry><variable name="b"/>{literal("a + 区分")}</contextEntry></context>',
            "数値 + 文字列 は計算できません。",
        ),
        (
            f'<relation><column name="a" typeRef="number"/><row>{literal("区分")}</row></relation>',
            "値が型「number」に合いません",
        ),
        (f"<list>{literal('-区分')}</list>", "文字列に負号は付けられません。"),
    ],
    ids=["conditional", "filter", "for", "every", "context", "relation", "list"],
)
def test_a_boxed_expression_is_told(logic: str, message: str) -> None:
    assert any(message in one for one in said(logic))


def test_a_list_of_answers_is_a_list_for_those_who_need_it() -> None:
    collected = table([column("点")], [output(type_ref="number")], ["> 1 => 1"], hit="COLLECT")
    first = decision("集め", collected, requires=("#in_点",))
    second = decision("合計", literal("sum(集め) + count(集め)"), requires=("#集め",))

    assert [one.code for one in found(first, second) if one.code == "type_clash"] == []
