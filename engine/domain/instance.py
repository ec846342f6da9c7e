"""A process instance (案件) as commands and lists see it, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.domain.errors import ConflictError
from engine.domain.user_task import UserTask

MAX_NESTING = 10  # calls within calls


class InstanceState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"  # ended by an error event nobody catches
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class InstanceHead:
    """One instance without its state.  `business_key` is the 管理番号.

    `suspended_with`: the instance that was suspended; this one, or a caller of it.
    """

    id: str
    version: int
    state: InstanceState
    definition_id: str
    key: str
    process_name: str
    process_version: int
    business_key: str
    subject: str
    project_id: str | None
    system_id: str | None
    fiscal_year: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None = None
    parent_id: str | None = None
    parent_element_instance_id: str | None = None
    parent_element_id: str | None = None
    root_id: str | None = None
    depth: int = 0
    cancel_reason: str = ""
    suspended_at: datetime | None = None
    suspended_with: str | None = None
    suspend_reason: str = ""
    incident_count: int = 0

    @property
    def is_ended(self) -> bool:
        return self.state is not InstanceState.RUNNING

    @property
    def is_suspended(self) -> bool:
        """Whether it rests: nobody completes its tasks, and nothing that comes moves it on."""
        return self.suspended_at is not None


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One line of the history.

    `event`: instance_started, instance_ended, instance_cancelled, element_completed,
    element_cancelled, element_failed, task_claimed, task_unclaimed, message_sent,
    message_received, timer_fired, incident_opened, incident_resolved, deployed and the like.
    """

    id: int
    at: datetime
    event: str
    actor: str
    actor_name: str = ""
    on_behalf_of: str | None = None
    instance_id: str | None = None
    element_id: str = ""
    element_name: str = ""
    element_kind: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit to an element that is over.

    `began_at`, `actor` (a person's name): of tasks alone.
    """

    element_id: str
    ended_at: datetime
    began_at: datetime | None = None
    actor: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Another instance a message came from (`is_sender`) or went to, and how often."""

    head: InstanceHead
    message: str
    is_sender: bool
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """What a step made of a data item; None: it held nothing."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class InstanceStep:
    """One step: its line of the history, and the data before and after it.

    `data`: all items after the step; `earlier`, `later`: lines of its neighbours.
    """

    head: InstanceHead
    entry: HistoryEntry
    passed: tuple[HistoryEntry, ...]
    changes: tuple[ItemChange, ...]
    data: Mapping[str, Any]
    earlier: int | None
    later: int | None


@dataclass(frozen=True, kw_only=True)
class InstancePage:
    """What the page of an instance shows.

    `elements`: live elements, dicts with `element_id`, `state` and the like as the runtime tells
    them; `visited`: element id -> times completed; `visits`: the newest ones, oldest first.
    `sign`: another one as soon as anything of it changes.
    """

    head: InstanceHead
    variables: Mapping[str, Any]
    open_tasks: tuple[UserTask, ...]
    children: tuple[InstanceHead, ...]
    parents: tuple[InstanceHead, ...]
    history: tuple[HistoryEntry, ...]
    elements: tuple[Any, ...]
    visited: Mapping[str, int]
    diagram: bytes
    names: Mapping[str, str]
    may_cancel: bool
    may_suspend: bool = False
    project_name: str = ""
    system_name: str = ""
    visits: tuple[Visit, ...] = ()
    partners: tuple[Partner, ...] = ()
    sign: str = ""


class InstanceEndedError(ConflictError):
    """The instance has ended; nothing more can happen to it."""

    code = "instance_ended"

    def __init__(self, instance_id: str, state: str) -> None:
        super().__init__(f"process instance {instance_id} is {state}")
        self.instance_id = instance_id
        self.state = state


class InstanceSuspendedError(ConflictError):
    """The instance rests until somebody resumes it (`reason`: why it was suspended)."""

    code = "instance_suspended"

    def __init__(self, instance_id: str, reason: str = "") -> None:
        super().__init__(f"process instance {instance_id} is suspended")
        self.instance_id = instance_id
        self.reason = reason


class TooDeepError(ConflictError):
    """Calls within calls went beyond the limit."""

    code = "nesting_too_deep"

    def __init__(self, called: str) -> None:
        super().__init__(f"call of {called} would be nested deeper than {MAX_NESTING}")
        self.called = called
