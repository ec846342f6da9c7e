"""The rows by which records are looked for; written with the record, in one statement for all."""

from __future__ import annotations

import sqlalchemy as sa

from engine.domain.records import RegisterEntry
from engine.domain.register_keys import search_rows
from engine.storage.unit_of_work import UnitOfWork

# one form of words for both databases; SQLAlchemy has one for each
_NOTE = sa.text(
    "insert into register_value (register, column_name, entry_id, key, text) "
    "values (:register, :column_name, :entry_id, :key, :text) "
    "on conflict (register, column_name, entry_id) "
    "do update set key = excluded.key, text = excluded.text"
)


def note(unit: UnitOfWork, entry: RegisterEntry, after: sa.Executable) -> None:
    """Note under what this version is found from now on; `after` writes new records."""
    for row in search_rows(entry.values, entry.number):
        unit.note_together(
            _NOTE,
            {
                "register": entry.register,
                "column_name": row.column,
                "entry_id": entry.id,
                "key": row.key,
                "text": row.text,
            },
            after,
        )
