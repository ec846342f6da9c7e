"""What administrators change: people, memberships, projects, systems and organisations.

Lines of the history about a person are now found by the person, as those of a schedule are.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

AT_ONCE = 1_000
OF_PEOPLE = ("person_added", "password_changed", "membership_added", "membership_ended")
metadata = sa.MetaData()
history = sa.Table(
    "history",
    metadata,
    c.serial(),
    c.text("event"),
    c.maybe_text("element_instance_id"),
    sa.Column("detail", c.JSON, nullable=True),
)

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("organisation", "project", "system"):
        op.add_column(name, c.text("reading"))
        op.add_column(name, c.flag("is_closed"))
        op.add_column(name, c.count("version", 1))
    op.add_column("system", sa.Column("valid_from_on", sa.Date, nullable=True))
    op.add_column("system", sa.Column("valid_to_on", sa.Date, nullable=True))
    op.add_column("person", c.text("reading"))
    op.add_column("person", c.flag("must_change_password"))
    op.add_column("person", c.count("version", 1))
    op.create_index("ix_history_actor", "history", ["actor", "id"])
    op.create_index("ix_history_event", "history", ["event", "id"])
    _find_people(op.get_bind())


def _find_people(connection: sa.Connection) -> None:
    """Say in each line about a person whom it is about."""
    lines = sa.select(history.c.id, history.c.detail).where(
        history.c.event.in_(OF_PEOPLE), history.c.element_instance_id.is_(None)
    )
    found = [_named(row) for row in connection.execute(lines)]
    change = (
        sa.update(history)
        .where(history.c.id == sa.bindparam("of_id"))
        .values(element_instance_id=sa.bindparam("person"))
    )
    for first in range(0, len(found), AT_ONCE):
        connection.execute(change, found[first : first + AT_ONCE])


def _named(row: Any) -> dict[str, Any]:
    return {"of_id": row.id, "person": (row.detail or {}).get("person_id")}
