"""Registers (台帳): lists and records, within the projects the actor may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.access import (
    HEAD,
    Actor,
    may_administer,
    may_edit_register,
    may_see_project,
)
from engine.domain.errors import NotFoundError
from engine.domain.records import Register, RegisterEntry
from engine.domain.register_search import Cursor, Search
from engine.services import people, register_writing
from engine.services.register_writing import MayNotEnterError
from engine.services.unit import Unit
from engine.storage import instances as instance_rows
from engine.storage import registers as rows
from engine.storage.queries import registers as queries
from engine.storage.queries.registers import Found

PAGE_SIZE = 25
RECORD_ID = re.compile("[0-9a-f]{32}")


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


def _projects(actor: Actor) -> frozenset[str] | None:
    """Projects to look into; None means all."""
    if actor.is_external:
        return frozenset()
    if actor.user_id.startswith("system:"):
        return None
    return None if actor.sees_all_projects else actor.project_ids


def search(
    unit: Unit,
    code: str,
    actor: Actor,
    wanted: Search,
    size: int = PAGE_SIZE,
    start: Cursor | None = None,
) -> Found:
    """One page of the records that fit and that the actor may see, and how many there are."""
    register(unit, code)
    return queries.page(unit, code, within_rights(wanted, actor), size, start)


def within_rights(wanted: Search, actor: Actor) -> Search:
    """The search in those of its projects that the actor may see."""
    seen = _projects(actor)
    if wanted.project_ids is not None:
        seen = wanted.project_ids if seen is None else seen & wanted.project_ids
    return replace(wanted, project_ids=seen)


def count_all(unit: Unit, code: str, actor: Actor, wanted: Search) -> int:
    """How many records fit, to the last one."""
    return queries.count_all(unit, code, within_rights(wanted, actor))


def check_editable(register: Register, actor: Actor) -> None:
    """Whether the actor may write records by hand in any project.

    Raises:
        MayNotEnterError
    """
    if not editable_projects(register, actor, actor.project_ids | {None}):
        raise MayNotEnterError(f"{actor.user_id} may not write {register.code}")


def editable_projects(
    register: Register, actor: Actor, project_ids: Iterable[str | None]
) -> list[str | None]:
    """Those of the projects in which the actor may write records of the register by hand."""
    return [one for one in project_ids if may_edit_register(actor, register.editors, one)]


def states(unit: Unit, code: str) -> list[str]:
    return queries.states(unit, code)


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


def instances_of(unit: Unit, versions: Iterable[RegisterEntry], actor: Actor) -> Mapping[str, str]:
    """Id -> 管理番号 of the instances that have written the versions and that the actor sees."""
    ids = {one.written_by_instance for one in versions if one.written_by_instance}
    heads = [instance_rows.get_head(unit, id_) for id_ in sorted(ids)]
    return {head.id: head.business_key for head in heads if may_see_project(actor, head.project_id)}


def meanings(unit: Unit, texts: Iterable[str]) -> dict[str, str]:
    """What stands for something else among the texts: people, groups, organisations, records."""
    asked = frozenset(texts)
    found = {place.id: place.name for place in people.organisations(unit)}
    for code, name in unit.office.roles.names().items():
        found |= {code: name, code + HEAD: f"{name}の長"}
    found = {text: name for text, name in found.items() if text in asked}
    records = rows.numbers(unit, filter(RECORD_ID.fullmatch, asked))
    return {**found, **records, **people.names(unit, sorted(asked))}


def counts(unit: Unit, actor: Actor) -> Mapping[str, int]:
    """Register code -> entries the actor may see."""
    return rows.counts(unit, _projects(actor))
