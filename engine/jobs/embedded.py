"""The worker thread over the job table: runs what is due, one job after the other.

Exactly one worker runs at a time for one database, held by a lock; so what stands as `doing` when
it begins was left by a killed one and is done again.
"""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import structlog

from engine.domain.instance import InstanceSuspendedError
from engine.domain.records import Job
from engine.jobs.batch_lane import BatchLane
from engine.jobs.handlers import HANDLERS
from engine.jobs.heart import Heart
from engine.jobs.relay import Relay
from engine.jobs.runner_port import Commands
from engine.jobs.single import WorkerLock
from engine.jobs.value_lane import ValueLane
from engine.services import incidents, work

LONGEST_PAUSE = 1.0  # seconds; the worker looks for what another process has enqueued
SPREAD = 0.2
log = structlog.get_logger(__name__)


class Worker:
    """Runs due jobs and the outbox until it is stopped; `batches` is its second lane.

    `values` keeps, in between, what instances are looked for by.
    """

    def __init__(self, engine: Commands, lock: WorkerLock, relay: Relay, heart: Heart) -> None:
        self._heart = heart
        self.batches = BatchLane(engine)
        self.values = ValueLane(engine)
        self._engine = engine
        self._lock = lock
        self._is_ours = False
        self._relay = relay
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin; while another process holds the lock, wait to take over from it."""
        self._thread.start()

    def take_over(self) -> bool:
        """Get the lock, and put back what a killed worker left; False while another works."""
        if not self._is_ours and self._lock.acquire():
            self._is_ours = True
            self._engine.run(work.put_back)
        return self._is_ours

    def wake(self) -> None:
        """There may be something to do: called after a commit that enqueued a job or mail."""
        self._wake.set()
        self.batches.wake()

    def stop(self) -> None:
        """End after the job that runs at the moment."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self.batches.stop()
        self._heart.stop()
        if self._is_ours:
            self._is_ours = False
            self._lock.release()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                busy = self._look()
            except Exception:  # the loop must outlive a database that is away for a while
                log.exception("worker_failed")
                busy = False
            if not busy:
                self._wake.wait(LONGEST_PAUSE)

    def _look(self) -> bool:
        """Do one thing that is due; False if there is none, or another process works."""
        is_ours = self.take_over()
        if is_ours:
            self._heart.working()
            self.batches.start()
        self._heart.beat()
        if not is_ours:
            return False
        is_busy = self.run_one() or self._relay.send_due() > 0
        if is_busy and not self.values.is_waiting_long:
            return True
        return self.values.run_one() or is_busy

    def run_one(self) -> bool:
        """Run the next due job; False if none is due."""
        job = self._engine.run(work.take)
        if job is None:
            return False
        log.debug("job_begin", job=job.id, kind=job.kind)
        try:
            HANDLERS[job.kind](self._engine, job)
        except InstanceSuspendedError:
            self._engine.run(work.hold, job)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes an incident
            what = type(error).__name__
            log.warning("job_failed", kind=job.kind, job=job.id, attempt=job.attempts, error=what)
            self._later_or_never(job, f"{type(error).__name__}: {error}")
        else:
            self._engine.run(work.done, job.id)
        log.debug("job_end", job=job.id)
        return True

    def _later_or_never(self, job: Job, error: str) -> None:
        policy = self._engine.office.policy
        if job.attempts >= policy.job_attempts:
            self._engine.run(incidents.job_failed, job, error)
            return
        pause = policy.first_pause * 2 ** (job.attempts - 1)
        pause *= 1 + random.uniform(0, SPREAD)  # noqa: S311 - spreads retries, keeps no secret
        self._engine.run(work.later, job, timedelta(seconds=pause), error)
