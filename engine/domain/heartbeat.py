"""Is the house alive?  What each process has last done, and what that says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

RECENT = timedelta(minutes=3)  # a worker says every half minute that it is there


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """One process.  `worked_at`: when its worker, holding the lock, last looked for jobs;

    `looked_at`: when its clock last looked for periodic starts.
    """

    process: str
    place: str
    started_at: datetime
    seen_at: datetime
    worked_at: datetime | None = None
    looked_at: datetime | None = None


def is_recent(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and at - moment <= RECENT


def last_work(beats: Iterable[Heartbeat]) -> datetime | None:
    """When any process last worked."""
    return max((beat.worked_at for beat in beats if beat.worked_at), default=None)


def last_look(beats: Iterable[Heartbeat]) -> datetime | None:
    """When any clock last looked."""
    return max((beat.looked_at for beat in beats if beat.looked_at), default=None)
