"""Bringing a database to the newest tables, and asking whether it has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
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
def connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection.

    Raises:
        UnreachableDatabaseError: there is none.
    """
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        raise UnreachableDatabaseError(engine.url.render_as_string()) from error
    with connection:
        yield connection


@lru_cache
def newest() -> str | None:
    """The newest migration of this release; reading them all takes a while."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def upgrade(engine: sa.Engine) -> None:
    """Apply what is missing, in one transaction.

    Raises:
        UnreachableDatabaseError: no connection.
    """
    with IN_TURN, connected(engine) as connection:
        database.begin(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if current(connection) != newest():
            command.upgrade(configuration(connection), "head")
        connection.commit()


def bring_to(connection: sa.Connection, revision: str = "head") -> None:
    """Apply what is missing up to there, inside the transaction of the connection."""
    with IN_TURN:
        command.upgrade(configuration(connection), revision)


def is_current(engine: sa.Engine) -> bool:
    with connected(engine) as connection:
        return current(connection) == newest()


def current(connection: sa.Connection) -> str | None:
    """The newest migration of the database; None: it has no tables."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this release has that migration."""
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    return any(script.revision == revision for script in scripts)
