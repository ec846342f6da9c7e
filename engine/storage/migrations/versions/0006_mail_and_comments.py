"""Mail by its state, who wants which mail, and whom a comment names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage import columns as c

metadata = sa.MetaData(
    naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)
person = sa.Table("person", metadata, c.key())
no_mail = sa.Table(
    "no_mail",
    metadata,
    sa.Column("person_id", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
    c.key("kind"),
)

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    no_mail.create(op.get_bind())
    op.add_column(
        "comment", sa.Column("mentions", c.JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    condition = sa.text("kind = 'mail'")
    op.create_index(
        "ix_outbox_mail",
        "outbox",
        ["state", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
