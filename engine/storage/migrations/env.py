"""Alembic's entry: runs the migrations on the connection that `storage.migrate` hands over."""

from __future__ import annotations

from alembic import context

from engine.storage import (  # noqa: F401  the tables register themselves
    schema,
    schema_cooperation,
    schema_drafts,
    schema_lists,
    schema_registers,
    schema_trouble,
    schema_values,
)
from engine.storage.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_server_default=True,
    transactional_ddl=True,  # SQLite too, since `storage.migrate` says BEGIN itself
)
with context.begin_transaction():
    context.run_migrations()
