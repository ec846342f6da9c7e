"""Forms of the approval, the rehearsal and the go-live preparation: what they refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import FieldErrors
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation
from engine.forms.accepting import accept
from engine.forms.lookups import Choice
from engine.forms.schema import read_form
from engine.forms.showing import show
from tests.models.house import VIEWS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=TOKYO)
Fields = Mapping[str, str | list[str]]


class Office:
    """One person per role, one record per register, every file known."""

    def people(self, role: str) -> Sequence[Choice]:
        return [Choice(f"{role.lower()}1", role)]

    def organisations(self) -> Sequence[Choice]:
        return []

    def register(self, code: str) -> Sequence[Choice]:
        return [Choice("record1", f"{code}-1")]

    def attachment(self, attachment_id: str) -> Mapping[str, Any] | None:
        return {"id": attachment_id, "名前": "a.pdf", "種類": "", "バイト数": Decimal(1)}


def evaluation() -> Evaluation:
    return Evaluation(NOW, Calendar(frozenset()), DEFAULT_LIMITS)


def submitted(form: str, fields: Fields, variables: Mapping[str, Any]) -> dict[str, Any]:
    made = read_form((Path("bpmn") / f"{form}.form.json").read_bytes(), form)
    post = {name: [v] if isinstance(v, str) else v for name, v in fields.items()}
    return accept(made, post, variables, Office(), evaluation())


def refused(form: str, fields: Fields, variables: Mapping[str, Any]) -> set[str]:
    """Paths of the fields that were not taken."""
    with pytest.raises(FieldErrors) as caught:
        submitted(form, fields, variables)
    return set(caught.value.errors)


PLAN: Fields = {
    "期間開始": "2027-03-02",
    "期間終了": "2027-03-05",
    "対象業務": "申請受付",
    "参加者/#": "1",
    "参加者/0/氏名": "tanto1",
    "環境": "本番環境",
    "データ": "実データ",
    "工期体制の制約": "無",
    "業務量シナリオ": ["平常時"],
    "サイクル": ["月次", "日次"],
    "DEV依頼": "データの移行",
}
STAFF = {
    "受入テスト完了予定日": date(2027, 3, 1),
    "業務実施担当者": [{"id": "tanto1"}],
    "参加者": [{"氏名": "tanto1"}],
}
OTHER_MODE = [{"環境": "検証環境"}, {"データ": "テストデータ"}, {"工期体制の制約": "有"}]


def test_c8_1_25_a_full_plan_is_taken_as_the_standard_mode() -> None:
    values = submitted("rehearsal/plan_rehearsal", PLAN, STAFF)

    assert values["実施方式"] == "標準"
    assert values["方式の理由"] is None
    assert values["参加者"] == [{"氏名": "tanto1"}]


def test_a_standard_rehearsal_does_not_begin_before_the_acceptance_test_is_over() -> None:
    early = {**PLAN, "期間開始": "2027-02-26"}

    assert refused("rehearsal/plan_rehearsal", early, STAFF) == {"期間開始"}


@pytest.mark.parametrize("change", OTHER_MODE, ids=["environment", "data", "constraint"])
def test_c8_1_27_another_mode_needs_its_reason_and_may_begin_earlier(change: Fields) -> None:
    fields = {**PLAN, **change, "期間開始": "2027-02-26"}

    missing = refused("rehearsal/plan_rehearsal", fields, STAFF)
    values = submitted("rehearsal/plan_rehearsal", {**fields, "方式の理由": "使用中"}, STAFF)

    assert missing == {"方式の理由"}
    assert values["実施方式"] == "受入テストの一環"


def test_c8_1_25_somebody_missing_makes_it_part_of_the_acceptance_test() -> None:
    staff = {**STAFF, "業務実施担当者": [{"id": "tanto1"}, {"id": "mado1"}]}

    assert refused("rehearsal/plan_rehearsal", PLAN, staff) == {"方式の理由"}


def scenarios(*views: str, **more: str) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {"シナリオ/#": str(len(views))}
    for row, view in enumerate(views):
        fields[f"シナリオ/{row}/観点"] = view
        fields[f"シナリオ/{row}/手順書ステップ"] = "1 受付"
        fields[f"シナリオ/{row}/期待結果"] = "受け付ける"
        if view.startswith("V3"):
            fields |= {f"シナリオ/{row}/想定件数": "30", f"シナリオ/{row}/想定時間": "60"}
        if view.startswith("V4"):
            fields |= {f"シナリオ/{row}/誤認識ケース": "true"}
    return fields | more


MANUAL = {"手順": [{"No": "1", "作業": "受付"}], "不足": [], "シナリオ": []}
WRITE = "rehearsal/write_scenarios"


def test_c8_1_21_to_1_24_each_viewpoint_is_used_once_at_least() -> None:
    values = submitted(WRITE, scenarios(*VIEWS), MANUAL)

    assert [row["観点"] for row in values["シナリオ"]] == list(VIEWS)
    assert refused(WRITE, scenarios(*VIEWS[:3]), MANUAL) == {"シナリオ"}


def test_c8_1_23_volume_and_time_are_asked_for_under_the_third_viewpoint() -> None:
    fields = scenarios(*VIEWS)
    del fields["シナリオ/2/想定件数"], fields["シナリオ/2/想定時間"]

    assert refused(WRITE, fields, MANUAL) == {"シナリオ/2/想定件数", "シナリオ/2/想定時間"}


def test_c8_1_24_the_fourth_viewpoint_tries_a_mistake() -> None:
    fields = scenarios(*VIEWS, **{"シナリオ/3/誤認識ケース": "false"})

    assert refused(WRITE, fields, MANUAL) == {"シナリオ"}


RUN = "rehearsal/run_scenarios"
MISTAKE = {"scenario": {"シナリオID": "S4", "誤認識ケース": True}}
NORMAL = {"scenario": {"シナリオID": "S1", "誤認識ケース": None}}


def test_a_failed_scenario_names_its_defect_and_a_mistake_the_moment_it_was_noticed() -> None:
    failed = {"結果": "否", "実測時間": "12"}

    assert refused(RUN, failed, NORMAL) == {"不具合"}
    assert refused(RUN, failed, MISTAKE) == {"不具合", "誤認識に気づいた時点"}
    assert submitted(RUN, {**failed, "結果": "合"}, NORMAL)["シナリオID"] == "S1"


JUDGED: Fields = {
    "発生原因": "手順",
    "運営への支障": "有",
    "対応": "回避策",
    "回避策": "確認表",
    "期限": "2027-03-05",
    "担当": "pjmo1",
}


@pytest.mark.parametrize(("difference", "missing"), [("要", True), ("不要", False)])
def test_c8_1_29_the_effect_of_differences_is_asked_for_where_they_matter(
    difference: str, missing: bool
) -> None:
    known = {"defect": {"シナリオID": "S1", "内容": "遅い"}, "差異確認": difference}

    if missing:
        assert refused("rehearsal/assess_defects", JUDGED, known) == {"環境データ差異の影響"}
    else:
        assert submitted("rehearsal/assess_defects", JUDGED, known)["シナリオID"] == "S1"


def test_c8_1_27_an_exception_needs_a_reason() -> None:
    asked = {"次の行動": "例外を申請"}

    assert refused("rehearsal/resolve_conditions", asked, {"教育未了者": []}) == {"例外理由"}
    assert submitted("rehearsal/resolve_conditions", {"次の行動": "待つ"}, {"未了の条件": "x"}) == {
        "未了の条件": "x",
        "次の行動": "待つ",
        "例外理由": None,
    }


def test_the_report_shows_what_was_decided_and_keeps_it() -> None:
    known = {"実施方式": "受入テストの一環", "方式の理由": "工期", "差異確認の結果": "なし"}

    values = submitted("rehearsal/report_result", {"結果": "合格"}, known)

    assert values == {**known, "結果": "合格"}


REGISTERED: Fields = {
    "システム": "給付システム",
    "業務": "申請受付",
    "設計開発開始日": "2026-10-01",
    "受入テスト完了予定日": "2027-03-01",
    "運営開始予定日": "2027-05-10",
    "新規既存改善": "新規",
    "第4章成果": ["file1"],
    "要件定義書": ["file2"],
}
HERE = {"案件": {"システム": "給付システム"}}


def test_c8_1_05_the_plan_asks_for_the_results_of_the_chapters_before() -> None:
    values = submitted("go_live_preparation/register_plan", REGISTERED, HERE)

    assert values["第4章成果"][0]["id"] == "file1"
    without = {**REGISTERED, "第4章成果": [], "要件定義書": []}
    assert refused("go_live_preparation/register_plan", without, HERE) == {
        "第4章成果",
        "要件定義書",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"受入テスト完了予定日": "2027-05-11"}, "受入テスト完了予定日"),
        ({"設計開発開始日": "2027-03-02"}, "設計開発開始日"),
    ],
)
def test_the_dates_of_the_plan_stand_in_their_order(change: Fields, field: str) -> None:
    fields = {**REGISTERED, **change}

    assert refused("go_live_preparation/register_plan", fields, HERE) == {field}


@pytest.mark.parametrize(
    ("recommended", "judged", "needs_reason"),
    [
        ("開始", "開始", False),
        ("条件付開始", "開始", True),
        ("条件付開始", "条件付開始", False),
        ("延期", "条件付開始", True),
        ("延期", "延期", False),
        ("開始", "延期", False),
    ],
)
def test_c8_1_18_a_milder_judgement_needs_a_reason(
    recommended: str, judged: str, needs_reason: bool
) -> None:
    form, known = "go_live_preparation/judge_readiness", {"推奨": recommended, "整合性": True}

    if needs_reason:
        assert refused(form, {"判定": judged}, known) == {"例外理由"}
    else:
        assert submitted(form, {"判定": judged}, known)["推奨"] == recommended


@pytest.mark.parametrize(("judged", "asks"), [("条件付開始", True), ("開始", False)])
def test_a_conditional_start_asks_for_its_conditions(judged: str, asks: bool) -> None:
    form = "go_live_preparation/notify_start"
    known = {"判定": judged, "votes": [], "judges": []}

    if asks:
        assert refused(form, {"開始日": "2027-05-10"}, known) == {"条件"}
    else:
        assert submitted(form, {"開始日": "2027-05-10"}, known)["判定"] == judged


def test_the_start_is_offered_for_the_planned_day() -> None:
    made = read_form(Path("bpmn/go_live_preparation/notify_start.form.json").read_bytes(), "x")
    known = {"判定": "開始", "votes": [], "judges": [], "運営開始予定日": date(2027, 5, 10)}

    page = show(made, known, Office(), evaluation())

    (start,) = [field for field in page.fields if field.path == "開始日"]
    assert start.raw == ("2027", "5", "10")


ROUTE = {"経路": [{"順": Decimal(1), "表示": "第1工程 A"}, {"順": Decimal(2), "表示": "第2工程 B"}]}
SECOND = {**ROUTE, "現在の工程": Decimal(2), "決裁意見": [], "件名": "計画"}


def test_sending_back_asks_where_to_and_why() -> None:
    back = {"結果": "差戻し", "差戻し先": "第1工程 A", "理由": "数字の誤り"}

    assert refused("approval/approve_draft", {"結果": "差戻し"}, SECOND) == {"差戻し先", "理由"}
    assert refused("approval/approve_draft", {"結果": "否認"}, SECOND) == {"理由"}
    assert submitted("approval/approve_draft", back, SECOND)["差戻し先"] == "第1工程 A"
    assert submitted("approval/approve_draft", {"結果": "承認"}, SECOND)["件名"] == "計画"


def test_nobody_can_send_back_to_a_step_yet_to_come() -> None:
    first = {**SECOND, "現在の工程": Decimal(1)}
    back = {"結果": "差戻し", "差戻し先": "第2工程 B", "理由": "数字の誤り"}

    assert refused("approval/approve_draft", back, first) == {"差戻し先"}


def test_a_changed_route_has_a_reason_and_not_the_drafter_in_it() -> None:
    draft = {"件名": "計画", "区分": "計画", "プロジェクト計画書との差異": "false"}
    changed = {**draft, "経路を変更する": "true"}
    named = {
        **changed,
        "経路の変更理由": "額が大きい",
        "変更後の経路/#": "1",
        "変更後の経路/0/承認者役割": "PL",
    }
    form, known = "approval/draft_approval", {"起案者": "pjmo1"}

    assert submitted(form, draft, known)["変更後の経路"] == []
    assert refused(form, changed, known) == {"変更後の経路", "経路の変更理由"}
    assert refused(form, {**named, "変更後の経路/0/承認者": "pjmo1"}, known) == {"変更後の経路"}
    assert (
        submitted(form, {**named, "変更後の経路/0/承認者": "pl1"}, known)["経路を変更する"] is True
    )
