"""Open incidents grouped by their cause: the list, one group, and what a batch takes up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from engine.domain.incident_group import IncidentGroup, IncidentSummary
from engine.domain.records import Incident
from engine.storage.incidents import incident_of
from engine.storage.schema import incident as table
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000
Projects = Collection[str] | None  # None: all, and what belongs to no project

_is_open = table.c.resolved_at.is_(None)
_GROUPS = sa.select(
    table.c.cause,
    sa.func.count().label("count"),
    sa.func.count(table.c.instance_id.distinct()).label("case_count"),
    sa.func.min(table.c.opened_at).label("first_at"),
    sa.func.max(table.c.opened_at).label("last_at"),
    sa.func.max(table.c.id).label("until"),
).where(_is_open)
_ROWS = (
    sa.select(
        table,
        instance.c.business_key,
        definition.c.name.label("process_name"),
        definition.c.version.label("process_version"),
    )
    .join(instance, instance.c.id == table.c.instance_id, isouter=True)
    .join(definition, definition.c.id == instance.c.definition_id, isouter=True)
)
_SUMMARY = sa.select(
    sa.func.count().label("count"),
    sa.func.count(table.c.cause.distinct()).label("causes"),
    sa.func.min(table.c.opened_at).label("oldest_at"),
).where(_is_open)


def _of(statement: sa.Select[*tuple[Any, ...]], projects: Projects) -> sa.Select[*tuple[Any, ...]]:
    if projects is None:
        return statement
    return statement.where(table.c.project_id.in_(sorted(projects)))


def groups(unit: UnitOfWork, projects: Projects, first: int, most: int) -> list[IncidentGroup]:
    """What stopped last comes first."""
    statement = _of(_GROUPS, projects).group_by(table.c.cause)
    page = statement.order_by(sa.desc("until")).limit(most).offset(first)
    return _with_newest(unit, unit.rows(page))


def group(unit: UnitOfWork, cause: str, projects: Projects) -> IncidentGroup | None:
    statement = _of(_GROUPS, projects).where(table.c.cause == cause).group_by(table.c.cause)
    found = _with_newest(unit, unit.rows(statement))
    return found[0] if found else None


def _with_newest(unit: UnitOfWork, found: Collection[Any]) -> list[IncidentGroup]:
    if not found:
        return []
    ids = [row.until for row in found]
    newest = {row.id: row for row in unit.rows(_ROWS.where(table.c.id.in_(ids)))}
    return [_group(row, newest[row.until]) for row in found]


def _group(row: Any, newest: Any) -> IncidentGroup:
    return IncidentGroup(
        cause=row.cause,
        count=row.count,
        case_count=row.case_count,
        first_at=row.first_at,
        last_at=row.last_at,
        until=row.until,
        newest=incident_of(newest),
        process_name=newest.process_name,
        process_version=newest.process_version,
    )


def of_group(
    unit: UnitOfWork, cause: str, projects: Projects, first: int, most: int
) -> list[Incident]:
    """Oldest first: who waits longest."""
    statement = _of(_ROWS.where(_is_open, table.c.cause == cause), projects)
    page = statement.order_by(table.c.id).limit(most).offset(first)
    return [incident_of(row) for row in unit.rows(page)]


def named(unit: UnitOfWork, ids: Collection[int], projects: Projects) -> list[Incident]:
    """The open ones among these ids."""
    if not ids:
        return []
    statement = _of(_ROWS.where(_is_open, table.c.id.in_(sorted(ids))), projects)
    return [incident_of(row) for row in unit.rows(statement.order_by(table.c.id))]


def all_of_group(
    unit: UnitOfWork, cause: str, projects: Projects, until: int, most: int
) -> list[Incident]:
    """Those of a group that somebody has seen: up to id `until`."""
    statement = _of(_ROWS.where(_is_open, table.c.cause == cause, table.c.id <= until), projects)
    return [incident_of(row) for row in unit.rows(statement.order_by(table.c.id).limit(most))]


def subjects(unit: UnitOfWork, ids: Collection[str]) -> Mapping[str, str]:
    """Instance id -> subject."""
    statement = sa.select(instance.c.id, instance.c.subject).where(instance.c.id.in_(sorted(ids)))
    return {row.id: row.subject for row in unit.rows(statement)} if ids else {}


def summary(unit: UnitOfWork, projects: Projects) -> IncidentSummary:
    row = unit.row(_of(_SUMMARY, projects))
    return IncidentSummary(count=row.count, causes=row.causes, oldest_at=row.oldest_at)


def count(unit: UnitOfWork, projects: Projects) -> int:
    """At most 1,000."""
    found = _of(sa.select(table.c.id).where(_is_open), projects).limit(COUNT_LIMIT).subquery()
    row = unit.row(sa.select(sa.func.count()).select_from(found))
    return int(row[0])


def is_open(unit: UnitOfWork, cause: str) -> bool:
    """Whether anything of that cause is open, in any project."""
    statement = sa.select(table.c.id).where(_is_open, table.c.cause == cause).limit(1)
    return unit.row(statement) is not None
