"""Starting, cancelling and showing process instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import HistoryEntry, InstanceHead, InstancePage
from engine.domain.person import Place
from engine.domain.records import (
    DefinitionHead,
)
from engine.services.unit import Unit


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where and as what an instance starts."""

    project_id: str
    system_id: str | None = None
    subject: str | None = None
    submission_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class StartPage:
    definition: DefinitionHead
    shown: Any  # forms.Shown | None when the process has no start form
    projects: tuple[Place, ...]
    systems: tuple[Place, ...]


def start(
    unit: Unit,
    key: str,
    actor: Actor,
    *,
    project_id: str,
    system_id: str | None = None,
    values: Mapping[str, Any] | None = None,
    subject: str | None = None,
    submission_key: str | None = None,
) -> str: ...
def start_page(
    unit: Unit,
    key: str,
    actor: Actor,
    post: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
    project_id: str | None = None,
) -> StartPage: ...
def submit_start(
    unit: Unit, key: str, actor: Actor, post: Mapping[str, Sequence[str]], start: Start
) -> str: ...
def cancel(unit: Unit, instance_id: str, reason: str, actor: Actor) -> None: ...
def page(unit: Unit, instance_id: str, actor: Actor) -> InstancePage: ...
def listing(
    unit: Unit,
    actor: Actor,
    *,
    state: str | None = None,
    key: str | None = None,
    project_id: str | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[InstanceHead], int]: ...
def history(
    unit: Unit, instance_id: str, actor: Actor, *, before_id: int | None = None, limit: int = 200
) -> list[HistoryEntry]: ...
def startable(unit: Unit, actor: Actor) -> list[DefinitionHead]: ...
