"""P13: an issue is taken in, judged, analysed, rated, and its policy approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.services import board
from engine.storage import outbox
from engine.testing import TestOffice
from tests.models.filling import fill, startable
from tests.models.house import approve, decide, elements
from tests.models.issues import (
    CAUSE,
    DETECTED,
    KEY,
    NO_EVENT,
    NOTHING,
    OPERATION,
    RATED,
    TUESDAY,
    UNEVEN,
    UNWRITTEN,
    analyse,
    analysed,
    decided,
    done,
    issue,
    needed,
    plan,
    rate,
    sent,
    take_in,
)

TOLD = {"発生源": "P11", "内容": "問合せの急増", "証跡": "モニ-R8-0001", "支障の有無": "中"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=TUESDAY) as made:
        made.deploy(startable(KEY))
        yield made


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=TOKYO)


def mailed(office: TestOffice, words: str) -> list[list[str]]:
    """To whom mails went whose subject holds these words."""
    mails = office.engine.ask(outbox.page, 0, 100)
    return [mail.body["to"] for mail in mails if words in mail.body["subject"]]


def due(office: TestOffice) -> dict[str, str]:
    return {task.element_id: str(task.due_on) for task in office.open_tasks()}


# --- taken in


def test_c8_2_01_what_was_detected_elsewhere_becomes_an_issue(office: TestOffice) -> None:
    office.send(DETECTED, TOLD, key="モニ-R8-0001/1")

    (case,) = office.cases(KEY)
    drafted = office.variables(case)
    assert [drafted[name] for name in ("件名", "事象", "発生源", "支障の有無")] == [
        "問合せの急増",
        "問合せの急増",
        "P11",
        "中",
    ]
    take_in(office, case, 発生源="P11")
    entry = issue(office, case)
    assert (entry.number, entry.state) == ("課-R8-0001", "受付済")
    assert (entry.values["内容"], entry.values["発生元"]) == ("問合せの急増", "モニ-R8-0001")


def test_c8_2_01_two_things_detected_are_two_issues(office: TestOffice) -> None:
    for number in (1, 2):
        office.send(DETECTED, TOLD, key=f"モニ-R8-0001/{number}")

    assert [case.number for case in office.cases(KEY)] == ["課-R8-0001", "課-R8-0002"]
    assert office.undelivered() == []


def test_what_the_sender_says_of_impediment_is_taken_only_in_the_words_of_the_form(
    office: TestOffice,
) -> None:
    office.send(DETECTED, {"発生源": "P12", "内容": "長" * 60, "支障の有無": "有"}, key="日-1")

    drafted = office.variables(office.cases(KEY)[0])
    assert drafted["支障の有無"] is None
    assert drafted["件名"] == "長" * 40 + "…"
    assert drafted["事象"] == "長" * 60


def test_c8_2_01_a_person_reports_an_issue(office: TestOffice) -> None:
    case = office.start(KEY, by="gyomu1")

    drafted = office.variables(case)
    (task,) = office.open_tasks()
    assert (drafted["発生源"], drafted["件名"], drafted["申出者"]) == ("手動", None, "gyomu1")
    assert (task.element_id, task.groups) == ("register_issue", {"PJMO"})


@pytest.mark.parametrize(
    ("told", "day"), [("中", "2026-11-27"), ("大", "2026-11-25")], ids=["usual", "urgent"]
)
def test_c8_2_28_impediment_sets_how_soon_it_is_decided(
    office: TestOffice, told: str, day: str
) -> None:
    case = take_in(office, 支障の有無=told)

    assert due(office) == {"decide_need": day}
    assert issue(office, case).values["優先順位"] == ("最優先" if told == "大" else "中")


@pytest.mark.parametrize(
    ("security", "personal", "priority"),
    [(True, True, "最優先"), (True, False, "中"), (False, True, "中")],
)
def test_c8_2_28_what_may_leak_personal_information_comes_first(
    office: TestOffice, security: bool, personal: bool, priority: str
) -> None:
    case = take_in(office, セキュリティ関連=security, 個人情報関連=personal)

    assert issue(office, case).values["優先順位"] == priority


def test_c8_2_28_duplicates_are_linked_on_both_sides(office: TestOffice) -> None:
    first = take_in(office)
    original = issue(office, first)

    second = take_in(office, 重複先=original.id)
    third = take_in(office, 重複先=original.id)

    for case in (second, third):
        entry = issue(office, case)
        assert (entry.state, entry.values["重複先"]) == ("重複", original.id)
        assert office.trace(case)[-1] == "closed_as_duplicate"
    assert issue(office, first).values["重複元"] == [second.number, third.number]
    assert issue(office, first).state == "受付済"
    assert elements(office) == ["decide_need"]


def test_only_open_issues_are_offered_as_the_original(office: TestOffice) -> None:
    closed, kept = take_in(office), take_in(office)
    task = office.task("decide_need", case=closed)
    answer = {"対応すべきリスク課題": "対応不要", "理由": "直った", "再確認日": None}
    office.complete("decide_need", answer, case=office.case(task.instance_id))

    fresh = office.start(KEY)

    rows = office.variables(fresh)["開いている課題"]
    assert [row["管理番号"] for row in rows] == [kept.number]


def test_c8_2_28_an_incident_goes_to_the_handling_of_incidents(office: TestOffice) -> None:
    case = take_in(office, 区分="インシデント", 支障の有無="大")

    (message,) = sent(office, "msg.request_received")
    assert (message.key, message.payload["区分"]) == (case.number, "インシデント")
    assert (message.payload["課題番号"], message.payload["発生源"]) == (case.number, "P13")
    assert issue(office, case).state == "インシデント対応"
    assert office.trace(case)[-1] == "passed_as_incident"


# --- the days that are promised


def test_c8_2_28_a_late_reception_is_told_to_the_head_and_shown_on_the_board(
    office: TestOffice,
) -> None:
    case = office.start(KEY)
    promised = due(office)
    office.advance(to=at(11, 25, 17))
    before = mailed(office, "受付期限の超過")

    office.advance(to=at(11, 25, 18))

    assert promised == {"register_issue": "2026-11-25"}
    assert before == []
    assert mailed(office, "受付期限の超過") == [["pjmo_head"]]
    assert "register_escalated" in office.trace(case)
    assert elements(office) == ["register_issue"]
    office.advance(to=at(11, 26))
    assert office.engine.ask(board.board, office.actor("pmo1"), "year").tiles.late == 1


def test_c8_2_28_what_is_taken_in_early_is_told_to_nobody(office: TestOffice) -> None:
    take_in(office)
    needed(office)
    office.advance(to=at(12, 1))

    assert mailed(office, "超過") == []


def test_c8_2_28_a_late_decision_is_told_to_both_heads(office: TestOffice) -> None:
    case = take_in(office)

    office.advance(to=at(11, 27, 18))

    assert mailed(office, "判断期限の超過") == [["pjmo_head", "gyomu_head"]]
    assert "decision_escalated" in office.trace(case)
    assert elements(office) == ["decide_need"]


@pytest.mark.parametrize(
    ("told", "day", "last"), [("中", "2026-12-08", 8), ("大", "2026-11-27", 27)]
)
def test_c8_2_28_a_late_policy_is_told_to_the_project_executive(
    office: TestOffice, told: str, day: str, last: int
) -> None:
    case = take_in(office, 支障の有無=told)
    needed(office)
    analyse(office)
    rate(office)
    promised = due(office)

    office.advance(to=at(12 if told == "中" else 11, last, 18))

    assert promised == {"plan_response": day}
    assert mailed(office, "方針期限の超過") == [["pjmo_head", "pl1", "pl2", "pl_head"]]
    assert office.trace(case).count("plan_escalated") == 1


def test_c8_2_28_a_policy_that_is_late_before_it_is_begun_is_told_at_once_and_only_once(
    office: TestOffice,
) -> None:
    case = take_in(office)
    needed(office)
    office.advance(to=at(12, 10))
    analyse(office)

    rate(office)
    told = office.trace(case).count("plan_escalated")
    plan(office)
    decide(office, "差戻し")

    assert told == 1
    assert elements(office) == ["plan_response"]
    assert office.trace(case).count("plan_escalated") == 1


# --- whether to act


def test_c8_2_28_what_is_watched_comes_back_on_its_day(office: TestOffice) -> None:
    case = take_in(office)
    needed(office, "経過観察", 再確認日=date(2026, 12, 24))
    waiting = (elements(office), issue(office, case).state)

    office.advance(to=at(12, 24, 8))
    early = elements(office)
    office.advance(to=at(12, 24, 9))

    assert waiting == ([], "経過観察")
    assert early == []
    assert due(office) == {"decide_need": "2027-01-04"}  # three working days, past the new year
    (seen,) = office.variables(case)["判断経緯"]
    assert (seen["判断"], seen["理由"]) == ("経過観察", "窓口で迷う")
    needed(office)
    assert issue(office, case).state == "要対応"
    assert elements(office) == ["analyse_cause"]


def test_c8_2_28_what_needs_no_action_is_closed_with_the_reason(office: TestOffice) -> None:
    case = take_in(office)

    needed(office, "対応不要")

    entry = issue(office, case)
    assert (entry.state, entry.values["理由"]) == ("対応不要", "窓口で迷う")
    assert office.trace(case)[-1] == "closed_without_need"
    assert elements(office) == []


# --- cause and priority


def test_c8_2_28_cause_and_priority_stand_with_the_issue(office: TestOffice) -> None:
    case = analysed(office)

    made = issue(office, case).values
    names = ("直接原因", "根本原因", "分析方法", "事実", "該当事象")
    assert {name: made[name] for name in names} == {name: CAUSE[name] for name in names}
    assert {name: made[name] for name in RATED} == dict(RATED)
    assert (made["費用対効果"], made["優先順位"]) == (27, "中")
    assert issue(office, case).state == "方針検討中"


@pytest.mark.parametrize(
    ("rated", "priority"),
    [
        ({"緊急性": Decimal(5)}, "高"),
        ({"緊急性": Decimal(1)}, "低"),
        ({"費用": Decimal(20_000_000)}, "低"),
        ({"効果": "大"}, "高"),
    ],
)
def test_c8_2_28_priority_follows_benefit_against_cost(
    office: TestOffice, rated: dict[str, Any], priority: str
) -> None:
    case = analysed(office, rated=rated)

    assert issue(office, case).values["優先順位"] == priority


def test_c8_2_28_the_judged_priority_is_seen_before_it_counts(office: TestOffice) -> None:
    case = take_in(office)
    needed(office)
    analyse(office)

    fill(office, "rate_priority", RATED)
    shown = office.variables(case)
    fill(office, "rate_priority", {**RATED, "緊急性": Decimal(5)})

    assert shown["判定した優先順位"] == "中"
    assert elements(office) == ["rate_priority"]  # another rating, another judgement
    assert office.variables(case)["判定した優先順位"] == "高"
    fill(office, "rate_priority", {**RATED, "緊急性": Decimal(5)})
    assert elements(office) == ["plan_response"]


def test_c8_2_28_people_may_set_another_priority_with_a_reason(office: TestOffice) -> None:
    given = {"優先順位の変更": "最優先", "優先順位の変更理由": "大臣の指示"}

    case = analysed(office, rated=given)

    made = issue(office, case).values
    assert (made["優先順位"], made["優先順位の変更理由"]) == ("最優先", "大臣の指示")


def test_c8_2_28_the_regular_review_changes_the_priority_of_a_running_issue(
    office: TestOffice,
) -> None:
    case = analysed(office)

    office.send("msg.priority_changed", {"優先順位": "高", "理由": "件数が増えた"}, key=case.number)

    made = issue(office, case).values
    assert (made["優先順位"], made["優先順位の変更理由"]) == ("高", "件数が増えた")
    decided(office)
    (response,) = office.register("R18")
    assert response.values["優先順位"] == "高"


def test_the_regular_review_of_another_issue_changes_nothing(office: TestOffice) -> None:
    case = analysed(office)

    office.send("msg.priority_changed", {"優先順位": "高", "理由": "別件"}, key="課-R8-0099")

    assert issue(office, case).values["優先順位"] == "中"


# --- the policy


def test_c8_2_29_methods_come_from_the_events_of_table_8_2(office: TestOffice) -> None:
    case = analysed(office, 該当事象=[UNEVEN, "M09-1 職員の処理能力やITスキルが足りず、業務が滞る"])

    known = office.variables(case)
    assert known["候補"] == ["業務の標準化", "人材育成・教育"]
    assert [row["事象"][:5] for row in known["対応方法の候補"]] == ["M02-1", "M09-1"]
    assert known["対応方法"] == known["候補"]


def test_c8_2_29_without_an_event_of_table_8_2_there_is_no_method(office: TestOffice) -> None:
    case = analysed(office, 該当事象=[NO_EVENT], 日常運営で対応可能=False)

    known = office.variables(case)
    assert (known["対応方法の候補"], known["判定した経路"]) == ([], NOTHING)


def test_c8_2_28_an_approved_policy_is_registered(office: TestOffice) -> None:
    case = analysed(office)

    decided(office)

    (response,) = office.register("R18")
    entry = issue(office, case)
    assert (response.number, response.state, entry.state) == (case.number, "対応中", "対応中")
    for name in ("対応方法", "方針", "担当", "期限", "対応経路"):
        assert response.values[name] == entry.values[name], name
    assert response.values["課題"] == entry.id
    assert response.values["決裁番号"] == office.cases("approval")[-1].number
    (approval,) = office.register("R45")
    assert (approval.values["件名"], approval.values["区分"]) == (
        "対応方針 受付の手順が窓口で違う",
        "課題対応",
    )
    assert entry.values["件名"] == "受付の手順が窓口で違う"


def test_c8_2_09_risk_management_is_reviewed_where_somebody_says_so(office: TestOffice) -> None:
    first = analysed(office)
    decided(office)
    nothing = office.register("R19")

    second = analysed(office)
    decided(
        office, リスク管理の見直し要否=True, リスク管理の見直し内容="窓口の混雑をリスクに加える。"
    )

    assert nothing == []
    (review,) = office.register("R19")
    assert (review.values["契機"], review.values["見直し内容"]) == (
        second.number,
        "窓口の混雑をリスクに加える。",
    )
    assert review.values["課題"] == issue(office, second).id != issue(office, first).id


def test_c8_2_28_a_policy_sent_back_keeps_what_was_written(office: TestOffice) -> None:
    case = analysed(office)
    plan(office, OPERATION, 経路の理由="運用で直す")

    decide(office, "差戻し")

    known = office.variables(case)
    assert elements(office) == ["plan_response"]
    assert (known["対応経路"], known["方針"]) == (OPERATION, "確かめる書類を手順書に定める。")
    assert known["件名"] == "受付の手順が窓口で違う"
    assert known["決裁意見"][0]["理由"] == "数字が合いません"
    assert office.register("R18") == []


@pytest.mark.parametrize(
    ("answer", "opened", "state"),
    [("再起案", ["plan_response"], "方針検討中"), ("取りやめ", [], "取りやめ")],
    ids=["again", "given up"],
)
def test_c8_2_28_a_refused_policy_goes_back_to_its_drafter(
    office: TestOffice, answer: str, opened: list[str], state: str
) -> None:
    case = analysed(office)
    plan(office, by="gyomu1")
    decide(office, "否認", drafter="gyomu1")

    values = {"取扱い": answer, "取扱い理由": "様子を見る"}
    office.complete("reconsider_draft", values, by="gyomu1")

    assert elements(office) == opened
    assert issue(office, case).state == state


# --- the end


def test_c8_2_28_after_the_action_it_is_confirmed_and_the_requester_told(
    office: TestOffice,
) -> None:
    case = office.start(KEY, by="gyomu1")
    take_in(office, case)
    needed(office)
    analyse(office)
    rate(office)
    decided(office)
    before = elements(office)

    done(office, case)
    fill(office, "confirm_done", {"完了確認": "完了", "完了日": date(2026, 11, 24)})

    assert before == []
    entry, (response,) = issue(office, case), office.register("R18")
    assert (entry.state, response.state) == ("完了", "完了")
    assert entry.values["実施内容"] == response.values["実施内容"] == "手順書を改めた。"
    assert response.values["完了確認"] == "完了"
    assert mailed(office, "課題への対応が終わりました") == [["gyomu1"]]
    assert office.trace(case)[-1] == "issue_closed"


def test_an_issue_that_a_process_found_is_told_to_the_division(office: TestOffice) -> None:
    office.send(DETECTED, TOLD, key="モニ-R8-0001/1")
    (case,) = office.cases(KEY)
    take_in(office, case)
    needed(office)
    analyse(office)
    rate(office)
    decided(office)
    done(office, case)

    fill(office, "confirm_done", {"完了確認": "完了", "完了日": date(2026, 11, 24)})

    (receivers,) = mailed(office, "課題への対応が終わりました")
    assert set(receivers) == {"gyomu1", "gyomu2", "gyomu_head"}


def test_what_does_not_suffice_gets_another_policy(office: TestOffice) -> None:
    case = analysed(office)
    decided(office)
    done(office, case)

    fill(office, "confirm_done", {"完了確認": "対応が不足", "不足の内容": "窓口3で違う"})
    lacking = office.variables(case)["不足の内容"]
    decided(office, 方針="窓口3の手順も定める。")
    waiting = elements(office)
    done(office, case, "窓口3の手順書も改めた。")

    assert lacking == "窓口3で違う"
    assert waiting == []
    assert elements(office) == ["confirm_done"]
    (response,) = office.register("R18")
    assert (response.version, response.values["方針"]) == (2, "窓口3の手順も定める。")


def test_c8_2_28_a_policy_of_no_action_ends_with_its_reason(office: TestOffice) -> None:
    case = analysed(office, 該当事象=[NO_EVENT], 日常運営で対応可能=False)

    decided(office, NOTHING, 対応なしの理由="制度の変更で無くなる。")

    (response,) = office.register("R18")
    assert (response.state, response.values["対応なしの理由"]) == (
        "対応なし",
        "制度の変更で無くなる。",
    )
    assert issue(office, case).state == "対応なし"
    assert office.trace(case)[-1] == "closed_without_action"
    assert office.undelivered() == []


def test_scenario_4_uneven_procedures_become_a_request_to_improve_the_business(
    office: TestOffice,
) -> None:
    office.send(DETECTED, {"発生源": "P12", "内容": "窓口で手順が違う"}, key="日-R8-0007/1")
    (case,) = office.cases(KEY)
    take_in(office, case, 発生源="P12")
    needed(office)
    analyse(office, 該当事象=[UNEVEN, UNWRITTEN])
    rate(office)
    found = office.variables(case)

    plan(office)
    approve(office)

    assert {row["対応方法"] for row in found["対応方法の候補"]} == {"業務の標準化"}
    assert found["判定した経路"] == "日常運営における業務改善"
    (request,) = office.undelivered()
    assert (request.name, request.key) == ("msg.improve_business", case.number)
    assert request.payload["対応方法"] == ["業務の標準化"]
    assert request.payload["方針"] == "確かめる書類を手順書に定める。"
