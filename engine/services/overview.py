"""What is going on in the whole office."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.access import Actor, may_administer
from engine.domain.errors import ForbiddenError
from engine.domain.instance import HistoryEntry
from engine.domain.records import Job, OutboxRow
from engine.services.unit import Unit
from engine.storage import history as history_rows
from engine.storage import jobs as job_rows
from engine.storage import outbox as outbox_rows
from engine.storage.queries import instances as queries


class AdministratorsOnlyError(ForbiddenError):
    """The page shows the inside of the engine."""

    code = "administrators_only"


def _check(actor: Actor) -> None:
    if not may_administer(actor):
        raise AdministratorsOnlyError(f"{actor.user_id} is no administrator")


def counts(unit: Unit, actor: Actor) -> Mapping[str, int]:
    """running, open_tasks, incidents, undelivered, unsent: of the whole office."""
    _check(actor)
    return queries.counts(unit)


def outbox(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[OutboxRow]:
    """Mail that was sent or waits (送信待ち), newest first."""
    _check(actor)
    return outbox_rows.page(unit, (page - 1) * size, size)


def jobs(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[Job]:
    """What is to run later, and what was set aside."""
    _check(actor)
    return job_rows.page(unit, (page - 1) * size, size)


def history(
    unit: Unit, actor: Actor, *, before_id: int | None = None, size: int = 100
) -> list[HistoryEntry]:
    """What anybody has done, newest first; `before_id`: go on from there."""
    _check(actor)
    return history_rows.newest(unit, before_id or history_rows.NEWEST, size)
