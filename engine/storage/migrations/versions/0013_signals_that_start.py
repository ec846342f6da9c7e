"""Signals that start instances, and who has had which signal."""

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
sa.Table("process_definition", metadata, c.key())
listened = sa.Table(
    "listened_signal",
    metadata,
    sa.Column("definition_id", sa.Text, sa.ForeignKey("process_definition.id"), primary_key=True),
    c.key("name"),
    sa.Index("ix_listened_signal_name", "name"),
)
delivery = sa.Table(
    "signal_delivery",
    metadata,
    c.key("signal_id"),
    c.key("receiver"),
    c.moment("at"),
    sa.Index("ix_signal_delivery_at", "at"),
)

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    listened.create(op.get_bind())
    delivery.create(op.get_bind())
