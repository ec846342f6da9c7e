"""The table by which register entries are looked for, filtered and sorted."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

# One row per entry and column, and one of all its texts (column ''); the newest version alone.
# Rows of one column lie together, by the id of the entry: those of an anonymous register have
# random ids, so that nothing tells in which order they were written.
register_value = sa.Table(
    "register_value",
    metadata,
    c.key("register"),
    c.key("column_name"),
    sa.Column("entry_id", sa.Text, sa.ForeignKey("register_entry.id"), primary_key=True),
    sa.Column("key", c.PLAIN, nullable=False),
    c.text("text"),
    c.partial_index(
        "ix_register_value_key", "register", "column_name", "key", "entry_id", where="key <> ''"
    ),
    sqlite_with_rowid=False,
)
