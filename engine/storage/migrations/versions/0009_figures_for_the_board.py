"""Since when somebody has a task, and the indexes of the board and of the analysis.

The time is worked out from the history for the tasks that are there: of the last line that gave
the task to somebody or back to the group.  A task without such a line was held from its arrival
when it came to one person alone; otherwise whoever completed it took it by completing it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ENDED = "ix_process_instance_ended_at"
MOMENT = sa.DateTime(timezone=True)

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("user_task", sa.Column("held_since_at", MOMENT, nullable=True))
    op.execute(
        "update user_task set held_since_at = coalesce("
        "(select max(history.at) from history where history.instance_id = user_task.instance_id"
        " and history.element_instance_id = user_task.id"
        " and history.event in ('task_claimed', 'task_unclaimed', 'task_assigned')),"
        " case when candidate_groups <> '' or candidate_users <> '' then completed_at end,"
        " created_at)"
    )
    op.drop_index(ENDED, "process_instance")
    op.create_index(
        ENDED, "process_instance", ["ended_at", "depth", "state", "project_id", "definition_id"]
    )
    _partial(
        "ix_process_instance_running",
        "process_instance",
        ["system_id", "definition_id", "project_id", "depth"],
        "state = 'running'",
    )
    _partial(
        "ix_user_task_timeliness",
        "user_task",
        ["completed_at", "due_at", "state", "project_id"],
        "completed_at is not null and due_at is not null",
    )
    _partial(
        "ix_history_withdrawn", "history", ["instance_id", "version"], "event = 'task_withdrawn'"
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
