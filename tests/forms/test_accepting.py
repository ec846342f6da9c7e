from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from tests.forms.builders import (
    choice,
    component,
    date_field,
    errors,
    form,
    post,
    text,
    values,
)

PEOPLE = component("select", "担当", valuesExpression='=people("TANTO")')

TYPED: list[tuple[str, dict[str, Any], dict[str, list[str]], Any]] = [
    ("text", text("x"), post(x=" 件名 "), "件名"),
    ("lines", component("textarea", "x"), post(x="一\r\n二"), "一\n二"),
    ("number", component("number", "x"), post(x="12.50"), Decimal("12.50")),
    ("number with commas", component("number", "x"), post(x="1,200"), Decimal(1200)),
    ("full-width number", component("number", "x"), post(x="１２００"), Decimal(1200)),
    (
        "number with its unit",
        component("number", "x", appearance={"suffixAdorner": "円"}),
        post(x="1200円"),
        Decimal(1200),
    ),
    ("date", date_field("x"), post(x__年="2026", x__月="12", x__日="4"), date(2026, 12, 4)),
    ("whole date", date_field("x"), post(x="2026-12-04"), date(2026, 12, 4)),
    ("time", component("datetime", "x", subtype="time"), post(x="9:30"), time(9, 30)),
    (
        "date and time",
        component("datetime", "x", subtype="datetime"),
        post(x__年="2026", x__月="12", x__日="4", x__時刻="9:30"),
        datetime(2026, 12, 4, 0, 30, tzinfo=UTC),
    ),
    ("radio", choice("radio", "x", "有", "無"), post(x="無"), "無"),
    ("yes or no", choice("radio", "x", "true", "false"), post(x="false"), False),
    ("yes or no, as JSON", choice("radio", "x", True, False), post(x="true"), True),
    ("ticked", component("checkbox", "x"), post(x="true"), True),
    ("not ticked", component("checkbox", "x"), post(), False),
    (
        "several, in the order offered",
        choice("checklist", "x", "甲", "乙", "丙"),
        post(x=["丙", "甲"]),
        ["甲", "丙"],
    ),
    ("person", {**PEOPLE, "key": "x"}, post(x="p2"), "p2"),
    (
        "organisation",
        component("select", "x", valuesExpression="=organisations()"),
        post(x="o1"),
        "o1",
    ),
    (
        "record",
        component("select", "x", valuesExpression='=register("R03")'),
        post(x="r1"),
        "r1",
    ),
    (
        "choices from a variable",
        component("select", "x", valuesExpression="=コース"),
        post(x="基礎"),
        "基礎",
    ),
    (
        "file",
        component("filepicker", "x"),
        post(x="a1"),
        [{"id": "a1", "名前": "手順書.pdf", "種類": "x", "バイト数": Decimal(10)}],
    ),
    ("nothing", text("x"), post(), None),
]


@pytest.mark.parametrize(
    ("field", "fields", "expected"), [case[1:] for case in TYPED], ids=[case[0] for case in TYPED]
)
def test_value_is_typed(field: dict[str, Any], fields: dict[str, list[str]], expected: Any) -> None:
    assert values(form(field), fields, コース=["基礎", "応用"]) == {"x": expected}


FAULTY: list[tuple[str, dict[str, Any], dict[str, list[str]], str]] = [
    ("missing text", text("x", required=True), post(x="  "), "xを入力してください。"),
    (
        "missing choice",
        choice("radio", "x", "有", "無", required=True),
        post(),
        "xを選んでください。",
    ),
    (
        "missing file",
        component("filepicker", "x", validate={"required": True}),
        post(),
        "xを添付してください。",
    ),
    (
        "missing tick",
        component("checkbox", "x", validate={"required": True}),
        post(),
        "xを確かめて、印を付けてください。",
    ),
    (
        "missing date",
        date_field("x", validate={"required": True}),
        post(),
        "xを入力してください。",
    ),
    (
        "words for a number",
        component("number", "x"),
        post(x="約百"),
        "xは数字で入力してください。例：1200",
    ),
    ("NaN", component("number", "x"), post(x="NaN"), "xは数字で入力してください。例：1200"),
    ("huge", component("number", "x"), post(x="1e999999"), "xは数字で入力してください。例：1200"),
    (
        "a fraction of a whole number",
        component("number", "x", decimalDigits=0),
        post(x="1.5"),
        "xは整数で入力してください。",
    ),
    (
        "too many digits",
        component("number", "x", decimalDigits=1),
        post(x="1.55"),
        "xは小数点以下1桁までで入力してください。",
    ),
    (
        "too small",
        component("number", "x", validate={"min": 1}),
        post(x="0"),
        "xは1以上で入力してください。",
    ),
    (
        "too large",
        component("number", "x", validate={"max": 5}),
        post(x="6"),
        "xは5以下で入力してください。",
    ),
    (
        "too long",
        text("x", validate={"maxLength": 3}),
        post(x="四文字だ"),
        "xは3文字以内で入力してください（今は4文字です）。",
    ),
    (
        "too short",
        text("x", validate={"minLength": 3}),
        post(x="二字"),
        "xは3文字以上で入力してください。",
    ),
    (
        "no address",
        text("x", validate={"validationType": "email"}),
        post(x="a@b"),
        "xはメールアドレスの形で入力してください。例：hanako@example.go.jp",
    ),
    (
        "against the pattern",
        text(
            "x", validate={"pattern": "[0-9]{3}"}, properties={"patternMessage": "3桁の数字です。"}
        ),
        post(x="12"),
        "3桁の数字です。",
    ),
    (
        "not offered",
        choice("select", "x", "有", "無"),
        post(x="他"),
        "xは、表示された選択肢から選んでください。",
    ),
    (
        "one of several not offered",
        choice("checklist", "x", "甲", "乙"),
        post(x=["甲", "丙"]),
        "xは、表示された選択肢から選んでください。",
    ),
    (
        "an unknown person",
        {**PEOPLE, "key": "x", "label": "x"},
        post(x="p9"),
        "xは、表示された選択肢から選んでください。",
    ),
    (
        "a file of somebody else",
        component("filepicker", "x"),
        post(x="a9"),
        "xのファイルが見つかりません。もう一度添付してください。",
    ),
    (
        "two files for one",
        component("filepicker", "x"),
        post(x=["a1", "a2"]),
        "xに添付できるファイルは1件です。",
    ),
    (
        "a file of another kind",
        component("filepicker", "x", accept=".pdf,.docx"),
        post(x="a2"),
        "xに添付できる種類は .pdf、.docx です。",
    ),
]


