"""Jobs as administrators read them: what waits, what runs, what was set aside, for which case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.records import Job
from engine.storage.columns import is_word
from engine.storage.jobs import job_of
from engine.storage.schema import incident, process_instance
from engine.storage.schema import job as table
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """A job with its case; `incident_id`: what is open about it, where it was set aside."""

    job: Job
    business_key: str = ""
    subject: str = ""
    incident_id: int | None = None


_ROWS = sa.select(table, process_instance.c.business_key, process_instance.c.subject).join(
    process_instance, process_instance.c.id == table.c.instance_id, isouter=True
)
_INCIDENTS = sa.select(incident.c.id, incident.c.job_id).where(
    incident.c.resolved_at.is_(None), incident.c.job_id.in_(sa.bindparam("ids", expanding=True))
)


def page(unit: UnitOfWork, state: str, most: int) -> list[JobRow]:
    """Those in that state, what is due first at the top."""
    statement = _ROWS.where(is_word(table.c.state, state)).order_by(table.c.run_at, table.c.id)
    found = unit.rows(statement.limit(most))
    about: dict[int, int] = {}
    if state == "failed" and found:
        rows = unit.rows(_INCIDENTS, {"ids": [row.id for row in found]})
        about = {row.job_id: row.id for row in rows}
    return [_row(row, about.get(row.id)) for row in found]


def _row(row: Any, incident_id: int | None) -> JobRow:
    return JobRow(
        job=job_of(row),
        business_key=row.business_key or "",
        subject=row.subject or "",
        incident_id=incident_id,
    )


def incident_of(unit: UnitOfWork, job_id: int) -> int | None:
    """What is open about a job that was set aside."""
    row = unit.row(_INCIDENTS, {"ids": [job_id]})
    return None if row is None else int(row.id)


def count(unit: UnitOfWork, state: str) -> int:
    """At most 1,000."""
    found = sa.select(table.c.id).where(is_word(table.c.state, state)).limit(COUNT_LIMIT)
    row = unit.row(sa.select(sa.func.count()).select_from(found.subquery()))
    return int(row[0])


def oldest_due(unit: UnitOfWork) -> datetime | None:
    """Since when the first job waits whose time has come."""
    statement = sa.select(sa.func.min(table.c.run_at)).where(
        is_word(table.c.state, "todo"), table.c.run_at <= unit.now
    )
    found: datetime | None = unit.row(statement)[0]
    return found
