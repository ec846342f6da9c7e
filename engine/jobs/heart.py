"""Says now and then that this process is alive: one row each, written twice a minute at most."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime
from time import monotonic

import structlog

from engine.domain.heartbeat import Heartbeat
from engine.jobs.runner_port import Commands
from engine.services import health

EVERY = 30.0  # seconds
log = structlog.get_logger(__name__)


class Heart:
    """What worker and clock of this process have last done, in memory and in the table."""

    def __init__(self, engine: Commands) -> None:
        self._engine = engine
        self._process = uuid.uuid4().hex
        self._started_at = engine.now()
        self._worked_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._said: float | None = None

    def working(self) -> None:
        """The worker holds the lock and looks for jobs."""
        is_new = self._worked_at is None
        self._worked_at = self._engine.now()
        if is_new:
            self._said = None  # the first time is said at once

    def looked(self) -> None:
        """The clock has looked for periodic starts."""
        is_new = self._looked_at is None
        self._looked_at = self._engine.now()
        if is_new:
            self._said = None

    def beat(self) -> None:
        """Write it down, unless that was done a moment ago."""
        if self._said is not None and monotonic() - self._said < EVERY:
            return
        self._engine.run(
            health.beat,
            Heartbeat(
                process=self._process,
                place=f"{socket.gethostname()} {os.getpid()}",
                started_at=self._started_at,
                seen_at=self._engine.now(),
                worked_at=self._worked_at,
                looked_at=self._looked_at,
            ),
        )
        self._said = monotonic()

    def stop(self) -> None:
        """Say that this process ends."""
        if self._said is None:
            return
        try:
            self._engine.run(health.leave, self._process)
        except Exception:  # the database may be gone before us
            log.exception("heart_failed")
