"""Opening a database: SQLite in one file, or PostgreSQL; the same statements run on both.

Driver connections stand in autocommit: reading opens no transaction and takes no lock.  Writing
says BEGIN itself (`begin`), IMMEDIATE on SQLite, so that a writer waits for its turn at the start
and never in the middle.
"""

from __future__ import annotations

import sqlite3
from time import monotonic, sleep
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from engine.domain.errors import StaleError
from engine.storage import folding

Database = sa.Engine  # a pool of connections; rooms above name it by this word
BUSY_SECONDS = 10
PAUSE_SECONDS = 0.01
POOL_SIZE = 10
MORE_CONNECTIONS = 40


def open_database(url: str) -> sa.Engine:
    """A pool of connections.  `url`: `sqlite:///path` or `postgresql://...`."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _open_sqlite(target)
    return _open_postgresql(target)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _open_sqlite(target: sa.URL) -> sa.Engine:
    database = sa.create_engine(
        target,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        pool_size=POOL_SIZE,
        max_overflow=MORE_CONNECTIONS,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(database, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        folding.set_up_sqlite(connection)
        _write_ahead(connection)
        connection.execute("pragma synchronous=full")
        connection.execute("pragma foreign_keys=on")
        connection.execute(f"pragma busy_timeout={BUSY_SECONDS * 1000}")

    return database


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set the journal mode; unlike all else, SQLite does not wait for another who does the same."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
            sleep(PAUSE_SECONDS)
        else:
            return


def _open_postgresql(target: sa.URL) -> sa.Engine:
    # prepare_threshold=0: every statement is prepared from its first use
    return sa.create_engine(
        target.set(drivername="postgresql+psycopg"),
        connect_args={"prepare_threshold": 0, "autocommit": True, "options": "-c timezone=utc"},
        pool_size=POOL_SIZE,
        max_overflow=MORE_CONNECTIONS,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )


def begin(connection: sa.Connection) -> None:
    """Open the writing transaction; `connection.commit()` or `rollback()` ends it.

    Raises:
        StaleError: another writer did not let go of SQLite's lock in time.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        driver.execute("begin")
        return
    try:
        driver.execute("begin immediate")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise StaleError("database", "") from error


def is_transient(error: sa.exc.DBAPIError) -> bool:
    """Whether running the command again may help: lock not free in time, deadlock, lost race."""
    text = str(error.orig).lower()
    return isinstance(error, sa.exc.OperationalError) and (
        "locked" in text or "deadlock" in text or "could not serialize" in text
    )
