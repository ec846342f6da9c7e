"""The values by which instances are looked for; the worker fills them in from the history.

And indexes of the tasks by their place in the diagram.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
sa.Table("process_instance", metadata, c.key())
value = sa.Table(
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
cursor = sa.Table(
    "instance_value_cursor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("history_id", sa.BigInteger, nullable=False),
)

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [value, cursor])
    _partial("ix_user_task_passed", ["element_id", "instance_id"], "state = 'completed'")
    op.drop_index("ix_user_task_open", "user_task")
    columns = ["instance_id", "due_at", "name", "element_id"]
    _partial("ix_user_task_open", columns, "state in ('open', 'claimed')")


def _partial(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "user_task", columns, sqlite_where=condition, postgresql_where=condition)
