"""The whole history: by person, kind and time, page by page, without sorting all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from engine import testing
from engine.services import history_pages, people, tasks
from engine.services.history_pages import KINDS, HistoryFilter
from engine.storage.queries.history import HistoryLine
from engine.testing import SETUP, TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched


@pytest.fixture
def busy(office: TestOffice) -> TestOffice:
    """Three cases on three days; one of them done by pjmo2, and five new organisations."""
    for number in range(5):
        office.engine.run(people.add_organisation, f"第{number}課", SETUP)
    office.deploy(line("errand", user_task("do", candidateGroups="PJMO")))
    for number, by in enumerate(("pjmo1", "pjmo2", "pjmo1")):
        case = office.start("errand", by=by)
        office.complete("do", by=by, case=case)
        office.clock.moment += timedelta(days=1) if number < 2 else timedelta()
    return office


def lines(office: TestOffice, size: int = 200, **asked: object) -> list[tuple[str, str]]:
    """(event, actor) of the first page."""
    wanted = HistoryFilter(**asked)  # type: ignore[arg-type]  # as each test needs them
    found = office.engine.ask(history_pages.listing, office.actor("admin1"), wanted, size=size)
    return [(one.entry.event, one.entry.actor) for one in found.lines]


def test_the_newest_come_first_and_gateways_are_left_out(busy: TestOffice) -> None:
    found = lines(busy)

    assert found[0][0] == "instance_ended"
    assert not {event for event, _actor in found} & set(KINDS["automatic"])
    assert ("organisation_added", "system:setup") in found


def test_one_persons_doings(busy: TestOffice) -> None:
    assert {actor for _event, actor in lines(busy, person="pjmo2")} == {"pjmo2"}
    assert len(lines(busy, person="pjmo2")) == 3
    assert lines(busy, person="だれでもない") == []


def test_one_kind_of_one_person(busy: TestOffice) -> None:
    assert lines(busy, person="pjmo1", kind="tasks") == [("task_completed", "pjmo1")] * 2


def test_kinds_hold_their_events(busy: TestOffice) -> None:
    assert {event for event, _ in lines(busy, kind="instances")} == {
        "instance_started",
        "instance_ended",
    }
    assert {event for event, _ in lines(busy, kind="automatic")} == {"element_completed"}


def test_days_count_whole(busy: TestOffice) -> None:
    second = date(2026, 4, 2)

    found = lines(busy, from_on=second, to_on=second, kind="tasks")

    assert found == [("task_completed", "pjmo2")]
    assert lines(busy, from_on=date(2026, 4, 9)) == []
    assert lines(busy, to_on=date(2026, 3, 1)) == []


@pytest.mark.parametrize(
    "asked",
    [{}, {"kind": "places"}, {"person": "pjmo1"}],
    ids=["all", "one kind", "one person"],
)
def test_pages_hold_every_line_once_forwards_and_backwards(
    busy: TestOffice, asked: dict[str, str]
) -> None:
    wanted, actor = HistoryFilter(**asked), busy.actor("admin1")  # type: ignore[arg-type]
    everything = busy.engine.ask(history_pages.listing, actor, wanted, size=1_000)
    forwards: list[HistoryLine] = []
    pages, before = [], 0
    while True:
        page = busy.engine.ask(history_pages.listing, actor, wanted, before=before, size=2)
        pages.append(page)
        forwards += page.lines
        before = page.older
        if not before:
            break
    backwards = busy.engine.ask(history_pages.listing, actor, wanted, after=pages[1].newer, size=2)

    assert tuple(forwards) == everything.lines
    assert backwards.lines == pages[0].lines
    assert pages[0].newer == 0


def test_a_line_names_its_case(busy: TestOffice) -> None:
    found = busy.engine.ask(
        history_pages.listing, busy.actor("admin1"), HistoryFilter(kind="instances"), size=1
    )

    numbers = {one.id: one.number for one in busy.cases()}
    assert found.lines[0].business_key == numbers[found.lines[0].entry.instance_id or ""]


def test_only_administrators_read_it(busy: TestOffice) -> None:
    with pytest.raises(people.NotAnAdministratorError):
        busy.engine.ask(history_pages.listing, busy.actor("pmo1"), HistoryFilter())


@pytest.fixture(scope="module")
def sqlite_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.TestOffice]:
    with testing.office(tmp_path_factory.mktemp("office")) as made:
        made.deploy(line("errand", user_task("do", candidateGroups="PJMO")))
        case = made.start("errand")
        made.engine.run(tasks.claim, made.task("do", case=case).id, made.actor("pjmo1"))
        yield made


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"person": "pjmo1"}, "ix_history_actor"),
        ({"person": "pjmo1", "kind": "tasks"}, "ix_history_actor"),
        ({"kind": "people"}, "ix_history_event"),
        ({}, "PRIMARY KEY"),
    ],
    ids=["person", "person and kind", "kind", "all"],
)
def test_lines_are_walked_along_an_index(
    sqlite_office: TestOffice, asked: dict[str, str], index: str
) -> None:
    office = sqlite_office
    with Watched(office.engine._database) as watched:
        office.engine.ask(
            history_pages.listing,
            office.actor("admin1"),
            HistoryFilter(**asked),  # type: ignore[arg-type]
        )
    walked = next(one for one in watched.statements if "ORDER BY" in one and "history" in one)

    with office.engine._database.connect() as connection:
        numbers = tuple(1 for _ in range(walked.count("?")))
        plan = connection.exec_driver_sql(f"explain query plan {walked}", numbers).all()

    assert any(index in row[3] for row in plan)


def test_a_full_history_is_searched_in_few_statements(sqlite_office: TestOffice) -> None:
    office = sqlite_office
    actor = office.actor("admin1")

    with Watched(office.engine._database) as watched:
        office.engine.ask(
            history_pages.listing, actor, HistoryFilter(kind="people", from_on=date(2026, 4, 1))
        )

    assert len(watched.statements) <= 2 + 22  # a span of time is found by halving
