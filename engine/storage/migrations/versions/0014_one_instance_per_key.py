"""Processes of which one instance at most runs for each key of the message it starts by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

table = sa.Table(
    "start_key",
    sa.MetaData(
        naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
    ),
    c.key("definition_key"),
    c.key("name"),
    c.key("project_id"),
    c.key("key"),
    c.text("instance_id", None),
    sa.Index("ix_start_key_instance_id", "instance_id"),
)

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    table.create(op.get_bind())
