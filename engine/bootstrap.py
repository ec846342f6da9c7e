"""Putting the parts together; nothing else may know all of them.  Read it top to bottom.

`build` makes an `Engine` from settings, `migrate` brings a database to the newest tables, `work`
runs jobs and periodic starts until it is told to stop, `backup` and `restore` carry an
installation away and in.
"""

from __future__ import annotations

import logging
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Concatenate, ParamSpec, Self, TypeVar

import structlog
from sqlalchemy.engine import make_url

from engine.configured import (
    read_calendar,
    read_closure_names,
    read_ladder,
    read_registers,
    read_roles_file,
    read_templates,
)
from engine.domain.archive import Manifest
from engine.domain.errors import ConflictError, EngineError, StaleError
from engine.domain.values import storable
from engine.execution.cache import LiveCache
from engine.feel.evaluation import Limits
from engine.jobs.embedded import Worker
from engine.jobs.heart import Heart
from engine.jobs.relay import MailHost, Relay, smtp
from engine.jobs.schedule import Clock
from engine.jobs.single import FileLock, WorkerLock
from engine.services import backups, operations, restoring
from engine.services.backups import Places, Told
from engine.services.office import Office, Policy
from engine.services.restoring import Restored
from engine.services.unit import Unit
from engine.settings import Settings, config_dir
from engine.storage import database
from engine.storage import migrate as migrations
from engine.storage.lock import AdvisoryLock

P = ParamSpec("P")
R = TypeVar("R")

RERUN_SECONDS = 2.0  # many may finish parts of one instance at once; after this the user is told
PAUSE_SECONDS = (0.005, 0.05)  # random, so that those who collided do not meet again
_ID = re.compile(r"[0-9a-f]{32}")
log = structlog.get_logger(__name__)


class BusyError(ConflictError):
    """Others were faster for two seconds on end; nothing has changed."""

    code = "busy"

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"{kind} {id_} kept changing; try again")
        self.kind = kind
        self.id = id_


class OldDatabaseError(EngineError):
    """The database lacks tables of this release."""

    code = "old_database"


class AnotherWorkerError(ConflictError):
    """Another process runs the jobs of this installation."""

    code = "another_worker"


def utc_now() -> datetime:
    return datetime.now(UTC)


class _Line:
    """The log line of a command: its name, how it went, and the ids among its arguments.

    No other argument is written down: values and login names do not belong into a log.
    """

    def __init__(self, command: str, args: tuple[object, ...]) -> None:
        self._command = command
        self._args = args
        self._started = time.perf_counter()
        self.attempt = 1

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    def write(self, end: str) -> None:
        ids = [arg for arg in self._args if isinstance(arg, str) and _ID.fullmatch(arg)]
        ms = round(self.seconds * 1000, 1)
        log.info("ran", command=self._command, ids=ids, end=end, attempt=self.attempt, ms=ms)


