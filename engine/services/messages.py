"""Messages between processes, and those nobody has received yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.access import Actor
from engine.domain.records import (
    MessageRow,
)
from engine.services.unit import Unit


def send(
    unit: Unit,
    name: str,
    *,
    project_id: str | None,
    key: str,
    payload: Mapping[str, Any],
    actor: Actor,
    message_id: str | None = None,
) -> str: ...
def undelivered(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[MessageRow]: ...
def redeliver(unit: Unit, message_id: str, actor: Actor) -> None: ...
def discard(unit: Unit, message_id: str, reason: str, actor: Actor) -> None: ...
