"""Putting models into service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.access import Actor
from engine.domain.records import (
    DefinitionHead,
    Deployed,
)
from engine.services.unit import Unit


def deploy(
    unit: Unit, folders: Mapping[str, Mapping[str, bytes]], actor: Actor, reason: str = ""
) -> list[Deployed]: ...
def check(unit: Unit, folders: Mapping[str, Mapping[str, bytes]]) -> list[Any]: ...
def repin(unit: Unit, key: str, actor: Actor, reason: str = "") -> Deployed: ...
def newest(unit: Unit) -> list[DefinitionHead]: ...
def definition(unit: Unit, key: str, version: int | None = None) -> DefinitionHead: ...
def versions(unit: Unit, key: str) -> list[DefinitionHead]: ...
def files(unit: Unit, definition_id: str) -> Mapping[str, bytes]: ...
