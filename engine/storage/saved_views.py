"""Saved views: row <-> `SavedView`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.domain.saved_view import SavedView
from engine.storage.schema_cooperation import saved_view as table
from engine.storage.unit_of_work import UnitOfWork

_OF_PAGE = (
    sa.select(table)
    .where(table.c.person_id == sa.bindparam("person"), table.c.page == sa.bindparam("page"))
    .order_by(table.c.name, table.c.id)
)
_BY_ID = sa.select(table).where(
    table.c.id == sa.bindparam("id"), table.c.person_id == sa.bindparam("person")
)
_INSERT = sa.insert(table)
_UPDATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(name=sa.bindparam("new_name"), query=sa.bindparam("new_query"))
)
_DELETE = sa.delete(table).where(table.c.id == sa.bindparam("of_id"))


def _view(row: Any) -> SavedView:
    return SavedView(
        id=row.id, person_id=row.person_id, page=row.page, name=row.name, query=row.query
    )


def of_page(unit: UnitOfWork, person_id: str, page: str) -> list[SavedView]:
    return [_view(row) for row in unit.rows(_OF_PAGE, {"person": person_id, "page": page})]


def find(unit: UnitOfWork, person_id: str, view_id: str) -> SavedView | None:
    row = unit.row(_BY_ID, {"id": view_id, "person": person_id})
    return None if row is None else _view(row)


def add(unit: UnitOfWork, view: SavedView) -> None:
    row = {name: getattr(view, name) for name in ("id", "person_id", "page", "name", "query")}
    unit.note(_INSERT, row, "saved_view")


def save(unit: UnitOfWork, view: SavedView) -> None:
    values = {"of_id": view.id, "new_name": view.name, "new_query": view.query}
    unit.note(_UPDATE, values, "saved_view")


def drop(unit: UnitOfWork, view_id: str) -> None:
    unit.note(_DELETE, {"of_id": view_id})
