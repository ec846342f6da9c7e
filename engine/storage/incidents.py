"""Incidents: what is stuck until a person acts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.domain.records import Incident
from engine.storage.schema import incident as table
from engine.storage.schema import process_instance as instance
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_ROWS = sa.select(table, instance.c.business_key).join(
    instance, instance.c.id == table.c.instance_id, isouter=True
)
_ONE = _ROWS.where(table.c.id == sa.bindparam("id"))
_OPEN = (
    _ROWS.where(table.c.resolved_at.is_(None))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_OPEN_OF = _ROWS.where(
    table.c.resolved_at.is_(None), table.c.instance_id == sa.bindparam("of_instance")
).order_by(table.c.id)
_RESOLVE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.resolved_at.is_(None))
    .values(
        resolved_at=sa.bindparam("new_at"),
        resolved_by=sa.bindparam("new_by"),
        reason=sa.bindparam("new_reason"),
    )
)
_RESOLVE_ELEMENT = (
    sa.update(table)
    .where(
        table.c.element_instance_id == sa.bindparam("of_element"),
        table.c.instance_id == sa.bindparam("of_instance"),
        table.c.resolved_at.is_(None),
    )
    .values(resolved_at=sa.bindparam("new_at"), resolved_by=sa.bindparam("new_by"))
)
_MOVE = (
    sa.update(table)
    .where(
        table.c.element_instance_id == sa.bindparam("of_element"),
        table.c.instance_id == sa.bindparam("of_instance"),
        table.c.resolved_at.is_(None),
    )
    .values(element_id=sa.bindparam("new_element_id"), element_name=sa.bindparam("new_name"))
)
_RESOLVE_INSTANCE = (
    sa.update(table)
    .where(table.c.instance_id == sa.bindparam("of_instance"), table.c.resolved_at.is_(None))
    .values(resolved_at=sa.bindparam("new_at"), resolved_by=sa.bindparam("new_by"))
)


def move(unit: UnitOfWork, instance_id: str, stuck: str, element_id: str, name: str) -> None:
    """Note which element of another version what is stuck (`stuck`: its id) stands for."""
    values = {"of_instance": instance_id, "of_element": stuck}
    unit.note(_MOVE, {**values, "new_element_id": element_id, "new_name": name})


def add(unit: UnitOfWork, incident: Incident) -> None:
    """Note a new incident; its id is given by the table."""
    unit.note(
        _INSERT,
        {
            "kind": incident.kind,
            "code": incident.code,
            "text": incident.text,
            "detail": incident.detail,
            "instance_id": incident.instance_id,
            "element_id": incident.element_id,
            "element_name": incident.element_name,
            "element_instance_id": incident.element_instance_id,
            "job_id": incident.job_id,
            "project_id": incident.project_id,
            "cause": incident.cause,
            "opened_at": unit.now,
        },
    )


def find(unit: UnitOfWork, incident_id: int) -> Incident | None:
    row = unit.row(_ONE, {"id": incident_id})
    return None if row is None else incident_of(row)


def open_ones(unit: UnitOfWork, first: int, most: int) -> list[Incident]:
    return [incident_of(row) for row in unit.rows(_OPEN, {"first": first, "most": most})]


def open_of(unit: UnitOfWork, instance_id: str) -> list[Incident]:
    return [incident_of(row) for row in unit.rows(_OPEN_OF, {"of_instance": instance_id})]


def resolve(unit: UnitOfWork, incident_id: int, by: str, reason: str = "") -> None:
    values = {"of_id": incident_id, "new_at": unit.now, "new_by": by, "new_reason": reason}
    unit.note(_RESOLVE, values, "incident")


def resolve_element(unit: UnitOfWork, instance_id: str, element_id: str, by: str) -> None:
    """Note that the element instance goes on, or is gone."""
    values = {"of_instance": instance_id, "of_element": element_id, "new_by": by}
    unit.note(_RESOLVE_ELEMENT, {**values, "new_at": unit.now})


def resolve_instance(unit: UnitOfWork, instance_id: str, by: str) -> None:
    """Note that the whole instance has ended."""
    values = {"of_instance": instance_id, "new_at": unit.now, "new_by": by}
    unit.note(_RESOLVE_INSTANCE, values)


def incident_of(row: Any) -> Incident:
    return Incident(
        id=row.id,
        kind=row.kind,
        code=row.code,
        text=row.text,
        detail=row.detail,
        opened_at=row.opened_at,
        instance_id=row.instance_id,
        business_key=row.business_key or "",
        element_id=row.element_id,
        element_instance_id=row.element_instance_id,
        element_name=row.element_name,
        job_id=row.job_id,
        project_id=row.project_id,
        cause=row.cause,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        reason=row.reason,
    )
