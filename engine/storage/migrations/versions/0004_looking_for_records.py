"""Looking for records: their values as keys, and why a version was written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.domain import typed_json
from engine.domain.register_keys import search_rows  # what is looked for today, so never outdated
from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
entry = sa.Table(
    "register_entry", metadata, c.key(), c.text("register"), c.text("number"), c.json("values")
)
value = sa.Table(
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
BATCH = 500
NEWEST = ["register", "written_at", "id", "project_id", "state", "system_id"]

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, [value])
    op.add_column("register_entry_version", c.text("reason"))
    op.create_index("ix_register_entry_at", "register_entry", NEWEST)
    op.create_index("ix_register_entry_number", "register_entry", ["register", "number", "id"])
    op.create_index("ix_register_entry_state", "register_entry", ["register", "state"])
    last = ""
    while rows := connection.execute(
        sa.select(entry).where(entry.c.id > last).order_by(entry.c.id).limit(BATCH)
    ).all():
        last = rows[-1].id
        connection.execute(sa.insert(value), [made for row in rows for made in _rows(row)])


def _rows(row: Any) -> Iterator[dict[str, str]]:
    for one in search_rows(typed_json.decode(row.values), row.number):
        yield {
            "register": row.register,
            "column_name": one.column,
            "entry_id": row.id,
            "key": one.key,
            "text": one.text,
        }
