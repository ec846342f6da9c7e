"""P13: where an issue goes after its policy is approved, and when it comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import elements
from tests.models.issues import (
    DAILY,
    KEY,
    NO_EVENT,
    OPERATION,
    PLANNING,
    SYSTEM,
    TUESDAY,
    UNAWARE,
    UNEVEN,
    UNSURVEYED,
    UNTRAINED,
    analyse,
    analysed,
    decided,
    done,
    issue,
    needed,
    rate,
    sent,
    take_in,
)

BUSINESS, TRAINING = "msg.improve_business", "msg.improve_training"
MONITORING, TRIGGER = "msg.improve_monitoring", "msg.trigger_found"
IMPROVEMENTS = (BUSINESS, TRAINING, MONITORING)
REVISION: Mapping[str, Any] = {
    "見直し対象": ["運用計画", "保守作業計画"],
    "内容": "夜間の監視を加える。",
    "期日": date(2026, 12, 25),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=TUESDAY) as made:
        made.deploy(startable(KEY))
        yield made


def asked(office: TestOffice) -> list[str]:
    return sorted(message.name for message in office.undelivered())


def hand_over(office: TestOffice, by: str, receiver: str, **changed: Any) -> None:
    """The handover as it was filled in beforehand, acknowledged by its receiver."""
    known = office.variables(office.cases("handover")[-1])
    values = {name: known[name] for name in ("宛先", "件名", "根拠", "依頼内容", "期限")}
    fill(office, "request_handover", {**values, "担当": receiver, **changed}, by=by)
    fill(office, "acknowledge_handover", {"受領確認": True}, by=receiver)


def answer(office: TestOffice, receiver: str) -> None:
    values = {"結果": "実施済", "実施内容": "監視を加えた。", "完了日": date(2026, 11, 24)}
    fill(office, "register_result", values, by=receiver)


# --- 1: daily operation


@pytest.mark.parametrize(
    ("events", "names"),
    [
        ([UNEVEN], [BUSINESS]),
        ([UNTRAINED], [TRAINING]),
        ([UNSURVEYED], [MONITORING, TRAINING]),
        ([UNEVEN, UNTRAINED, UNSURVEYED], [BUSINESS, MONITORING, TRAINING]),
    ],
    ids=["business", "training", "survey", "all"],
)
def test_c8_2_29_and_3_05_each_method_goes_to_its_improvement(
    office: TestOffice, events: list[str], names: list[str]
) -> None:
    case = analysed(office, 該当事象=events)

    decided(office)

    assert asked(office) == names
    assert {message.key for message in office.undelivered()} == {case.number}


def test_c8_2_29_only_the_chosen_methods_are_asked_for(office: TestOffice) -> None:
    analysed(office, 該当事象=[UNEVEN, UNTRAINED])

    decided(office, 対応方法=["人材育成・教育"])

    (request,) = office.undelivered()
    assert (request.name, request.payload["対応方法"]) == (TRAINING, ["人材育成・教育"])


@pytest.mark.parametrize(("event", "wanted"), [(UNTRAINED, False), (UNAWARE, True)])
def test_c8_2_29_where_information_is_at_risk_its_assets_are_to_be_checked(
    office: TestOffice, event: str, wanted: bool
) -> None:
    analysed(office, 該当事象=[event])

    decided(office)

    (request,) = office.undelivered()
    assert request.payload["情報資産の確認"] is wanted


def test_c8_2_28_it_waits_until_every_improvement_is_done(office: TestOffice) -> None:
    case = analysed(office, 該当事象=[UNEVEN, UNTRAINED])
    decided(office)

    done(office, case)
    after_one = elements(office)
    done(office, case, "研修を行った。")

    assert after_one == []
    assert elements(office) == ["confirm_done"]
    rows = office.variables(case)["対応結果"]
    assert [row["実施内容"] for row in rows] == ["手順書を改めた。", "研修を行った。"]


def test_c8_2_28_the_end_of_another_action_is_not_taken_for_ones_own(office: TestOffice) -> None:
    first = analysed(office)
    decided(office)
    second = take_in(office)

    done(office, second)

    assert elements(office) == ["decide_need"]
    assert [message.key for message in sent(office, "msg.action_done")] == [second.number]
    done(office, first)
    assert elements(office) == ["confirm_done", "decide_need"]


# --- 2: operation and maintenance


def test_c8_2_30_what_concerns_operation_is_led_by_the_systems_division(
    office: TestOffice,
) -> None:
    case = analysed(office, 運用保守に関するもの=True, 日常運営で対応可能=False)
    known = office.variables(case)

    decided(office, OPERATION)

    (task,) = office.open_tasks()
    assert known["判定した経路"] == OPERATION
    assert (task.element_id, task.groups) == ("revise_operation_plan", {"PJMO-IS"})
    assert str(task.due_on) == "2027-03-31"


def test_c8_2_30_and_3_07_the_revision_is_handed_over_to_chapter_9(office: TestOffice) -> None:
    case = analysed(office, 運用保守に関するもの=True, 日常運営で対応可能=False)
    decided(office, OPERATION)
    fill(office, "revise_operation_plan", REVISION, by="pjmo_is1")

    hand_over(office, "pjmo_is1", "ops1")

    (message,) = office.undelivered()
    (entry,) = office.register("R33")
    assert (message.name, message.payload["宛先"]) == ("msg.handover", "第９章")
    assert {name: entry.values[name] for name in REVISION} == dict(REVISION)
    assert (entry.values["根拠"], entry.values["期限"]) == (case.number, date(2026, 12, 25))
    assert entry.state == "受領済"


def test_c8_2_30_the_result_from_chapter_9_brings_the_issue_back(office: TestOffice) -> None:
    case = analysed(office, 運用保守に関するもの=True, 日常運営で対応可能=False)
    decided(office, OPERATION)
    fill(office, "revise_operation_plan", REVISION, by="pjmo_is1")
    hand_over(office, "pjmo_is1", "ops1")

    answer(office, "ops1")

    assert elements(office) == ["confirm_done"]
    known = office.variables(case)
    assert [row["実施内容"] for row in known["対応結果"]] == ["監視を加えた。"]
    assert known["期限"] == date(2027, 3, 31)
    (entry,) = office.register("R33")
    assert (entry.state, entry.values["結果"]) == ("完了", "実施済")


# --- 3: planning


def test_c8_2_31_and_3_07_a_review_of_the_planning_is_handed_over_to_chapter_4(
    office: TestOffice,
) -> None:
    case = analysed(office, 日常運営で対応可能=False, 企画見直し要=True)
    known = office.variables(case)
    decided(office, PLANNING)

    hand_over(office, "pjmo1", "seido1")

    assert known["判定した経路"] == PLANNING
    (message,) = office.undelivered()
    assert (message.name, message.payload["宛先"]) == ("msg.handover", "第４章")
    assert message.payload["依頼内容"] == "確かめる書類を手順書に定める。"
    answer(office, "seido1")
    assert elements(office) == ["confirm_done"]


# --- 4: the information system


@pytest.mark.parametrize(("told", "reason"), [("大", "J2"), ("小", "J7")])
def test_c8_2_31_what_needs_other_functions_is_a_reason_to_improve_the_system(
    office: TestOffice, told: str, reason: str
) -> None:
    case = take_in(office, 支障の有無=told)
    needed(office)
    analyse(office, 該当事象=[NO_EVENT], 日常運営で対応可能=False, 機能改修を伴う=True)
    rate(office)
    known = office.variables(case)

    decided(office, SYSTEM)

    (message,) = office.undelivered()
    assert known["判定した経路"] == SYSTEM
    assert (message.name, message.key) == (TRIGGER, "p1/s1")
    assert (message.payload["事由"], message.payload["証跡"]) == (reason, case.number)
    assert message.payload["根拠"][0]["課題番号"] == case.number
    done(office, case, "機能を直した。")
    assert elements(office) == ["confirm_done"]


# --- all


@pytest.mark.parametrize(
    ("route", "cause"),
    [
        (OPERATION, {"運用保守に関するもの": True}),
        (PLANNING, {"企画見直し要": True}),
        (SYSTEM, {"日常運営で対応可能": False, "機能改修を伴う": True}),
    ],
)
def test_c8_3_05_other_routes_ask_for_no_improvement_of_the_daily_work(
    office: TestOffice, route: str, cause: dict[str, bool]
) -> None:
    case = analysed(office, **cause)
    judged = office.variables(case)["判定した経路"]

    decided(office, route)

    assert judged == route
    assert not set(asked(office)) & set(IMPROVEMENTS)


def test_c8_2_28_people_may_choose_another_route_with_a_reason(office: TestOffice) -> None:
    case: Case = analysed(office)

    decided(office, SYSTEM, 経路の理由="手順では防げない。")

    made = issue(office, case).values
    assert (made["対応経路"], made["経路の理由"]) == (SYSTEM, "手順では防げない。")
    assert made["対応経路"] != DAILY
    assert asked(office) == [TRIGGER]
