"""Which instance has started by which key, of processes that run once per key."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.storage.schema import process_instance as instance
from engine.storage.schema import start_key as table
from engine.storage.unit_of_work import UnitOfWork

_same = (
    table.c.definition_key == sa.bindparam("of_definition"),
    table.c.name == sa.bindparam("of_name"),
    table.c.project_id == sa.bindparam("of_project"),
    table.c.key == sa.bindparam("of_key"),
)
_FIND = (
    sa.select(table.c.instance_id, instance.c.ended_at)
    .join(instance, instance.c.id == table.c.instance_id, isouter=True)
    .where(*_same)
)
_INSERT = sa.insert(table)
_REPLACE = (
    sa.update(table)
    .where(*_same, table.c.instance_id == sa.bindparam("of_before"))
    .values(instance_id=sa.bindparam("new_instance"))
)
_OF_INSTANCE = sa.select(table).where(table.c.instance_id == sa.bindparam("of_instance"))


@dataclass(frozen=True, kw_only=True)
class StartKey:
    """What an instance has started by.  `project_id` None: of no project."""

    definition_key: str
    name: str
    project_id: str | None
    key: str

    def row(self) -> dict[str, str]:
        return {
            "of_definition": self.definition_key,
            "of_name": self.name,
            "of_project": self.project_id or "",
            "of_key": self.key,
        }


def holder(unit: UnitOfWork, key: StartKey) -> tuple[str, bool] | None:
    """The instance that started last by the key, and whether it runs; None if none ever did."""
    row = unit.row(_FIND, key.row())
    return None if row is None else (row.instance_id, row.ended_at is None)


def take(unit: UnitOfWork, key: StartKey, instance_id: str, before: str | None) -> None:
    """Note who has started by the key; if somebody else got in first, the command is stale."""
    if before is None:
        row = {
            "definition_key": key.definition_key,
            "name": key.name,
            "project_id": key.project_id or "",
            "key": key.key,
            "instance_id": instance_id,
        }
        unit.note(_INSERT, row, "start_key")
    else:
        values = {**key.row(), "of_before": before, "new_instance": instance_id}
        unit.note(_REPLACE, values, "start_key")


def of_instance(unit: UnitOfWork, instance_id: str) -> list[StartKey]:
    """The keys an instance holds."""
    return [
        StartKey(
            definition_key=row.definition_key,
            name=row.name,
            project_id=row.project_id or None,
            key=row.key,
        )
        for row in unit.rows(_OF_INSTANCE, {"of_instance": instance_id})
    ]
