"""Incidents by cause: counted, told once, retried each exactly once, set aside with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.batch import BatchState
from engine.domain.errors import NotFoundError
from engine.domain.records import Incident
from engine.services import batches, incident_rows, incidents, notices
from engine.services.incidents import Chosen, CountError, MayNotRetryError
from engine.services.unit import Unit
from engine.storage import history
from engine.testing import TestOffice
from tests.diagrams import line, script, service, user_task
from tests.offices import Watched, second_engine

ATTEMPTS = 5  # of a job, before it becomes an incident


def failing(fail_times: int = ATTEMPTS) -> dict[str, dict[str, bytes]]:
    """A process that stops at `call_out` until somebody retries it once."""
    operation = service("call_out", "test.echo", "答", value='"返事"', fail_times=str(fail_times))
    return line("calls_out", operation, user_task("read"))


def stopped(office: TestOffice, count: int, fail_times: int = ATTEMPTS) -> None:
    office.deploy(failing(fail_times))
    for _ in range(count):
        office.start("calls_out")
    office.advance(days=1)


def groups(office: TestOffice, by: str = "admin1") -> list[tuple[str, int, int]]:
    found = office.engine.ask(incidents.groups, office.actor(by))
    return [(group.newest.element_id, group.count, group.case_count) for group in found]


def whole(office: TestOffice) -> Chosen:
    [group] = office.engine.ask(incidents.groups, office.actor("admin1"))
    return Chosen(cause=group.cause, until=group.until)


def test_incidents_of_one_element_of_one_version_are_one_group(office: TestOffice) -> None:
    stopped(office, 3)
    office.deploy(failing(fail_times=6))
    office.start("calls_out")
    office.advance(days=1)

    found = office.engine.ask(incidents.groups, office.actor("admin1"))

    assert [(group.process_version, group.count) for group in found] == [(2, 1), (1, 3)]
    assert found[1].newest.code == "bad_parameter"
    assert found[1].first_at <= found[1].last_at


def test_two_hundred_are_retried_each_exactly_once(office: TestOffice) -> None:
    stopped(office, 200)
    operation: Any = office.engine.office.operations["test.echo"].after
    before = len(operation.calls)

    batch_id = office.engine.run(
        incidents.retry_all, whole(office), office.actor("pjmo1"), typed=200
    )
    office.run_jobs()

    batch = office.engine.ask(batches.progress, batch_id, office.actor("pjmo1"))
    assert (batch.state, batch.done, batch.failed) == (BatchState.DONE, 200, 0)
    assert len(operation.calls) - before == 200
    assert len(office.open_tasks()) == 200
    assert retried(office) == Counter({case.id: 1 for case in office.cases()})
    assert groups(office) == []


def retried(office: TestOffice) -> Counter[str | None]:
    entries = office.engine.ask(history.newest, most=10_000)
    return Counter(one.instance_id for one in entries if one.event == "incident_retried")


def test_a_bulk_retry_that_is_killed_goes_on_and_retries_none_twice(office: TestOffice) -> None:
    stopped(office, 12)
    office.engine.run(incidents.retry_all, whole(office), office.actor("admin1"))
    kill_after(office, 5)

    with second_engine(office) as survivor:
        survivor.worker.batches.run_one()

    assert retried(office) == Counter({case.id: 1 for case in office.cases()})
    assert office.incidents() == []


class Killed(BaseException):
    """The process ends here."""


def kill_after(office: TestOffice, count: int) -> None:
    """Work on the batch until that many items are done, then die with one half done."""
    lane = office.engine.worker.batches
    run, done = office.engine.run, 0

    def dying(command: object, *args: object, **more: object) -> object:
        nonlocal done
        if command is incidents.retry_item:
            if done == count:
                raise Killed
            done += 1
        return run(command, *args, **more)  # type: ignore[arg-type]

    office.engine.run = dying  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        lane.run_one()
    office.engine.run = run  # type: ignore[method-assign]
    assert len(office.incidents()) == 12 - count


def test_what_stops_again_is_not_done_and_stays_in_the_list_once(office: TestOffice) -> None:
    office.deploy(line("breaks", script("compute", "x = 無い名前"), user_task("read")))
    office.start("breaks")

    batch_id = office.engine.run(incidents.retry_all, whole(office), office.actor("admin1"))
    office.run_jobs()

    batch = office.engine.ask(batches.progress, batch_id, office.actor("admin1"))
    assert [(one.state, one.code) for one in batch.items] == [("failed", "stopped_again")]
    assert groups(office) == [("compute", 1, 1)]


def test_one_that_somebody_has_retried_meanwhile_is_named_and_left_alone(
    office: TestOffice,
) -> None:
    stopped(office, 2)
    batch_id = office.engine.run(incidents.retry_all, whole(office), office.actor("admin1"))
    office.engine.run(incidents.retry, office.incidents()[-1].id, office.actor("pjmo1"))

    office.run_jobs()

    batch = office.engine.ask(batches.progress, batch_id, office.actor("admin1"))
    assert [one.code for one in batch.items] == ["not_found", ""]
    assert retried(office) == Counter({case.id: 1 for case in office.cases()})


def test_what_stops_after_the_reader_has_looked_is_not_retried_unseen(office: TestOffice) -> None:
    stopped(office, 2)
    seen = whole(office)
    office.start("calls_out")
    office.advance(days=1)

    office.engine.run(incidents.retry_all, seen, office.actor("admin1"))
    office.run_jobs()

    assert groups(office) == [("call_out", 1, 1)]


@pytest.mark.parametrize("typed", [None, 20, 22], ids=["nothing", "too few", "too many"])
def test_more_than_twenty_want_their_count_typed(office: TestOffice, typed: int | None) -> None:
    stopped(office, 21)

    with pytest.raises(CountError) as caught:
        office.engine.run(incidents.retry_all, whole(office), office.actor("admin1"), typed=typed)

    assert caught.value.count == 21
    assert office.engine.ask(batches.mine, office.actor("admin1")) == []


def test_a_new_cause_is_told_once_to_administrators_and_the_head_of_the_pjmo(
    office: TestOffice,
) -> None:
    stopped(office, 3)

    told = {
        person: kinds(office, person)
        for person in ("admin1", "admin_head", "pjmo_head", "pjmo1", "pmo1")
    }

    assert told == {
        "admin1": ["incident"],
        "admin_head": ["incident"],
        "pjmo_head": ["incident"],
        "pjmo1": [],
        "pmo1": [],
    }


def kinds(office: TestOffice, person: str) -> list[str]:
    page = office.engine.ask(notices.listing, office.actor(person))
    return [notice.kind for notice in page.rows]


def test_a_cause_that_comes_back_another_day_is_told_again(office: TestOffice) -> None:
    stopped(office, 1)
    office.retry(office.incidents()[0])
    office.start("calls_out")
    office.advance(days=2)

    assert kinds(office, "admin1") == ["incident", "incident"]


def test_the_pjmo_sees_the_causes_of_its_own_projects_alone(office: TestOffice) -> None:
    stopped(office, 1)
    elsewhere = Incident(
        id=0,
        kind="schedule",
        code="schedule_failed",
        text="定期起動で業務を始められませんでした。",
        detail="monthly",
        opened_at=office.clock.moment,
        project_id="p2",
        element_id="sch1",
    )
    office.engine.run(incident_rows.note, elsewhere)

    assert groups(office, "admin1") == [("sch1", 1, 0), ("call_out", 1, 1)]
    assert groups(office, "pjmo1") == [("call_out", 1, 1)]
    assert office.engine.ask(incidents.count, office.actor("pjmo1")) == 1
    for other in ("pmo1", "gyomu1"):
        with pytest.raises(MayNotRetryError):
            office.engine.ask(incidents.groups, office.actor(other))
        assert office.engine.ask(incidents.count, office.actor(other)) == 0


def test_a_start_that_failed_is_set_aside_with_its_reason(office: TestOffice) -> None:
    lost = Incident(
        id=0,
        kind="schedule",
        code="schedule_failed",
        text="定期起動で業務を始められませんでした。",
        detail="monthly",
        opened_at=office.clock.moment,
        element_id="sch1",
    )
    office.engine.run(incident_rows.note, lost)

    office.engine.run(incidents.set_aside_all, whole(office), "手で始めた", office.actor("admin1"))
    office.run_jobs()

    assert office.incidents() == []
    [entry] = [e for e in office.engine.ask(history.newest) if e.event == "incident_set_aside"]
    assert (entry.actor, entry.detail["reason"]) == ("admin1", "手で始めた")


def test_an_element_that_holds_its_instance_cannot_be_set_aside(office: TestOffice) -> None:
    stopped(office, 1)

    batch_id = office.engine.run(
        incidents.set_aside_all, whole(office), "不要", office.actor("admin1")
    )
    office.run_jobs()

    batch = office.engine.ask(batches.progress, batch_id, office.actor("admin1"))
    assert [one.code for one in batch.items] == ["may_not_be_set_aside"]
    assert groups(office) == [("call_out", 1, 1)]


def test_ten_thousand_open_incidents_are_listed_with_three_statements(office: TestOffice) -> None:
    office.engine.run(many, 10_000)
    actor = office.actor("admin1")

    with Watched(office.engine._database) as watched:
        found = office.engine.ask(incidents.groups, actor)
        rows = office.engine.ask(incidents.of_group, found[0].cause, actor)

    assert (len(found), sum(group.count for group in found), len(rows)) == (10, 10_000, 50)
    assert len(watched.statements) == 3


def many(unit: Unit, count: int) -> None:
    for number in range(count):
        unit.causes.add(f"element|bad_parameter||e{number % 10}")
        one = Incident(
            id=0,
            kind="element",
            code="bad_parameter",
            text="",
            detail="",
            opened_at=unit.now - timedelta(minutes=number),
            element_id=f"e{number % 10}",
        )
        incident_rows.note(unit, one)


def test_a_cause_that_is_gone_is_not_found(office: TestOffice) -> None:
    with pytest.raises(NotFoundError):
        office.engine.ask(incidents.group, "element|x||y", office.actor("admin1"))
    with pytest.raises(NotFoundError):
        office.engine.run(incidents.retry_all, Chosen(ids=(1,)), office.actor("admin1"))
