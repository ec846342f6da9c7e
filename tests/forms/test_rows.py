from __future__ import annotations

from engine.forms.posts import rearranged
from engine.forms.schema import Form
from tests.forms.builders import choice, errors, form, post, rows, shown, text, values

DEFECTS = form(
    rows(
        "不具合",
        text("内容", required=True),
        choice("radio", "支障", "有", "無"),
        text("回避策", required=True, conditional={"hide": '=支障 != "有"'}),
    )
)
TWO = post(
    不具合__0__内容="順番", 不具合__0__支障="無", 不具合__1__内容="速さ", 不具合__1__支障="無"
)


def test_each_row_is_a_context_of_the_list() -> None:
    taken = values(DEFECTS, TWO)

    assert [row["内容"] for row in taken["不具合"]] == ["順番", "速さ"]


def test_the_error_of_a_row_names_its_path() -> None:
    found = errors(DEFECTS, {**TWO, "不具合/1/内容": [""]})

    assert found == {"不具合/1/内容": "内容を入力してください。"}


def test_a_condition_in_a_row_sees_its_own_row() -> None:
    found = errors(DEFECTS, {**TWO, "不具合/1/支障": ["有"]})

    assert list(found) == ["不具合/1/回避策"]


def test_blank_rows_are_left_out() -> None:
    taken = values(DEFECTS, {**TWO, **post(不具合__2__内容=" "), "不具合/#": ["3"]})

    assert len(taken["不具合"]) == 2


def test_a_required_list_wants_a_row() -> None:
    made = form(rows("不具合", text("内容"), validate={"required": True}))

    assert errors(made, {"不具合/#": ["1"]}) == {"不具合": "不具合を1件以上入力してください。"}


def test_row_counts_beyond_reason_are_cut() -> None:
    page = shown(DEFECTS, {"不具合/#": ["99999"]})

    assert len(page.fields[0].rows) == 200


def test_row_counts_that_are_no_numbers_are_ignored() -> None:
    page = shown(DEFECTS, {"不具合/#": ["-5"], **TWO})

    assert len(page.fields[0].rows) == 2


def typed(made: Form, fields: dict[str, list[str]] | None) -> list[str]:
    assert fields is not None
    return [
        row.fields[0].raw[0] if row.fields[0].raw else ""
        for row in shown(made, fields).fields[0].rows
    ]


def test_a_row_can_be_added() -> None:
    assert typed(DEFECTS, rearranged(DEFECTS, TWO, "add:不具合")) == ["順番", "速さ", ""]


def test_a_row_can_be_copied() -> None:
    assert typed(DEFECTS, rearranged(DEFECTS, TWO, "copy:不具合/0")) == ["順番", "順番", "速さ"]


def test_a_row_can_be_removed() -> None:
    assert typed(DEFECTS, rearranged(DEFECTS, TWO, "remove:不具合/0")) == ["速さ"]


def test_only_rows_that_exist_can_be_removed() -> None:
    assert rearranged(DEFECTS, TWO, "remove:不具合/7") is None


def test_rows_of_lists_that_are_not_in_the_form_cannot_be_added() -> None:
    assert rearranged(DEFECTS, TWO, "add:承認") is None


JUDGED = form(
    rows(
        "不具合",
        text("内容", readonly=True),
        choice("radio", "対応", "回避策", "受容", required=True),
        allowAddRemove=False,
    )
)
KNOWN = [{"番号": "不-1", "内容": "順番"}, {"番号": "不-2", "内容": "速さ"}]


def test_fixed_rows_keep_what_the_form_does_not_show() -> None:
    taken = values(JUDGED, post(不具合__0__対応="受容", 不具合__1__対応="回避策"), 不具合=KNOWN)

    assert taken["不具合"] == [
        {"番号": "不-1", "内容": "順番", "対応": "受容"},
        {"番号": "不-2", "内容": "速さ", "対応": "回避策"},
    ]


def test_fixed_rows_are_as_many_as_the_variable_has() -> None:
    found = errors(JUDGED, {"不具合/#": ["1"], "不具合/0/対応": ["受容"]}, 不具合=KNOWN)

    assert list(found) == ["不具合/1/対応"]


def test_rows_cannot_be_added_to_fixed_ones() -> None:
    assert rearranged(JUDGED, {}, "add:不具合") is None


def test_a_row_that_moved_keeps_its_read_only_values() -> None:
    made = form(rows("不具合", text("番号", readonly=True), text("内容")))
    before = {"不具合/#": ["2"], "不具合/0/#": ["0"], "不具合/1/#": ["1"], "不具合/1/内容": ["b"]}

    taken = values(made, rearranged(made, before, "remove:不具合/0") or {}, 不具合=KNOWN)

    assert taken["不具合"] == [{"番号": "不-2", "内容": "b"}]
