"""Live instances between two commands, checked out by one command at a time.

A hit saves reading and decoding the state.  `pop` hands the object to exactly one caller; only
after a successful commit may it be `put` back.  Two threads on one instance: the second misses,
loads the stored state, and the version check of the storage decides.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from engine.execution.live import Live


class LiveCache:
    """The most recently used live instances; safe between threads.  `size` 0 keeps none."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[int, Live]] = OrderedDict()

    def pop(self, instance_id: str) -> tuple[int, Live] | None:
        """Version and instance; from now on they are the caller's alone."""
        with self._lock:
            return self._kept.pop(instance_id, None)

    def put(self, instance_id: str, version: int, live: Live) -> None:
        """Keep it, unless a newer version is there already."""
        with self._lock:
            there = self._kept.get(instance_id)
            if self._size == 0 or (there is not None and there[0] > version):
                return
            self._kept[instance_id] = (version, live)
            self._kept.move_to_end(instance_id)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def drop(self, instance_id: str) -> None:
        """Forget an instance whose state was changed elsewhere."""
        with self._lock:
            self._kept.pop(instance_id, None)

    def __len__(self) -> int:
        with self._lock:
            return len(self._kept)
