"""Register entries and their versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.records import RegisterEntry
from engine.storage import register_index
from engine.storage.schema import register_entry as table
from engine.storage.schema import register_entry_version as version
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_INSERT_VERSION = sa.insert(version)
_UPDATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        state=sa.bindparam("new_state"),
        values=sa.bindparam("new_values", type_=table.c["values"].type),
        written_at=sa.bindparam("new_written_at"),
        written_by=sa.bindparam("new_written_by"),
        written_by_instance=sa.bindparam("new_written_by_instance"),
    )
)
_ONE = sa.select(table).where(
    table.c.id == sa.bindparam("id"), table.c.register == sa.bindparam("register")
)
_IN_PLACE = (
    sa.select(table)
    .where(
        table.c.register == sa.bindparam("register"),
        table.c.project_id.is_not_distinct_from(sa.bindparam("project", type_=sa.Text)),
        sa.or_(
            table.c.system_id.is_(None),
            table.c.system_id.is_not_distinct_from(sa.bindparam("system", type_=sa.Text)),
        ),
    )
    .order_by(table.c.written_at, table.c.id)
    .limit(sa.bindparam("most"))
)
_NEWEST_IN_PLACE = _IN_PLACE.order_by(None).order_by(table.c.written_at.desc(), table.c.id.desc())
AT_ONCE = 500
_NUMBERS = sa.select(table.c.id, table.c.number).where(
    table.c.id.in_(sa.bindparam("ids", expanding=True))
)
_NAMED = sa.select(table).where(
    table.c.register == sa.bindparam("register"),
    sa.or_(
        table.c.id.in_(sa.bindparam("words", expanding=True)),
        table.c.number.in_(sa.bindparam("words", expanding=True)),
    ),
)
_VERSIONS = (
    sa.select(version).where(version.c.entry_id == sa.bindparam("id")).order_by(version.c.version)
)
_COUNTS = sa.select(table.c.register, sa.func.count().label("number")).group_by(table.c.register)


def add(unit: UnitOfWork, entry: RegisterEntry) -> None:
    """Note a new entry and its first version."""
    row = {
        "id": entry.id,
        "register": entry.register,
        "number": entry.number,
        "version": entry.version,
        "state": entry.state,
        "values": typed_json.encode(entry.values),
        "project_id": entry.project_id,
        "system_id": entry.system_id,
        "written_at": entry.written_at,
        "written_by": entry.written_by,
        "written_by_instance": entry.written_by_instance,
    }
    unit.note_together(_INSERT, row)
    _add_version(unit, entry)


def save(unit: UnitOfWork, entry: RegisterEntry) -> None:
    """Note the next version; `entry.version` is the new number."""
    unit.note(
        _UPDATE,
        {
            "of_id": entry.id,
            "of_version": entry.version - 1,
            "new_state": entry.state,
            "new_values": typed_json.encode(entry.values),
            "new_written_at": entry.written_at,
            "new_written_by": entry.written_by,
            "new_written_by_instance": entry.written_by_instance,
        },
        "register_entry",
    )
    _add_version(unit, entry)


def _add_version(unit: UnitOfWork, entry: RegisterEntry) -> None:
    unit.note_together(
        _INSERT_VERSION,
        {
            "entry_id": entry.id,
            "version": entry.version,
            "state": entry.state,
            "values": typed_json.encode(entry.values),
            "written_at": entry.written_at,
            "written_by": entry.written_by,
            "written_by_instance": entry.written_by_instance,
            "reason": entry.reason,
        },
        _INSERT,
    )
    register_index.note(unit, entry, _INSERT)


def find(unit: UnitOfWork, register: str, entry_id: str) -> RegisterEntry | None:
    row = unit.row(_ONE, {"id": entry_id, "register": register})
    return None if row is None else entry_of(row)


def in_place(
    unit: UnitOfWork, register: str, project_id: str | None, system_id: str | None, most: int
) -> list[RegisterEntry]:
    """Entries of a project and a system (those of no system belong to all), oldest first."""
    values = {"register": register, "project": project_id, "system": system_id, "most": most}
    return [entry_of(row) for row in unit.rows(_IN_PLACE, values)]


def newest_in_place(
    unit: UnitOfWork, register: str, project_id: str | None, system_id: str | None, most: int
) -> list[RegisterEntry]:
    """The same, newest first."""
    values = {"register": register, "project": project_id, "system": system_id, "most": most}
    return [entry_of(row) for row in unit.rows(_NEWEST_IN_PLACE, values)]


def versions(unit: UnitOfWork, entry: RegisterEntry) -> list[RegisterEntry]:
    """All versions of the entry, oldest first."""
    return [
        RegisterEntry(
            id=entry.id,
            register=entry.register,
            number=entry.number,
            version=row.version,
            state=row.state,
            values=typed_json.decode(row.values),
            project_id=entry.project_id,
            system_id=entry.system_id,
            written_at=row.written_at,
            written_by=row.written_by,
            written_by_instance=row.written_by_instance,
            reason=row.reason,
        )
        for row in unit.rows(_VERSIONS, {"id": entry.id})
    ]


def numbers(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """Id -> 管理番号."""
    wanted = sorted(ids)
    rows = unit.rows(_NUMBERS, {"ids": wanted}) if wanted else []
    return {row.id: row.number for row in rows}


def named(unit: UnitOfWork, register: str, words: Iterable[str]) -> list[RegisterEntry]:
    """The entries of the register whose id or 管理番号 is among the words."""
    found: dict[str, RegisterEntry] = {}
    wanted = sorted(set(words))
    for first in range(0, len(wanted), AT_ONCE):
        values = {"register": register, "words": wanted[first : first + AT_ONCE]}
        for row in unit.rows(_NAMED, values):
            found[row.id] = entry_of(row)
    return list(found.values())


def counts(unit: UnitOfWork, project_ids: frozenset[str] | None) -> dict[str, int]:
    """Register code -> number of entries."""
    query = _COUNTS if project_ids is None else _COUNTS.where(table.c.project_id.in_(project_ids))
    return {row.register: row.number for row in unit.rows(query)}


def entry_of(row: Any) -> RegisterEntry:
    return RegisterEntry(
        id=row.id,
        register=row.register,
        number=row.number,
        version=row.version,
        state=row.state,
        values=typed_json.decode(row.values),
        project_id=row.project_id,
        system_id=row.system_id,
        written_at=row.written_at,
        written_by=row.written_by,
        written_by_instance=row.written_by_instance,
    )
