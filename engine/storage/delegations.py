"""Delegations (代理): row <-> `Delegation`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.delegation import Delegation
from engine.domain.errors import NotFoundError
from engine.storage.schema_cooperation import delegation as table
from engine.storage.unit_of_work import UnitOfWork

MOST = 200

_BY_ID = sa.select(table).where(table.c.id == sa.bindparam("id"))
_ACTIVE_OF = (
    sa.select(table)
    .where(
        table.c.proxy_id == sa.bindparam("proxy"),
        table.c.ended_at.is_(None),
        table.c.valid_from_on <= sa.bindparam("on"),
        table.c.valid_to_on >= sa.bindparam("on"),
    )
    .order_by(table.c.valid_to_on, table.c.id)
)
_OF = (
    sa.select(table)
    .where(
        sa.or_(
            table.c.person_id == sa.bindparam("person"),
            table.c.proxy_id == sa.bindparam("person"),
        )
    )
    .order_by(table.c.valid_from_on.desc(), table.c.created_at.desc(), table.c.id)
    .limit(MOST)
)
_TOUCHING = sa.select(table).where(
    sa.or_(
        table.c.person_id.in_(sa.bindparam("people", expanding=True)),
        table.c.proxy_id.in_(sa.bindparam("people", expanding=True)),
    ),
    table.c.ended_at.is_(None),
    table.c.valid_to_on >= sa.bindparam("since"),
)
_BETWEEN = (
    sa.select(table)
    .where(
        table.c.person_id == sa.bindparam("person"),
        table.c.proxy_id == sa.bindparam("proxy"),
    )
    .limit(MOST)
)
_INSERT = sa.insert(table)
_END = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.ended_at.is_(None))
    .values(ended_at=sa.bindparam("new_ended_at"))
)


def _delegation(row: Any) -> Delegation:
    return Delegation(**dict(zip(table.c.keys(), row, strict=True)))


def get(unit: UnitOfWork, delegation_id: str) -> Delegation:
    row = unit.row(_BY_ID, {"id": delegation_id})
    if row is None:
        raise NotFoundError("delegation", delegation_id)
    return _delegation(row)


def active_of(unit: UnitOfWork, proxy_id: str, on: date) -> list[Delegation]:
    """What the proxy has in hand on that day, the first to end first."""
    return [_delegation(row) for row in unit.rows(_ACTIVE_OF, {"proxy": proxy_id, "on": on})]


def of(unit: UnitOfWork, person_id: str) -> list[Delegation]:
    """Given and received, also those that have ended; the newest first."""
    return [_delegation(row) for row in unit.rows(_OF, {"person": person_id})]


def touching(unit: UnitOfWork, people: Iterable[str], since: date) -> list[Delegation]:
    """Those of these people, given or received, that reach `since` and have not ended early."""
    values = {"people": sorted(set(people)), "since": since}
    return [_delegation(row) for row in unit.rows(_TOUCHING, values)]


def between(unit: UnitOfWork, person_id: str, proxy_id: str) -> list[Delegation]:
    """All that this holder has ever given to this proxy."""
    values = {"person": person_id, "proxy": proxy_id}
    return [_delegation(row) for row in unit.rows(_BETWEEN, values)]


def add(unit: UnitOfWork, new: Delegation) -> None:
    row = {name: getattr(new, name) for name in table.c.keys() if name != "ended_at"}  # noqa: SIM118
    unit.note(_INSERT, row)


def end(unit: UnitOfWork, delegation_id: str) -> None:
    values = {"of_id": delegation_id, "new_ended_at": unit.now}
    unit.note(_END, values, "delegation")
