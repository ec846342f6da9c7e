"""P01: calls, acceptance test, the judgement of three, exceptions, replanning, the start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.testing import TestOffice
from tests.models import go_live
from tests.models.go_live import TESTED, begin, deploy, vote
from tests.models.house import approve, decide, elements, enter

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=TOKYO)
DEFECT = '[{内容: "印刷ができない", 運営への支障: "有", 対応状況: "未対応"}]'
START = {"開始日": date(2027, 5, 10), "通知内容": "予定どおり始めます"}
CONDITION = {"条件": "窓口の要員を補う", "期限": date(2027, 6, 1), "担当": "gyomu1"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=NOW) as made:
        yield made


def replan(*items: str) -> dict[str, Any]:
    return {
        "新しい運営開始予定日": date(2027, 7, 1),
        "やり直す項目": list(items),
        "再計画の理由": "準備の遅れ",
    }


def test_c8_1_01_all_preparations_are_called_at_once_and_in_their_order(
    office: TestOffice,
) -> None:
    deploy(office, waiting=go_live.CALLED)

    begin(office)
    at_once = elements(office)
    office.complete("wait_training_plan")

    first = [f"wait_{key}" for key in go_live.CALLED if key != "training_delivery"]
    assert at_once == sorted(["register_acceptance", *first])
    assert "wait_training_delivery" in elements(office)


def test_c8_0_02_the_message_of_development_started_brings_the_dates(office: TestOffice) -> None:
    deploy(office)

    office.send("msg.development_started", {"運営開始予定日": date(2027, 5, 10)})

    (case,) = office.cases("go_live_preparation")
    assert elements(office) == ["register_plan"]
    assert office.variables(case)["運営開始予定日"] == date(2027, 5, 10)


def test_a_failed_acceptance_test_is_registered_again(office: TestOffice) -> None:
    deploy(office)
    begin(office)

    office.complete("register_acceptance", {**TESTED, "結果": "不合格"})
    again = elements(office)
    sent = [message.name for message in office.undelivered()]
    office.complete("register_acceptance", {**TESTED, "結果": "条件付"})

    results = sorted(entry.values["結果"] for entry in office.register("R12"))
    assert (again, sent) == (["register_acceptance"], [])
    assert results == sorted(["不合格", "条件付"])
    assert [m.name for m in office.undelivered()] == ["msg.acceptance_test_completed"]
    assert elements(office) == ["judge_readiness"] * 3


def test_c8_1_34_everything_done_is_recommended_judged_and_started(office: TestOffice) -> None:
    deploy(office)
    case = begin(office)
    office.complete("register_acceptance", TESTED)

    shown = office.variables(case)
    vote(office, "開始", "開始", "開始")
    judged = office.variables(case)["判定"]
    office.complete("notify_start", START)

    done = (
        "体制表確定",
        "手順書決裁",
        "整合性",
        "資源確保",
        "周知実施",
        "業務継続手順",
        "リスク対応案",
    )
    assert {shown[name] for name in done} == {True}
    assert (shown["教育完了率"], shown["リハーサル"]) == (100, "実施済")
    assert (shown["推奨"], judged) == ("開始", "開始")
    assert office.open_tasks() == []
    assert office.head(case.id).state == "completed"


def test_c8_0_03_the_start_is_announced_with_its_day(office: TestOffice) -> None:
    deploy(office)
    begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "開始", "開始", "開始")

    office.complete("notify_start", START)

    names = [message.name for message in office.undelivered()]
    assert "msg.acceptance_test_completed" in names
    assert office.cases("go_live_preparation")[0].number.startswith("運準-R8-")


def test_each_of_the_three_roles_judges_once(office: TestOffice) -> None:
    deploy(office)
    begin(office)

    office.complete("register_acceptance", TESTED)

    groups = sorted(group for task in office.open_tasks() for group in task.groups)
    assert groups == ["GYOMU", "PJMO", "SEIDO"]


@pytest.mark.parametrize(
    ("answers", "judged"),
    [
        (("開始", "条件付開始", "開始"), "条件付開始"),
        (("条件付開始", "開始", "延期"), "延期"),
    ],
)
def test_the_most_cautious_of_the_three_counts(
    office: TestOffice, answers: tuple[str, str, str], judged: str
) -> None:
    deploy(office)
    case = begin(office)
    office.complete("register_acceptance", TESTED)

    vote(office, *answers)

    assert office.variables(case)["判定"] == judged


@pytest.mark.parametrize(
    ("idle", "recommended"),
    [
        (["publicity"], "条件付開始"),
        (["training_delivery"], "条件付開始"),
        (["bcp_preparation", "risk_preparation"], "条件付開始"),
        (["rehearsal"], "延期"),
    ],
    ids=["no publicity", "nobody trained", "no continuity and no risks", "no rehearsal"],
)
def test_c8_1_34_what_is_not_done_makes_the_recommendation_cautious(
    office: TestOffice, idle: list[str], recommended: str
) -> None:
    deploy(office, idle=idle)
    case = begin(office)

    office.complete("register_acceptance", TESTED)

    assert office.variables(case)["推奨"] == recommended


def test_a_conditional_start_enters_its_conditions_as_issues(office: TestOffice) -> None:
    deploy(office, idle=["publicity"])
    case = begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "条件付開始", "条件付開始", "条件付開始")

    office.complete("notify_start", {**START, "条件": [CONDITION]})

    (issue,) = office.register("R17")
    assert (issue.values["件名"], issue.values["期限"]) == ("窓口の要員を補う", date(2027, 6, 1))
    assert issue.values["発生元"] == case.number
    assert issue.number.startswith("課-")


def test_c8_1_18_a_milder_judgement_needs_an_approved_exception(office: TestOffice) -> None:
    deploy(office, idle=["rehearsal"])
    case = begin(office)
    office.complete("register_acceptance", TESTED)

    vote(office, "開始", "開始", "開始")
    asked = elements(office)
    approve(office, "pjmo_head", "pl1", drafter="seido1")

    (record,) = office.register("R45")
    assert asked == ["draft_approval"]
    assert (record.values["区分"], record.values["決裁結果"]) == ("例外", "承認")
    assert "gyomu1の理由" in office.variables(case)["例外理由"]
    assert elements(office) == ["notify_start"]


def test_an_exception_sent_back_is_judged_again(office: TestOffice) -> None:
    deploy(office)
    enter(office, ("R14", DEFECT))
    begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "開始", "開始", "開始")

    decide(office, "差戻し", drafter="seido1")

    assert elements(office) == ["judge_readiness"] * 3


@pytest.mark.parametrize(
    ("answer", "after"),
    [("再起案", ["judge_readiness"] * 3), ("取りやめ", [])],
    ids=["judged again", "given up"],
)
def test_a_refused_exception_is_judged_again_or_given_up(
    office: TestOffice, answer: str, after: list[str]
) -> None:
    deploy(office)
    enter(office, ("R14", DEFECT))
    begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "開始", "開始", "開始")
    decide(office, "否認", drafter="seido1")

    reason = {"取扱い": answer, "取扱い理由": "不具合を直してから"}
    office.complete("reconsider_exception", reason, by="seido1")

    assert elements(office) == after


@pytest.mark.parametrize(
    ("items", "calls"),
    [
        ((), {"procedure_manual": 1, "training_plan": 1, "training_delivery": 1}),
        (("P03",), {"procedure_manual": 2, "training_plan": 1, "training_delivery": 1}),
        (("P05・P06", "P03"), {"procedure_manual": 2, "training_plan": 2, "training_delivery": 2}),
    ],
    ids=["nothing", "the manual", "manual and training"],
)
def test_a_postponed_start_repeats_the_chosen_items_with_new_dates(
    office: TestOffice, items: tuple[str, ...], calls: dict[str, int]
) -> None:
    deploy(office)
    case = begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "開始", "延期", "開始")

    office.complete("replan", replan(*items))

    assert {key: len(office.cases(key)) for key in calls} == calls
    assert len(office.cases("rehearsal")) == 1
    assert office.variables(case)["期日表"]["T3"] == date(2027, 6, 24)
    assert elements(office) == ["judge_readiness"] * 3


def test_every_item_can_be_repeated(office: TestOffice) -> None:
    deploy(office)
    begin(office)
    office.complete("register_acceptance", TESTED)
    vote(office, "延期", "延期", "延期")

    everything = ("P02", "P03", "P04", "P05・P06", "P07", "P08", "P09")
    office.complete("replan", replan(*everything))

    assert {len(office.cases(key)) for key in go_live.CALLED} == {2}
    assert elements(office) == ["judge_readiness"] * 3


@pytest.mark.parametrize(
    ("waiting", "escalated"),
    [
        (["publicity"], 0),  # 7 of 8 items are done: 87.5 %
        (["publicity", "rehearsal"], 1),  # 6 of 8: 75 %
    ],
    ids=["nearly done", "behind"],
)
def test_c8_t18_twenty_working_days_before_the_start_a_delay_goes_to_the_executive(
    office: TestOffice, waiting: list[str], escalated: int
) -> None:
    deploy(office, waiting=waiting)
    case = begin(office)

    office.advance(to=datetime(2027, 4, 5, 12, 0, tzinfo=TOKYO))
    before = office.trace(case).count("work_out_progress")
    office.advance(to=datetime(2027, 4, 6, 12, 0, tzinfo=TOKYO))

    trace = office.trace(case)
    assert (before, trace.count("work_out_progress")) == (0, 1)
    assert trace.count("escalate_delay") == escalated


def test_an_escalation_whose_day_has_passed_is_not_made_up_for(office: TestOffice) -> None:
    deploy(office, waiting=["publicity", "rehearsal"])

    case = begin(office, 運営開始予定日=date(2026, 10, 20), 受入テスト完了予定日=date(2026, 10, 15))

    assert office.trace(case).count("escalate_delay") == 0
