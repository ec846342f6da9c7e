"""Whole stories, with every shipped process in its place: acceptance scenarios 1 and 2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.testing import Case, TestOffice
from tests.models.filling import fill
from tests.models.go_live import REGISTERED, TESTED, VOTERS, vote
from tests.models.house import MONDAY, PASSED, PEOPLE, PLAN, VIEWS, approve, elements
from tests.models.test_bcp_preparation import PLAN as CONTINUITY
from tests.models.test_operating_structure import REPORTING, confirm, means, structure
from tests.models.test_procedure_manual import check, define, publish, row, write
from tests.models.test_publicity import PLAN as PUBLICITY
from tests.models.test_publicity import record as record_publicity
from tests.models.test_risk_preparation import CROWD, analyse, identify, respond
from tests.models.test_training_plan import PLAN as TRAINING

MEETING = datetime(2026, 12, 1, 10, 0, tzinfo=TOKYO).astimezone(UTC)
PERIOD = {"期間開始": date(2026, 12, 7), "期間終了": date(2026, 12, 11)}
START = {"開始日": date(2026, 11, 2), "通知内容": "始めます", "条件": []}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy_shipped("go_live_preparation", "monitoring")
        yield made


def begin(office: TestOffice) -> Case:
    case = office.start("go_live_preparation")
    office.complete("register_plan", REGISTERED)
    return case


def prepare(office: TestOffice) -> None:
    """P02, P03, P04, P05, P08 and P09 done and approved."""
    fill(office, "draft_structure", structure(*PEOPLE))
    confirm(office, *PEOPLE)
    fill(office, "define_reporting", REPORTING, by="gyomu1")
    fill(office, "secure_resources", means("確保済"))
    approve(office)
    define(office)
    write(office)
    check(office, row("1"), row("2"))
    approve(office, drafter="gyomu1")
    publish(office)
    fill(office, "plan_publicity", PUBLICITY)
    approve(office)
    record_publicity(office)
    fill(office, "draft_plan", TRAINING)
    approve(office)
    identify(office, CROWD)
    analyse(office, **{CROWD: (2, 2)})
    respond(office)
    fill(office, "draft_continuity", CONTINUITY)
    approve(office)


def train(office: TestOffice, *, absent: tuple[str, ...] = ()) -> None:
    """Both courses with everybody but those absent, and the survey to its end."""
    for course, goes_on in (("基礎", "続ける"), ("応用", "終える")):
        rows = [{"受講者": one, "出欠予定": "出席予定"} for one in PEOPLE]
        invited = {"コース": course, "日時": MEETING, "会場": "研修室", "受講者": rows}
        fill(office, "invite_trainees", invited, by="gyomu1")
        held = [
            {
                "受講者": one,
                "出欠": "欠席" if one in absent else "出席",
                "習熟度": None if one in absent else "合格",
                "再受講要": False,
            }
            for one in PEOPLE
        ]
        values = {"コース": course, "日時": MEETING, "方法": "教材研修", "受講者": held}
        fill(office, "record_training", values | {"続きの実施": goes_on}, by="gyomu1")
    for one in PEOPLE:
        if one not in absent:
            answered = {"種別": "回答", "コース": "応用", "実施日": date(2026, 12, 1)}
            marks = dict.fromkeys(("内容", "進め方", "理解度"), "4")
            fill(office, "answer_survey", answered | marks, by=one)
    office.advance(days=0.001)
    fill(office, "analyse_survey", {"全体傾向": "良い", "ばらつき": "小さい"})


def plan_rehearsal(office: TestOffice) -> None:
    office.complete("plan_rehearsal", {**PLAN, **PERIOD})
    approve(office)
    scenarios = [
        {"観点": view, "手順書ステップ": "1 受付", "期待結果": "受け付ける"} for view in VIEWS
    ]
    office.complete("write_scenarios", {"シナリオ": scenarios}, by="gyomu1")
    built = {"環境準備完了": date(2026, 11, 6), "データ移行結果": "全件", "本番との差異": []}
    office.complete("build_environment", built, by="dev1")


def rehearse(office: TestOffice) -> None:
    for _ in VIEWS:
        office.complete("run_scenarios", PASSED, by="tanto1")


def report(office: TestOffice) -> None:
    office.complete("report_result", {"結果": "合格"})
    approve(office)


def messages(office: TestOffice) -> list[str]:
    return sorted(message.name for message in office.undelivered())


def test_c8_scenario_1_a_go_live_in_which_all_goes_well(office: TestOffice) -> None:
    case = begin(office)
    prepare(office)
    train(office)
    office.complete("register_acceptance", TESTED)
    plan_rehearsal(office)
    rehearse(office)
    report(office)

    shown = office.variables(case)
    vote(office, *["開始"] * len(VOTERS))
    office.complete("notify_start", START)
    office.advance(to=datetime(2026, 11, 5, 9, 0, tzinfo=TOKYO))

    assert (shown["推奨"], shown["教育完了率"]) == ("開始", 100)
    assert office.head(case.id).state == "completed"
    assert elements(office) == ["enter_actuals"]
    assert office.incidents() == []
    (monthly,) = office.cases("monitoring")
    assert office.head(monthly.id).started_at.astimezone(TOKYO).date() == date(
        2026, 11, 5
    )  # 3 November is a holiday


def test_c8_scenario_1_leaves_only_messages_for_processes_still_to_come(
    office: TestOffice,
) -> None:
    begin(office)
    prepare(office)
    train(office)
    office.complete("register_acceptance", TESTED)
    plan_rehearsal(office)
    rehearse(office)
    report(office)
    vote(office, *["開始"] * len(VOTERS))

    office.complete("notify_start", START)

    assert messages(office) == ["msg.acceptance_test_completed", "msg.training_completed"]


def test_c8_scenario_2_untrained_people_hold_the_rehearsal_until_an_exception(
    office: TestOffice,
) -> None:
    begin(office)
    prepare(office)
    train(office, absent=("mado1", "gaibu1"))
    office.complete("register_acceptance", TESTED)
    plan_rehearsal(office)

    (rehearsal,) = office.cases("rehearsal")
    named = {row["氏名"] for row in office.variables(rehearsal)["教育未了者"]}
    reason = {"次の行動": "例外を申請", "例外理由": "窓口は交代で受講中"}
    office.complete("resolve_conditions", reason)
    approve(office, "pjmo_head", "pl1")
    rehearse(office)
    checked = elements(office)
    office.complete("check_differences", {"差異確認の結果": "件数が本番の1割"})
    report(office)

    assert len(named) == 2
    assert "check_differences" in checked
    (summary,) = [e.values for e in office.register("R13") if e.values["種別"] == "総括"]
    assert (summary["実施方式"], summary["差異確認の結果"]) == (
        "受入テストの一環",
        "件数が本番の1割",
    )
