"""P07: planning, the conditions for starting, running scenarios, defects and the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.house import (
    ACCEPTED,
    COURSE_PLAN,
    MANUAL,
    MONDAY,
    NAMED,
    PASSED,
    PLAN,
    VIEWS,
    approve,
    decide,
    elements,
    enter,
    failed,
    newest,
    trained,
)
from tests.models.stand_ins import stand_in

READY = (("R01", NAMED), ("R07", COURSE_PLAN), ("R03", MANUAL), ("R12", ACCEPTED))
EVERYBODY = ("tanto1", "mado1", "gaibu1")
JUDGED: dict[str, Any] = {
    "発生原因": "手順",
    "運営への支障": "有",
    "対応": "手順見直し",
    "回避策": "確認表を併用する",
    "期限": date(2026, 11, 20),
    "担当": "gyomu1",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    shipped = testing.shipped("rehearsal", "approval")
    wanted = {key: shipped[key] for key in ("_decisions", "rehearsal", "approval")}
    manual = stand_in("procedure_manual", ["変更", "変更内容"])
    training = stand_in("training_delivery", ["再教育"])
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(wanted | manual | training)
        yield made


def begin(office: TestOffice, **changed: Any) -> Case:
    """A rehearsal whose plan is approved."""
    case = office.start("rehearsal")
    office.complete("plan_rehearsal", {**PLAN, **changed})
    approve(office)
    return case


def prepare(office: TestOffice, step: str = "1 受付") -> None:
    """Environment and scenarios, one for each view."""
    scenarios = [{"観点": view, "手順書ステップ": step, "期待結果": "受け付ける"} for view in VIEWS]
    office.complete("write_scenarios", {"シナリオ": scenarios}, by="gyomu1")
    if "build_environment" in elements(office):
        built = {"環境準備完了": date(2026, 11, 6), "データ移行結果": "全件を移行した"}
        difference = [{"項目": "件数", "差異の内容": "本番の1割"}]
        office.complete("build_environment", built | {"本番との差異": difference}, by="dev1")


def run_all(office: TestOffice, *defects: str) -> None:
    """Run the open scenarios; the first ones fail with these defects."""
    count = elements(office).count("run_scenarios")
    for number in range(count):
        answer = failed(defects[number]) if number < len(defects) else PASSED
        office.complete("run_scenarios", answer, by="tanto1")


def report(office: TestOffice) -> None:
    office.complete("report_result", {"結果": "合格"})
    approve(office)


def passed(office: TestOffice, case: Case, element: str) -> int:
    return office.trace(case).count(element)


def test_c8_1_25_everybody_is_invited_and_the_plan_is_kept(office: TestOffice) -> None:
    case = office.start("rehearsal")

    invited = {row["氏名"] for row in office.variables(case)["参加者"]}
    office.complete("plan_rehearsal", PLAN)
    approve(office)

    (plan,) = office.register("R12")
    assert invited == {
        f"{role}{n}" for role in ("tanto", "mado", "gaibu") for n in ("1", "2", "_head")
    }
    assert (plan.values["種別"], plan.values["実施方式"]) == ("計画", "標準")
    assert elements(office) == ["build_environment", "write_scenarios"]


def test_c8_1_27_another_mode_than_the_usual_needs_a_reason(office: TestOffice) -> None:
    office.start("rehearsal")

    office.complete("plan_rehearsal", {**PLAN, "環境": "検証環境", "方式の理由": None})
    asked_again = elements(office)
    office.complete("plan_rehearsal", {**PLAN, "環境": "検証環境", "方式の理由": "本番は使用中"})
    approve(office)

    assert asked_again == ["plan_rehearsal"]
    assert office.register("R12")[0].values["方式の理由"] == "本番は使用中"


def test_a_plan_sent_back_comes_to_its_drafter_with_values_and_comments(
    office: TestOffice,
) -> None:
    case = office.start("rehearsal")
    office.complete("plan_rehearsal", PLAN)

    decide(office, "差戻し")

    known = office.variables(case)
    assert elements(office) == ["plan_rehearsal"]
    assert known["対象業務"] == "申請受付"
    assert known["決裁意見"][0]["理由"] == "数字が合いません"


@pytest.mark.parametrize(
    ("answer", "after", "ended"),
    [("再起案", ["plan_rehearsal"], None), ("取りやめ", [], "取りやめ")],
    ids=["drafted again", "given up"],
)
def test_a_plan_refused_is_given_up_or_drafted_again(
    office: TestOffice, answer: str, after: list[str], ended: str | None
) -> None:
    case = office.start("rehearsal")
    office.complete("plan_rehearsal", PLAN)
    decide(office, "否認")

    office.complete("reconsider_plan", {"取扱い": answer, "取扱い理由": "時期を改める"})

    assert elements(office) == after
    assert office.variables(case)["結果"] == ended


def test_c8_1_20_each_changed_step_and_each_view_needs_a_scenario(office: TestOffice) -> None:
    enter(office, *READY)
    case = begin(office)

    prepare(office, step="2 審査")
    missing = office.variables(case)["不足"]
    one = [{"観点": VIEWS[0], "手順書ステップ": "1 受付", "期待結果": "受け付ける"}]
    office.complete("write_scenarios", {"シナリオ": one}, by="gyomu1")

    assert missing == ["変更した手順 1 受付"]
    assert office.variables(case)["不足"] == [f"観点 {view}" for view in VIEWS[1:]]
    assert elements(office) == ["write_scenarios"]


def test_c8_1_26_and_1_25_with_everything_there_the_rehearsal_starts(office: TestOffice) -> None:
    enter(office, *READY, ("R08", trained(*EVERYBODY)))
    case = begin(office)

    prepare(office)

    known = office.variables(case)
    assert elements(office) == ["run_scenarios"] * 4
    assert (known["実施方式"], known["差異確認"]) == ("標準", "不要")
    assert [e.values["種別"] for e in office.register("R12")].count("シナリオ") == 4


def test_c8_1_26_untrained_people_hold_the_start_and_are_named(office: TestOffice) -> None:
    enter(office, *READY, ("R08", trained("tanto1")))
    case = begin(office)

    prepare(office)

    known = office.variables(case)
    assert elements(office) == ["resolve_conditions"]
    names = {row["氏名"] for row in known["教育未了者"]}
    assert names == {"外部委託先 gaibu1", "窓口担当者 mado1"}
    assert known["教育未了者"][0]["未了コース"] == "基礎、応用"
    assert "2人" in known["未了の条件"]


def test_c8_1_26_the_acceptance_test_must_be_over(office: TestOffice) -> None:
    enter(office, *READY[:3], ("R08", trained(*EVERYBODY)))
    case = begin(office)

    prepare(office)

    assert elements(office) == ["resolve_conditions"]
    assert office.variables(case)["未了の条件"] == "受入テストが終わっていません。"


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("msg.training_completed", ("R08", trained("mado1", "gaibu1"))),
        ("msg.acceptance_test_completed", ("R12", ACCEPTED)),
    ],
)
def test_c8_1_26_who_waits_starts_when_the_news_comes(
    office: TestOffice, message: str, missing: tuple[str, str]
) -> None:
    everything = [*READY, ("R08", trained("tanto1")), ("R08", trained("mado1", "gaibu1"))]
    enter(office, *(write for write in everything if write != missing))
    begin(office)
    prepare(office)

    office.complete("resolve_conditions", {"次の行動": "待つ"})
    waiting = elements(office)
    enter(office, missing)
    office.send(message)

    assert waiting == []
    assert elements(office) == ["run_scenarios"] * 4


def test_who_waits_in_vain_is_asked_again(office: TestOffice) -> None:
    enter(office, *READY, ("R08", trained("tanto1")))
    begin(office)
    prepare(office)

    office.complete("resolve_conditions", {"次の行動": "待つ"})
    office.send("msg.training_completed")

    assert elements(office) == ["resolve_conditions"]


def test_c8_1_27_and_1_29_an_approved_exception_makes_the_difference_check_a_duty(
    office: TestOffice,
) -> None:
    enter(office, *READY, ("R08", trained("tanto1")))
    case = begin(office)
    prepare(office)

    office.complete("resolve_conditions", {"次の行動": "例外を申請", "例外理由": "施行日が近い"})
    approve(office, "pjmo_head", "pl1")
    run_all(office)
    asked = elements(office)
    office.complete("check_differences", {"差異確認の結果": "応答が1秒遅い"})
    report(office)

    (summary,) = [e.values for e in office.register("R13") if e.values["種別"] == "総括"]
    assert asked == ["check_differences"]
    assert summary["実施方式"] == "受入テストの一環"
    assert summary["方式の理由"] == "施行日が近い"
    assert summary["差異確認の結果"] == "応答が1秒遅い"
    assert office.variables(case)["差異確認"] == "要"


def test_c8_1_27_a_refused_exception_leads_back_to_the_conditions(office: TestOffice) -> None:
    enter(office, *READY, ("R08", trained("tanto1")))
    case = begin(office)
    prepare(office)

    office.complete("resolve_conditions", {"次の行動": "例外を申請", "例外理由": "施行日が近い"})
    decide(office, "否認")

    assert elements(office) == ["resolve_conditions"]
    assert office.variables(case)["例外承認"] is False


def test_the_plan_can_be_changed_when_the_conditions_are_not_met(office: TestOffice) -> None:
    enter(office, *READY[:3], ("R08", trained(*EVERYBODY)))
    case = begin(office)
    prepare(office)

    office.complete("resolve_conditions", {"次の行動": "計画を変更"})
    office.complete("plan_rehearsal", {**PLAN, "工期体制の制約": "有", "方式の理由": "工期の制約"})
    approve(office)
    prepare(office)

    assert elements(office) == ["run_scenarios"] * 4
    assert office.variables(case)["実施方式"] == "受入テストの一環"


@pytest.fixture
def running(office: TestOffice) -> Case:
    """A rehearsal whose four scenarios can be run."""
    enter(office, *READY, ("R08", trained(*EVERYBODY)))
    case = begin(office)
    prepare(office)
    return case


def test_c8_1_18_without_a_defect_the_report_ends_the_rehearsal(
    office: TestOffice, running: Case
) -> None:
    run_all(office)
    report(office)

    ended = office.variables(running)
    assert (ended["結果"], ended["総括結果"], ended["実施方式"]) == ("完了", "合格", "標準")
    kinds = sorted(entry.values["種別"] for entry in office.register("R13"))
    assert kinds == ["シナリオ"] * 4 + ["総括"]
    assert [message.name for message in office.undelivered()] == ["msg.rehearsal_result"]
    assert passed(office, running, "check_differences") == 0


def test_c8_1_19_a_defect_of_the_procedure_revises_the_manual_and_reruns_what_failed(
    office: TestOffice, running: Case
) -> None:
    run_all(office, "受付の順が分からない")

    office.complete("assess_defects", JUDGED)
    revised = office.variables(newest(office, "procedure_manual"))
    again = elements(office)
    scenario = office.variables(running)["scenarios"][0]["シナリオID"]
    office.complete("run_scenarios", PASSED, by="tanto1")

    (defect,) = office.register("R14")
    assert (revised["変更"], revised["変更内容"]) == (True, "受付の順が分からない")
    assert (again, scenario) == (["run_scenarios"], defect.values["シナリオID"])
    assert (defect.values["対応状況"], defect.values["発生原因"]) == ("対応済", "手順")
    assert elements(office) == ["report_result"]


def test_c8_1_28_each_cause_has_its_own_response(office: TestOffice, running: Case) -> None:
    run_all(office, "画面が開かない", "操作を誤った", "印刷が遅い", "色が違う")

    responses = (("システム修正", "有"), ("再教育", "無"), ("回避策", "有"), ("受容", "無"))
    for response, harm in responses:
        office.complete("assess_defects", JUDGED | {"対応": response, "運営への支障": harm})
    before = [entry.values["対応状況"] for entry in office.register("R14")]
    open_before = elements(office)
    office.complete(
        "fix_system", {"修正完了日": date(2026, 11, 18), "修正内容": "直した"}, by="dev1"
    )
    rerun = elements(office)
    office.complete("run_scenarios", PASSED, by="tanto1")

    assert sorted(before) == sorted(["未対応", "未対応", "対応済", "受容"])
    assert open_before == ["fix_system"]
    assert len(office.cases("training_delivery")) == 1
    assert rerun == ["run_scenarios"]
    after = [entry.values["対応状況"] for entry in office.register("R14")]
    assert sorted(after) == sorted(["対応済", "対応済", "対応済", "受容"])
    assert passed(office, running, "revise_manual") == 0


def test_a_defect_that_harms_nothing_does_not_ask_for_another_run(
    office: TestOffice, running: Case
) -> None:
    run_all(office, "文言が古い")

    office.complete("assess_defects", JUDGED | {"運営への支障": "無"})

    assert elements(office) == ["report_result"]
    assert office.register("R14")[0].values["対応状況"] == "対応済"


def test_a_scenario_that_fails_again_brings_its_new_defect(
    office: TestOffice, running: Case
) -> None:
    run_all(office, "受付の順が分からない")
    office.complete("assess_defects", JUDGED)

    office.complete("run_scenarios", failed("まだ分からない"), by="tanto1")
    office.complete("assess_defects", JUDGED)
    office.complete("run_scenarios", PASSED, by="tanto1")

    entries = office.register("R14")
    texts = {entry.values["内容"] for entry in entries}
    assert texts == {"受付の順が分からない", "まだ分からない"}
    assert {e.values["対応状況"] for e in entries} == {"対応済"}
    assert elements(office) == ["report_result"]


def test_c8_1_23_the_time_a_scenario_took_is_kept(office: TestOffice, running: Case) -> None:
    run_all(office)

    taken = {e.values["シナリオID"]: e.values["実測時間"] for e in office.register("R13")}

    assert taken == {f"S{number}": Decimal(10) for number in range(1, 5)}


@pytest.mark.parametrize(
    ("answer", "after", "ended"),
    [("再起案", ["report_result"], None), ("取りやめ", [], "取りやめ")],
    ids=["drafted again", "given up"],
)
def test_a_report_refused_is_given_up_or_drafted_again(
    office: TestOffice, running: Case, answer: str, after: list[str], ended: str | None
) -> None:
    run_all(office)
    office.complete("report_result", {"結果": "合格"})
    decide(office, "否認")

    office.complete("reconsider_report", {"取扱い": answer, "取扱い理由": "記載の漏れ"})

    assert elements(office) == after
    assert office.undelivered() == []
    assert office.variables(running)["結果"] == ended or after
