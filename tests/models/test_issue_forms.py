"""Forms of the issue triage and the handover: what they show and what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.forms.schema import read_form
from engine.forms.showing import ShownField, show
from tests.models.issues import DAILY, NO_EVENT, NOTHING, OPERATION, UNEVEN
from tests.models.test_go_live_forms import Fields, Office, evaluation, refused, submitted

SETTINGS = {"設定": {"issue": {"similar_percent": Decimal(40)}}}
OPEN = [
    {
        "id": "i1",
        "管理番号": "課-R8-0001",
        "件名": "受付の手順が窓口で違う",
        "事象": "必要な書類が違う。",
        "状態": "受付済",
    },
    {"id": "i2", "管理番号": "課-R8-0002", "件名": "画面が遅い", "事象": None, "状態": "対応中"},
]
TAKEN_IN: Fields = {
    "件名": "窓口で受付の手順が違う",
    "事象": "書類が違う。",
    "発生日時": "2026-10-30T14:00",
    "業務": "申請受付",
    "発生源": "手動",
    "影響範囲": "窓口3か所",
    "支障の有無": "中",
    "セキュリティ関連": "false",
    "個人情報関連": "false",
    "区分": "課題",
}
CAUSE: Fields = {
    "直接原因": "書類が違う",
    "根本原因": "手順書にない",
    "事実": "聞き取った",
    "該当事象": [UNEVEN],
    "運用保守に関するもの": "false",
    "日常運営で対応可能": "true",
    "機能改修を伴う": "false",
    "企画見直し要": "false",
}
POLICY: Fields = {
    "対応方法": ["業務の標準化"],
    "方針": "手順書に定める",
    "担当": "gyomu1",
    "期限": "2026-11-02",
    "対応経路": DAILY,
    "リスク管理の見直し要否": "false",
}
FOUND = {
    "対応方法の候補": [{"事象": UNEVEN, "対応方法": "業務の標準化"}],
    "判定した経路": DAILY,
    "対応結果": [],
    "決裁意見": None,
}
HANDOVER: Fields = {
    "宛先": "第９章",
    "件名": "夜間の監視",
    "根拠": "課-R8-0001",
    "依頼内容": "監視を加える",
    "担当": "ops1",
}


def shown(form: str, variables: Mapping[str, Any], post: Fields | None = None) -> list[ShownField]:
    made = read_form((Path("bpmn") / f"{form}.form.json").read_bytes(), form)
    given = None if post is None else {k: [v] if isinstance(v, str) else v for k, v in post.items()}
    return list(show(made, variables, Office(), evaluation(), given).fields)


def named(fields: list[ShownField], label: str) -> ShownField | None:
    return next((field for field in fields if field.field.label == label), None)


def similar(variables: Mapping[str, Any], post: Fields | None = None) -> list[str]:
    table = named(shown("issue_triage/register_issue", variables | SETTINGS, post), "似た課題")
    assert table is not None
    return [row["管理番号"] for row in table.value]


def taken_in(**changed: str | list[str]) -> Fields:
    return {**TAKEN_IN, **changed}


AROUND = {"開いている課題": OPEN, "発生元": None, **SETTINGS}


# --- reception


def test_c8_2_28_similar_open_issues_are_shown_by_themselves() -> None:
    told = {"件名": "受付の手順が違う", "事象": None}

    assert similar({"開いている課題": OPEN, **told}) == ["課-R8-0001"]
    assert similar({"開いている課題": OPEN}, taken_in()) == ["課-R8-0001"]
    assert similar({"開いている課題": OPEN}, taken_in(件名="駐車場の照明", 事象="暗い")) == []
    assert similar({"開いている課題": OPEN, "件名": None, "事象": None}) == []


def test_of_several_similar_issues_the_most_similar_stands_first() -> None:
    near = {**OPEN[0], "管理番号": "課-R8-0003", "事象": "窓口で受付の手順が違う。書類が違う。"}

    assert similar({"開いている課題": [*OPEN, near]}, taken_in()) == ["課-R8-0003", "課-R8-0001"]


def test_an_issue_is_taken_in_as_it_is_filled_in() -> None:
    made = submitted("issue_triage/register_issue", taken_in(重複先="i1"), AROUND)

    assert made["重複先"] == "i1"
    assert made["発生日時"] == datetime(2026, 10, 30, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"区分": "インシデント", "発生源": "P14"}, "区分"),
        ({"区分": "インシデント", "重複先": "i1"}, "重複先"),
        ({"重複先": "i9"}, "重複先"),
        ({"発生日時": "2026-11-02T09:01"}, "発生日時"),
    ],
    ids=["came from incidents", "incident and duplicate", "no open issue", "future"],
)
def test_an_issue_that_contradicts_itself_is_refused(changed: Any, field: str) -> None:
    assert refused("issue_triage/register_issue", taken_in(**changed), AROUND) == {field}


# --- need, cause, priority


@pytest.mark.parametrize(
    ("answer", "day", "errors"),
    [
        ("経過観察", "2026-11-03", set()),
        ("経過観察", "2026-11-02", {"再確認日"}),
        ("経過観察", "", {"再確認日"}),
        ("対応不要", "", set()),
    ],
)
def test_c8_2_28_watching_needs_a_later_day(answer: str, day: str, errors: set[str]) -> None:
    fields: Fields = {"対応すべきリスク課題": answer, "理由": "様子を見る", "再確認日": day}
    around = {"判断経緯": []}

    if errors:
        assert refused("issue_triage/decide_need", fields, around) == errors
    else:
        assert (
            submitted("issue_triage/decide_need", fields, around)["対応すべきリスク課題"] == answer
        )


def test_decisions_made_before_are_shown() -> None:
    seen = {"判断日": date(2026, 10, 1), "判断": "経過観察", "理由": "件数が少ない"}

    table = named(shown("issue_triage/decide_need", {"判断経緯": [seen]}), "これまでの判断")

    assert table is not None
    assert table.value == [seen]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"事実": ""}, {"事実", "事実証跡"}),
        ({"該当事象": []}, {"該当事象"}),
        ({"該当事象": [NO_EVENT]}, {"該当事象"}),
        ({"該当事象": [UNEVEN, NO_EVENT], "日常運営で対応可能": "false"}, {"該当事象"}),
    ],
    ids=["no evidence", "no event", "daily work without event", "none and one"],
)
def test_c8_2_29_a_cause_has_evidence_and_events(changed: Any, errors: set[str]) -> None:
    assert refused("issue_triage/analyse_cause", {**CAUSE, **changed}, {}) == errors


@pytest.mark.parametrize(
    "changed",
    [{}, {"事実": "", "事実証跡": ["f1"]}, {"該当事象": [NO_EVENT], "日常運営で対応可能": "false"}],
)
def test_a_cause_may_be_proved_by_a_file_and_lie_outside_the_table(changed: Any) -> None:
    assert submitted("issue_triage/analyse_cause", {**CAUSE, **changed}, {})["根本原因"]


def test_c8_2_29_all_28_events_of_table_8_2_are_offered() -> None:
    events = named(shown("issue_triage/analyse_cause", {}), "該当事象")

    assert events is not None
    codes = [choice.value[:5] for choice in events.choices]
    assert len({code for code in codes if code.startswith("M")}) == 28
    assert codes[-1] == NO_EVENT[:5]


def test_c8_2_28_what_was_judged_is_shown_and_may_be_changed_with_a_reason() -> None:
    fields: Fields = {
        "効果": "中",
        "費用": "0",
        "緊急性": "3",
        "重要性": "3",
        "優先順位の変更": "高",
    }
    judged = {"判定した優先順位": "中", "費用対効果": Decimal(27)}

    before = named(
        shown("issue_triage/rate_priority", {"判定した優先順位": None}), "優先順位の変更"
    )
    after = named(shown("issue_triage/rate_priority", judged), "判定された優先順位")

    assert before is None
    assert after is not None
    assert after.value == "中"
    assert refused("issue_triage/rate_priority", fields, judged) == {"優先順位の変更理由"}


@pytest.mark.parametrize(
    ("name", "figure"), [("緊急性", "0"), ("緊急性", "6"), ("重要性", "6"), ("費用", "-1")]
)
def test_a_rating_stays_in_its_bounds(name: str, figure: str) -> None:
    fields = {"効果": "中", "費用": "0", "緊急性": "3", "重要性": "3", name: figure}

    assert refused("issue_triage/rate_priority", fields, {"判定した優先順位": None}) == {name}


# --- policy, revision, end


@pytest.mark.parametrize(
    ("changed", "found", "errors"),
    [
        ({"対応方法": []}, FOUND, {"対応方法"}),
        ({"対応方法": []}, {**FOUND, "対応方法の候補": []}, {"対応経路"}),
        ({"対応経路": OPERATION}, FOUND, {"経路の理由"}),
        ({"対応経路": NOTHING, "経路の理由": "小さい"}, FOUND, {"対応なしの理由"}),
        ({"リスク管理の見直し要否": "true"}, FOUND, {"リスク管理の見直し内容"}),
        ({"期限": "2026-11-01"}, FOUND, {"期限"}),
    ],
    ids=["no method", "no candidate", "other route", "no action", "review", "past"],
)
def test_c8_2_28_a_policy_says_what_and_why(changed: Any, found: Any, errors: set[str]) -> None:
    assert refused("issue_triage/plan_response", {**POLICY, **changed}, found) == errors


def test_c8_2_29_only_methods_of_the_candidates_are_taken() -> None:
    made = submitted("issue_triage/plan_response", POLICY, FOUND)

    assert made["対応方法"] == ["業務の標準化"]
    assert refused("issue_triage/plan_response", {**POLICY, "対応方法": ["人材育成・教育"]}, FOUND)


def test_what_did_not_suffice_is_shown_when_the_policy_is_made_anew() -> None:
    form, lacking = "issue_triage/plan_response", "不足の内容"

    again = named(shown(form, {**FOUND, lacking: "窓口3"}), lacking)
    first = named(shown(form, {**FOUND, lacking: None}), lacking)

    assert again is not None
    assert again.value == "窓口3"
    assert first is None


@pytest.mark.parametrize(
    ("plans", "text", "day", "errors"),
    [
        ([], "", "2026-11-02", {"見直し対象", "内容"}),
        (["運用計画"], "加える", "2026-11-01", {"期日"}),
    ],
    ids=["empty", "past"],
)
def test_c8_2_30_a_revision_says_which_plan_and_until_when(
    plans: list[str], text: str, day: str, errors: set[str]
) -> None:
    fields: Fields = {"見直し対象": plans, "内容": text, "期日": day}

    assert refused("issue_triage/revise_operation_plan", fields, {}) == errors


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"完了確認": "完了"}, {"完了日"}),
        ({"完了確認": "完了", "完了日": "2026-11-03"}, {"完了日"}),
        ({"完了確認": "対応が不足"}, {"不足の内容"}),
    ],
)
def test_the_end_is_dated_or_says_what_is_lacking(fields: Any, errors: set[str]) -> None:
    assert refused("issue_triage/confirm_done", fields, {"対応結果": []}) == errors


# --- handover


def test_c8_3_07_a_handover_is_not_due_in_the_past() -> None:
    past = {**HANDOVER, "期限": "2026-11-01"}

    assert submitted("handover/request_handover", HANDOVER, {"差戻し意見": None})["担当"] == "ops1"
    assert refused("handover/request_handover", past, {"差戻し意見": None}) == {"期限"}


def test_who_returns_a_handover_says_what_is_missing() -> None:
    assert refused("handover/acknowledge_handover", {"受領確認": "false"}, {}) == {"受領の意見"}
    assert submitted("handover/acknowledge_handover", {"受領確認": "true"}, {})["受領確認"] is True


def test_the_comment_of_the_receiver_is_shown_to_the_drafter() -> None:
    fields = shown("handover/request_handover", {"差戻し意見": "機器がわかりません。"})
    first = shown("handover/request_handover", {"差戻し意見": None})

    table = named(fields, "受領での意見")
    assert table is not None
    assert table.value == [{"意見": "機器がわかりません。"}]
    assert named(first, "受領での意見") is None


def test_a_result_is_not_of_tomorrow() -> None:
    fields: Fields = {"結果": "実施済", "実施内容": "加えた", "完了日": "2026-11-03"}

    assert refused("handover/register_result", fields, {}) == {"完了日"}
