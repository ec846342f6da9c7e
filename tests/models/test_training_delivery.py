"""P06: training, its records, the anonymous survey and what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import FieldErrors
from engine.domain.values import TOKYO
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import COURSE_PLAN, MONDAY, NAMED, PEOPLE, elements, enter

KEY = "training_delivery"
MEETING = datetime(2026, 11, 10, 10, 0, tzinfo=TOKYO).astimezone(UTC)
FIRST = {"期日": date(2026, 12, 1), "初回": True}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        enter(made, ("R01", NAMED), ("R07", COURSE_PLAN))
        yield made


def invite(office: TestOffice, course: str = "基礎", people: tuple[str, ...] = PEOPLE) -> None:
    rows = [{"受講者": one, "出欠予定": "出席予定"} for one in people]
    values = {"コース": course, "日時": MEETING, "会場": "研修室", "受講者": rows}
    fill(office, "invite_trainees", values, by="gyomu1")


def record(
    office: TestOffice,
    course: str = "基礎",
    people: tuple[str, ...] = PEOPLE,
    *,
    absent: tuple[str, ...] = (),
    skill: str = "合格",
    more: bool = False,
) -> None:
    rows = [
        {
            "受講者": one,
            "出欠": "欠席" if one in absent else "出席",
            "習熟度": None if one in absent else skill,
            "再受講要": one in absent,
        }
        for one in people
    ]
    values = {
        "コース": course,
        "日時": MEETING,
        "方法": "教材研修",
        "受講者": rows,
        "続きの実施": "続ける" if more else "終える",
    }
    fill(office, "record_training", values, by="gyomu1")


def both_courses(office: TestOffice, **second: Any) -> Case:
    """Both courses held; the survey is out."""
    case = office.start(KEY, values=FIRST)
    invite(office)
    record(office, more=True)
    invite(office, "応用")
    record(office, "応用", **second)
    return case


def answer(office: TestOffice, person: str, marks: str = "4", **texts: str) -> None:
    values = {
        "種別": "回答",
        "コース": "応用",
        "実施日": date(2026, 11, 10),
        "内容": marks,
        "進め方": marks,
        "理解度": marks,
    }
    fill(office, "answer_survey", values | texts, by=person)


def settle(office: TestOffice) -> None:
    office.advance(days=0.001)


def analyse(office: TestOffice, **more: Any) -> None:
    values = {"全体傾向": "おおむね良い", "ばらつき": "小さい"}
    fill(office, "analyse_survey", values | more)


def names(office: TestOffice) -> list[str]:
    return sorted(message.name for message in office.undelivered())


def test_the_first_training_begins_with_the_invitation(office: TestOffice) -> None:
    case = office.start(KEY, values=FIRST)

    (task,) = office.open_tasks()

    assert (task.element_id, str(task.due_on)) == ("invite_trainees", "2026-12-01")
    assert {"受講者": "tanto2"} in office.variables(case)["受講者"]
    assert office.variables(case)["全コース"] == ["基礎", "応用"]


def test_c8_2_12_later_training_begins_with_a_review_of_what_was_taught(office: TestOffice) -> None:
    office.start(KEY, values={"初回": False})
    before = elements(office)

    fill(office, "review_training", {"前回からの変更点": "補正の手順"})

    assert (before, elements(office)) == (["review_training"], ["invite_trainees"])


def test_started_without_any_data_it_is_no_first_training(office: TestOffice) -> None:
    office.start(KEY)

    assert elements(office) == ["review_training"]


def test_c8_2_11_a_transfer_starts_training_for_those_who_moved(office: TestOffice) -> None:
    moved = {"異動日": date(2026, 11, 1), "対象者": ["tanto2"]}

    office.send("msg.transfer_or_new_user", moved, key="tanto2")

    (case,) = office.cases(KEY)
    assert elements(office) == ["review_training"]
    assert office.variables(case)["受講者"] == [{"受講者": "tanto2"}]


@pytest.mark.parametrize(
    ("change", "opened"),
    [("手順2を変更", ["review_training"]), (None, [])],
    ids=["of a change", "of a new manual"],
)
def test_c8_2_10_a_published_manual_starts_training_only_where_something_changed(
    office: TestOffice, change: str | None, opened: list[str]
) -> None:
    published = {"手順書": "m1", "版": 2, "変更点": change}

    office.send("msg.manual_published", published, key="m1/2")

    assert elements(office) == opened
    assert office.undelivered() == []


def test_c8_1_26_it_is_complete_when_everybody_named_has_passed_every_course(
    office: TestOffice,
) -> None:
    office.start(KEY, values=FIRST)
    invite(office)
    record(office, more=True)
    after_one = names(office)
    invite(office, "応用")

    record(office, "応用")

    (told,) = office.undelivered()
    assert after_one == []
    assert (told.name, told.key) == ("msg.training_completed", "p1/s1")
    assert told.payload == {"完了率": 100, "コース": ["基礎", "応用"]}


@pytest.mark.parametrize(
    ("last", "rate"),
    [({"absent": ("mado1",)}, 66), ({"skill": "2"}, 0), ({"skill": "不合格"}, 0)],
    ids=["somebody was absent", "skill below 3", "failed"],
)
def test_it_is_not_complete_while_somebody_lacks_a_course(
    office: TestOffice, last: dict[str, Any], rate: int
) -> None:
    case = both_courses(office, **last)

    assert office.variables(case)["教育完了率"] == rate
    assert names(office) == []


def test_c8_2_13_who_repeats_a_course_later_makes_it_complete(office: TestOffice) -> None:
    office.start(KEY, values=FIRST)
    invite(office)
    record(office, more=True)
    invite(office, "応用")
    record(office, "応用", absent=("mado1",), more=True)
    invite(office, "応用", ("mado1",))

    record(office, "応用", ("mado1",), skill="3")

    assert names(office) == ["msg.training_completed"]
    assert len(office.register("R08")) == 7


def test_c8_2_14_the_survey_goes_to_all_who_attended(office: TestOffice) -> None:
    both_courses(office, people=("tanto1",))

    asked = {(t.element_id, t.assignee, str(t.due_on)) for t in office.open_tasks()}

    assert asked == {("answer_survey", one, "2026-11-10") for one in PEOPLE}


def test_c8_2_15_an_answer_holds_neither_person_nor_instance_nor_time(office: TestOffice) -> None:
    case = both_courses(office)

    answer(office, "tanto1", 改善点="例を増やしてほしい")

    (entry,) = office.register("R11")
    variables = office.variables(case)
    assert entry.values["改善点"] == "例を増やしてほしい"
    assert (entry.written_by, entry.written_by_instance, entry.number) == ("", None, "")
    assert entry.written_at.astimezone(TOKYO).hour == 0
    assert "例を増やしてほしい" not in str(variables)
    assert "改善点" not in variables


def test_c8_2_16_the_analysis_counts_every_answer_and_lists_every_remark(
    office: TestOffice,
) -> None:
    case = both_courses(office)
    answer(office, "tanto1", "5", 改善点="例を増やしてほしい")
    answer(office, "mado1", "4")
    answer(office, "gaibu1", "2", 業務で困っていること="画面が遅い")

    settle(office)

    found = office.variables(case)
    first = found["集計"][0]
    assert elements(office) == ["analyse_survey"]
    assert (first["項目"], first["回答数"], str(first["平均"])) == ("内容", 3, "3.67")
    assert first["分布"] == "1点 0件、2点 1件、3点 0件、4点 1件、5点 1件"
    assert sorted(one["意見"] for one in found["少数意見の扱い"]) == [
        "例を増やしてほしい",
        "画面が遅い",
    ]


def test_after_five_working_days_the_survey_closes_with_the_answers_there_are(
    office: TestOffice,
) -> None:
    case = both_courses(office)
    answer(office, "tanto1")

    office.advance(working_days=5)
    settle(office)

    assert elements(office) == ["analyse_survey"]
    assert office.variables(case)["集計"][0]["回答数"] == 1


def test_c8_2_16_a_remark_without_a_mark_keeps_the_analysis_open(office: TestOffice) -> None:
    both_courses(office)
    for person in PEOPLE:
        answer(office, person, 改善点=f"{person}の意見")
    settle(office)
    post = {"全体傾向": ["良い"], "ばらつき": ["小さい"]}

    with pytest.raises(FieldErrors) as refused:
        office.submit("analyse_survey", post)

    assert "少数意見の扱い" in refused.value.errors
    assert elements(office) == ["analyse_survey"]


def test_without_an_issue_it_ends_with_the_analysis_registered(office: TestOffice) -> None:
    case = both_courses(office)
    for person in PEOPLE:
        answer(office, person)
    settle(office)

    analyse(office)

    analyses = [e.values for e in office.register("R11") if e.values["種別"] == "分析"]
    assert [(one["全体傾向"], one["回答数"]) for one in analyses] == [("おおむね良い", 3)]
    assert office.variables(case)["結果"] == "完了"
    assert names(office) == ["msg.training_completed"]


def test_c8_2_17_an_issue_is_passed_on_with_what_was_confirmed(office: TestOffice) -> None:
    case = both_courses(office)
    for person in PEOPLE:
        answer(office, person)
    settle(office)

    analyse(
        office,
        気づいた課題=[{"課題": "画面が遅い", "支障の有無": "中"}],
        発生状況背景の確認結果="昼に遅い",
    )

    told = next(m for m in office.undelivered() if m.name == "msg.issue_detected")
    assert (told.key, told.payload["発生源"]) == (case.number, "P06")
    assert (told.payload["内容"], told.payload["確認結果"]) == ("画面が遅い", "昼に遅い")
