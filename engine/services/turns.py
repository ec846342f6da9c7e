"""Who works on an instance now, within this process: the others wait in line, first come first.

The version check of the storage decides what is right; this only keeps sixteen threads that finish
parts of one instance from redoing each other's work until some of them give up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Lock, get_ident


@dataclass
class _Line:
    """`owner`: thread that has its turn, `depth`: how often it entered; then those that wait."""

    owner: int
    depth: int = 1
    waiting: deque[tuple[int, Lock]] = field(default_factory=deque)


class Turns:
    """Turns by key; safe between threads, and one thread may enter several times."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[str, _Line] = {}

    def try_enter(self, key: str) -> bool:
        """Take the turn if nobody else has it."""
        with self._lock:
            return self._enter(key)

    def _enter(self, key: str) -> bool:
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = _Line(owner=get_ident())
            return True
        if line.owner == get_ident():
            line.depth += 1
            return True
        return False

    def enter(self, key: str, seconds: float) -> bool:
        """Wait for the turn, behind those who came before; False when it took too long."""
        with self._lock:
            if self._enter(key):
                return True
            gate = Lock()
            gate.acquire()
            mine = (get_ident(), gate)
            self._lines[key].waiting.append(mine)
        if gate.acquire(timeout=max(seconds, 0)):
            return True
        with self._lock:
            line = self._lines[key]
            if mine in line.waiting:
                line.waiting.remove(mine)
                return False
        return True  # it was handed over at the last moment

    def leave(self, key: str) -> None:
        """Hand the turn to the next in line."""
        with self._lock:
            line = self._lines[key]
            line.depth -= 1
            if line.depth:
                return
            if not line.waiting:
                del self._lines[key]
                return
            line.owner, gate = line.waiting.popleft()
            line.depth = 1
            gate.release()

    def waiting(self, key: str) -> int:
        """How many stand in line."""
        with self._lock:
            line = self._lines.get(key)
            return 0 if line is None else len(line.waiting)
