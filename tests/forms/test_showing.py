from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.forms.fields import Kind
from engine.forms.showing import show
from tests.forms.builders import (
    Office,
    choice,
    component,
    date_field,
    evaluation,
    form,
    post,
    rows,
    shown,
    text,
)


def test_a_page_shows_the_variables() -> None:
    page = shown(
        form(date_field("期限"), component("number", "費用")),
        期限=date(2026, 12, 4),
        費用=Decimal(1200),
    )

    assert [field.raw for field in page.fields] == [("2026", "12", "4"), ("1200",)]


def test_a_page_shows_what_was_typed_even_if_it_cannot_be_read() -> None:
    page = shown(form(component("number", "費用")), post(費用="約百"), 費用=Decimal(5))

    assert page.fields[0].raw == ("約百",)


def test_a_default_fills_an_empty_field_only_when_the_page_is_opened() -> None:
    made = form(text("方式", defaultValue="標準"), text("担当", defaultValue='="佐" + "藤"'))

    opened, sent = shown(made), shown(made, {})

    assert [field.raw for field in opened.fields] == [("標準",), ("佐藤",)]
    assert [field.raw for field in sent.fields] == [(), ()]


def test_hidden_fields_are_not_on_the_page() -> None:
    made = form(
        choice("radio", "支障", "有", "無"), text("回避策", conditional={"hide": '=支障 != "有"'})
    )

    assert [field.path for field in shown(made, post(支障="無")).fields] == ["支障"]
    assert [field.path for field in shown(made, post(支障="有")).fields] == ["支障", "回避策"]


def test_a_field_on_which_others_hang_is_a_trigger() -> None:
    made = form(
        choice("radio", "支障", "有", "無"), text("回避策", conditional={"hide": '=支障 != "有"'})
    )

    page = shown(made, post(支障="有"))

    assert [field.is_trigger for field in page.fields] == [True, False]
    assert page.has_triggers


def test_the_chosen_person_is_shown_by_name() -> None:
    page = shown(form(component("select", "担当", valuesExpression='=people("TANTO")')), 担当="p2")

    assert page.fields[0].label_of_value == "鈴木 健太"


def test_an_empty_list_opens_with_one_row() -> None:
    assert len(shown(form(rows("不具合", text("内容")))).fields[0].rows) == 1


def test_a_row_is_named_by_its_title() -> None:
    made = form(rows("不具合", text("内容"), properties={"rowTitle": "内容"}))

    page = shown(made, 不具合=[{"内容": "順番"}])

    assert page.fields[0].rows[0].title == "順番"


def test_a_row_is_complete_when_nothing_required_is_missing() -> None:
    made = form(rows("不具合", text("内容", required=True), text("備考")))

    page = shown(made, 不具合=[{"内容": "順番"}, {"備考": "x"}])

    assert [row.is_complete for row in page.fields[0].rows] == [True, False]


def test_a_table_shows_the_rows_of_its_source() -> None:
    made = form(
        component(
            "table", label="残件", dataSource="=残件", columns=[{"key": "内容", "label": "内容"}]
        )
    )

    page = shown(made, 残件=[{"内容": "速さ"}])

    assert page.fields[0].kind is Kind.TABLE
    assert page.fields[0].value == [{"内容": "速さ"}]


def test_an_automatic_list_is_only_read() -> None:
    made = form(rows("残件", text("内容"), properties={"valueExpression": '=不具合[支障 = "有"]'}))

    page = shown(made, 不具合=[{"内容": "a", "支障": "有"}, {"内容": "b", "支障": "無"}])

    assert [row.fields[0].value for row in page.fields[0].rows] == ["a"]
    assert not page.takes_input


def test_errors_are_counted_in_rows_and_on_the_page() -> None:
    made = form(text("件名"), rows("不具合", text("内容")))
    faults = {"件名": "件名を入力してください。", "不具合/0/内容": "内容を入力してください。"}

    page = show(made, {}, Office(), evaluation(), {"不具合/#": ["1"]}, faults)

    assert [field.place for field in page.errors()] == ["", "不具合 1"]
    assert page.fields[1].rows[0].error_count == 1


def test_a_form_of_automatic_values_takes_no_input() -> None:
    made = form(text("番号", properties={"valueExpression": '="x"'}))

    assert not shown(made).takes_input


def test_a_yes_or_no_that_is_only_read_shows_its_word() -> None:
    made = form(
        component(
            "radio",
            "整合性",
            readonly=True,
            values=[{"label": "済", "value": "true"}, {"label": "未", "value": "false"}],
        )
    )

    page = shown(made, 整合性=True)

    assert page.fields[0].label_of_value == "済"
