"""The newest monitoring report of each system, where indicators are far below their target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.domain.register_keys import key_of
from engine.storage.queries.board import Projects, within
from engine.storage.schema import register_entry as entry
from engine.storage.schema_registers import register_value as value
from engine.storage.unit_of_work import UnitOfWork

REGISTER, MONTH, FAR_BELOW = "R26", "対象月", "著しく低い"
_month, _count = value.alias("of_month"), value.alias("of_count")


@dataclass(frozen=True, kw_only=True)
class WeakReport:
    """A report with indicators far below their target, and their names."""

    entry_id: str
    period: str
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.names)


def weak(unit: UnitOfWork, projects: Projects) -> dict[str | None, WeakReport]:
    """System -> its report, where that of the newest month names such indicators."""
    place = sa.func.row_number().over(
        partition_by=entry.c.system_id,
        order_by=(_month.c.key.desc(), entry.c.written_at.desc(), entry.c.id),
    )
    ranked = (
        sa.select(entry.c.id, place.label("place"))
        .join(_month, _month.c.entry_id == entry.c.id)
        .where(
            _month.c.register == REGISTER,
            _month.c.column_name == MONTH,
            *within(entry.c.project_id, projects),
        )
        .subquery()
    )
    query = (
        sa.select(entry.c.id, entry.c.system_id, entry.c["values"].label("content"))
        .join(ranked, ranked.c.id == entry.c.id)
        .join(_count, _count.c.entry_id == entry.c.id)
        .where(
            ranked.c.place == 1,
            _count.c.register == REGISTER,
            _count.c.column_name == FAR_BELOW,
            _count.c.key > key_of(Decimal(0)),
        )
    )
    return {row.system_id: _report(row.id, row.content) for row in unit.rows(query)}


def _report(entry_id: str, values: Mapping[str, Any]) -> WeakReport:
    """`values` as they are kept: of the whole report only texts are wanted, which are plain."""
    named = [
        str(row.get("指標名") or row.get("指標") or "")
        for row in values.get("指標") or ()
        if isinstance(row, Mapping) and row.get("判定") == FAR_BELOW
    ]
    return WeakReport(entry_id=entry_id, period=str(values.get("期間") or ""), names=tuple(named))