@pytest.mark.parametrize(
    ("field", "fields", "sentence"), [case[1:] for case in FAULTY], ids=[case[0] for case in FAULTY]
)
def test_value_is_refused(
    field: dict[str, Any], fields: dict[str, list[str]], sentence: str
) -> None:
    assert errors(form(field), fields) == {"x": sentence}


def test_a_pattern_that_would_take_for_ever_is_decided_at_once() -> None:
    made = form(text("x", validate={"pattern": "(a+)+b"}))

    assert "x" in errors(made, post(x="a" * 50_000))


def test_errors_stand_in_page_order() -> None:
    made = form(text("乙", required=True), text("甲", required=True), text("丙", required=True))

    assert list(errors(made, {})) == ["乙", "甲", "丙"]


DEFECT = form(
    choice("radio", "支障", "有", "無", required=True),
    text("回避策", required=True, conditional={"hide": '=支障 != "有"'}),
    text("理由", properties={"requiredIf": '=支障 = "無"'}),
)


def test_a_hidden_field_is_not_asked_for() -> None:
    assert errors(DEFECT, post(支障="無", 理由="軽い")) == {}


def test_the_value_of_a_hidden_field_is_dropped() -> None:
    taken = values(DEFECT, post(支障="無", 理由="軽い", 回避策="手作業"))

    assert taken["回避策"] is None


def test_a_shown_field_is_asked_for() -> None:
    assert list(errors(DEFECT, post(支障="有"))) == ["回避策"]


def test_a_conditional_requirement_is_asked_for() -> None:
    assert list(errors(DEFECT, post(支障="無"))) == ["理由"]


def test_an_automatic_value_is_computed_and_never_read_from_the_post() -> None:
    made = form(
        component("number", "影響"),
        component("number", "可能性"),
        component("number", "リスク値", properties={"valueExpression": "=影響 * 可能性"}),
    )

    taken = values(made, post(影響="3", 可能性="4", リスク値="1"))

    assert taken["リスク値"] == 12


def test_a_read_only_value_is_that_of_the_variable() -> None:
    made = form(text("番号", readonly=True), text("件名"))

    taken = values(made, post(番号="他人のもの", 件名="新"), 番号="不-R8-0012")

    assert taken == {"番号": "不-R8-0012", "件名": "新"}


def test_names_that_are_not_in_the_form_are_ignored() -> None:
    assert values(form(text("件名")), post(件名="a", 承認="済")) == {"件名": "a"}


PERIOD = form(
    date_field("開始"),
    date_field("終了"),
    properties={
        "checks": [
            {
                "when": "=終了 = null or 開始 <= 終了",
                "message": "終了は開始以後の日付を入力してください。",
                "field": "終了",
            }
        ]
    },
)


def test_a_cross_check_that_does_not_hold_stands_at_its_field() -> None:
    found = errors(PERIOD, post(開始="2026-12-04", 終了="2026-12-01"))

    assert found == {"終了": "終了は開始以後の日付を入力してください。"}


def test_a_cross_check_that_holds_lets_the_post_through() -> None:
    assert errors(PERIOD, post(開始="2026-12-01", 終了="2026-12-04")) == {}


def test_an_automatic_field_may_build_on_the_variable_of_its_own_name() -> None:
    made = form(text("推奨", readonly=True, properties={"valueExpression": "推奨"}))

    found = values(made, post(推奨="開始"), 推奨="延期")

    assert found == {"推奨": "延期"}
