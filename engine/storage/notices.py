"""Notices: row <-> `Notice`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.notice import Notice
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task
from engine.storage.schema_cooperation import no_mail
from engine.storage.schema_cooperation import notice as table
from engine.storage.unit_of_work import UnitOfWork

NEWEST = 2**62
COUNT_LIMIT = 1_000

_INSERT = sa.insert(table)
_KNOWN = sa.select(table.c.key).where(table.c.key.in_(sa.bindparam("keys", expanding=True)))
_PAGE = (
    sa.select(
        table,
        instance.c.business_key,
        instance.c.subject,
        definition.c.name.label("process_name"),
        user_task.c.name.label("task_name"),
    )
    .join(instance, instance.c.id == table.c.instance_id, isouter=True)
    .join(definition, definition.c.id == instance.c.definition_id, isouter=True)
    .join(user_task, user_task.c.id == table.c.task_id, isouter=True)
    .where(table.c.person_id == sa.bindparam("person"), table.c.id < sa.bindparam("before"))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
_UNREAD = (
    sa.select(table.c.id)
    .where(table.c.person_id == sa.bindparam("person"), table.c.read_at.is_(None))
    .limit(COUNT_LIMIT)
)
_COUNT_UNREAD = sa.select(sa.func.count()).select_from(_UNREAD.subquery())
_READ = (
    sa.update(table)
    .where(
        table.c.person_id == sa.bindparam("of_person"),
        table.c.id >= sa.bindparam("first"),
        table.c.id <= sa.bindparam("last"),
        table.c.read_at.is_(None),
    )
    .values(read_at=sa.bindparam("new_read_at"))
)

_SILENT = sa.select(no_mail.c.person_id, no_mail.c.kind).where(
    no_mail.c.person_id.in_(sa.bindparam("people", expanding=True))
)
_SPEAK = sa.delete(no_mail).where(no_mail.c.person_id == sa.bindparam("of_person"))
_SILENCE = sa.insert(no_mail)


def known(unit: UnitOfWork, keys: Iterable[str]) -> set[str]:
    """Which of these keys have a notice already."""
    wanted = sorted(set(keys))
    return {row.key for row in unit.rows(_KNOWN, {"keys": wanted})} if wanted else set()


def add(unit: UnitOfWork, row: Mapping[str, Any]) -> None:
    """Note a new notice.  `row`: person_id, kind, detail, key, instance_id and task_id.

    Somebody who has just written one of the same key makes the command stale.
    """
    values = {**row, "detail": typed_json.encode(row["detail"]), "at": unit.now}
    unit.note(_INSERT, values, "notice")


def page(unit: UnitOfWork, person_id: str, before: int, most: int) -> list[Notice]:
    """Newest first."""
    values = {"person": person_id, "before": before, "most": most}
    return [_notice(row) for row in unit.rows(_PAGE, values)]


def count_unread(unit: UnitOfWork, person_id: str) -> int:
    """At most 1,000."""
    row = unit.row(_COUNT_UNREAD, {"person": person_id})
    return 0 if row is None else int(row[0])


def read(unit: UnitOfWork, person_id: str, first: int, last: int) -> None:
    """Note that the person has read the unread ones from id `first` to `last`."""
    values = {"of_person": person_id, "first": first, "last": last, "new_read_at": unit.now}
    unit.note(_READ, values)


def without_mail(unit: UnitOfWork, person_ids: Iterable[str]) -> set[tuple[str, str]]:
    """(person, kind) of the mail that people have asked not to get."""
    wanted = sorted(set(person_ids))
    found = unit.rows(_SILENT, {"people": wanted}) if wanted else []
    return {(row.person_id, row.kind) for row in found}


def choose(unit: UnitOfWork, person_id: str, kinds: Iterable[str]) -> None:
    """Note that the person wants mail of all kinds but these."""
    unit.note(_SPEAK, {"of_person": person_id})
    for kind in sorted(set(kinds)):
        unit.note(_SILENCE, {"person_id": person_id, "kind": kind}, "no_mail")


def _notice(row: Any) -> Notice:
    return Notice(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        detail=typed_json.decode(row.detail) or {},
        at=row.at,
        read_at=row.read_at,
        instance_id=row.instance_id,
        task_id=row.task_id,
        business_key=row.business_key or "",
        subject=row.subject or row.process_name or "",
        task_name=row.task_name or "",
    )
