"""The life of a user task: open, claimed, completed or cancelled.

Pure rules: no clock, no database, no Flask.  Each rule takes the task as it is and returns the
task as it will be.

    open --claim--> claimed --complete--> completed
      ^               |
      +----unclaim----+        open --complete--> completed (claims on the way)
                               open | claimed --cancel--> cancelled
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.access import Actor, may_assign
from engine.domain.errors import (
    NotACandidateError,
    NotAnAssignerError,
    TaskAlreadyClaimedError,
    TaskClosedError,
)


class TaskState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class UserTask:
    """Work a person does in our screens; `id` is also the id of the element instance."""

    id: str
    version: int = 1  # grows by one with every save
    instance_id: str
    project_id: str | None
    element_id: str
    name: str = ""
    form_key: str | None = None
    state: TaskState = TaskState.OPEN
    assignee: str | None = None
    held_since_at: datetime | None = None  # UTC; when the assignee, or the group, came to have it
    candidate_groups: frozenset[str] = frozenset()
    candidate_users: frozenset[str] = frozenset()
    excluded_users: frozenset[str] = frozenset()  # e.g. the drafter of what is to be approved
    priority: int = 3  # 1 highest to 5
    created_at: datetime | None = None  # UTC
    due_at: datetime | None = None  # UTC; None means no deadline
    follow_up_at: datetime | None = None
    completed_by: str | None = None
    completed_at: datetime | None = None  # UTC
    on_behalf_of: str | None = None
    submission_key: str | None = None  # of the post that completed it

    @property
    def is_closed(self) -> bool:
        return self.state in (TaskState.COMPLETED, TaskState.CANCELLED)


def is_barred(task: UserTask, actor: Actor) -> bool:
    """Whoever has drafted does not decide, neither for himself nor through or for another."""
    return not task.excluded_users.isdisjoint({actor.user_id, actor.stands_for})


def may_take(task: UserTask, actor: Actor) -> bool:
    """Whether the actor is a candidate for the task and not barred from it.

    Who stands in for somebody is a candidate where that person is, unless either is barred.
    """
    if is_barred(task, actor):
        return False
    if actor.stands_for in task.candidate_users:
        return True
    return any(actor.holds(group, task.project_id) for group in task.candidate_groups)


def claim(task: UserTask, actor: Actor) -> UserTask:
    """Make `actor` the assignee; claiming one's own task again changes nothing.

    Who acts for another takes the task for that person, who stays responsible.

    Raises:
        TaskClosedError: the task is completed or cancelled.
        TaskAlreadyClaimedError: somebody else holds it.
        NotACandidateError: the actor is in none of the candidate groups, or barred.
    """
    if task.is_closed:
        raise TaskClosedError(task.id, task.state, task.completed_by, task.completed_at)
    if task.assignee == actor.stands_for:
        if actor.on_behalf_of is not None and is_barred(task, actor):
            raise NotACandidateError(task.id, actor.user_id)
        return task
    if task.assignee is not None:
        raise TaskAlreadyClaimedError(task.id, task.assignee)
    if not may_take(task, actor):
        raise NotACandidateError(task.id, actor.user_id)
    return replace(task, state=TaskState.CLAIMED, assignee=actor.stands_for)


def unclaim(task: UserTask, actor: Actor) -> UserTask:
    """Hand the task back to its group.

    Raises:
        TaskClosedError: the task is completed or cancelled.
        TaskAlreadyClaimedError: somebody else holds it.
        NotACandidateError: the task was given to this person alone, so there is no group.
    """
    if task.is_closed:
        raise TaskClosedError(task.id, task.state, task.completed_by, task.completed_at)
    if task.assignee is None:
        return task
    if task.assignee != actor.stands_for:
        raise TaskAlreadyClaimedError(task.id, task.assignee)
    if not task.candidate_groups and not task.candidate_users:
        raise NotACandidateError(task.id, actor.user_id)
    return replace(task, state=TaskState.OPEN, assignee=None)


def assign(task: UserTask, to: Actor, by: Actor) -> UserTask:
    """Give the task to one of its candidates, also when somebody else holds it.

    Raises:
        TaskClosedError: the task is completed or cancelled.
        NotAnAssignerError: `by` may not decide who does it.
        NotACandidateError: `to` is in none of the candidate groups, or barred.
    """
    if task.is_closed:
        raise TaskClosedError(task.id, task.state, task.completed_by, task.completed_at)
    if not may_assign(by, task.candidate_groups, task.project_id):
        raise NotAnAssignerError(task.id, by.user_id)
    if not may_take(task, to):
        raise NotACandidateError(task.id, to.user_id)
    if task.assignee == to.user_id:
        return task
    return replace(task, state=TaskState.CLAIMED, assignee=to.user_id)


def complete(task: UserTask, actor: Actor, at: datetime) -> UserTask:
    """Finish the task.  A candidate who completes an open task claims it by that.

    Raises: as `claim`.
    """
    claimed = claim(task, actor)
    return replace(
        claimed,
        state=TaskState.COMPLETED,
        completed_by=actor.user_id,
        completed_at=at,
        on_behalf_of=actor.on_behalf_of,
    )
