"""Register entries as models and pages see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.domain.records import Register, RegisterEntry
from engine.domain.working_days import tokyo_date


def columns_of(register: Register, entry: RegisterEntry) -> dict[str, Any]:
    """Every column (null where nothing stands), and id, 管理番号, 版, 状態, 記入日時.

    記入日時 of an anonymous register is the day alone.
    """
    at: Any = tokyo_date(entry.written_at) if register.anonymous else entry.written_at
    return {
        **{column: entry.values.get(column) for column in register.columns},
        "id": entry.id,
        "管理番号": entry.number,
        "版": Decimal(entry.version),
        "状態": entry.state,
        "記入日時": at,
    }
