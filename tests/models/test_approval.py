"""S01: serial steps, and the four results every caller has to deal with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import NotACandidateError
from engine.testing import Case, TestOffice
from tests.models.house import MONDAY, draft, elements

SHIPPED = testing.shipped("approval")
# Tests start the approval by hand; the shipped one is only called.
SHIPPED["approval"]["approval.bpmn"] = SHIPPED["approval"]["approval.bpmn"].replace(
    b'name="starters" value="none"', b'name="starters" value="PJMO"'
)
ROUTE = [{"承認者役割": "PJMO:head", "承認者": None}, {"承認者役割": "PL", "承認者": "pl2"}]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(SHIPPED)
        yield made


def ask(office: TestOffice, kind: str = "計画", drafter: str = "pjmo1") -> Case:
    """An approval whose draft lies open."""
    values = {"件名": "リハーサル計画", "区分": kind, "起案者": drafter}
    return office.start("approval", by="pjmo1", values=values)


def answer(office: TestOffice, result: str, by: str, **more: Any) -> None:
    office.complete("approve_draft", {"結果": result, "理由": "確認のため"} | more, by=by)


def results(office: TestOffice, case: Case) -> tuple[str, list[str]]:
    """The result, and what was decided at each step."""
    ended = office.variables(case)
    return ended["決裁結果"], [opinion["結果"] for opinion in ended["決裁意見"]]


def test_the_draft_is_the_drafters_alone_and_shows_the_route(office: TestOffice) -> None:
    case = ask(office, kind="例外")

    (task,) = office.open_tasks()

    assert (task.element_id, task.assignee, task.groups) == ("draft_approval", "pjmo1", frozenset())
    assert office.variables(case)["経路の表示"] == "PJMOの長 → プロジェクト推進責任者"


def test_one_step_approves_and_leaves_a_record_under_the_same_number(office: TestOffice) -> None:
    case = ask(office)
    draft(office, "pjmo1")

    answer(office, "承認", by="pjmo_head", 意見="了解しました")

    (record,) = office.register("R45")
    assert results(office, case) == ("承認", ["承認"])
    assert (record.number, record.values["決裁結果"]) == (case.number, "承認")
    assert record.values["決裁意見"][0]["意見"] == "了解しました"
    assert office.open_tasks() == []


def test_steps_follow_each_other_in_the_order_of_the_route(office: TestOffice) -> None:
    case = ask(office, kind="例外")
    draft(office, "pjmo1")

    first = office.open_tasks()[0].groups
    answer(office, "承認", by="pjmo_head")
    second = office.open_tasks()[0].groups
    answer(office, "承認", by="pl1")

    assert (first, second) == ({"PJMO:head"}, {"PL"})
    assert results(office, case) == ("承認", ["承認", "承認"])


def test_a_step_is_due_after_three_working_days(office: TestOffice) -> None:
    ask(office)
    draft(office, "pjmo1")

    (task,) = office.open_tasks()

    assert str(task.due_on) == "2026-11-06"  # 3 November is a holiday


def test_sent_back_to_an_earlier_approver_it_comes_up_the_route_again(office: TestOffice) -> None:
    case = ask(office, kind="例外")
    draft(office, "pjmo1")
    answer(office, "承認", by="pjmo_head")

    answer(office, "差戻し", by="pl1", 差戻し先="第1工程 PJMOの長")
    returned = office.open_tasks()[0].groups
    answer(office, "承認", by="pjmo_head")
    answer(office, "承認", by="pl1")

    assert returned == {"PJMO:head"}
    assert results(office, case) == ("承認", ["承認", "差戻し", "承認", "承認"])


@pytest.mark.parametrize(
    ("result", "more"),
    [("差戻し", {"差戻し先": "起案者"}), ("否認", {})],
    ids=["back to the drafter", "refused"],
)
def test_sent_back_or_refused_it_ends_with_the_reason(
    office: TestOffice, result: str, more: Mapping[str, str]
) -> None:
    case = ask(office, kind="例外")
    draft(office, "pjmo1")

    answer(office, result, by="pjmo_head", **more)

    ended = office.variables(case)
    assert ended["決裁結果"] == result
    assert ended["決裁意見"][0]["理由"] == "確認のため"
    assert office.register("R45")[0].values["決裁結果"] == result
    assert office.open_tasks() == []


def test_withdrawn_by_its_number_it_ends_and_the_approver_sees_it_no_more(
    office: TestOffice,
) -> None:
    case, other = ask(office), ask(office)
    draft(office, "pjmo1")
    draft(office, "pjmo1")

    office.send("msg.approval_withdrawn", {"理由": "数字の誤り"}, key=case.number)

    assert results(office, case) == ("取下げ", ["取下げ"])
    assert office.variables(case)["決裁意見"][0]["理由"] == "数字の誤り"
    assert [task.number for task in office.open_tasks()] == [other.number]


def test_the_drafter_is_never_an_approver(office: TestOffice) -> None:
    ask(office, drafter="pjmo_head")
    draft(office, "pjmo_head")

    (task,) = office.open_tasks()

    assert task.groups == {"PL"}
    with pytest.raises(NotACandidateError):
        office.complete("approve_draft", {"結果": "承認"}, by="pjmo_head")


def test_another_kind_of_document_asks_for_its_route_again(office: TestOffice) -> None:
    case = ask(office)

    draft(office, "pjmo1", 区分="例外")
    again = elements(office)
    draft(office, "pjmo1")
    answer(office, "承認", by="pjmo_head")
    answer(office, "承認", by="pl1")

    assert again == ["draft_approval"]
    assert results(office, case) == ("承認", ["承認", "承認"])


def test_a_route_changed_with_a_reason_names_a_person(office: TestOffice) -> None:
    case = ask(office)
    changed = {"経路を変更する": True, "変更後の経路": ROUTE, "経路の変更理由": "額が大きいため"}

    draft(office, "pjmo1", **changed)
    answer(office, "承認", by="pjmo_head")
    with pytest.raises(NotACandidateError):
        answer(office, "承認", by="pl1")
    answer(office, "承認", by="pl2")

    assert results(office, case) == ("承認", ["承認", "承認"])
    assert office.register("R45")[0].values["経路の変更理由"] == "額が大きいため"


@pytest.mark.parametrize(
    ("result", "names"), [("承認", ["msg.plan_difference"]), ("否認", [])], ids=["yes", "refused"]
)
def test_c8_5_01_an_approved_difference_from_the_project_plan_is_announced(
    office: TestOffice, result: str, names: list[str]
) -> None:
    ask(office)
    draft(office, "pjmo1", プロジェクト計画書との差異=True)

    answer(office, result, by="pjmo_head")

    assert [message.name for message in office.undelivered()] == names
