"""What has to be undone when an instance goes back to the state before a step?

The step is told in reverse: what it opened is gone, what it closed is there again.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.execution import waits
from engine.execution.live import Live
from engine.execution.step import Step

IRREVOCABLE = frozenset({waits.CALL, waits.PARKED})


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """`opened`: tasks that the step had opened; `closed`: those it had completed or cancelled.

    `step`: timers, subscriptions and failures that come and go.
    """

    opened: tuple[str, ...]
    closed: tuple[str, ...]
    step: Step


def difference(now: Live, before: Live) -> TakenBack | None:
    """How to get from `now` to `before`; None where something cannot be undone.

    That is a call that has begun or ended, an operation that runs after the commit, and a failure
    that was mended.
    """
    there, wanted = now.known, before.known
    gone = [wait for key, wait in there.items() if key not in wanted]
    back = [
        wait for key, wait in wanted.items() if key not in there or there[key].sign != wait.sign
    ]
    if any(wait.kind in IRREVOCABLE for wait in (*gone, *back)):
        return None
    if any(wait.kind == waits.FAILURE for wait in back):
        return None
    catching = (waits.MESSAGE, waits.SIGNAL)
    step = Step(
        timers=tuple(wait.timer() for wait in back if wait.kind == waits.TIMER),
        timers_gone=_ids(gone, waits.TIMER),
        subscriptions=tuple(wait.subscription() for wait in back if wait.kind in catching),
        subscriptions_gone=_ids(gone, *catching),
        failures_gone=_ids(gone, waits.FAILURE),
    )
    return TakenBack(opened=_ids(gone, waits.TASK), closed=_ids(back, waits.TASK), step=step)


def _ids(found: list[waits.Wait], *kinds: str) -> tuple[str, ...]:
    return tuple(wait.id for wait in found if wait.kind in kinds)
