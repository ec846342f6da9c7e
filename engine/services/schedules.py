"""Periodic starts."""

from __future__ import annotations

from datetime import datetime

from engine.domain.access import Actor
from engine.domain.records import (
    Schedule,
)
from engine.services.unit import Unit


def listing(unit: Unit, actor: Actor) -> list[Schedule]: ...
def planned(unit: Unit, schedule_id: str, count: int = 10) -> list[datetime]: ...
def pause(unit: Unit, schedule_id: str, reason: str, actor: Actor) -> None: ...
def resume(unit: Unit, schedule_id: str, actor: Actor) -> None: ...
