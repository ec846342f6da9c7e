"""What did one command do to a running instance?  The answer of the runner to its callers.

All ids are texts.  The id of an element instance is the hex form of a UUID, with a suffix
(`.number` or `.element id`) where one element waits for several things at once.  Everything a
`Step` holds is a copy: nothing is shared with the live instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How one visit to an element was left."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"


class EndKind(StrEnum):
    """How an instance ended.

    `TERMINATED`: by a terminate end event; `ERROR`: by a BPMN error nobody caught; `ESCALATED`:
    its last path ended with an escalation nobody caught.
    """

    COMPLETED = "completed"
    TERMINATED = "terminated"
    ERROR = "error"
    ESCALATED = "escalated"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class OpenedTask:
    """A user task that became ready; its properties are worked out once, here.

    `due_at`, `follow_up_at`: aware UTC; `priority`: 1 to 5.
    """

    id: str
    element_id: str
    name: str
    form_key: str | None = None
    assignee: str | None = None
    candidate_groups: frozenset[str] = frozenset()
    candidate_users: frozenset[str] = frozenset()
    excluded_users: frozenset[str] = frozenset()
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int = 3


@dataclass(frozen=True, kw_only=True)
class ArmedTimer:
    """A timer that waits for `due_at` (UTC).  The same id again with a later moment replaces it."""

    id: str
    element_id: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A message or signal the instance now waits for.  `key` is empty for signals."""

    id: str
    element_id: str
    kind: str
    name: str
    key: str


@dataclass(frozen=True, kw_only=True)
class ThrownMessage:
    """A message for the message table; it never reaches the own instance directly."""

    name: str
    key: str
    payload: Any
    element_id: str


@dataclass(frozen=True, kw_only=True)
class ThrownSignal:
    """A signal for every instance that waits for it, the own one included.

    `heard_by`: ids of what waited for it in the own instance when it was thrown.
    """

    name: str
    payload: Any
    element_id: str
    heard_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StartedCall:
    """A call activity that wants an instance of `called`.

    `variables`: all data of the caller after its preScript, not yet cut to the called interface;
    `item_index`: place from 0 in a multi-instance call; `attempt`: from 1, higher after a retry.
    """

    id: str
    element_id: str
    name: str
    called: str
    variables: Mapping[str, Any]
    item_index: int | None = None
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class ParkedOperation:
    """An operation to run after the commit.  Key of its job: instance, `id`, `attempt`."""

    id: str
    element_id: str
    operation: str
    params: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One visit to an element that is over.

    `kind`: local name of the BPMN element; `why`: see `reasons`, of gateways and decisions alone.
    """

    id: str
    element_id: str
    name: str
    kind: str
    outcome: Outcome
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An element that could not go on; it stays as it is until `retry`.

    `text`: Japanese sentence for the incident; `detail`: what the engine saw, for the office's
    own developers.
    """

    id: str
    element_id: str
    name: str
    code: str
    text: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """An escalation nobody in the instance caught; it goes to the caller."""

    code: str | None
    name: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class DecisionTaken:
    """A decision that was asked: what went in, what came out, which rules matched."""

    element_id: str
    decision_id: str
    version_id: str
    inputs: Mapping[str, Any]
    value: Any
    matched: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The instance is over.  `code`, `name`: of the error or escalation; `variables`: its data."""

    kind: EndKind
    code: str | None = None
    name: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Step:
    """All that one command changed; `..._gone` and `closed` hold ids.

    `closed`: user tasks that vanished without being completed.  `failures_gone`: failures that
    were retried with success or whose element was cancelled.  `subject`: set only when it changed.
    `noted`: elements that have got a part of what they wait for.
    """

    opened: tuple[OpenedTask, ...] = ()
    closed: tuple[str, ...] = ()
    timers: tuple[ArmedTimer, ...] = ()
    timers_gone: tuple[str, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    subscriptions_gone: tuple[str, ...] = ()
    messages: tuple[ThrownMessage, ...] = ()
    signals: tuple[ThrownSignal, ...] = ()
    calls: tuple[StartedCall, ...] = ()
    calls_gone: tuple[str, ...] = ()
    parked: tuple[ParkedOperation, ...] = ()
    parked_gone: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    failures: tuple[Failure, ...] = ()
    failures_gone: tuple[str, ...] = ()
    decisions: tuple[DecisionTaken, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    ended: Ended | None = None
    subject: str | None = None
    noted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LiveElement:
    """An element instance that is alive, for the viewer.  `since`: aware UTC.

    `state`: `ready` (a person's turn), `waiting` (timer, message, signal, condition, other
    branches), `started` (call, operation, multi-instance, sub-process) or `failed`.
    """

    id: str
    element_id: str
    name: str
    kind: str
    state: str
    since: datetime
