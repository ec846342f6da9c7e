"""Causes of incidents, the state of long batches, processes that are alive, pages that failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    c.key("process"),
    c.text("place"),
    c.moment("started_at"),
    c.moment("seen_at"),
    c.maybe_moment("worked_at"),
    c.maybe_moment("looked_at"),
)
fault = sa.Table(
    "fault",
    metadata,
    c.key("number"),
    c.moment("at"),
    c.text("place"),
    c.maybe_text("person_id"),
    c.text("kind"),
    c.text("trace"),
    sa.Index("ix_fault_at", "at"),
)
NEW_COLUMNS: dict[str, Callable[[], list[sa.Column[Any]]]] = {
    "batch": lambda: [c.text("code"), c.count("attempts")],
    "batch_item": lambda: [c.text("code")],
    "incident": lambda: [c.text("cause"), c.text("reason"), c.maybe_text("project_id")],
}
INDEXES = (
    ("ix_batch_open", "batch", ["created_at"], "ended_at is null"),
    ("ix_batch_item_waiting", "batch_item", ["batch_id", "position"], "state = 'waiting'"),
    ("ix_incident_cause", "incident", ["cause", "id"], "resolved_at is null"),
)
# the same words as `engine.domain.cause` makes, as far as the old rows tell
CAUSES = """
update incident set
  project_id = (select i.project_id from process_instance i where i.id = incident.instance_id),
  cause = case when kind = 'element' then
    'element|' || code || '|' || coalesce((
      select i.definition_id from process_instance i where i.id = incident.instance_id
    ), '') || '|' || element_id
  else kind || '|' || code end
"""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for table, columns in NEW_COLUMNS.items():
        for column in columns():
            op.add_column(table, column)
    op.execute(CAUSES)
    for name, table, names, where in INDEXES:
        condition = sa.text(where)
        op.create_index(name, table, names, sqlite_where=condition, postgresql_where=condition)
