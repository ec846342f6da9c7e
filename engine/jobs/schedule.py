"""Periodic starts, exactly once each: APScheduler looks, fire keys decide.

Any number of processes may look at the same time: each planned moment has one row in `fire_key`,
written in the transaction that starts the instance.  What fell into a downtime is found at the
first look, since the planned moments are worked out from the last fire key and not from the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from engine.domain.errors import StaleError
from engine.domain.values import TOKYO
from engine.jobs.runner_port import Commands
from engine.services import batches, faults, health, reminders, schedules, work

REMINDER_MINUTES = 5
ONE_MINUTE = timedelta(minutes=1)
PUNCTUAL = timedelta(minutes=10)  # a start later than this is marked as caught up
log = structlog.get_logger(__name__)


def fire_due(engine: Commands) -> list[str]:
    """Start what is due and not started yet; ids of the instances this call has started."""
    started = []
    for schedule_id, moments in engine.ask(schedules.due):
        started += _fire(engine, schedule_id, moments)
    return started


def _fire(engine: Commands, schedule_id: str, moments: list[datetime]) -> list[str]:
    """The newest of several missed moments starts one instance for all; the rest are skipped."""
    catches_up = engine.ask(schedules.catches_up, schedule_id)
    *missed, newest = moments
    for moment in missed:
        engine.run(schedules.skip, schedule_id, moment)
    is_late = engine.now() - newest > PUNCTUAL or bool(missed)
    if is_late and not catches_up:
        engine.run(schedules.skip, schedule_id, newest)
        return []
    try:
        instance_id = engine.run(schedules.fire, schedule_id, newest, is_late=is_late)
    except StaleError:
        raise
    except Exception as error:  # never silent: whatever it was becomes an incident
        log.exception("schedule_failed", schedule=schedule_id)
        engine.run(schedules.failed, schedule_id, newest, f"{type(error).__name__}: {error}")
        return []
    return [] if instance_id is None else [instance_id]


def remind(engine: Commands) -> None:
    """Send all reminders that are due; marks in the database keep each from going out twice."""
    while engine.run(reminders.send_due):
        pass


class Clock:
    """Looks every minute for schedules, every few for deadlines, and tidies up at night."""

    def __init__(
        self,
        engine: Commands,
        every: timedelta = ONE_MINUTE,
        looked: Callable[[], object] = lambda: None,
    ) -> None:
        self._engine = engine
        self._looked = looked
        self._every = every
        self._scheduler = BackgroundScheduler(
            timezone=TOKYO,
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def start(self) -> None:
        """Catch up what was missed, then go on."""
        self._guarded(self._look)()
        self._guarded(lambda: remind(self._engine))()
        self._scheduler.add_job(
            self._guarded(self._look),
            IntervalTrigger(seconds=self._every.total_seconds()),
        )
        self._scheduler.add_job(self._guarded(self._tidy), CronTrigger(hour=3, timezone=TOKYO))
        look = self._guarded(lambda: remind(self._engine))
        self._scheduler.add_job(look, IntervalTrigger(minutes=REMINDER_MINUTES))
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _look(self) -> None:
        fire_due(self._engine)
        self._looked()

    def _tidy(self) -> None:
        self._engine.run(work.tidy)
        self._engine.run(work.tidy_files)
        self._engine.run(batches.tidy)
        self._engine.run(faults.tidy)
        self._engine.run(health.tidy)

    def _guarded(self, look: Callable[[], object]) -> Callable[[], None]:
        def call() -> None:
            try:
                look()
            except Exception:  # a database that is away must not end the clock
                log.exception("clock_failed")

        return call
