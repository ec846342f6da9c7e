"""One worker at a time: a lock file beside an SQLite database, an advisory lock in PostgreSQL."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO, Protocol


class WorkerLock(Protocol):
    """Held by the process whose worker runs; a killed process lets go of it."""

    def acquire(self) -> bool:
        """True if it is ours now."""

    def release(self) -> None: ...


class FileLock:
    """The lock of an SQLite installation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
