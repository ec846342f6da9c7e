"""Is all well?  Heartbeats of the processes, and what an operator wants to know at a glance."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.domain.access import Actor, may_administer
from engine.domain.heartbeat import Heartbeat, is_recent, last_look, last_work
from engine.services import instance_values
from engine.services.overview import AdministratorsOnlyError
from engine.services.unit import Unit
from engine.storage import heartbeats as rows
from engine.storage.queries import instances as queries
from engine.storage.queries import jobs as job_queries

KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Health:
    """`disk_free` and `disk_total` of the data folder, `database_size`: in bytes.

    `oldest_due_at`: since when the job waits that should have run first, None if none is late.
    `unread`, `newest`: lines of the history that are still to be read for the search by data items,
    and the newest one.
    `counts`: incidents, undelivered, unsent and the like, of the whole office.
    """

    dialect: str
    database_size: int
    processes: tuple[Heartbeat, ...]
    worked_at: datetime | None
    looked_at: datetime | None
    is_working: bool
    is_looking: bool
    oldest_due_at: datetime | None
    unread: int
    newest: int
    counts: dict[str, int]
    disk_free: int
    disk_total: int


def beat(unit: Unit, heartbeat: Heartbeat) -> None:
    rows.beat(unit, heartbeat)


def leave(unit: Unit, process: str) -> None:
    """Say that the process ends."""
    rows.drop(unit, process)


def tidy(unit: Unit) -> None:
    """Daily: processes that were killed."""
    rows.drop_old(unit, unit.now - KEPT)


def is_working(unit: Unit) -> bool:
    """Whether the worker of some process has looked for jobs lately."""
    return is_recent(last_work(rows.newest(unit)), unit.now)


def report(unit: Unit, actor: Actor) -> Health:
    """
    Raises:
        AdministratorsOnlyError
    """
    if not may_administer(actor):
        raise AdministratorsOnlyError(f"{actor.user_id} is no administrator")
    beats = rows.newest(unit)
    read, newest = instance_values.progress(unit)
    disk = shutil.disk_usage(_existing(unit.office.files))
    return Health(
        dialect=unit.dialect,
        database_size=rows.database_size(unit),
        processes=tuple(beats),
        worked_at=last_work(beats),
        looked_at=last_look(beats),
        is_working=is_recent(last_work(beats), unit.now),
        is_looking=is_recent(last_look(beats), unit.now),
        oldest_due_at=job_queries.oldest_due(unit),
        unread=newest - read,
        newest=newest,
        counts=dict(queries.counts(unit)),
        disk_free=disk.free,
        disk_total=disk.total,
    )


def _existing(folder: Path) -> Path:
    """The folder, or the one it will be made in."""
    while not folder.exists():
        folder = folder.parent
    return folder
