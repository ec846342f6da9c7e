"""People as administrators look for them: by words, role, project and organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.person import Person
from engine.storage.folding import folded
from engine.storage.people import PEOPLE, with_memberships
from engine.storage.schema_people import membership, organisation
from engine.storage.schema_people import person as table
from engine.storage.unit_of_work import UnitOfWork

_READING = (table.c.reading == "", table.c.reading, table.c.login)
_ORDERS: Mapping[str, Sequence[Any]] = {
    "reading": _READING,
    "login": (table.c.login,),
    "organisation": (organisation.c.reading, organisation.c.name, *_READING),
}
ORDERS = tuple(_ORDERS)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; what is empty is not asked.  `on`: the day on which a role counts."""

    on: date
    words: tuple[str, ...] = ()  # folded
    role: str = ""
    project_id: str = ""
    organisation_id: str = ""
    is_active: bool | None = None


def page(
    unit: UnitOfWork, wanted: Wanted, order: str, first: int, most: int
) -> tuple[list[Person], int]:
    """Some of those who fit, with their memberships, and how many there are."""
    conditions = _conditions(wanted)
    count = sa.select(sa.func.count()).select_from(table).where(*conditions)
    columns = _ORDERS[order.removeprefix("-")]
    sorted_ = [sa.desc(one) for one in columns] if order.startswith("-") else columns
    query = PEOPLE.where(*conditions).order_by(*sorted_).limit(most).offset(first)
    return with_memberships(unit, unit.rows(query)), int(unit.row(count)[0])


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    sought = (table.c.name, table.c.reading, table.c.login, table.c.email)
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(*(folded(one).contains(word, autoescape=True) for one in sought))
        for word in wanted.words
    ]
    if wanted.organisation_id:
        found.append(table.c.organisation_id == wanted.organisation_id)
    if wanted.is_active is not None:
        found.append(table.c.is_active if wanted.is_active else ~table.c.is_active)
    if wanted.role or wanted.project_id:
        found.append(table.c.id.in_(_holders(wanted)))
    return found


def _holders(wanted: Wanted) -> sa.Select[tuple[str]]:
    """Ids of those with that role, or in that project, on the day."""
    query = sa.select(membership.c.person_id).where(
        membership.c.valid_from_on <= wanted.on, membership.c.valid_to_on >= wanted.on
    )
    if wanted.role:
        query = query.where(membership.c.role == wanted.role)
    if wanted.project_id:
        everywhere = membership.c.project_id.is_(None)
        query = query.where(sa.or_(membership.c.project_id == wanted.project_id, everywhere))
    return query
