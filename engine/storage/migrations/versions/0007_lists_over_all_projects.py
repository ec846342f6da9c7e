"""Indexes of the list of instances over all projects: by number, by their end, by open tasks.

The one by the start now holds what lists filter by, so that SQLite need not open the rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

STARTED = "ix_process_instance_started_at"

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index(STARTED, "process_instance")
    columns = ["started_at", "depth", "state", "project_id", "definition_id", "subject"]
    op.create_index(STARTED, "process_instance", columns)
    op.create_index("ix_process_instance_ended_at", "process_instance", ["ended_at"])
    op.create_index(
        "ix_process_instance_business_key",
        "process_instance",
        ["business_key"],
        postgresql_ops={"business_key": "text_pattern_ops"},
    )
    condition = sa.text("state in ('open', 'claimed')")
    op.create_index(
        "ix_user_task_open",
        "user_task",
        ["instance_id", "due_at", "name"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
