"""The house around a command: what is configured, and what is kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.domain.records import Register
from engine.domain.reminder import Ladder
from engine.domain.roles import Roles
from engine.domain.schedule_rule import Rule
from engine.domain.working_days import Calendar
from engine.execution.cache import LiveCache
from engine.feel.evaluation import DEFAULT_LIMITS, Limits
from engine.services.models import Models
from engine.services.operation import Operation
from engine.services.turns import Turns


@dataclass(frozen=True, kw_only=True)
class Template:
    """A kind of schedule (config/schedules.toml): which process starts when."""

    id: str
    key: str
    name: str
    rule: Rule
    time: str
    catch_up: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Numbers of the settings that commands need.  Times in seconds unless named otherwise."""

    message_valid_days: int = 30
    overdue_working_days: int = 1
    information_only: frozenset[str] = frozenset()
    sign_in_failures: int = 5
    failures_from_address: int = 50
    sign_in_window: float = 900
    draft_days: int = 7
    job_attempts: int = 5
    first_pause: float = 2
    mail_attempts: int = 10
    public_url: str = ""
    undo_minutes: int = 10


class PlaceNames(dict[str, str]):
    """Id -> name of projects and systems, as they were read at that moment."""

    read_at: datetime | None = None


def _nothing() -> None:
    """Nobody has to be woken."""


@dataclass(kw_only=True)
class Office:
    """One per engine, shared by its threads.

    `settings`: what expressions see as 設定.  `wake`: tells the worker that a job was enqueued.
    """

    calendar: Calendar
    settings: Mapping[str, Any]
    roles: Roles
    registers: Mapping[str, Register]
    templates: Mapping[str, Template]
    operations: Mapping[str, Operation]
    files: Path
    live: LiveCache
    ladder: Ladder
    closure_names: Mapping[date, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    limits: Limits = DEFAULT_LIMITS
    models: Models = field(default_factory=Models)
    place_names: PlaceNames = field(default_factory=PlaceNames)
    upcoming: dict[tuple[str, str, datetime], datetime | None] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)
    wake: Callable[[], object] = _nothing
