"""What people do with periodic starts, and what the page shows of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.domain.errors import NotFoundError, RefusedError
from engine.domain.records import Schedule
from engine.domain.schedule_run import Outcome
from engine.jobs.schedule import fire_due
from engine.services import deployments, schedule_changes, schedule_pages, schedules
from engine.services.schedule_changes import (
    MayNotChangeScheduleError,
    NoReasonError,
    ScheduleChangedError,
)
from engine.services.schedules import NotDeployedError
from engine.storage import history
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import at_once, second_engine

MONITORING = line("monitoring", user_task("collect"))


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def in_operation(office: TestOffice) -> Schedule:
    """The system has gone into operation on 1 April 2026; the schedule of its monitoring."""
    office.deploy(MONITORING)
    office.send("msg.operation_started")
    return now(office)


def now(office: TestOffice, key: str = "monitoring") -> Schedule:
    listed = office.engine.ask(schedule_pages.listing, office.actor("admin1")).rows
    [found] = [row.schedule for row in listed if row.schedule.key == key]
    return found


def do(office: TestOffice, command: Callable[..., Any], *args: Any, by: str = "pjmo1") -> Any:
    """The command with the schedule as it is now."""
    schedule = now(office)
    actor = office.actor(by)
    return office.engine.run(command, schedule.id, schedule.version, *args, actor)


def page(office: TestOffice, by: str = "pjmo1") -> schedule_pages.SchedulePage:
    return office.engine.ask(schedule_pages.page, now(office).id, office.actor(by))


def outcomes(office: TestOffice) -> list[Outcome]:
    """Oldest first."""
    return [run.outcome for run in reversed(page(office).runs)]


def events(office: TestOffice) -> list[str]:
    return [entry.event for entry in page(office).changes]


def test_a_paused_schedule_does_not_fire_and_says_what_was_missed(office: TestOffice) -> None:
    in_operation(office)

    do(office, schedule_changes.pause, "移行のため")
    office.advance(to=tokyo("2026-06-20T12:00"))

    assert office.cases("monitoring") == []
    assert now(office).state == "paused"
    assert now(office).reason == "移行のため"
    assert page(office).missed == (
        tokyo("2026-04-03T09:00"),
        tokyo("2026-05-08T09:00"),
        tokyo("2026-06-03T09:00"),
    )


def test_resuming_makes_up_for_nothing_unless_asked(office: TestOffice) -> None:
    in_operation(office)
    do(office, schedule_changes.pause, "移行のため")
    office.advance(to=tokyo("2026-05-20T12:00"))

    do(office, schedule_changes.resume)

    assert office.cases("monitoring") == []
    assert outcomes(office) == [Outcome.SKIPPED, Outcome.SKIPPED]
    assert events(office)[:2] == ["schedule_resumed", "schedule_paused"]
    office.advance(to=tokyo("2026-06-03T12:00"))
    assert len(office.cases("monitoring")) == 1


def test_resuming_can_start_one_that_makes_up_for_all(office: TestOffice) -> None:
    schedule = in_operation(office)
    do(office, schedule_changes.pause, "移行のため")
    office.advance(to=tokyo("2026-05-20T12:00"))

    started = office.engine.run(
        schedule_changes.resume,
        schedule.id,
        now(office).version,
        office.actor("pjmo1"),
        make_up=True,
    )

    [case] = office.cases("monitoring")
    first = office.engine.ask(history.of_instance, case.id)[-1]
    assert case.id == started
    assert (first.actor, first.detail["caught_up"]) == ("pjmo1", True)
    assert outcomes(office) == [Outcome.SKIPPED, Outcome.CAUGHT_UP]
    fire_due(office.engine)
    assert len(office.cases("monitoring")) == 1


def test_a_second_press_of_pause_or_resume_changes_nothing(office: TestOffice) -> None:
    schedule = in_operation(office)
    actor = office.actor("pjmo1")
    for _ in range(2):
        office.engine.run(schedule_changes.pause, schedule.id, schedule.version, "休止", actor)
    paused = now(office)
    for _ in range(2):
        office.engine.run(schedule_changes.resume, paused.id, paused.version, actor)

    assert events(office) == ["schedule_resumed", "schedule_paused"]


def test_a_pause_needs_a_reason(office: TestOffice) -> None:
    in_operation(office)

    with pytest.raises(NoReasonError):
        do(office, schedule_changes.pause, " 　")

    assert now(office).state == "active"


def test_a_start_by_hand_uses_up_no_planned_moment(office: TestOffice) -> None:
    schedule = in_operation(office)
    office.clock.moment = tokyo("2026-04-03T09:00")  # the very moment that is planned

    args = (schedule.id, "臨時の点検", office.actor("pjmo1"), "key1")
    started = office.engine.run(schedule_changes.run_now, *args)
    office.clock.moment += timedelta(minutes=1)
    fired = fire_due(office.engine)

    assert len(fired) == 1
    assert outcomes(office) == [Outcome.STARTED, Outcome.BY_HAND]
    first = office.engine.ask(history.of_instance, started)[-1]
    assert (first.actor, first.detail["reason"]) == ("pjmo1", "臨時の点検")
    assert page(office).runs[0].instance_id == started


def test_a_second_press_of_start_now_starts_nothing(office: TestOffice) -> None:
    schedule = in_operation(office)
    args = (schedule.id, "臨時の点検", office.actor("pjmo1"), "key1")

    with second_engine(office) as other:
        first, second = at_once(
            lambda: office.engine.run(schedule_changes.run_now, *args),
            lambda: other.run(schedule_changes.run_now, *args),
        )

    assert first == second
    assert len(office.cases("monitoring")) == 1


def test_a_process_that_is_not_deployed_cannot_be_started_by_hand(office: TestOffice) -> None:
    in_operation(office)
    daily = now(office, "daily_report")

    with pytest.raises(NotDeployedError):
        office.engine.run(schedule_changes.run_now, daily.id, "試行", office.actor("pjmo1"), "key1")


def test_another_rule_counts_from_now_and_the_template_can_come_back(office: TestOffice) -> None:
    in_operation(office)
    office.advance(to=tokyo("2026-04-20T12:00"))

    do(office, schedule_changes.change_rule, ("毎月10日 8時30分", "09:00"))
    office.advance(to=tokyo("2026-05-20T12:00"))

    started = [office.head(case.id).started_at for case in office.cases("monitoring")]
    assert started == [tokyo("2026-04-03T09:00"), tokyo("2026-05-11T08:30")]
    assert page(office).row.own_rule
    do(office, schedule_changes.back_to_template)
    assert (now(office).rule, now(office).time) == ("毎月第3営業日", "09:00")
    assert not page(office).row.own_rule
    changed = page(office).changes[1].detail
    assert changed == {"before": "毎月第3営業日 09:00", "after": "毎月10日 08:30"}


def test_a_rule_that_cannot_be_read_changes_nothing(office: TestOffice) -> None:
    before = in_operation(office)

    with pytest.raises(RefusedError):
        do(office, schedule_changes.change_rule, ("ときどき", "09:00"))

    assert now(office) == before


def test_the_preview_says_the_next_ten_and_which_have_moved(office: TestOffice) -> None:
    schedule = in_operation(office)

    found = office.engine.ask(
        schedule_pages.preview, schedule.id, ("毎月3日", "9:00"), office.actor("pmo1")
    )

    assert len(found) == 10
    assert [one.at for one in found[:2]] == [tokyo("2026-04-03T09:00"), tokyo("2026-05-07T09:00")]
    assert [str(one.moved_from) for one in found[:2]] == ["None", "2026-05-03"]


def test_the_policy_for_missed_moments_can_be_changed(office: TestOffice) -> None:
    in_operation(office)

    do(office, schedule_changes.set_policy, "skip")
    office.clock.moment = tokyo("2026-04-10T07:00")
    fire_due(office.engine)

    assert office.cases("monitoring") == []
    assert outcomes(office) == [Outcome.SKIPPED]
    assert page(office).changes[-1].detail == {"before": "newest", "after": "skip"}


def test_of_two_who_change_a_schedule_at_once_the_second_is_told(office: TestOffice) -> None:
    schedule = in_operation(office)
    actor = office.actor("pjmo1")

    with second_engine(office) as other:
        results = at_once(
            lambda: office.engine.run(
                schedule_changes.pause, schedule.id, schedule.version, "休止", actor
            ),
            lambda: other.run(
                schedule_changes.set_policy, schedule.id, schedule.version, "skip", actor
            ),
        )

    [refused] = [result for result in results if result is not None]
    assert isinstance(refused, ScheduleChangedError)


@pytest.mark.parametrize("person", ["pmo1", "pjmo1", "admin1"])
def test_pmo_pjmo_and_administrators_see_the_schedules(office: TestOffice, person: str) -> None:
    schedule = in_operation(office)

    listed = office.engine.ask(schedule_pages.listing, office.actor(person))

    assert listed.total == len(office.engine.office.templates)
    found = office.engine.ask(schedule_pages.page, schedule.id, office.actor(person))
    assert found.row.may_change is (person != "pmo1")


def test_others_do_not_see_them_and_the_pmo_changes_nothing(office: TestOffice) -> None:
    schedule = in_operation(office)

    with pytest.raises(schedule_pages.MayNotSeeSchedulesError):
        office.engine.ask(schedule_pages.listing, office.actor("gyomu1"))
    with pytest.raises(NotFoundError):
        office.engine.ask(schedule_pages.page, schedule.id, office.actor("gyomu1"))
    with pytest.raises(MayNotChangeScheduleError):
        do(office, schedule_changes.pause, "休止", by="pmo1")


def test_the_list_says_what_comes_and_what_was_last(office: TestOffice) -> None:
    in_operation(office)
    office.advance(to=tokyo("2026-04-03T12:00"))

    listed = office.engine.ask(schedule_pages.listing, office.actor("pjmo1"), size=3)

    [row] = [row for row in listed.rows if row.schedule.key == "monitoring"]
    assert (row.name, row.system_name) == ("月次モニタリング", "給付システム")
    assert row.coming is not None
    assert row.coming.at == tokyo("2026-05-08T09:00")
    assert row.last is not None
    assert row.last.business_key == office.cases("monitoring")[0].number
    waiting = [row for row in listed.rows if row.schedule.state == "undeployed"]
    assert [row.coming for row in waiting] == [None] * 2


def test_past_runs_are_paged(office: TestOffice) -> None:
    schedule = in_operation(office)
    office.advance(to=tokyo("2026-09-20T12:00"))

    pages = [
        office.engine.ask(
            schedule_pages.page, schedule.id, office.actor("pjmo1"), page=number, size=4
        )
        for number in (1, 2)
    ]

    assert [(len(one.runs), one.has_more_runs) for one in pages] == [(4, True), (2, False)]
    assert pages[0].runs[-1].planned_at > pages[1].runs[0].planned_at


def test_a_schedule_resumed_without_its_process_waits_for_it(office: TestOffice) -> None:
    office.send("msg.operation_started")
    do(office, schedule_changes.pause, "移行のため")

    do(office, schedule_changes.resume)

    assert now(office).state == "undeployed"
    office.engine.run(deployments.deploy, MONITORING, office.actor("owner1"))
    assert now(office).state == "active"


def test_the_clock_asks_for_the_schedules_that_are_active_only(office: TestOffice) -> None:
    in_operation(office)
    do(office, schedule_changes.pause, "休止")
    office.clock.moment = tokyo("2026-07-01T09:00")

    assert office.engine.ask(schedules.due) == []
