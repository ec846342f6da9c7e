"""What the processes of this installation say of themselves, and facts about the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.domain.heartbeat import Heartbeat
from engine.storage.schema_trouble import heartbeat as table
from engine.storage.unit_of_work import UnitOfWork

_BEAT = insert(table)
_BEAT = _BEAT.on_conflict_do_update(  # both know it
    index_elements=[table.c.process],
    set_={
        "seen_at": _BEAT.excluded.seen_at,
        "worked_at": _BEAT.excluded.worked_at,
        "looked_at": _BEAT.excluded.looked_at,
    },
)
_ALL = sa.select(table).order_by(table.c.seen_at.desc()).limit(50)
_DROP = sa.delete(table).where(table.c.process == sa.bindparam("of_process"))
_DROP_OLD = sa.delete(table).where(table.c.seen_at < sa.bindparam("before"))
_SIZES = {
    "sqlite": sa.text("select page_count * page_size from pragma_page_count, pragma_page_size"),
    "postgresql": sa.text("select pg_database_size(current_database())"),
}


def beat(unit: UnitOfWork, one: Heartbeat) -> None:
    values = {"process": one.process, "place": one.place, "started_at": one.started_at}
    moments = {"seen_at": unit.now, "worked_at": one.worked_at, "looked_at": one.looked_at}
    unit.note(_BEAT, {**values, **moments})


def newest(unit: UnitOfWork) -> list[Heartbeat]:
    return [
        Heartbeat(
            process=row.process,
            place=row.place,
            started_at=row.started_at,
            seen_at=row.seen_at,
            worked_at=row.worked_at,
            looked_at=row.looked_at,
        )
        for row in unit.rows(_ALL)
    ]


def drop(unit: UnitOfWork, process: str) -> None:
    unit.note(_DROP, {"of_process": process})


def drop_old(unit: UnitOfWork, before: datetime) -> None:
    unit.note(_DROP_OLD, {"before": before})


def database_size(unit: UnitOfWork) -> int:
    """In bytes."""
    return int(unit.row(_SIZES[unit.dialect])[0])
