"""PostgreSQL's advisory lock that lets one worker run at a time."""

from __future__ import annotations

import sqlalchemy as sa

WORKER = 814_002
_TRY = sa.text("select pg_try_advisory_lock(:lock)")
_FREE = sa.text("select pg_advisory_unlock(:lock)")


class AdvisoryLock:
    """Held as long as its connection lives; the server frees it when the process dies."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None

    def acquire(self) -> bool:
        """True if it is ours now."""
        connection = self._engine.connect()
        if not connection.execute(_TRY, {"lock": WORKER}).scalar_one():
            connection.close()
            return False
        self._connection = connection
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.execute(_FREE, {"lock": WORKER})
            self._connection.close()
            self._connection = None
