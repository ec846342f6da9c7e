"""What is to leave the house after the commit: mail, and the feed of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.records import OutboxRow
from engine.storage.columns import is_word
from engine.storage.schema import outbox as table
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
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
_DROP_EVENTS = sa.delete(table).where(
    table.c.kind == "event", table.c.created_at < sa.bindparam("before")
)


def add(
    unit: UnitOfWork, kind: str, body: Mapping[str, Any], instance_id: str | None = None
) -> None:
    """`kind`: mail or event; `body`: plain JSON."""
    row = {"kind": kind, "body": dict(body), "instance_id": instance_id}
    unit.note(_INSERT, {**row, "created_at": unit.now, "run_at": unit.now})


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
    )
