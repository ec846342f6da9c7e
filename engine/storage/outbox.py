"""What is to leave the house after the commit: mail, and the feed of events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.records import OutboxRow
from engine.storage.columns import is_word
from engine.storage.schema import outbox as table
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_INSERT_FAILED = sa.insert(table)  # with other columns: statements are executed for many rows
_DUE = (
    sa.select(table)
    .where(
        is_word(table.c.state, "waiting"),
        table.c.kind == sa.bindparam("kind"),
        table.c.run_at <= sa.bindparam("now"),
    )
    .order_by(table.c.run_at, table.c.id)
    .limit(sa.bindparam("most"))
)
_PAGE = (
    sa.select(table)
    .where(table.c.kind != "event")
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_SAVE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), is_word(table.c.state, "waiting"))
    .values(
        state=sa.bindparam("new_state"),
        run_at=sa.bindparam("new_run_at"),
        attempts=sa.bindparam("new_attempts"),
        error=sa.bindparam("new_error"),
        sent_at=sa.bindparam("new_sent_at"),
    )
)
NEWEST = 2**62
COUNT_LIMIT = 1_000
_IS_MAIL = sa.text("outbox.kind = 'mail'")  # in the words of the partial index
_OF_STATE = (
    sa.select(table)
    .where(_IS_MAIL, table.c.state == sa.bindparam("of_state"), table.c.id < sa.bindparam("before"))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
_COUNT = sa.select(sa.func.count()).select_from(
    sa.select(table.c.id)
    .where(_IS_MAIL, table.c.state == sa.bindparam("of_state"))
    .limit(COUNT_LIMIT)
    .subquery()
)
_FIND = sa.select(table).where(_IS_MAIL, table.c.id.in_(sa.bindparam("ids", expanding=True)))
_CHANGE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.state == sa.bindparam("of_state"))
    .values(
        state=sa.bindparam("new_state"),
        run_at=sa.bindparam("new_run_at"),
        error=sa.bindparam("new_error"),
        attempts=0,
    )
)
_DROP_EVENTS = sa.delete(table).where(
    table.c.kind == "event", table.c.created_at < sa.bindparam("before")
)


def add(
    unit: UnitOfWork, kind: str, body: Mapping[str, Any], instance_id: str | None = None
) -> None:
    """`kind`: mail or event; `body`: plain JSON."""
    row = {"kind": kind, "body": dict(body), "instance_id": instance_id}
    unit.note(_INSERT, {**row, "created_at": unit.now, "run_at": unit.now})


def add_failed(
    unit: UnitOfWork, body: Mapping[str, Any], instance_id: str | None, error: str
) -> None:
    """Note a mail that is set aside from the beginning: part of one that went out."""
    row = {"kind": "mail", "body": dict(body), "instance_id": instance_id, "state": "failed"}
    unit.note(_INSERT_FAILED, {**row, "created_at": unit.now, "run_at": unit.now, "error": error})


def of_state(unit: UnitOfWork, state: str, before: int, most: int) -> list[OutboxRow]:
    """Mail, newest first."""
    values = {"of_state": state, "before": before, "most": most}
    return [_row(row) for row in unit.rows(_OF_STATE, values)]


def count(unit: UnitOfWork, state: str) -> int:
    """Mail of that state, at most 1,000."""
    row = unit.row(_COUNT, {"of_state": state})
    return 0 if row is None else int(row[0])


def find(unit: UnitOfWork, ids: Iterable[int]) -> list[OutboxRow]:
    wanted = sorted(set(ids))
    return [_row(row) for row in unit.rows(_FIND, {"ids": wanted})] if wanted else []


def change(unit: UnitOfWork, row: OutboxRow, state: str, error: str) -> None:
    """Note what a person wants: all attempts anew, or none any more."""
    values = {
        "of_id": row.id,
        "of_state": row.state,
        "new_state": state,
        "new_run_at": unit.now,
        "new_error": error,
    }
    unit.note(_CHANGE, values, "outbox")


def due(unit: UnitOfWork, kind: str, most: int = 50) -> list[OutboxRow]:
    rows = unit.rows(_DUE, {"kind": kind, "now": unit.now, "most": most})
    return [_row(row) for row in rows]


def page(unit: UnitOfWork, first: int, most: int) -> list[OutboxRow]:
    """All but the feed of events, newest first."""
    return [_row(row) for row in unit.rows(_PAGE, {"first": first, "most": most})]


def sent(unit: UnitOfWork, row: OutboxRow) -> None:
    _save(unit, row, state="sent", run_at=unit.now, error="")


def later(unit: UnitOfWork, row: OutboxRow, run_at: datetime, error: str) -> None:
    _save(unit, row, state="waiting", run_at=run_at, error=error)


def failed(unit: UnitOfWork, row: OutboxRow, error: str) -> None:
    _save(unit, row, state="failed", run_at=unit.now, error=error)


def _save(unit: UnitOfWork, row: OutboxRow, *, state: str, run_at: datetime, error: str) -> None:
    values = {
        "of_id": row.id,
        "new_state": state,
        "new_run_at": run_at,
        "new_attempts": row.attempts + 1,
        "new_error": error,
        "new_sent_at": unit.now if state == "sent" else None,
    }
    unit.note(_SAVE, values)


def drop_events(unit: UnitOfWork, before: datetime) -> None:
    """Remove events of the feed that nobody asked for in time."""
    unit.note(_DROP_EVENTS, {"before": before})


def _row(row: Any) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        kind=row.kind,
        body=row.body,
        state=row.state,
        created_at=row.created_at,
        attempts=row.attempts,
        error=row.error,
        sent_at=row.sent_at,
        run_at=row.run_at,
        instance_id=row.instance_id,
    )
