"""Registers (台帳): lists and records, within the projects the actor may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Actor, may_administer, may_see_project
from engine.domain.errors import ForbiddenError, NotFoundError
from engine.domain.records import Register, RegisterEntry
from engine.services import register_writing
from engine.services.unit import Unit
from engine.storage import registers as rows


class MayNotEnterError(ForbiddenError):
    """Registers are written by processes; by hand only administrators write."""

    code = "may_not_enter"


def all_registers(unit: Unit) -> list[Register]:
    """All registers of config/registers, by code."""
    return [unit.office.registers[code] for code in sorted(unit.office.registers)]


def register(unit: Unit, code: str) -> Register:
    return register_writing.get(unit, code)


@dataclass(frozen=True, kw_only=True)
class OwnBooks:
    """The source of entries that no process has written: what the office had before."""

    project_id: str | None
    system_id: str | None
    id: None = None
    business_key: str = ""


def enter(
    unit: Unit, code: str, values: Mapping[str, Any], source: OwnBooks, actor: Actor
) -> RegisterEntry:
    """Note an entry by hand, as an administrator does when the product is introduced.

    Raises:
        MayNotEnterError: the actor is no administrator.
        EntryRefusedError: the values do not fit the register's columns.
    """
    if not (may_administer(actor) or actor.user_id.startswith("system:")):
        raise MayNotEnterError(f"{actor.user_id} is no administrator")
    return register_writing.write(unit, register(unit, code), values, source, actor)


def _projects(actor: Actor, project_id: str | None) -> frozenset[str] | None:
    """Projects to look into; None means all."""
    if actor.is_external:
        return frozenset()
    if project_id is not None:
        wanted = frozenset({project_id})
        return wanted if may_see_project(actor, project_id) else frozenset()
    return None if actor.sees_all_projects else actor.project_ids


def entries(  # noqa: PLR0913 - what a person can filter by
    unit: Unit,
    code: str,
    actor: Actor,
    *,
    project_id: str | None = None,
    text: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[list[RegisterEntry], int]:
    """One page of entries that hold `text`, newest first, and how many there are."""
    register_writing.get(unit, code)
    window = ((page - 1) * size, size)
    return rows.page(unit, code, _projects(actor, project_id), text, window)


def entry(unit: Unit, code: str, entry_id: str, actor: Actor) -> RegisterEntry:
    """One record.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    found = rows.find(unit, code, entry_id)
    if found is None or not may_see_project(actor, found.project_id):
        raise NotFoundError("register_entry", entry_id)
    return found


def entry_versions(unit: Unit, code: str, entry_id: str, actor: Actor) -> list[RegisterEntry]:
    """All versions of a record, oldest first."""
    return rows.versions(unit, entry(unit, code, entry_id, actor))


def counts(unit: Unit, actor: Actor) -> Mapping[str, int]:
    """Register code -> entries the actor may see."""
    return rows.counts(unit, _projects(actor, None))
