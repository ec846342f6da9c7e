"""Signals: who starts by one, who waits for one, and who has had it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.storage.definitions import is_newest
from engine.storage.schema import listened_signal, process_definition, subscription
from engine.storage.schema import signal_delivery as delivery
from engine.storage.unit_of_work import UnitOfWork

KEPT = timedelta(days=30)  # longer than a job that hands a signal on is tried again
_ADD = sa.insert(listened_signal)
_STARTS = (
    sa.select(process_definition.c.key)
    .join(listened_signal, listened_signal.c.definition_id == process_definition.c.id)
    .where(listened_signal.c.name == sa.bindparam("name"), is_newest)
    .order_by(process_definition.c.key)
)
_WAITING = (
    sa.select(subscription.c.id, subscription.c.instance_id)
    .where(
        subscription.c.kind == "signal",
        subscription.c.name == sa.bindparam("name"),
        subscription.c.opened_at <= sa.bindparam("thrown"),
        sa.or_(
            subscription.c.project_id == sa.bindparam("project"),
            subscription.c.project_id.is_(None),
            sa.bindparam("project", type_=sa.Text).is_(None),
        ),
    )
    .order_by(subscription.c.opened_at, subscription.c.id)
)
_HAD = sa.select(delivery.c.receiver).where(delivery.c.signal_id == sa.bindparam("id"))
_DELIVER = sa.insert(delivery)
_FORGET = sa.delete(delivery).where(delivery.c.at < sa.bindparam("before"))


def listen(unit: UnitOfWork, definition_id: str, names: Iterable[str]) -> None:
    """Note that instances of a definition start by these signals."""
    for name in names:
        unit.note(_ADD, {"definition_id": definition_id, "name": name})


def started_by(unit: UnitOfWork, name: str) -> list[str]:
    """Keys of the processes whose newest version starts by this signal."""
    return [row.key for row in unit.rows(_STARTS, {"name": name})]


def waiting(
    unit: UnitOfWork, name: str, project_id: str | None, thrown_at: datetime
) -> list[tuple[str, str]]:
    """(instance id, subscription id) of all that waited for it when it was thrown."""
    values = {"name": name, "project": project_id, "thrown": thrown_at}
    return [(row.instance_id, row.id) for row in unit.rows(_WAITING, values)]


def had_by(unit: UnitOfWork, signal_id: str) -> frozenset[str]:
    """The receivers that have had it."""
    return frozenset(row.receiver for row in unit.rows(_HAD, {"id": signal_id}))


def add_delivery(unit: UnitOfWork, signal_id: str, receiver: str) -> None:
    """Note who has had it; a second time makes the command stale."""
    row = {"signal_id": signal_id, "receiver": receiver, "at": unit.now}
    unit.note(_DELIVER, row, "signal_delivery")


def forget(unit: UnitOfWork) -> None:
    """Drop what no job asks for any more."""
    unit.note(_FORGET, {"before": unit.now - KEPT})
