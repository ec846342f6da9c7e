"""引き戻す: may a completed task be taken back?

Only what nobody has built upon: within a few minutes, while the instance stands where the
completion left it, nobody else has opened what followed, and nothing has left it for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import ConflictError
from engine.domain.user_task import TaskState, UserTask


class Obstacle(StrEnum):
    """Why a completion cannot be taken back (any more)."""

    LATE = "late"
    SEEN = "seen"  # somebody has opened what followed
    MOVED = "moved"  # the instance has gone on
    ENDED = "ended"  # it was the last step
    REGISTER = "register"  # an entry was written
    MESSAGE = "message"
    MAIL = "mail"
    CALL = "call"  # another process was called
    OPERATION = "operation"
    SUSPENDED = "suspended"  # the instance rests
    UNKNOWN = "unknown"  # completed before this was kept


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`until`: the last moment; None when there is an `obstacle`, with the person who is it."""

    until: datetime | None = None
    obstacle: Obstacle | None = None
    person_id: str | None = None


class NotWithdrawableError(ConflictError):
    """The completion stands; says why."""

    code = "not_withdrawable"

    def __init__(self, task_id: str, obstacle: Obstacle, person_id: str | None = None) -> None:
        super().__init__(f"user task {task_id} cannot be taken back: {obstacle}")
        self.task_id = task_id
        self.obstacle = obstacle
        self.person_id = person_id


def touched(tasks: Sequence[UserTask], person_id: str) -> UserTask | None:
    """A following task that somebody else has claimed, handed back or completed."""
    for task in tasks:
        is_new = task.version == 1 and not task.is_closed
        is_own = task.state is TaskState.CLAIMED and task.assignee == person_id
        if not (is_new or is_own):
            return task
    return None
