"""What the studio's library shows of every model."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage.columns import is_word
from engine.storage.schema import (
    definition_file,
    incident,
    pin,
    process_definition,
    process_instance,
)
from engine.storage.unit_of_work import UnitOfWork

_RUNNING = (
    sa.select(process_instance.c.definition_id, sa.func.count().label("count"))
    .where(is_word(process_instance.c.state, "running"))
    .group_by(process_instance.c.definition_id)
)
_STOPPED = (
    sa.select(
        process_instance.c.definition_id,
        sa.func.count(sa.distinct(incident.c.instance_id)).label("count"),
    )
    .join(incident, incident.c.instance_id == process_instance.c.id)
    .where(incident.c.resolved_at.is_(None))
    .group_by(process_instance.c.definition_id)
)
_DEFINITIONS = sa.select(
    process_definition.c.id, process_definition.c.key, process_definition.c.version
)
_FORMS = sa.select(definition_file.c.definition_id, definition_file.c.name).where(
    definition_file.c.name.like("%.form.json")
)
_CALLERS = sa.select(pin.c.definition_id, pin.c.key, pin.c.kind, pin.c.target_id)


def running(unit: UnitOfWork) -> dict[str, int]:
    """Definition id -> running instances."""
    return {row.definition_id: row.count for row in unit.rows(_RUNNING)}


def stopped(unit: UnitOfWork) -> dict[str, int]:
    """Definition id -> instances with an open incident."""
    return {row.definition_id: row.count for row in unit.rows(_STOPPED)}


def definitions(unit: UnitOfWork) -> dict[str, tuple[str, int]]:
    """Id of every version of every process -> (key, version)."""
    return {row.id: (row.key, row.version) for row in unit.rows(_DEFINITIONS)}


def forms(unit: UnitOfWork) -> list[tuple[str, str]]:
    """(definition id, file name) of all forms of all versions."""
    return [(row.definition_id, row.name) for row in unit.rows(_FORMS)]


def pins(unit: UnitOfWork) -> list[tuple[str, str, str, str]]:
    """(definition id, kind, key, target id) of all versions."""
    return [(row.definition_id, row.kind, row.key, row.target_id) for row in unit.rows(_CALLERS)]
