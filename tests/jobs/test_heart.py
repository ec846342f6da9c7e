"""Who is alive is known to all processes, at the cost of one row each."""

from __future__ import annotations

import time
from datetime import timedelta

from engine.bootstrap import Engine
from engine.services import health
from engine.testing import TestOffice
from tests.offices import Watched, second_engine


def processes(engine: Engine, office: TestOffice) -> int:
    return len(engine.ask(health.report, office.actor("admin1")).processes)


def until(condition: object) -> bool:
    """Wait for a thread to do its part."""
    assert callable(condition)
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_working_process_is_seen_by_others_until_it_stops(office: TestOffice) -> None:
    with second_engine(office) as other:
        before = office.engine.ask(health.is_working)
        other.start_work()
        seen = until(lambda: office.engine.ask(health.is_working))
        admin = office.actor("admin1")
        looking = until(lambda: office.engine.ask(health.report, admin).is_looking)

    assert (before, seen, looking) == (False, True, True)
    assert not office.engine.ask(health.is_working)
    assert processes(office.engine, office) == 0


def test_of_two_servers_one_works_and_both_are_alive(office: TestOffice) -> None:
    office.engine.start_work()
    assert until(lambda: office.engine.ask(health.is_working))

    with second_engine(office) as other:
        other.start_work()
        assert until(lambda: processes(office.engine, office) == 2)
        report = office.engine.ask(health.report, office.actor("admin1"))

    assert sorted(one.worked_at is not None for one in report.processes) == [False, True]


def test_a_killed_process_is_silent_after_three_minutes_and_forgotten_after_a_day(
    office: TestOffice,
) -> None:
    heart = office.engine.worker._heart
    heart.working()
    heart.beat()

    office.clock.moment += timedelta(minutes=2)
    late = office.engine.ask(health.is_working)
    office.clock.moment += timedelta(minutes=2)
    silent = office.engine.ask(health.is_working)
    office.clock.moment += timedelta(days=1)
    office.engine.run(health.tidy)

    assert (late, silent) == (True, False)
    assert processes(office.engine, office) == 0


def test_beating_again_at_once_writes_nothing(office: TestOffice) -> None:
    heart = office.engine.worker._heart
    heart.working()
    heart.looked()
    heart.beat()

    with Watched(office.engine._database) as watched:
        heart.working()
        heart.looked()
        heart.beat()

    assert watched.statements == []


def test_the_first_look_of_the_clock_is_said_at_once(office: TestOffice) -> None:
    heart = office.engine.worker._heart
    heart.working()
    heart.beat()

    heart.looked()
    heart.beat()

    assert office.engine.ask(health.report, office.actor("admin1")).is_looking
