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
        self._has_news = True

    def working(self) -> None:
        """The worker holds the lock and looks for jobs."""
        is_first = self._worked_at is None
        self._worked_at = self._engine.now()
        self._has_news |= is_first  # said at once

    def looked(self) -> None:
        """The clock has looked for periodic starts."""
        is_first = self._looked_at is None
        self._looked_at = self._engine.now()
        self._has_news |= is_first

    def beat(self) -> None:
        """Write it down, unless that was done a moment ago."""
        is_recent = self._said is not None and monotonic() - self._said < EVERY
        if is_recent and not self._has_news:
            return
        self._has_news = False  # before it is told: what comes meanwhile is news again
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
