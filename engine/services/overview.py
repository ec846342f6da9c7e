"""What is going on in the whole office."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.access import Actor
from engine.domain.instance import HistoryEntry
from engine.domain.records import (
    Job,
    OutboxRow,
)
from engine.services.unit import Unit


def counts(unit: Unit, actor: Actor) -> Mapping[str, int]: ...
def outbox(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[OutboxRow]: ...
def jobs(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[Job]: ...
def history(unit: Unit, actor: Actor, *, page: int = 1, size: int = 100) -> list[HistoryEntry]: ...
