"""Instances that are stuck until a person acts."""

from __future__ import annotations


from engine.domain.access import Actor
from engine.domain.records import (
    Incident,
)
from engine.services.unit import Unit


def open_ones(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[Incident]: ...
def of_instance(unit: Unit, instance_id: str) -> list[Incident]: ...
def retry(unit: Unit, incident_id: int, actor: Actor) -> None: ...
