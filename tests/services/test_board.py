"""The board: its figures are those of the history, who sees them, what they cost to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.domain.phase import Phase
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.services import board, instance_list, task_list
from engine.services.board import Board, MayNotSeeBoardError
from engine.services.instance_list import InstanceFilter
from engine.services.task_list import TaskListing, TaskQuestion
from engine.testing import TestOffice
from tests.conftest import DATABASES
from tests.offices import Watched
from tests.services.board_story import OUTSIDE, SECOND, begun, opened, played
from tests.services.recount import Told, working_hours
from tests.services.test_instance_list import _plan

ALL = "pmo1"


def seen(office: TestOffice, by: str = ALL, span: str = "year") -> Board:
    return office.engine.ask(board.board, office.actor(by), span)


def today(office: TestOffice) -> date:
    return tokyo_date(office.clock.moment)


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), TOKYO)


@pytest.fixture(scope="module", params=DATABASES)
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestOffice]:
    """One office for all tests that only look."""
    with opened(request, tmp_path_factory.mktemp("board")) as made:
        yield made


def test_the_tiles_are_what_the_history_says(shown: TestOffice) -> None:
    told, day = Told(shown), today(shown)
    since = midnight(day.replace(day=1))

    tiles = seen(shown).tiles

    running = told.running()
    ended = [id_ for id_, (_, at) in told.ended.items() if at >= since]
    begun_since = [row for row in told.instances.values() if told.started[row.id] >= since]
    assert tiles.running == len(running) == 5
    assert tiles.running_before == (
        len(running)
        - sum(row.parent_id is None for row in begun_since)
        + sum(told.instances[id_].parent_id is None for id_ in ended)
    )
    assert tiles.late == len(told.late(day)) > 0
    assert tiles.stopped == len({told.root(id_).id for id_ in told.stuck}) == 1


def test_what_was_done_in_time_is_what_the_history_says(shown: TestOffice) -> None:
    told = Told(shown)
    late = [
        tokyo_date(at) > tokyo_date(told.tasks[id_].due_at)
        for id_, at in told.done.items()
        if told.tasks[id_].due_at
    ]

    found = seen(shown).tiles.timeliness

    assert (found.in_time, found.late) == (late.count(False), late.count(True))
    assert found.late > 0
    assert found.in_time > 0


def test_what_was_late_a_week_ago_is_what_the_history_says(shown: TestOffice) -> None:
    told = Told(shown)
    then = today(shown) - timedelta(days=7)
    expected = [
        row
        for row in told.tasks.values()
        if row.due_at
        and tokyo_date(row.due_at) < then
        and told.done.get(row.id, midnight(then)) >= midnight(then)
        and told.ended.get(row.instance_id, ("", midnight(then)))[1] >= midnight(then)
    ]

    assert seen(shown).tiles.late_before == len(expected)


def test_each_system_has_its_own_figures(shown: TestOffice) -> None:
    told, day = Told(shown), today(shown)

    rows = {row.id: row for row in seen(shown).systems}

    late = told.late(day)
    for id_ in ("s1", SECOND):
        mine = [row for row in late if told.instances[row.instance_id].system_id == id_]
        assert rows[id_].running == sum(row.system_id == id_ for row in told.running())
        assert rows[id_].late_tasks == len(mine)
        assert rows[id_].late == len({told.root(row.instance_id).id for row in mine})
    assert rows["s1"].stopped == 1
    assert rows[SECOND].stopped == 0


def test_the_months_are_those_of_the_history(shown: TestOffice) -> None:
    told = Told(shown)
    mains = [row.id for row in told.instances.values() if row.parent_id is None]

    months = seen(shown, span="twelve").months

    assert len(months) == 12
    for one in months:
        begun_then = [id_ for id_ in mains if _month(told.started[id_]) == one.month]
        done_then = [
            id_
            for id_ in mains
            if told.ended.get(id_, ("", None))[0] == "completed"
            and _month(told.ended[id_][1]) == one.month
        ]
        assert (one.started, one.completed) == (len(begun_then), len(done_then))
    assert sum(one.completed for one in months) == 3


def _month(at: datetime) -> date:
    return tokyo_date(at).replace(day=1)


def test_the_longest_late_task_comes_first_with_who_has_it_since_when(shown: TestOffice) -> None:
    told = Told(shown)
    late = told.late(today(shown))

    found = seen(shown).late

    assert [row.task.id for row in found] == [row.id for row in late]
    since, holder = told.held[late[0].id]
    assert (found[0].task.assignee, found[0].since) == (holder, since) == ("gyomu2", since)
    assert found[0].head.id == late[0].instance_id


def test_where_work_lies_is_the_mean_of_the_open_tasks(shown: TestOffice) -> None:
    told = Told(shown)
    now, calendar = shown.clock.moment, shown.engine.office.calendar

    staying = seen(shown).staying

    for row in staying.rows:
        for id_, cell in zip(staying.systems, row.cells, strict=True):
            spans = [
                working_hours(calendar, task.created_at, now)
                for task in told.open_tasks()
                if told.key(task.instance_id) == row.key
                and told.instances[task.instance_id].system_id == id_
            ]
            assert (cell is None) == (not spans)
            if cell is not None:
                assert cell.count == len(spans)
                assert cell.days == pytest.approx(sum(spans) / len(spans) / 9)
    assert {row.key for row in staying.rows} == {"review", "quick"}


def test_every_count_leads_to_as_many_rows(shown: TestOffice) -> None:
    found = seen(shown)

    def listed(**asked: object) -> int:
        wanted = InstanceFilter(**asked)
        return shown.engine.ask(instance_list.count, shown.actor(ALL), wanted)

    assert listed(state="running") == found.tiles.running
    assert listed(state="stopped") == found.tiles.stopped
    for row in found.systems:
        assert listed(state="running", system_id=row.id) == row.running
        assert listed(state="running", system_id=row.id, due="overdue") == row.late
        assert listed(state="stopped", system_id=row.id) == row.stopped
    for one in found.months:
        assert listed(started_from=one.month, started_to=_last(one.month)) == one.started
        ended = {"ended_from": one.month, "ended_to": _last(one.month)}
        assert listed(state="completed", **ended) == one.completed


def _last(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def test_a_member_sees_the_systems_of_the_own_project(shown: TestOffice) -> None:
    mine, everything = seen(shown, by=OUTSIDE), seen(shown)

    assert [row.id for row in mine.systems] == ["s9"]
    assert mine.tiles.running == 1
    assert everything.tiles.running == 5
    assert {row.id for row in everything.systems} == {"s1", SECOND, "s9"}


@pytest.mark.parametrize("view", task_list.VIEWS)
def test_a_list_of_tasks_goes_on_and_back_and_holds_what_the_board_counts(
    shown: TestOffice, view: str
) -> None:
    def page(size: int = 50, **marks: str) -> TaskListing:
        day = today(shown)
        asked = TaskQuestion(
            view=view, first_day=date(2026, 4, 1), last_day=day, size=size, **marks
        )
        return shown.engine.ask(task_list.listing, shown.actor(ALL), asked)

    whole = [row.task.id for row in page().rows]
    pages = [page(2)]
    while pages[-1].after:
        pages.append(page(2, after=pages[-1].after))
    back = page(2, before=pages[-1].before) if len(pages) > 1 else pages[0]

    tiles = seen(shown).tiles
    counts = (tiles.late, tiles.timeliness.late, tiles.timeliness.in_time)
    assert dict(zip(task_list.VIEWS, counts, strict=True))[view] == len(whole) == page().total
    assert [row.task.id for one in pages for row in one.rows] == whole
    assert back.rows == pages[max(len(pages) - 2, 0)].rows


def test_external_people_see_no_board(office: TestOffice) -> None:
    with pytest.raises(MayNotSeeBoardError):
        seen(office, by="dev1")


def test_an_empty_office_has_an_empty_board(office: TestOffice) -> None:
    found = seen(office)

    assert (found.tiles.running, found.late, found.go_lives) == (0, (), ())
    assert [(row.id, row.phase) for row in found.systems] == [("s1", Phase.BEFORE)]
    assert found.staying.rows == ()


def test_a_system_with_periodic_starts_is_in_operation(office: TestOffice) -> None:
    office.deploy_shipped("monitoring")
    office.send("msg.operation_started", {"開始日": today(office)})

    [row] = seen(office).systems

    assert row.phase is Phase.OPERATING
    assert (row.next_on, row.next_name) == (date(2026, 4, 3), "月次モニタリング")


def test_the_board_takes_as_many_statements_however_much_there_is(office: TestOffice) -> None:
    played(office)
    seen(office)  # names of places are read once in a while

    with Watched(office.engine._database) as few:
        seen(office)
    for _ in range(6):
        begun(office, "review", SECOND)
    office.advance(days=8)
    seen(office)
    with Watched(office.engine._database) as many:
        seen(office, span="twelve")

    assert many.words == few.words
    assert len(many.statements) <= 16


@pytest.mark.parametrize(
    ("table", "index"),
    [
        pytest.param(
            "process_instance.started_at >=", "ix_process_instance_started_at", id="begun"
        ),
        pytest.param("process_instance.ended_at >=", "ix_process_instance_ended_at", id="ended"),
        pytest.param("sum(CASE WHEN (process_instance.depth", "running", id="what runs"),
        pytest.param("AS tasks", "ix_user_task_(due|open)", id="what is late"),
        pytest.param('AS "all"', "ix_user_task_(timeliness|passed)", id="what was in time"),
        pytest.param("task_due_at", "ix_user_task_due", id="the longest late"),
        pytest.param("incident.resolved_at", "ix_incident", id="what is stuck"),
        pytest.param("AS of_month", "PRIMARY KEY|pk_register_value", id="reports"),
    ],
)
def test_the_board_is_read_by_its_indexes(shown: TestOffice, table: str, index: str) -> None:
    plans = [plan for statement, plan in _heard(shown) if table in statement]

    assert plans
    assert all(re.search(index, plan) for plan in plans), plans


def _heard(office: TestOffice) -> list[tuple[str, str]]:
    """Each statement of the board with its plan, in tables that seem large."""
    database = office.engine._database
    heard: list[tuple[str, object]] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        heard.append((statement, parameters))

    sa.event.listen(database, "before_cursor_execute", hear)
    try:
        seen(office)
    finally:
        sa.event.remove(database, "before_cursor_execute", hear)
    with database.connect() as connection:
        return [(statement, _plan(connection, statement, given)) for statement, given in heard]
