"""The office that is measured: through `Engine.run`, with everything a completion writes."""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from engine import testing
from engine.execution import runner
from engine.services import instances, tasks
from tests.bench.spent import Spent

OPEN = "select id from user_task where instance_id = {} and state in ('open', 'claimed') limit 1"
ENGINE_PART = ("complete", "pack", "unpack")


@dataclass
class Raw:
    """One durable commit of the same database: UPDATE of one row, INSERT of one history row."""

    connection: Any
    mark: str  # of a parameter

    def prepare(self) -> None:
        blob = "bytea" if self.mark == "%s" else "blob"
        number = "serial" if self.mark == "%s" else "integer"
        self.connection.execute(f"create table raw_state (id integer primary key, state {blob})")
        self.connection.execute(f"create table raw_line (id {number} primary key, line text)")
        self.connection.execute("insert into raw_state (id) values (1)")

    def seconds(self, state: bytes) -> float:
        started = time.perf_counter()
        self.connection.execute("begin")
        self.connection.execute(f"update raw_state set state = {self.mark} where id = 1", (state,))
        self.connection.execute(f"insert into raw_line (line) values ({self.mark})", ("done",))
        self.connection.execute("commit")
        return time.perf_counter() - started


@dataclass
class Counter:
    """What the database was asked to do; BEGIN and COMMIT are no statements."""

    statements: int = 0
    commits: int = 0

    def watch(self, database: sa.Engine) -> None:
        event.listen(database, "before_cursor_execute", self._statement)
        event.listen(database, "commit", self._commit)

    def _statement(self, *_: object) -> None:
        self.statements += 1

    def _commit(self, *_: object) -> None:
        self.commits += 1


@dataclass
class MeasuredOffice:
    """`delay`: seconds that every statement takes longer, as over a slow network."""

    office: testing.TestOffice
    raw: Raw
    counter: Counter = field(default_factory=Counter)
    delay: float = 0.0

    def __post_init__(self) -> None:
        database = self.office.engine._database
        self.counter.watch(database)
        event.listen(database, "before_cursor_execute", self._wait)
        self.person = self.office.actor("pjmo1")
        self.in_engine = 0.0

    def _wait(self, *_: object) -> None:
        if self.delay:
            time.sleep(self.delay)

    def start(self, key: str) -> str:
        return self.office.engine.run(
            instances.start, key, self.person, project_id="p1", system_id="s1"
        )

    def next_task(self, instance_id: str) -> str | None:
        row = self.raw.connection.execute(OPEN.format(self.raw.mark), (instance_id,)).fetchone()
        return None if row is None else str(row[0])

    def complete(self, task_id: str) -> Spent:
        """Complete one task; what it cost, and what a raw commit cost right after it."""
        before = (self.counter.statements, self.counter.commits, self.in_engine)
        cpu, wall = time.thread_time(), time.perf_counter()
        self.office.engine.run(tasks.complete, task_id, self.person, {})
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        return Spent(
            cpu=cpu,
            engine=self.in_engine - before[2],
            wall=wall,
            raw=self.raw.seconds(b"x" * 400),
            statements=self.counter.statements - before[0],
            commits=self.counter.commits - before[1],
        )

    def play(self, key: str, keep: Callable[[Spent], object]) -> None:
        """One instance from its start to its end."""
        instance_id = self.start(key)
        while (task_id := self.next_task(instance_id)) is not None:
            keep(self.complete(task_id))

    @contextmanager
    def engine_part(self) -> Iterator[None]:
        """Within this block the part of `engine.execution` is timed on its own."""
        own = {name: getattr(runner, name) for name in ENGINE_PART}
        for name, function in own.items():
            setattr(runner, name, self._timed(function))
        try:
            yield
        finally:
            for name, function in own.items():
                setattr(runner, name, function)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.in_engine += time.thread_time() - started

        return timed


@contextmanager
def open_office(
    models: Mapping[str, bytes], *, cache: int = 2000, url: str | None = None
) -> Iterator[MeasuredOffice]:
    """A fresh office with the models deployed; `cache`: live instances kept in memory."""
    settings = {"cache": {"live_instances": cache}}
    with (
        tempfile.TemporaryDirectory() as folder,
        testing.office(Path(folder), database_url=url, settings=settings) as office,
    ):
        for key, content in models.items():
            office.deploy({key: {f"{key}.bpmn": content}})
        raw = _raw(office)
        raw.prepare()
        gc.collect()
        yield MeasuredOffice(office, raw)
        raw.connection.close()


def _raw(office: testing.TestOffice) -> Raw:
    url = make_url(office.engine.settings.database_url)
    if url.get_backend_name() != "sqlite":
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return Raw(psycopg.connect(plain, autocommit=True), "%s")
    connection = sqlite3.connect(url.database or "", isolation_level=None)
    connection.execute("pragma synchronous=full")
    return Raw(connection, "?")
