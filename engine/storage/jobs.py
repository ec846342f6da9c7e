"""Jobs: rows written with the step that wants them, taken one at a time by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.domain import typed_json
from engine.domain.records import Job
from engine.storage.schema import job as table
from engine.storage.unit_of_work import UnitOfWork

HELD = "held"  # state of a job whose instance is suspended
_INSERT = insert(table).on_conflict_do_nothing(index_elements=[table.c.key])  # both know it
_DROP = sa.delete(table).where(table.c.id == sa.bindparam("of_id"))
_DROP_OF_ELEMENT = sa.delete(table).where(
    table.c.element_instance_id == sa.bindparam("of_element"),
    table.c.instance_id == sa.bindparam("of_instance"),
    table.c.kind == sa.bindparam("of_kind"),
    sa.or_(table.c.state == "todo", table.c.state == HELD),  # no IN: it runs for many rows
)
_HOLD = (
    sa.update(table)
    .where(table.c.instance_id == sa.bindparam("of_instance"), table.c.state == "todo")
    .values(state=HELD)
)
_RELEASE = (
    sa.update(table)
    .where(table.c.instance_id == sa.bindparam("of_instance"), table.c.state == HELD)
    .values(state="todo")
)
_DUE = (
    sa.select(table)
    .where(table.c.state == "todo", table.c.run_at <= sa.bindparam("now"))
    .order_by(table.c.run_at, table.c.id)
    .limit(1)
)
_TAKE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.state == "todo")
    .values(state="doing", attempts=table.c.attempts + 1)
)
_PUT_BACK = sa.update(table).where(table.c.state == "doing").values(state="todo")
_AGAIN = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(
        state=sa.bindparam("new_state"),
        run_at=sa.bindparam("new_run_at"),
        attempts=sa.bindparam("new_attempts"),
        error=sa.bindparam("new_error"),
    )
)
_NEXT_AT = sa.select(sa.func.min(table.c.run_at)).where(table.c.state == "todo")
_PAGE = (
    sa.select(table)
    .order_by(table.c.state, table.c.run_at, table.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_ONE = sa.select(table).where(table.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to enqueue.  `key`: a second job with the same key is ignored while the first waits.

    `is_held`: it waits until its instance is resumed.
    """

    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    key: str | None = None
    instance_id: str | None = None
    element_instance_id: str | None = None
    is_held: bool = False


def enqueue(unit: UnitOfWork, job: NewJob) -> None:
    """Note the job; it exists if and only if the rest of the command does."""
    unit.note(
        _INSERT,
        {
            "kind": job.kind,
            "args": typed_json.encode(job.args),
            "lock": job.instance_id,
            "key": job.key,
            "run_at": job.run_at or unit.now,
            "instance_id": job.instance_id,
            "element_instance_id": job.element_instance_id,
            "state": HELD if job.is_held else "todo",
        },
    )


def hold_all(unit: UnitOfWork, instance_id: str) -> None:
    """Note that what an instance waits for does not happen until `release_all`."""
    unit.note(_HOLD, {"of_instance": instance_id})


def release_all(unit: UnitOfWork, instance_id: str) -> None:
    """Note that it happens again: what is past its time, at once."""
    unit.note(_RELEASE, {"of_instance": instance_id})


def hold(unit: UnitOfWork, job: Job) -> None:
    """Note that a job that was begun has found its instance suspended; it was no attempt."""
    _save(unit, replace(job, attempts=max(job.attempts - 1, 0)), HELD, job.run_at, "")


def drop(unit: UnitOfWork, job_id: int) -> None:
    unit.note(_DROP, {"of_id": job_id})


def drop_of_element(unit: UnitOfWork, instance_id: str, element_id: str, kind: str) -> None:
    """Note that jobs of this element instance are no longer wanted; one being done ends itself."""
    values = {"of_element": element_id, "of_instance": instance_id, "of_kind": kind}
    unit.note(_DROP_OF_ELEMENT, values)


def due(unit: UnitOfWork) -> Job | None:
    """The next job whose time has come."""
    row = unit.row(_DUE, {"now": unit.now})
    return None if row is None else job_of(row)


def take(unit: UnitOfWork, job_id: int) -> None:
    unit.note(_TAKE, {"of_id": job_id}, "job")


def put_back(unit: UnitOfWork) -> None:
    """What a killed worker left half done is to be done again."""
    unit.note(_PUT_BACK, {})


def again(unit: UnitOfWork, job: Job, run_at: datetime, error: str = "") -> None:
    """Run the job later."""
    _save(unit, job, "todo", run_at, error)


def restart(unit: UnitOfWork, job: Job, run_at: datetime) -> None:
    """Run a job that was set aside again, with all its attempts before it."""
    _save(unit, replace(job, attempts=0), "todo", run_at, "")


def fail(unit: UnitOfWork, job: Job, error: str) -> None:
    """Set the job aside until a person wants it again."""
    _save(unit, job, "failed", job.run_at, error)


def _save(unit: UnitOfWork, job: Job, state: str, run_at: datetime, error: str) -> None:
    unit.note(
        _AGAIN,
        {
            "of_id": job.id,
            "new_state": state,
            "new_run_at": run_at,
            "new_attempts": job.attempts,
            "new_error": error,
        },
    )


def find(unit: UnitOfWork, job_id: int) -> Job | None:
    row = unit.row(_ONE, {"id": job_id})
    return None if row is None else job_of(row)


def next_at(unit: UnitOfWork) -> datetime | None:
    """When the next waiting job is due, if any waits."""
    row = unit.row(_NEXT_AT)
    return None if row is None else row[0]


def page(unit: UnitOfWork, first: int, most: int) -> list[Job]:
    return [job_of(row) for row in unit.rows(_PAGE, {"first": first, "most": most})]


def job_of(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        args=typed_json.decode(row.args),
        state=row.state,
        run_at=row.run_at,
        attempts=row.attempts,
        lock=row.lock,
        error=row.error,
        instance_id=row.instance_id,
    )
