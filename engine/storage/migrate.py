"""Bringing a database to the newest tables, and asking whether it has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.domain.errors import UnreachableDatabaseError
from engine.storage import database

IN_TURN = Lock()  # Alembic keeps what it works on in module globals
LOCK = 814_001  # PostgreSQL: two servers that start at once migrate one after the other


def configuration(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        raise UnreachableDatabaseError(engine.url.render_as_string()) from error
    with connection:
        yield connection


def upgrade(engine: sa.Engine) -> None:
    """Apply what is missing, in one transaction.

    Raises:
        UnreachableDatabaseError: no connection.
    """
    with IN_TURN, _connected(engine) as connection:
        database.begin(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(configuration(connection), "head")
        connection.commit()


def is_current(engine: sa.Engine) -> bool:
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    with _connected(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest
