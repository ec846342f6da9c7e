"""Acceptance scenario 13: a monthly start with two processes that are killed again and again.

Eight months pass on a clock in a file.  Some kills hit the very moment of a start, some leave
nobody alive over it; each month has exactly one run, marked as caught up where nobody was there.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine import testing
from engine.domain.schedule_run import Outcome, ScheduleRun
from engine.services import schedules
from engine.settings import Settings
from engine.storage import history
from engine.testing import Case, TestOffice
from tests.acceptance import evidence
from tests.faults.ticking import PATIENCE, Ticking, set_clock
from tests.offices import settings

SEED = "UNEI_TEST_SEED"
KILLS = 10
MONTHS = range(4, 12)  # of 2026
DOWN_OVER = 2  # months whose start nobody is there for
LONGEST_DELAY = 0.08  # seconds from the move of the clock to a kill
MOMENTS = (  # around each planned start; the second one of them is the start itself
    timedelta(minutes=-1),
    timedelta(seconds=5),
    timedelta(minutes=3),
    timedelta(days=1),
    timedelta(days=9),
)
START, SOON = 1, 2  # places in MOMENTS


@dataclass(kw_only=True)
class Plan:
    """What happens, all drawn before it begins.  A place is (month, index of MOMENTS)."""

    down: list[int]
    killed_at: dict[tuple[int, int], tuple[int, float, int]] = field(default_factory=dict)

    @classmethod
    def drawn(cls, chance: random.Random) -> Plan:
        """Both processes go down over two months; the other kills hit one process each."""
        down = sorted(chance.sample(MONTHS[1:-1], DOWN_OVER))
        others = [month for month in MONTHS if month not in down]
        places = [(month, START) for month in chance.sample(others, 4)]
        rest = [(month, n) for month in others for n in range(len(MOMENTS)) if n != START]
        places += chance.sample(rest, KILLS - 2 * DOWN_OVER - len(places))
        return cls(
            down=down,
            killed_at={
                place: (chance.randrange(2), chance.uniform(0, LONGEST_DELAY), chance.randrange(4))
                for place in places
            },
        )


class Months:
    """Moves the clock, kills, starts again, and notes for which starts somebody was there."""

    def __init__(self, office: TestOffice, clock: Path, pair: list[Ticking], plan: Plan) -> None:
        self._office, self._clock, self._pair, self._plan = office, clock, pair, plan
        self._back_in: dict[Ticking, int] = {}  # moves of the clock until it starts again
        self.kills = 0
        self.was_there: dict[int, bool] = {}  # month -> for sure, or for sure not

    def pass_by(self) -> None:
        for month in MONTHS:
            planned = planned_at(self._office, month)
            for index, offset in enumerate(MOMENTS):
                self._move(month, index, planned + offset)
                if index in (START, SOON) and self._alive():
                    self._await_run(planned)
        self._revive(everybody=True)

    def _move(self, month: int, index: int, moment: datetime) -> None:
        place = self._plan.killed_at.get((month, index))
        goes_down = month in self._plan.down and index == 0
        self._revive(everybody=goes_down or (place is not None and not self._alive()))
        if goes_down:
            self._kill(self._alive(), back_in=len(MOMENTS) - 2)
        set_clock(self._clock, moment)
        if place is not None:
            which, delay, back_in = place
            alive = self._alive()
            time.sleep(delay)
            self._kill([alive[which % len(alive)]], back_in)
        if index == START:
            self._note(month, was_killed=place is not None)

    def _note(self, month: int, *, was_killed: bool) -> None:
        if self._alive():
            self.was_there[month] = True
        elif not was_killed:
            self.was_there[month] = False

    def _alive(self) -> list[Ticking]:
        return [one for one in self._pair if one.is_alive]

    def _kill(self, some: list[Ticking], back_in: int) -> None:
        for one in some:
            one.kill()
            self._back_in[one] = back_in
            self.kills += 1

    def _revive(self, *, everybody: bool = False) -> None:
        """Start those whose time has come, together; nobody stays down where the other is."""
        due = [one for one, left in self._back_in.items() if left == 0 or everybody]
        self._back_in = {one: n - 1 for one, n in self._back_in.items() if one not in due}
        for one in due:
            one.start()
        for one in due:
            one.wait()

    def _await_run(self, planned: datetime) -> None:
        end = time.monotonic() + PATIENCE
        while planned not in {run.planned_at for run in runs(self._office)}:
            assert time.monotonic() < end, f"nobody has started {planned}"
            time.sleep(0.02)


def planned_at(office: TestOffice, month: int) -> datetime:
    """9:00 on the third working day, counted here and not by the rule."""
    day, working = date(2026, month, 1), 0
    while True:
        working += office.engine.office.calendar.is_working_day(day)
        if working == 3:
            return datetime.fromisoformat(f"{day}T09:00:00+09:00")
        day += timedelta(days=1)


def runs(office: TestOffice) -> list[ScheduleRun]:
    schedule = evidence.schedule(office.engine, "T01")
    return office.engine.ask(schedules.runs, schedule.id)


@contextmanager
def two_processes(chosen: Settings, clock: Path) -> Iterator[list[Ticking]]:
    pair = [Ticking(chosen, clock, name) for name in ("one", "two")]
    try:
        for one in pair:
            one.start()
        for one in pair:
            one.wait()
        yield pair
    finally:
        for one in pair:
            one.kill()


def first_line(office: TestOffice, case: Case) -> dict[str, object]:
    return dict(office.engine.ask(history.of_instance, case.id, most=1_000)[-1].detail)


@pytest.mark.slow
def test_killed_processes_start_each_month_exactly_once(
    tmp_path: Path, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(1_000_000))
    record_property("seed", seed)
    plan = Plan.drawn(random.Random(seed))
    chosen, clock = settings(tmp_path, database_url), tmp_path / "clock"
    with testing.office(tmp_path, database_url) as office:
        office.deploy_shipped("monitoring")
        office.send("msg.operation_started")
        set_clock(clock, office.clock.moment + timedelta(hours=3))

        with two_processes(chosen, clock) as pair:
            months = Months(office, clock, pair, plan)
            months.pass_by()

        expected = [planned_at(office, month) for month in MONTHS]
        found = sorted(runs(office), key=lambda run: run.planned_at)
        cases = office.cases("monitoring")
        lines = [first_line(office, case) for case in cases]
    assert months.kills == KILLS
    assert [run.planned_at for run in found] == expected
    assert sorted(str(run.instance_id) for run in found) == sorted(case.id for case in cases)
    assert {line["planned_at"] for line in lines} == set(expected)
    late = {run.planned_at: run.outcome is Outcome.CAUGHT_UP for run in found}
    assert late == {line["planned_at"]: line["caught_up"] for line in lines}
    for month, was_there in months.was_there.items():
        assert late[planned_at(office, month)] is not was_there, f"seed {seed}, month {month}"
    assert sum(late.values()) >= DOWN_OVER
