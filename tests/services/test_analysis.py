"""What finished cases took: every figure is that of the history, in office hours."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.periods import Period
from engine.domain.working_days import tokyo_date
from engine.services import analysis
from engine.services.analysis import Question, Statistics
from engine.services.board import MayNotSeeBoardError
from engine.testing import TestOffice
from tests.conftest import DATABASES
from tests.offices import Watched
from tests.services.board_story import OUTSIDE, SECOND, begun, furnished, models, opened, played
from tests.services.recount import Told, median_hours, working_hours
from tests.services.test_instance_list import _plan

SPRING = Period(date(2026, 6, 1), 3)  # April to June


def asked(office: TestOffice, key: str = "review", by: str = "pmo1", **more: object) -> Statistics:
    wanted = Question(**{"period": SPRING, "key": key, **more})
    return office.engine.ask(analysis.statistics, office.actor(by), wanted)


def spans(told: Told, key: str, system: str = "") -> list[tuple[datetime, datetime]]:
    """Start and end of each finished instance."""
    return [
        (told.started[id_], told.ended[id_][1])
        for id_ in told.finished(key, SPRING.first_day, SPRING.last_day)
        if system in ("", told.instances[id_].system_id)
    ]


@pytest.fixture(scope="module", params=DATABASES)
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestOffice]:
    """One office for all tests that only look."""
    with opened(request, tmp_path_factory.mktemp("board")) as made:
        yield made


def test_the_whole_time_is_that_of_the_history(shown: TestOffice) -> None:
    told, calendar = Told(shown), shown.engine.office.calendar
    hours = sorted(working_hours(calendar, *span) for span in spans(told, "review"))

    found = asked(shown).cycle

    assert found is not None
    assert found.count == len(hours) == 3
    assert found.median == pytest.approx(statistics.median(hours))
    quantiles = statistics.quantiles(hours, n=20, method="inclusive")
    assert (found.upper, found.high) == pytest.approx((quantiles[14], quantiles[17]))


@pytest.mark.parametrize("element", ["write", "check"])
def test_waiting_and_work_at_a_task_are_those_of_the_history(
    shown: TestOffice, element: str
) -> None:
    told, calendar = Told(shown), shown.engine.office.calendar
    finished = set(told.finished("review", SPRING.first_day, SPRING.last_day))
    mine = [
        row
        for row in told.tasks.values()
        if row.element_id == element and row.instance_id in finished and row.id in told.done
    ]
    taken = {row.id: told.held[row.id][0] for row in mine}

    [found] = [one for one in asked(shown).elements if one.element_id == element]

    assert found.visits == len(mine) == 3
    assert found.waiting is not None
    assert found.working is not None
    assert found.whole is not None
    assert found.waiting.median == pytest.approx(
        median_hours(calendar, [(row.created_at, taken[row.id]) for row in mine])
    )
    assert found.working.median == pytest.approx(
        median_hours(calendar, [(taken[row.id], told.done[row.id]) for row in mine])
    )
    assert found.whole.median == pytest.approx(
        median_hours(calendar, [(row.created_at, told.done[row.id]) for row in mine])
    )


def test_a_call_takes_what_the_called_case_takes(shown: TestOffice) -> None:
    told, calendar = Told(shown), shown.engine.office.calendar

    [found] = [one for one in asked(shown).elements if one.element_id == "ask"]

    assert found.kind == "call"
    assert found.whole is not None
    assert found.whole.median == pytest.approx(median_hours(calendar, spans(told, "decide")))
    assert (found.waiting, found.working) == (None, None)


def test_visits_are_those_of_the_history_without_what_was_taken_back(office: TestOffice) -> None:
    played(office)
    office.complete("write")
    office.complete("check", by="gyomu1", case=office.cases("review")[-1])
    office.complete("approve", by="pjmo_head")
    told = Told(office)
    finished = set(told.finished("review", SPRING.first_day, SPRING.last_day))

    found = {one.element_id: one.visits for one in asked(office).elements}

    assert found == {
        element: sum(n for (id_, e), n in told.visits.items() if id_ in finished and e == element)
        for element in found
    }
    assert found["write"] == 4


def test_the_longest_median_comes_first_and_is_hottest(shown: TestOffice) -> None:
    timed = [one for one in asked(shown).elements if one.whole]

    medians = [one.whole.median for one in timed if one.whole]
    assert medians == sorted(medians, reverse=True)
    assert timed[0].heat == 4
    assert [one.heat for one in asked(shown).elements if not one.whole] == [0, 0]


def test_the_list_of_processes_has_the_figures_of_each(shown: TestOffice) -> None:
    wanted = Question(period=SPRING)

    rows = shown.engine.ask(analysis.processes, shown.actor("pmo1"), wanted)

    assert {row.key: row.cycle for row in rows} == {
        key: asked(shown, key).cycle for key in ("review", "decide")
    }
    assert next(row.key for row in rows) == "review"


def test_a_system_a_version_and_a_month_narrow_what_is_counted(office: TestOffice) -> None:
    played(office)
    told = Told(office)
    changed = models()["review"]["review.bpmn"].replace(b'name="write"', b'name="write it"')
    office.deploy({"review": {"review.bpmn": changed}})
    newer = begun(office, "review")
    office.complete("write", case=newer)
    office.complete("check", by="gyomu1", case=newer)
    office.complete("approve", by="pjmo_head")

    everything, first = asked(office), asked(office, version=1)
    second = asked(office, system_id=SECOND)

    assert [(row.version, row.cycle.count) for row in everything.versions] == [(1, 3), (2, 1)]
    assert everything.version == 2
    assert (first.version, first.cycle and first.cycle.count) == (1, 3)
    assert second.cycle is not None
    assert second.cycle.count == len(spans(told, "review", SECOND)) == 1
    assert [row.cycle.count for row in everything.months if row.cycle] == [4]


def test_months_say_what_was_completed_in_each(shown: TestOffice) -> None:
    told = Told(shown)
    ends = [tokyo_date(end).replace(day=1) for _, end in spans(told, "review")]

    months = asked(shown).months

    assert [row.month for row in months] == [date(2026, 4, 1)]
    assert months[0].cycle is not None
    assert months[0].cycle.count == ends.count(date(2026, 4, 1))


def test_a_member_of_another_project_sees_nothing_of_it(shown: TestOffice) -> None:
    assert asked(shown, by=OUTSIDE).cycle is None
    with pytest.raises(MayNotSeeBoardError):
        asked(shown, by="dev1")


def test_a_process_or_version_that_is_not_there_is_not_found(office: TestOffice) -> None:
    furnished(office)
    office.deploy(models())

    with pytest.raises(NotFoundError):
        asked(office, "nothing")
    with pytest.raises(NotFoundError):
        asked(office, version=7)
    with pytest.raises(NotFoundError):
        office.engine.ask(analysis.diagram, office.actor("pmo1"), "review", 7)


def test_the_diagram_is_that_of_the_version(office: TestOffice) -> None:
    furnished(office)
    office.deploy(models())

    found = office.engine.ask(analysis.diagram, office.actor("pmo1"), "review", 1)

    assert b'id="write"' in found


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("last_quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("year", date(2026, 4, 1), date(2027, 3, 31)),
        ("last_year", date(2025, 4, 1), date(2026, 3, 31)),
        ("twelve", date(2025, 12, 1), date(2026, 11, 30)),
        ("nonsense", date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
def test_spans_follow_the_fiscal_year(span: str, first: date, last: date) -> None:
    period = analysis.period_of(span, date(2026, 11, 24))

    assert (period.first_day, period.last_day) == (first, last)


def test_statistics_take_five_statements_however_much_there_is(shown: TestOffice) -> None:
    asked(shown)  # models are read once

    with Watched(shown.engine._database) as seen:
        asked(shown)

    # the person, what has finished, the versions, the tasks, the calls, the visits
    assert len([one for one in seen.words if one != "select person"]) <= 7


@pytest.mark.parametrize(
    ("text", "index"),
    [
        pytest.param("user_task.held_since_at", "ix_user_task_(instance_id|passed)", id="tasks"),
        pytest.param("max(history.element_name)", "ix_history_instance_id", id="visits"),
        pytest.param("max(history.element_name)", "ix_history_withdrawn", id="taken back"),
        pytest.param("parent_element_id", "ix_process_instance_parent_id", id="calls"),
    ],
)
def test_the_analysis_is_read_by_its_indexes(shown: TestOffice, text: str, index: str) -> None:
    heard: list[tuple[str, object]] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        heard.append((statement, parameters))

    database = shown.engine._database
    sa.event.listen(database, "before_cursor_execute", hear)
    asked(shown)
    sa.event.remove(database, "before_cursor_execute", hear)

    with database.connect() as connection:
        plans = [_plan(connection, *one) for one in heard if text in one[0]]
    assert plans
    assert all(re.search(index, plan) for plan in plans), plans
