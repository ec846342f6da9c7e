"""How ready a go-live is: what is done, what is missing and why, which one is least ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.services import board, go_lives, instances, people, tasks
from engine.services.go_lives import GoLive
from engine.storage import history
from engine.storage.history import Line
from engine.testing import SETUP, TestOffice
from tests.models import go_live
from tests.models.go_live import REGISTERED, TESTED, begin, deploy
from tests.models.stand_ins import stand_in

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=TOKYO)
GO_LIVE_ON = date(2027, 5, 10)
NAMES = {
    "call_structure": "運営体制・資源の準備",
    "accept_system": "受入テストの完了",
    "call_training": "教育・訓練の実施",
}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    with testing.office(tmp_path, database_url, now=NOW) as made:
        yield made


def seen(office: TestOffice) -> list[GoLive]:
    return office.engine.ask(go_lives.listing, None)


def missing(one: GoLive) -> dict[str, Any]:
    return {part.element_id: part for part in one.missing}


def test_a_preparation_without_a_plan_has_no_day_and_nothing_done(office: TestOffice) -> None:
    deploy(office)
    office.start("go_live_preparation")

    [one] = seen(office)

    assert (one.planned_on, one.working_days, one.done, one.total) == (None, None, 0, 9)
    assert one.late == 0


def test_parts_that_are_done_are_counted_and_those_missing_say_why(office: TestOffice) -> None:
    deploy(office, waiting=("operating_structure", "training_plan"))
    begin(office)
    office.engine.run(
        tasks.claim, office.task("wait_operating_structure").id, office.actor("pjmo2")
    )

    [one] = seen(office)

    assert one.planned_on == GO_LIVE_ON
    assert one.working_days == office.engine.office.calendar.between(date(2026, 10, 5), GO_LIVE_ON)
    parts = missing(one)
    assert one.done == 9 - len(parts) == 5
    assert set(parts) == {"call_structure", "call_training_plan", "call_training", "accept_system"}
    assert {id_: parts[id_].name for id_ in NAMES} == NAMES
    assert [task.assignee for task in parts["call_structure"].tasks] == ["pjmo2"]
    assert [task.element_id for task in parts["accept_system"].tasks] == ["register_acceptance"]
    assert parts["call_training"].tasks == ()
    assert parts["call_training"].instance_id is None
    assert parts["call_structure"].instance_id == office.cases("operating_structure")[0].id


def test_a_changed_diagram_counts_the_parts_it_still_has(office: TestOffice) -> None:
    [(key, files)] = stand_in("go_live_preparation", waits=True).items()
    diagram = files[f"{key}.bpmn"].replace(b"wait_go_live_preparation", b"call_manual")
    office.deploy({key: {f"{key}.bpmn": diagram}})
    office.start(key)

    before = seen(office)
    office.deploy({key: files})
    office.start(key)
    [less, none] = seen(office)

    assert [(one.done, one.total) for one in before] == [(0, 1)]
    assert [part.element_id for part in less.missing] == ["call_manual"]
    assert (none.done, none.total, none.missing) == (0, 0, ())


@pytest.mark.parametrize("typed", ["未定", 3, None])
def test_a_changed_form_may_plan_no_day(office: TestOffice, typed: Any) -> None:
    deploy(office, waiting=tuple(go_live.CALLED))
    case = office.start("go_live_preparation")
    line = Line(
        event="task_completed",
        actor=office.actor("pjmo1"),
        instance_id=case.id,
        element_id="register_plan",
        detail={"values": {"運営開始予定日": typed, "受入テスト完了予定日": typed}},
        version=office.head(case.id).version + 1,
    )

    office.engine.run(history.add, line)

    [one] = seen(office)
    assert (one.planned_on, one.milestones) == (None, ())


def test_days_are_counted_back_as_the_diagram_does(office: TestOffice) -> None:
    deploy(office, waiting=("operating_structure", "rehearsal", "bcp_preparation"))
    case = begin(office)
    planned = office.variables(case)["期日表"]

    parts = missing(seen(office)[0])

    assert parts["call_structure"].due_on == planned["P02"]
    assert parts["call_rehearsal"].due_on == planned["P07"]
    assert parts["call_continuity"].due_on == planned["P09"]
    assert parts["accept_system"].due_on == REGISTERED["受入テスト完了予定日"]


def test_a_part_past_its_day_is_late_and_the_next_milestone_is_to_come(office: TestOffice) -> None:
    deploy(office, waiting=("operating_structure", "rehearsal"))
    begin(office)
    day = missing(seen(office)[0])["call_structure"].due_on
    office.advance(to=datetime(day.year, day.month, day.day, 23, 0, tzinfo=TOKYO))

    on_the_day = seen(office)[0].late
    office.advance(days=1)
    [one] = seen(office)

    assert (on_the_day, one.late) == (1, 2)  # the acceptance test was due before
    assert min(one.milestones) == (missing(one)["call_rehearsal"].due_on, "業務リハーサル")


def test_a_plan_taken_back_is_no_plan(office: TestOffice) -> None:
    deploy(office, waiting=tuple(go_live.CALLED))
    office.start("go_live_preparation")
    task = office.task("register_plan")
    office.complete("register_plan", REGISTERED)
    before = seen(office)[0].planned_on
    line = Line(
        event="task_withdrawn",
        actor=office.actor("pjmo1"),
        instance_id=task.instance_id,
        element_id="register_plan",
        version=office.head(task.instance_id).version + 1,
    )

    office.engine.run(history.add, line)

    assert (before, seen(office)[0].planned_on) == (GO_LIVE_ON, None)


def test_a_new_plan_begins_anew_what_it_names(office: TestOffice) -> None:
    deploy(office)
    begin(office)
    office.complete("register_acceptance", TESTED)
    go_live.vote(office, "延期", "延期", "延期")
    ready = seen(office)[0]
    again = {
        "新しい運営開始予定日": date(2027, 7, 1),
        "やり直す項目": ["T2", "P05・P06"],
        "再計画の理由": "準備の遅れ",
    }
    deploy(office, waiting=("training_plan",))

    office.complete("replan", again)

    [one] = seen(office)
    assert (ready.done, ready.missing) == (9, ())
    assert one.planned_on == date(2027, 7, 1)
    assert "accept_system" in missing(one)


def test_the_least_ready_comes_first(office: TestOffice) -> None:
    run = office.engine.run
    run(people.add_system, "審査システム", "p1", SETUP, "s2")
    deploy(office, waiting=("operating_structure", "rehearsal"))
    behind = begin(office, 受入テスト完了予定日=date(2026, 10, 1))
    id_ = run(
        instances.start,
        "go_live_preparation",
        office.actor("pjmo1"),
        project_id="p1",
        system_id="s2",
    )
    office.run_jobs()
    office.complete("register_plan", REGISTERED, case=office.case(id_))

    found = seen(office)
    shown = office.engine.ask(board.board, office.actor("pmo1"))

    assert [one.head.id for one in found] == [behind.id, id_]
    assert [one.late for one in found] == [1, 0]
    rows = {row.id: row for row in shown.systems}
    assert rows["s1"].go_live == found[0]
    assert (rows["s2"].phase, rows["s2"].next_name) == ("preparing", "受入テストの完了")
    assert rows["s2"].next_on == REGISTERED["受入テスト完了予定日"]
