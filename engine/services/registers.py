"""Registers (台帳): entries, their versions, and the queries models make of them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.access import Actor
from engine.domain.records import (
    Register,
    RegisterEntry,
)
from engine.services.unit import Unit


def all_registers(unit: Unit) -> list[Register]: ...
def register(unit: Unit, code: str) -> Register: ...
def entries(
    unit: Unit,
    code: str,
    actor: Actor,
    *,
    project_id: str | None = None,
    text: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[list[RegisterEntry], int]: ...
def entry(unit: Unit, code: str, entry_id: str, actor: Actor) -> RegisterEntry: ...
def entry_versions(unit: Unit, code: str, entry_id: str, actor: Actor) -> list[RegisterEntry]: ...
def counts(unit: Unit, actor: Actor) -> Mapping[str, int]: ...
