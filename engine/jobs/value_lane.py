"""The part of the worker that keeps the values instances are looked for by.

It works when nothing else is due, and now and then in between, so that the values are never far
behind.
"""

from __future__ import annotations

from time import monotonic

from engine.jobs.runner_port import Commands
from engine.services import instance_values
from engine.services.instance_values import Mark

LONGEST_WAIT = 2.0  # seconds that other work may hold it up


class ValueLane:
    """Reads the history step by step; only in the process whose worker has the lock."""

    def __init__(self, engine: Commands) -> None:
        self._engine = engine
        self._mark: Mark | None = None
        self._looked = 0.0

    @property
    def is_waiting_long(self) -> bool:
        return monotonic() - self._looked > LONGEST_WAIT

    def run_one(self) -> bool:
        """Write some values; False if none have changed, or not all changes can be seen yet."""
        self._looked = monotonic()
        self._mark = self._mark or self._engine.ask(instance_values.mark)
        if self._mark is None or not self._engine.ask(instance_values.is_settled, self._mark):
            return False
        if not self._engine.run(instance_values.index_some, self._mark):
            self._mark = None
        return True
