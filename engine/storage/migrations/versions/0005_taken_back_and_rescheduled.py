"""Who has seen a task first, versions of schedules, and the history of what is no instance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
sa.Table("user_task", metadata, c.key())
task_seen = sa.Table(
    "task_seen",
    metadata,
    sa.Column("task_id", sa.Text, sa.ForeignKey("user_task.id"), primary_key=True),
    c.text("person_id", None),
    c.moment("at"),
)

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [task_seen])
    op.add_column("schedule", c.count("version", 1))
    condition = sa.text("instance_id is null")
    op.create_index(
        "ix_history_of",
        "history",
        ["element_instance_id", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
