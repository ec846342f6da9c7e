"""What people do with user tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.services.unit import Unit


@dataclass(frozen=True, kw_only=True)
class Completed:
    task: UserTask
    instance_id: str
    repeated: bool = False  # the same submission key came again


@dataclass(frozen=True, kw_only=True)
class Draft:
    post: Mapping[str, Sequence[str]]
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """`why`: candidate, assignee, closed or none (may look but not act)."""

    task: UserTask
    head: InstanceHead
    shown: Any  # forms.Shown | None
    draft: Draft | None
    variables: Mapping[str, Any]
    why: str
    documentation: str
    trace: str
    completed_by_name: str = ""
    assignee_name: str = ""
    project_name: str = ""
    system_name: str = ""


@dataclass(frozen=True, kw_only=True)
class WorklistRow:
    task: UserTask
    business_key: str
    subject: str
    process_name: str
    process_key: str
    project_name: str
    system_name: str
    has_draft: bool


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """One page; `counts`: view -> number (mine, group, waiting; capped at 1,000)."""

    rows: tuple[WorklistRow, ...]
    counts: Mapping[str, int]
    page: int
    has_next: bool


def claim(unit: Unit, task_id: str, actor: Actor) -> UserTask: ...
def unclaim(unit: Unit, task_id: str, actor: Actor) -> UserTask: ...
def complete(
    unit: Unit,
    task_id: str,
    actor: Actor,
    values: Mapping[str, Any],
    submission_key: str | None = None,
) -> Completed: ...
def submit(
    unit: Unit,
    task_id: str,
    actor: Actor,
    post: Mapping[str, Sequence[str]],
    submission_key: str | None = None,
) -> Completed: ...
def save_draft(
    unit: Unit, task_id: str, actor: Actor, post: Mapping[str, Sequence[str]]
) -> datetime: ...
def discard_draft(unit: Unit, task_id: str, actor: Actor) -> None: ...
def page(
    unit: Unit,
    task_id: str,
    actor: Actor,
    post: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> TaskPage: ...
def worklist(
    unit: Unit,
    actor: Actor,
    view: str = "mine",
    *,
    page: int = 1,
    size: int = 50,
    key: str | None = None,
    system_id: str | None = None,
) -> Worklist: ...
