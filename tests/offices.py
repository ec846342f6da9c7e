"""Offices for tests: on each database, and several engines on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine import testing
from engine.bootstrap import Engine, build
from engine.services import choosing
from engine.settings import Settings, default_settings
from engine.storage import history

NOON = datetime.fromisoformat("2026-04-01T12:00:00+09:00")


def settings(folder: Path, database_url: str, **changed: Any) -> Settings:
    values = default_settings().model_dump()
    values["data_dir"] = folder / "data"
    values["database"]["url"] = database_url
    return Settings(**{**values, **changed})


@contextmanager
def second_engine(office: testing.TestOffice) -> Iterator[Engine]:
    """Another process on the same database, with the same clock."""
    engine = build(office.engine.settings, now=office.clock, testing=True)
    with engine:
        yield engine


def index_values(office: testing.TestOffice) -> None:
    """Let the worker keep what instances are looked for by, as it does every moment."""
    while office.engine.worker.values.run_one():
        continue


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that begin together; each result, or the error it raised."""
    results: list[Any] = [None] * len(calls)
    barrier = Barrier(len(calls))

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = calls[number]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Watched:
    """Statements and commits of an engine while the block runs; BEGIN and COMMIT do not count."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self.statements: list[str] = []
        self.commits = 0

    def __enter__(self) -> Watched:
        event.listen(self._database, "before_cursor_execute", self._statement)
        event.listen(self._database, "commit", self._commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._database, "before_cursor_execute", self._statement)
        event.remove(self._database, "commit", self._commit)

    def _statement(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)

    def _commit(self, _connection: sa.Connection) -> None:
        self.commits += 1

    @property
    def words(self) -> list[str]:
        """What each statement does to which table: `update user_task`."""
        return [" ".join(_verb(statement)) for statement in self.statements]


def _verb(statement: str) -> list[str]:
    parts = statement.lower().split()
    if parts[0] == "select":
        return ["select", parts[parts.index("from") + 1]]
    return [parts[0], parts[1] if parts[0] == "update" else parts[2]]


def events(office: testing.TestOffice, event: str) -> list[Any]:
    """What the lines of that event say, the oldest first."""
    lines = office.engine.ask(history.newest, history.NEWEST, 1_000)
    return [one.detail for one in reversed(lines) if one.event == event]


def choose(
    office: testing.TestOffice,
    element_id: str,
    activity: str,
    by: str = "pjmo1",
    case: testing.Case | None = None,
) -> None:
    """Start an activity of the ad hoc sub-process of that element."""
    task = office.task(element_id, by, case)
    office.engine.run(choosing.choose, task.id, activity, office.actor(by))
    office.run_jobs()
