"""Periodic starts: exactly once for each planned moment, and caught up after a downtime."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.jobs.schedule import fire_due
from engine.services import notices, schedules
from engine.storage import history
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import at_once, second_engine

MONITORING = line("monitoring", user_task("collect"))
DAILY = line("daily_report", user_task("report"))


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def in_operation(office: TestOffice) -> None:
    """The system has gone into operation on 1 April 2026."""
    office.deploy(MONITORING)
    office.send("msg.operation_started")


def test_going_into_operation_makes_one_schedule_for_each_template(office: TestOffice) -> None:
    in_operation(office)

    found = office.engine.ask(schedules.listing, office.actor("pjmo1"))

    states = {schedule.key: schedule.state for schedule in found}
    assert len(found) == len(office.engine.office.templates)
    assert states["monitoring"] == "active"
    assert states["daily_report"] == "undeployed"


def test_going_into_operation_twice_makes_them_once(office: TestOffice) -> None:
    in_operation(office)

    office.send("msg.operation_started")

    found = office.engine.ask(schedules.listing, office.actor("pjmo1"))
    assert len(found) == len(office.engine.office.templates)


def test_deploying_the_process_later_activates_its_schedule(office: TestOffice) -> None:
    in_operation(office)

    office.deploy(DAILY)
    office.advance(to=tokyo("2026-04-03T12:00"))

    assert len(office.cases("daily_report")) == 2


def test_the_monthly_start_comes_on_the_third_working_day(office: TestOffice) -> None:
    in_operation(office)

    office.advance(to=tokyo("2026-05-31T12:00"))

    started = [office.head(case.id).started_at for case in office.cases("monitoring")]
    # 3rd working days: Friday 3 April, and Friday 8 May, past Golden Week
    assert started == [tokyo("2026-04-03T09:00"), tokyo("2026-05-08T09:00")]
    assert office.head(office.cases("monitoring")[0].id).started_by == "system:schedule"


def test_two_engines_that_look_at_once_start_one_instance(office: TestOffice) -> None:
    in_operation(office)
    office.clock.moment = tokyo("2026-04-03T09:00")

    with second_engine(office) as other:
        results = at_once(*[lambda: fire_due(office.engine), lambda: fire_due(other)] * 3)

    assert sum(len(started) for started in results) == 1
    assert len(office.cases("monitoring")) == 1


def test_what_was_due_while_nobody_was_there_is_caught_up_once(office: TestOffice) -> None:
    in_operation(office)
    office.clock.moment = tokyo("2026-06-20T10:00")  # April, May and June were missed

    with second_engine(office) as other:
        started = [*fire_due(office.engine), *fire_due(other)]

    [case] = office.cases("monitoring")
    first = office.engine.ask(history.of_instance, case.id)[-1]
    assert started == [case.id]
    assert first.detail["caught_up"] is True
    assert first.detail["planned_at"] == tokyo("2026-06-03T09:00")


def test_a_missed_day_is_skipped_where_the_template_says_so(office: TestOffice) -> None:
    office.deploy({**MONITORING, **DAILY})
    office.send("msg.operation_started")
    office.clock.moment = tokyo("2026-04-10T07:00")

    fire_due(office.engine)

    assert office.cases("daily_report") == []
    office.advance(to=tokyo("2026-04-10T09:00"))
    assert len(office.cases("daily_report")) == 1


def test_a_start_that_fails_is_an_incident_and_not_tried_for_ever(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_operation(office)
    office.clock.moment = tokyo("2026-04-03T09:00")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("engine.services.running.begin", broken)
        fire_due(office.engine)
    fire_due(office.engine)

    [incident] = office.incidents()
    told = office.engine.ask(notices.listing, office.actor("admin1")).rows
    assert incident.kind == "schedule"
    assert office.cases("monitoring") == []
    assert [one.detail["name"] for one in told if one.kind == "schedule_failed"] == [
        "月次モニタリング"
    ]


def test_the_next_ten_moments_are_known(office: TestOffice) -> None:
    in_operation(office)
    actor = office.actor("pjmo1")
    [schedule] = [s for s in office.engine.ask(schedules.listing, actor) if s.key == "monitoring"]

    planned = office.engine.ask(schedules.planned, schedule.id)

    assert schedule.next_at == planned[0] == tokyo("2026-04-03T09:00")
    assert len(planned) == 10
