"""Drafts of models, and who is editing them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
model_draft = sa.Table(
    "model_draft",
    metadata,
    c.key(),
    c.text("key", None, unique=True),
    c.text("name", None),
    c.count("base_version"),
    c.text("changed_by", None),
    c.moment("changed_at"),
    *c.maybe_texts("editor_id", "editor_tab"),
    c.maybe_moment("editor_since"),
    c.maybe_moment("editor_until"),
)
model_draft_file = sa.Table(
    "model_draft_file",
    metadata,
    sa.Column("draft_id", sa.Text, sa.ForeignKey("model_draft.id"), primary_key=True),
    c.key("name"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    c.count("revision", 1),
)

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    metadata.create_all(op.get_bind())
