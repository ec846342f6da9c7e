"""In which phase of its life is an information system?

Nobody enters a phase: it follows from what is in the database, the first of these that fits.

運営開始準備   a go-live preparation (`go_live_preparation`) is running for the system
更改の検討     the decision between modification, renewal and retirement (`improvement_decision`) or
              the hand-over to a new system (`renewal_handover`) is running
改善          an improvement of the work, of the training or of the monitoring, or the review of its
              effect (`IMPROVING`) is running
運営終了      the last day of the system has passed
運営          the system is in operation: periodic starts were set up for it when it went live, or
              its first day has come
準備前        none of these
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

GO_LIVE = "go_live_preparation"
RENEWING = frozenset({"improvement_decision", "renewal_handover"})
IMPROVING = frozenset(
    {"business_improvement", "training_improvement", "monitoring_improvement", "effect_review"}
)


class Phase(StrEnum):
    PREPARING = "preparing"
    RENEWING = "renewing"
    IMPROVING = "improving"
    ENDED = "ended"
    OPERATING = "operating"
    BEFORE = "before"


def phase_of(running: AbstractSet[str], *, is_operating: bool, has_ended: bool = False) -> Phase:
    """`running`: keys of the processes that run for the system, also those others have called."""
    if GO_LIVE in running:
        return Phase.PREPARING
    if running & RENEWING:
        return Phase.RENEWING
    if running & IMPROVING:
        return Phase.IMPROVING
    if has_ended:
        return Phase.ENDED
    return Phase.OPERATING if is_operating else Phase.BEFORE
