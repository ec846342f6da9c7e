"""Tables of the studio: drafts of models, who edits them, their files."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

model_draft = sa.Table(
    "model_draft",
    metadata,
    c.key(),
    c.text("key", None, unique=True),  # of the process, or _decisions/<id>
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
