"""The tables by which instances are looked for through their data items.

The worker writes them from the history, a moment after each step: a step itself pays nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

# Rows of one item lie together, so that words are looked for in them alone.
instance_value = sa.Table(
    "instance_value",
    metadata,
    c.key("name"),
    sa.Column("instance_id", sa.Text, sa.ForeignKey("process_instance.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", c.PLAIN, nullable=False),
    c.text("text"),
    c.text("root_id", None),
    sa.Index("ix_instance_value_key", "name", "key", "root_id", "instance_id"),
    sa.Index("ix_instance_value_root_id", "root_id", "name", "key", "instance_id"),
    sqlite_with_rowid=False,
)
# One row: up to which line of the history the values are known.
instance_value_cursor = sa.Table(
    "instance_value_cursor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("history_id", sa.BigInteger, nullable=False),
)
