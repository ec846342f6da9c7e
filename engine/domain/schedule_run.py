"""What became of the planned moments of a schedule, and of starts by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """CAUGHT_UP: started late, for what was missed; BY_HAND: no planned moment is used up by it."""

    STARTED = "started"
    CAUGHT_UP = "caught_up"
    SKIPPED = "skipped"
    FAILED = "failed"
    BY_HAND = "by_hand"


@dataclass(frozen=True, kw_only=True)
class ScheduleRun:
    """One of them.  `instance_id`: what was started, if anything."""

    planned_at: datetime
    fired_at: datetime
    outcome: Outcome
    instance_id: str | None = None
    business_key: str = ""
    subject: str = ""
