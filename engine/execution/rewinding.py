"""前の時点に戻す: what lies between an instance as it is and as it was after an earlier step?

Whatever it waits for now and did not then is given up, and the reverse is there again.  What has
gone out of the house, or has been answered since, cannot be waited for a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.execution import waits
from engine.execution.live import Live
from engine.execution.step import Step
from engine.execution.waits import Key, Wait

CATCHING = (waits.MESSAGE, waits.SIGNAL)


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way back.

    `closed`: tasks that are given up; `opened`: tasks that are there again.  `calls`: calls begun
    since.  `answered`: elements whose call or operation is over and would be waited for.
    `step`: everything but the tasks that are there again.
    """

    closed: tuple[str, ...]
    opened: tuple[str, ...]
    calls: tuple[str, ...]
    answered: tuple[str, ...]
    step: Step


def way(now: Live, then: Live) -> Way:
    """How to get from `now` to `then`; an instance that is over waits for nothing now."""
    gone = _only(now.known, then.known)
    back = _only(then.known, now.known)
    answered = [wait for wait in back if wait.kind in (waits.CALL, waits.PARKED)]
    return Way(
        closed=_ids(gone, waits.TASK),
        opened=_ids(back, waits.TASK),
        calls=_ids(gone, waits.CALL),
        answered=tuple(dict.fromkeys(_name(wait) for wait in answered)),
        step=Step(
            closed=_ids(gone, waits.TASK),
            timers=tuple(wait.timer() for wait in back if wait.kind == waits.TIMER),
            timers_gone=_ids(gone, waits.TIMER),
            subscriptions=tuple(wait.subscription() for wait in back if wait.kind in CATCHING),
            subscriptions_gone=_ids(gone, *CATCHING),
            parked_gone=_ids(gone, waits.PARKED),
            failures=tuple(wait.failure() for wait in back if wait.kind == waits.FAILURE),
            failures_gone=_ids(gone, waits.FAILURE),
        ),
    )


def _only(there: Mapping[Key, Wait], but: Mapping[Key, Wait]) -> list[Wait]:
    return [
        wait
        for key, wait in there.items()
        if key not in but or (but[key].sign, but[key].name) != (wait.sign, wait.name)
    ]


def _ids(found: Iterable[Wait], *kinds: str) -> tuple[str, ...]:
    return tuple(wait.id for wait in found if wait.kind in kinds)


def _name(wait: Wait) -> str:
    return str(wait.spec.bpmn_name or wait.spec.bpmn_id)
