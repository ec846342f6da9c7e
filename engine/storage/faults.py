"""Pages that failed, by the number people were shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.fault import Fault
from engine.storage.schema_trouble import fault as table
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_ONE = sa.select(table).where(table.c.number == sa.bindparam("number"))
_DROP = sa.delete(table).where(table.c.at < sa.bindparam("before"))


def add(unit: UnitOfWork, fault: Fault) -> None:
    row: dict[str, Any] = {"number": fault.number, "at": unit.now, "place": fault.place}
    unit.note(
        _INSERT, {**row, "person_id": fault.person_id, "kind": fault.kind, "trace": fault.trace}
    )


def find(unit: UnitOfWork, number: str) -> Fault | None:
    row = unit.row(_ONE, {"number": number})
    if row is None:
        return None
    return Fault(
        number=row.number,
        at=row.at,
        place=row.place,
        person_id=row.person_id,
        kind=row.kind,
        trace=row.trace,
    )


def drop(unit: UnitOfWork, before: datetime) -> None:
    unit.note(_DROP, {"before": before})