class Engine:
    """Runs commands and asks questions, each in a unit of work of its own.

    `worker` and `clock` are there in a process that runs jobs (`start_work`).
    """

    def __init__(
        self, settings: Settings, office: Office, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.settings = settings
        self.office = office
        self.now = now
        self._database = database.open_database(settings.database_url)
        host = MailHost(**settings.mail.model_dump(exclude={"attempts"}))
        relay = Relay(self, host.sender, smtp(host) if host.host else None)
        heart = Heart(self)
        self.worker = Worker(self, self._lock(), relay, heart)
        self.clock = Clock(self, looked=heart.looked)
        self.at_close: list[Callable[[], None]] = []  # what others want to be done then

    def _lock(self) -> WorkerLock:
        if self._database.dialect.name == "sqlite":
            path = make_url(self.settings.database_url).database or ""
            return FileLock(Path(path).with_suffix(".worker-lock"))
        return AdvisoryLock(self._database)

    def run(
        self, command: Callable[Concatenate[Unit, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a command; if another one got in first, run it again on fresh data.

        Running again is safe: nothing has been written, and commands have no effect outside
        their unit of work.  Those who collided on one row then take turns within this process:
        without that, sixteen who finish parts of one instance would redo each other's work for
        seconds.

        Raises:
            BusyError: others were faster for two seconds on end.
        """
        line = _Line(command.__qualname__, args)
        turn = ""
        while True:
            try:
                with self._turn(turn, line), Unit(self._database, self.now(), self.office) as unit:
                    result = command(unit, *args, **kwargs)
            except StaleError as error:
                if line.seconds > RERUN_SECONDS:
                    line.write("busy")
                    raise BusyError(error.kind, error.id) from error
                turn = error.id
            except EngineError as error:
                line.write(error.code)
                raise
            else:
                line.write("done")
                return result
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - a pause, not a secret
            line.attempt += 1

    @contextmanager
    def _turn(self, key: str, line: _Line) -> Iterator[None]:
        """Hold the turn at what the command has collided on before, if it has."""
        if not key:
            yield
            return
        turns = self.office.turns
        if not turns.enter(key, RERUN_SECONDS - line.seconds):
            raise StaleError("process_instance", key)
        try:
            yield
        finally:
            turns.leave(key)

    def ask(
        self, question: Callable[Concatenate[Unit, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Ask something.  What a question should note by mistake is not written."""
        unit = Unit(self._database, self.now(), self.office)
        with unit.reading():
            return question(unit, *args, **kwargs)

    def is_current(self) -> bool:
        """Whether the database has the tables of this release."""
        return migrations.is_current(self._database)

    def start_work(self) -> None:
        """Run jobs and periodic starts in threads of this process."""
        self.office.wake = self.worker.wake
        self.worker.start()
        self.clock.start()

    def close(self) -> None:
        """Stop the threads and let go of the database."""
        for call in self.at_close:
            call()
        self.clock.stop()
        self.worker.stop()
        self._database.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def log_to_stderr(level: int = logging.INFO) -> None:
    """One JSON line for each event from `level` on, to the standard error stream.

    A line is one write together with its end: what other threads, loggers and processes write to
    the same place stands before or behind it.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.__stderr__),
        cache_logger_on_first_use=True,
    )


def build(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, testing: bool = False
) -> Engine:
    """An engine on an up-to-date database.

    Raises:
        RefusedError: a file of `config/` holds mistakes.
        OldDatabaseError: `migrate` has to run first.
        UnreachableDatabaseError: no connection.
    """
    if not structlog.is_configured():
        log_to_stderr(logging.WARNING)
    engine = Engine(settings, _office(settings, testing=testing), now)
    if not migrations.is_current(engine._database):  # noqa: SLF001 - of this module
        engine.close()
        raise OldDatabaseError("the database needs `unei migrate`")
    return engine


def _office(settings: Settings, *, testing: bool) -> Office:
    folder = config_dir()
    roles = read_roles_file(folder / "roles.toml")
    return Office(
        calendar=read_calendar(folder / "calendar.toml"),
        closure_names=read_closure_names(folder / "calendar.toml"),
        settings=storable(settings.process),  # numbers as expressions know them
        roles=roles,
        ladder=read_ladder(settings.reminders, roles),
        registers=read_registers(folder / "registers"),
        templates=read_templates(folder / "schedules.toml"),
        operations=operations.shipped(testing=testing),
        files=settings.data_dir / "files",
        live=LiveCache(settings.cache.live_instances),
        policy=_policy(settings),
        limits=Limits(seconds=settings.expressions.seconds, steps=settings.expressions.steps),
    )


def _policy(settings: Settings) -> Policy:
    return Policy(
        message_valid_days=settings.messages.valid_days,
        overdue_working_days=settings.messages.overdue_working_days,
        information_only=frozenset(settings.messages.information_only),
        sign_in_failures=settings.sign_in.failures,
        failures_from_address=settings.sign_in.failures_from_address,
        sign_in_window=settings.sign_in.window_minutes * 60,
        draft_days=settings.files.draft_days,
        job_attempts=settings.jobs.attempts,
        first_pause=settings.jobs.first_pause_seconds,
        mail_attempts=settings.mail.attempts,
        undo_minutes=settings.tasks.undo_minutes,
        public_url=settings.server.public_url,
    )


def migrate(database_url: str) -> None:
    """Bring the database to the newest tables; a missing SQLite file is made."""
    with _opened(database_url) as opened:
        migrations.upgrade(opened)


@contextmanager
def _opened(database_url: str) -> Iterator[database.Database]:
    target = make_url(database_url)
    if target.get_backend_name() == "sqlite" and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    opened = database.open_database(database_url)
    try:
        yield opened
    finally:
        opened.dispose()


def backup(settings: Settings, path: Path, release: str, told: Told) -> Manifest:
    """One consistent archive of database, files and own settings; servers may run meanwhile.

    Raises:
        OldDatabaseError: `migrate` has to run first.
        RefusedError: the archive cannot be written there.
        UnreachableDatabaseError: no connection.
    """
    places = Places(files=settings.data_dir / "files", site=config_dir() / "site.toml")
    with _opened(settings.database_url) as opened:
        if not migrations.is_current(opened):
            raise OldDatabaseError("the database needs `unei migrate`")
        return backups.write(opened, places, path, (utc_now(), release), told)


def restore(settings: Settings, path: Path, told: Told) -> Restored:
    """Fill an empty place from an archive; it may have no tables yet, or those of this release.

    Raises:
        RefusedError: the archive is damaged, foreign or newer, or the place is not empty;
            nothing has been written.
        UnreachableDatabaseError: no connection.
    """
    url = settings.database_url
    with restoring.opened(path) as whole:
        file = make_url(url).database or ""
        if not url.startswith("sqlite") or Path(file).exists():
            with _opened(url) as opened:
                restoring.refuse_unless_empty(opened)
        whole.verify(told)
        with _opened(url) as opened:
            return restoring.restore(opened, settings.data_dir, whole, told)


def work(engine: Engine, stop: Event) -> None:
    """Run jobs and periodic starts until `stop` is set.

    Raises:
        AnotherWorkerError: another process does it already.
    """
    if not engine.worker.take_over():
        raise AnotherWorkerError("another process holds the worker lock")
    engine.start_work()
    with suppress(KeyboardInterrupt):
        stop.wait()
