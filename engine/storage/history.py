"""The one table of what happened: instances, deployments, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.access import Actor
from engine.domain.instance import HistoryEntry
from engine.storage.columns import unsought
from engine.storage.schema import decision_log
from engine.storage.schema import history as table
from engine.storage.schema_people import person
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_LOG_DECISION = sa.insert(decision_log)
_COLUMNS = [column for column in table.c if column.name != "live"]
_ENTRIES = sa.select(*_COLUMNS, person.c.name.label("actor_name")).join(
    person, person.c.id == table.c.actor, isouter=True
)
_OF_INSTANCE = (
    _ENTRIES.where(
        table.c.instance_id == sa.bindparam("of_instance"), table.c.id < sa.bindparam("before")
    )
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
_ALL = (
    _ENTRIES.where(table.c.id < sa.bindparam("before"))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)


def stands(instance_id: sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Lines of steps that nobody has taken back; for the lines of one instance."""
    later = table.alias()
    undone = sa.select(later.c.version - 1).where(
        later.c.instance_id == instance_id, later.c.event == "task_withdrawn"
    )
    return table.c.version.not_in(undone)


_TRACE = (
    sa.select(table.c.element_id)
    .where(
        table.c.instance_id == sa.bindparam("of_instance"),
        table.c.event.in_(["element_completed", "task_completed"]),
        stands(sa.bindparam("of_instance")),
    )
    .order_by(table.c.id)
)
_ENDED = (
    sa.select(table.c.detail)
    .where(
        table.c.instance_id == sa.bindparam("of_instance"),
        unsought(table.c.event) == "instance_ended",
    )
    .order_by(table.c.id.desc())
    .limit(1)
)
_OF_THING = (
    _ENTRIES.where(
        table.c.element_instance_id == sa.bindparam("of_thing"), table.c.instance_id.is_(None)
    )
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
NEWEST = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line to write; what is empty stays empty."""

    event: str
    actor: Actor
    instance_id: str | None = None
    element_id: str = ""
    element_name: str = ""
    element_kind: str = ""
    element_instance_id: str | None = None
    version: int | None = None
    detail: Mapping[str, Any] | None = None
    live: bytes | None = None


def add(unit: UnitOfWork, line: Line) -> None:
    unit.note(
        _INSERT,
        {
            "instance_id": line.instance_id,
            "at": unit.now,
            "event": line.event,
            "actor": line.actor.user_id,
            "on_behalf_of": line.actor.on_behalf_of,
            "element_id": line.element_id,
            "element_name": line.element_name,
            "element_kind": line.element_kind,
            "element_instance_id": line.element_instance_id,
            "version": line.version,
            "detail": typed_json.encode(line.detail),
            "live": line.live,
        },
    )


def add_decision(unit: UnitOfWork, row: Mapping[str, Any]) -> None:
    """`row`: the columns of `decision_log` but `at`; inputs, value and matched as typed values."""
    unit.note(
        _LOG_DECISION,
        {
            **row,
            "at": unit.now,
            "inputs": typed_json.encode(row["inputs"]),
            "value": typed_json.encode(row["value"]),
            "matched": typed_json.encode(row["matched"]),
        },
    )


def _entry(row: Any) -> HistoryEntry:
    return HistoryEntry(
        id=row.id,
        at=row.at,
        event=row.event,
        actor=row.actor,
        actor_name=row.actor_name or "",
        on_behalf_of=row.on_behalf_of,
        instance_id=row.instance_id,
        element_id=row.element_id,
        element_name=row.element_name,
        element_kind=row.element_kind,
        detail=typed_json.decode(row.detail) or {},
    )


def of_instance(
    unit: UnitOfWork, instance_id: str, before: int = NEWEST, most: int = 200
) -> list[HistoryEntry]:
    """Newest first."""
    values = {"of_instance": instance_id, "before": before, "most": most}
    return [_entry(row) for row in unit.rows(_OF_INSTANCE, values)]


def of_thing(unit: UnitOfWork, thing_id: str, most: int) -> list[HistoryEntry]:
    """Newest first; of something that is no instance, such as a schedule."""
    values = {"of_thing": thing_id, "most": most}
    return [_entry(row) for row in unit.rows(_OF_THING, values)]


def newest(unit: UnitOfWork, before: int = NEWEST, most: int = 100) -> list[HistoryEntry]:
    return [_entry(row) for row in unit.rows(_ALL, {"before": before, "most": most})]


def trace(unit: UnitOfWork, instance_id: str) -> list[str]:
    """Ids of the completed elements, in order."""
    return [row.element_id for row in unit.rows(_TRACE, {"of_instance": instance_id})]


def final_variables(unit: UnitOfWork, instance_id: str) -> dict[str, Any]:
    """The data an instance ended with; nothing when it was cancelled."""
    row = unit.row(_ENDED, {"of_instance": instance_id})
    return {} if row is None else dict(typed_json.decode(row.detail)["variables"])
