"""The list of instances over all projects: who sees what, how one searches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.access import Membership
from engine.services import instance_list, instances, people, tasks
from engine.services.instance_list import InstanceFilter, InstanceListing, PageAsked
from engine.services.instances import Start
from engine.testing import SETUP, TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched
from tests.services.test_instances import with_call

ANY = InstanceFilter()


def asked(
    office: TestOffice, wanted: InstanceFilter = ANY, by: str = "pmo1", **page: Any
) -> InstanceListing:
    return office.engine.ask(instance_list.listing, office.actor(by), wanted, PageAsked(**page))


def subjects(office: TestOffice, wanted: InstanceFilter = ANY, **more: Any) -> list[str]:
    return [row.head.subject for row in asked(office, wanted, **more).rows]


def opened(office: TestOffice) -> None:
    """Three cases: `a` due in three working days, `b` in one, `c` without a deadline."""
    office.deploy(
        {
            **line("three", user_task("plan_it", dueWorkingDays="3"), user_task("do_it")),
            **line("one", user_task("hurry", dueWorkingDays="1")),
            **line("never", user_task("wait_and_see")),
        }
    )
    for key, subject in (("three", "申請の受付"), ("one", "審査の計画"), ("never", "ABC 様式")):
        office.start(key, subject=subject)
        office.advance(days=1 / 1440)


def test_the_newest_comes_first(office: TestOffice) -> None:
    opened(office)

    assert subjects(office) == ["ABC 様式", "審査の計画", "申請の受付"]


def test_a_case_stands_where_its_open_tasks_are(office: TestOffice) -> None:
    opened(office)
    office.engine.run(tasks.claim, office.task("plan_it").id, office.actor("pjmo2"))

    [row] = asked(office, InstanceFilter(key="three")).rows

    assert [(step.name, step.assignee) for step in row.steps] == [("plan_it", "pjmo2")]
    assert row.due_at == row.steps[0].due_at
    assert row.step_count == 1


@pytest.mark.parametrize("typed", ["{}", " {} ", "wide"])
def test_a_number_is_found_however_it_is_typed(office: TestOffice, typed: str) -> None:
    opened(office)
    case = office.cases("one")[0]
    wide = case.number.translate({ord("-"): "－", ord("1"): "１", ord("R"): "ｒ"})
    text = wide.lower() if typed == "wide" else typed.format(case.number)

    assert subjects(office, InstanceFilter(number=text)) == ["審査の計画"]


def test_the_beginning_of_a_number_finds_all_that_begin_so(office: TestOffice) -> None:
    opened(office)
    numbers = sorted(case.number for case in office.cases())
    start = numbers[0][:-1]

    found = asked(office, InstanceFilter(number=start))

    wanted = [number for number in numbers if number.startswith(start)]
    assert [row.head.business_key for row in found.rows] == wanted


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(InstanceFilter(text="計画"), ["審査の計画"], id="a word"),
        pytest.param(InstanceFilter(text="受付 申請"), ["申請の受付"], id="all words"),
        pytest.param(InstanceFilter(text="受付 審査"), [], id="not just one"),
        pytest.param(InstanceFilter(text="ａｂｃ"), ["ABC 様式"], id="any width and case"),
        pytest.param(InstanceFilter(text="%"), [], id="no pattern"),
        pytest.param(InstanceFilter(element="hurry"), ["審査の計画"], id="an open task"),
        pytest.param(InstanceFilter(element="do_it"), [], id="no task that is not open"),
        pytest.param(InstanceFilter(key="never"), ["ABC 様式"], id="a process"),
        pytest.param(InstanceFilter(key="never", version=2), [], id="another version"),
        pytest.param(InstanceFilter(state="completed"), [], id="a state"),
        pytest.param(InstanceFilter(system_id="s1", key="one"), ["審査の計画"], id="a system"),
        pytest.param(InstanceFilter(project_id="p2"), [], id="another project"),
        pytest.param(InstanceFilter(started_from=date(2026, 4, 2)), [], id="started later"),
        pytest.param(InstanceFilter(started_to=date(2026, 3, 31)), [], id="started earlier"),
        pytest.param(InstanceFilter(ended_to=date(2030, 1, 1)), [], id="not ended"),
    ],
)  # fmt: skip
def test_each_condition_finds_what_fits(
    office: TestOffice, wanted: InstanceFilter, found: list[str]
) -> None:
    opened(office)

    assert subjects(office, wanted) == found
    assert asked(office, wanted).total == len(found)


def test_a_day_counts_to_its_end_in_tokyo(office: TestOffice) -> None:
    opened(office)
    day = date(2026, 4, 1)

    assert len(subjects(office, InstanceFilter(started_from=day, started_to=day))) == 3


def test_overdue_means_that_the_day_of_the_deadline_is_over(office: TestOffice) -> None:
    opened(office)
    overdue, today = InstanceFilter(due="overdue"), InstanceFilter(due="today")

    office.advance(working_days=1)
    assert (subjects(office, overdue), subjects(office, today)) == ([], ["審査の計画"])

    office.advance(working_days=1)
    assert (subjects(office, overdue), subjects(office, today)) == (["審査の計画"], [])


def test_a_person_is_found_by_what_the_person_did(office: TestOffice) -> None:
    opened(office)
    office.complete("plan_it", by="pjmo2")
    office.engine.run(tasks.claim, office.task("hurry").id, office.actor("pjmo2"))
    person = InstanceFilter(person="pjmo2")

    assert subjects(office, replace(person, part="done")) == ["申請の受付"]
    assert subjects(office, replace(person, part="now")) == ["審査の計画"]
    assert subjects(office, replace(person, part="started")) == []
    assert subjects(office, person) == ["審査の計画", "申請の受付"]
    assert subjects(office, InstanceFilter(person="nobody of that name")) == []


def test_called_cases_are_shown_with_their_caller_or_for_themselves(office: TestOffice) -> None:
    with_call(office)
    office.start("caller", values={"題": "案"})
    office.complete("prepare")

    [main] = asked(office).rows
    both = asked(office, InstanceFilter(with_called=True)).rows
    [called] = [row for row in both if row.head.key == "called"]

    assert main.head.key == "caller"
    assert [step.name for step in main.steps] == [step.name for step in called.steps] != []
    assert {row.head.key for row in both} == {"caller", "called"}


def test_a_called_case_is_found_by_its_number(office: TestOffice) -> None:
    with_call(office)
    office.start("caller", values={"題": "案"})
    office.complete("prepare")
    called = office.cases("called")[0]

    found = asked(office, InstanceFilter(number=called.number))

    assert [row.head.id for row in found.rows] == [called.id]


def test_only_those_who_look_over_all_projects_see_all(office: TestOffice) -> None:
    opened(office)
    office.engine.run(people.add_project, "別のプロジェクト", SETUP, "p2")
    other = Membership(person_id="gyomu1", role="PJMO", project_id="p2")
    office.engine.run(people.add_membership, other, SETUP)
    office.engine.run(
        instances.start, "never", office.actor("gyomu1"), project_id="p2", subject="よその案件"
    )

    assert "よその案件" in subjects(office, by="pmo1")
    assert "よその案件" in subjects(office, by="gyomu1")
    assert "よその案件" not in subjects(office, by="pjmo1")
    assert subjects(office, by="dev1") == []


@pytest.mark.parametrize("order", ["", "started", "number", "-number", "due", "-due", "-ended"])
def test_pages_go_on_in_both_directions(office: TestOffice, order: str) -> None:
    opened(office)
    for _ in range(4):
        office.start("never", subject="x")
    office.complete("hurry")
    whole = [row.head.id for row in asked(office, order=order).rows]

    pages = [asked(office, order=order, size=3)]
    while pages[-1].after:
        pages.append(asked(office, order=order, size=3, after=pages[-1].after))
    back = asked(office, order=order, size=3, before=pages[-1].before)

    assert len(whole) == 7
    assert [row.head.id for page in pages for row in page.rows] == whole
    assert [page.total for page in pages] == [7, 7, 7]
    assert back.rows == pages[-2].rows
    assert pages[0].before == ""


def test_the_earliest_deadline_comes_first_and_none_comes_last(office: TestOffice) -> None:
    opened(office)

    assert subjects(office, order="due") == ["審査の計画", "申請の受付", "ABC 様式"]
    assert subjects(office, order="-due") == ["申請の受付", "審査の計画", "ABC 様式"]


@pytest.mark.parametrize("mark", ["~", "x~y", "~y", "2026-04-01T00:00:00~y", "no mark"])
def test_a_mark_that_was_tampered_with_is_the_first_page(office: TestOffice, mark: str) -> None:
    opened(office)

    assert len(asked(office, after=mark).rows) == 3


def test_the_tiles_count_what_their_lists_show(office: TestOffice) -> None:
    opened(office)
    office.advance(working_days=2)
    office.complete("wait_and_see")
    actor = office.actor("pmo1")

    counts = office.engine.ask(instance_list.tiles, actor)

    assert counts == {"running": 2, "overdue": 1, "stopped": 0, "completed_this_month": 1}
    for name, count in counts.items():
        wanted = instance_list.tile_filter(name, date(2026, 4, 3))
        assert asked(office, wanted).total == count


def test_a_stuck_case_says_where(office: TestOffice) -> None:
    office.deploy(line("stuck", user_task("pick", dueDate="=存在しない.日")))
    office.engine.run(
        instances.submit_start,
        "stuck",
        office.actor("pjmo1"),
        {},
        Start(project_id="p1", subject="止まる案件"),
    )

    [row] = asked(office, InstanceFilter(state="stopped")).rows

    assert row.stopped_at == ("pick",)
    assert row.head.incident_count == 1
    assert subjects(office, InstanceFilter(element="pick")) == ["止まる案件"]


def test_a_page_takes_few_statements_however_many_rows_it_has(office: TestOffice) -> None:
    opened(office)
    actor = office.actor("pmo1")
    office.engine.ask(instance_list.listing, actor, ANY)  # names of places are read once

    with Watched(office.engine._database) as few:
        office.engine.ask(instance_list.listing, actor, InstanceFilter(person="pjmo1"))
    for _ in range(8):
        office.start("never")
    with Watched(office.engine._database) as many:
        office.engine.ask(instance_list.listing, actor, InstanceFilter(person="pjmo1"))

    assert many.words == few.words
    assert len(many.statements) == 4  # people, rows, where they stand, where they stop


@pytest.mark.parametrize(
    ("wanted", "order", "index"),
    [
        pytest.param(ANY, "", "ix_process_instance_started_at", id="the newest"),
        pytest.param(
            InstanceFilter(number="試-R8"), "", "ix_process_instance_business_key", id="a number"
        ),
        pytest.param(
            InstanceFilter(ended_from=date(2026, 4, 1)),
            "-ended",
            "ix_process_instance_ended_at",
            id="the end",
        ),
        pytest.param(InstanceFilter(element="hurry"), "due", "ix_user_task_open", id="open tasks"),
    ],
)
def test_the_list_is_read_by_its_index(
    office: TestOffice, wanted: InstanceFilter, order: str, index: str
) -> None:
    opened(office)

    plans = explained(office, wanted, order)

    assert any(index in plan for plan in plans), plans


def explained(office: TestOffice, wanted: InstanceFilter, order: str) -> list[str]:
    """The plans of the statements by which the list is read, in tables that seem large."""
    database = office.engine._database
    heard: list[tuple[str, Any]] = []

    def hear(_c: sa.Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        heard.append((statement, parameters))

    sa.event.listen(database, "before_cursor_execute", hear)
    try:
        asked(office, wanted, order=order)
    finally:
        sa.event.remove(database, "before_cursor_execute", hear)
    with database.connect() as connection:
        return [_plan(connection, *one) for one in heard if "process_instance" in one[0]]


def _plan(connection: sa.Connection, statement: str, parameters: Any) -> str:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()
        return "\n".join(row[3] for row in rows)
    connection.exec_driver_sql("set enable_seqscan = off")
    connection.exec_driver_sql("set enable_sort = off")
    rows = connection.exec_driver_sql(f"explain {statement}", parameters).all()
    connection.exec_driver_sql("reset enable_seqscan")
    connection.exec_driver_sql("reset enable_sort")
    return "\n".join(row[0] for row in rows)
