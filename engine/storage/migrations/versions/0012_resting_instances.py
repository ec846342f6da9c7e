"""Instances that rest (一時停止)."""

from __future__ import annotations

from alembic import op

from engine.storage import columns as c

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("process_instance", c.maybe_moment("suspended_at"))
    op.add_column("process_instance", c.maybe_text("suspended_with"))
    op.add_column("process_instance", c.text("suspend_reason"))
