"""P02: who does what, how it is reported, and with which means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.services import tasks
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements

KEY = "operating_structure"
REPORTING = {
    "対象者": ["業務実施担当者"],
    "様式": "日報",
    "頻度": "毎日",
    "提出先": "業務課",
    "締切時刻": time(17, 30),
    "報告項目": ["課題", "要望"],
    "緊急時の連絡経路": "課長へ電話",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def person(id_: str, duty: str = "受付") -> dict[str, Any]:
    return {
        "組織": "o1",
        "職制": None,
        "職務": duty,
        "担当者": id_,
        "権限": "受け付ける",
        "責務": "その日のうちに終える",
        "代行者": None,
    }


def structure(*people: str) -> dict[str, Any]:
    raci = [{"業務": "受付", "担当者": people[0], "区分": "実行責任"}]
    outsourced = [{"事業者": "委託会社", "範囲": "入力", "責任者": "現場責任者"}]
    return {"体制": [person(id_) for id_ in people], "RACI": raci, "外部委託先": outsourced}


def means(state: str) -> dict[str, Any]:
    one = {
        "区分": "人員",
        "内容": "応援職員",
        "数量": "2名",
        "必要日": date(2027, 1, 4),
        "予算": None,
        "確保状況": state,
        "根拠": "3-2",
    }
    return {"資源": [one]}


def confirm(office: TestOffice, *people: str, **more: Any) -> None:
    for one in people:
        fill(office, "confirm_structure", {"了解": True, "回答者": one} | more, by=one)


def drafted(office: TestOffice, *people: str) -> Case:
    """Everything filled in; the approval's draft is open."""
    case = office.start(KEY, values={"期日": date(2026, 12, 1)})
    fill(office, "draft_structure", structure(*people))
    confirm(office, *people)
    fill(office, "define_reporting", REPORTING, by="gyomu1")
    fill(office, "secure_resources", means("確保済"))
    return case


def test_c8_1_02_each_person_of_the_structure_confirms_what_concerns_them(
    office: TestOffice,
) -> None:
    office.start(KEY, values={"期日": date(2026, 12, 1)})

    fill(office, "draft_structure", structure("tanto1", "mado1"))

    asked = {(task.element_id, task.assignee, str(task.due_on)) for task in office.open_tasks()}
    assert asked == {
        ("confirm_structure", "tanto1", "2026-12-01"),
        ("confirm_structure", "mado1", "2026-12-01"),
    }


@pytest.mark.parametrize(
    "answer",
    [{"了解": True, "要修正": True, "意見": "代行者も"}, {"了解": False, "意見": "受けられません"}],
    ids=["wants a change", "does not agree"],
)
def test_c8_1_02_one_who_is_not_content_sends_the_draft_back(
    office: TestOffice, answer: dict[str, Any]
) -> None:
    office.start(KEY)
    fill(office, "draft_structure", structure("tanto1", "mado1"))

    confirm(office, "tanto1")
    confirm(office, "mado1", **answer)

    assert elements(office) == ["draft_structure"]


def test_c8_1_09_the_means_stay_open_until_all_are_there(office: TestOffice) -> None:
    office.start(KEY)
    fill(office, "draft_structure", structure("tanto1"))
    confirm(office, "tanto1")
    fill(office, "define_reporting", REPORTING, by="gyomu1")

    fill(office, "secure_resources", means("手配中"))
    before = elements(office)
    fill(office, "secure_resources", means("確保済"))

    assert (before, elements(office)) == (["secure_resources"], ["draft_approval"])


def test_a_week_without_the_means_brings_a_reminder(office: TestOffice) -> None:
    case = office.start(KEY)
    fill(office, "draft_structure", structure("tanto1"))
    confirm(office, "tanto1")
    fill(office, "define_reporting", REPORTING, by="gyomu1")

    office.advance(days=15)

    assert office.trace(case).count("remind_resources") == 2
    assert elements(office) == ["secure_resources"]


def test_c8_1_02_1_08_and_1_09_approved_it_is_the_offices_structure(office: TestOffice) -> None:
    case = drafted(office, "tanto1", "gaibu1")

    approve(office)

    entries = office.register("R01")
    people = {e.values.get("担当者"): e for e in entries}
    assert office.variables(case)["結果"] == "完了"
    assert {e.state for e in entries} == {"確定"}
    assert set(people) == {"tanto1", "gaibu1", None}
    assert people["tanto1"].values["RACI"][0]["区分"] == "実行責任"
    assert people[None].values["外部委託先"][0]["事業者"] == "委託会社"
    assert office.register("R02")[0].values["締切時刻"] == time(17, 30)
    assert office.register("R05")[0].values["確保状況"] == "確保済"


def test_a_second_run_changes_the_entries_that_are_there(office: TestOffice) -> None:
    drafted(office, "tanto1", "mado1")
    approve(office)

    office.start(KEY)
    fill(office, "draft_structure", structure("tanto1"))
    confirm(office, "tanto1")
    fill(office, "define_reporting", REPORTING, by="gyomu1")
    fill(office, "secure_resources", means("確保済"))
    approve(office)

    states = {e.values.get("担当者"): (e.state, e.version) for e in office.register("R01")}
    assert states == {"tanto1": ("確定", 2), "mado1": ("旧", 2), None: ("確定", 2)}


def test_sent_back_the_draft_returns_to_its_drafter_and_nothing_is_registered(
    office: TestOffice,
) -> None:
    drafted(office, "tanto1")

    decide(office, "差戻し")

    (task,) = office.open_tasks()
    assert (task.element_id, task.assignee) == ("draft_structure", "pjmo1")
    assert office.register("R01") == []


def test_refused_the_drafter_may_give_up(office: TestOffice) -> None:
    case = drafted(office, "tanto1")
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": "取りやめ", "取扱い理由": "計画が変わった"})

    assert office.variables(case)["結果"] == "取りやめ"
    assert office.trace(case)[-1] == "operating_structure_abandoned"


def test_refused_the_drafter_may_draft_anew(office: TestOffice) -> None:
    drafted(office, "tanto1")
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": "再起案", "取扱い理由": "直します"})

    assert elements(office) == ["draft_structure"]


def test_who_hands_their_confirmation_back_can_take_it_again(office: TestOffice) -> None:
    office.start(KEY)
    fill(office, "draft_structure", structure("gaibu1"))
    task = office.task("confirm_structure")

    office.engine.run(tasks.unclaim, task.id, office.actor("gaibu1"))
    confirm(office, "gaibu1")

    assert elements(office) == ["define_reporting"]
