"""Rows people look at: deployments, messages, incidents, jobs, schedules and register entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What became of one folder or decision: its version, and whether it is a new one."""

    key: str
    name: str
    version: int
    changed: bool
    kind: str = "process"  # or decision
    warnings: tuple[str, ...] = ()
    outdated_callers: tuple[str, ...] = ()  # keys still pinned to an older version of this one


@dataclass(frozen=True, kw_only=True)
class DefinitionHead:
    """A process definition as lists show it."""

    id: str
    key: str
    version: int
    name: str
    prefix: str
    starters: frozenset[str]
    may_be_started: bool  # by hand at all
    start_form: str | None
    trace: str = ""
    deployed_at: datetime | None = None
    deployed_by: str = ""
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message between processes.  `state`: waiting, delivered, discarded or informed."""

    id: str
    name: str
    key: str
    project_id: str | None
    payload: Mapping[str, Any]
    state: str
    sent_at: datetime
    valid_until_at: datetime
    from_instance_id: str | None = None
    from_business_key: str = ""
    is_known: bool = True  # some deployed definition listens for it
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An instance stuck until a person acts (処理停止)."""

    id: int
    kind: str  # element, job, schedule
    code: str
    text: str
    detail: str
    opened_at: datetime
    instance_id: str | None = None
    business_key: str = ""
    element_id: str = ""
    element_instance_id: str | None = None
    element_name: str = ""
    job_id: int | None = None
    project_id: str | None = None
    cause: str = ""  # the same for all that stopped for one reason at one place
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    reason: str = ""  # why it was set aside without a retry


@dataclass(frozen=True, kw_only=True)
class Job:
    """Engine work to run later.  `state`: todo, doing or failed."""

    id: int
    kind: str
    args: Mapping[str, Any]
    state: str
    run_at: datetime
    attempts: int
    lock: str | None = None
    error: str = ""
    instance_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A periodic start of one process for one system.

    `rule`: calendar words such as 毎月第3営業日.  `state`: active, paused, or undeployed
    (業務フロー未公開).  `catch_up`: newest (one start for all missed) or skip.  `version` grows by
    one with every change by a person.
    """

    id: str
    version: int = 1
    template: str
    key: str
    rule: str
    project_id: str | None
    system_id: str | None
    state: str
    catch_up: str
    time: str = "09:00"
    since_at: datetime
    last_fired_at: datetime | None = None
    next_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Register:
    """A register (台帳): `code` R01 to R50; `columns` in the order of its schema, `schema`."""

    code: str
    name: str
    prefix: str
    columns: tuple[str, ...]
    required: frozenset[str] = frozenset()
    anonymous: bool = False  # entries hold no person, no instance, no time finer than the day
    editors: frozenset[str] = frozenset()  # roles that may write by hand; none: processes alone
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterEntry:
    """One record, or one version of it.  `values`: column -> typed value."""

    id: str
    register: str
    number: str
    version: int
    state: str
    values: Mapping[str, Any]
    project_id: str | None
    system_id: str | None
    written_at: datetime
    written_by: str
    written_by_instance: str | None = None
    reason: str = ""  # of a change by hand


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """Something to deliver outside: mail.  `state`: waiting (送信待ち), sent, failed, discarded."""

    id: int
    kind: str
    body: Mapping[str, Any]
    state: str
    created_at: datetime
    attempts: int = 0
    error: str = ""
    sent_at: datetime | None = None
    run_at: datetime | None = None  # of the next attempt
    instance_id: str | None = None
