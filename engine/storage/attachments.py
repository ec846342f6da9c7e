"""Rows of stored files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.person import Attachment
from engine.storage.schema import attachment as table
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_ONE = sa.select(table).where(table.c.id == sa.bindparam("id"))
_MANY = sa.select(table).where(table.c.id.in_(sa.bindparam("ids", expanding=True)))
_OF_INSTANCE = (
    sa.select(table)
    .where(table.c.instance_id == sa.bindparam("id"))
    .order_by(table.c.uploaded_at, table.c.id)
)
_LINK = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.state == "draft")
    .values(
        state="linked",
        instance_id=sa.bindparam("new_instance"),
        project_id=sa.bindparam("new_project"),
    )
)
_OLD_DRAFTS = (
    sa.select(table)
    .where(table.c.state == "draft", table.c.uploaded_at < sa.bindparam("before"))
    .order_by(table.c.uploaded_at)
    .limit(500)
)
_OF_CONTENT = sa.select(sa.func.count()).where(table.c.sha256 == sa.bindparam("sha256"))
_DROP = sa.delete(table).where(table.c.id == sa.bindparam("of_id"), table.c.state == "draft")


def add(unit: UnitOfWork, attachment: Attachment) -> None:
    unit.note(
        _INSERT,
        {
            "id": attachment.id,
            "sha256": attachment.sha256,
            "name": attachment.name,
            "content_type": attachment.content_type,
            "byte_count": attachment.byte_count,
            "uploaded_by": attachment.uploaded_by,
            "uploaded_at": attachment.uploaded_at,
        },
    )


def find(unit: UnitOfWork, attachment_id: str) -> Attachment | None:
    row = unit.row(_ONE, {"id": attachment_id})
    return None if row is None else _attachment(row)


def find_many(unit: UnitOfWork, ids: list[str]) -> list[Attachment]:
    return [_attachment(row) for row in unit.rows(_MANY, {"ids": ids})]


def of_instance(unit: UnitOfWork, instance_id: str) -> list[Attachment]:
    return [_attachment(row) for row in unit.rows(_OF_INSTANCE, {"id": instance_id})]


def link(
    unit: UnitOfWork, attachment_id: str, instance_id: str | None, project_id: str | None
) -> None:
    """Note that a variable refers to the file from now on."""
    values = {"of_id": attachment_id, "new_instance": instance_id, "new_project": project_id}
    unit.note(_LINK, values)


def link_once(unit: UnitOfWork, attachment_id: str) -> None:
    """The same, of no instance; stale when somebody else has done it."""
    values = {"of_id": attachment_id, "new_instance": None, "new_project": None}
    unit.note(_LINK, values, "attachment")


def old_drafts(unit: UnitOfWork, before: datetime) -> list[Attachment]:
    return [_attachment(row) for row in unit.rows(_OLD_DRAFTS, {"before": before})]


def uses_of(unit: UnitOfWork, sha256: str) -> int:
    """How many rows name this content."""
    row = unit.row(_OF_CONTENT, {"sha256": sha256})
    return 0 if row is None else int(row[0])


def drop(unit: UnitOfWork, attachment_id: str) -> None:
    unit.note(_DROP, {"of_id": attachment_id})


def _attachment(row: Any) -> Attachment:
    return Attachment(
        id=row.id,
        name=row.name,
        content_type=row.content_type,
        byte_count=row.byte_count,
        sha256=row.sha256,
        state=row.state,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        project_id=row.project_id,
        instance_id=row.instance_id,
    )
