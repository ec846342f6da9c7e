"""A process that starts what is due by a clock in a file, until it is killed."""

from __future__ import annotations

import logging
import multiprocessing
import time
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event

from engine.bootstrap import build, log_to_stderr
from engine.jobs.schedule import Clock
from engine.settings import Settings

LOOK = timedelta(milliseconds=50)  # instead of a minute: days pass in parts of a second
PATIENCE = 60.0


class FileClock:
    """The moment that stands in a file; the last one while the file is being written."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.moment = datetime.fromisoformat(file.read_text())

    def __call__(self) -> datetime:
        text = self._file.read_text()
        if text:
            self.moment = datetime.fromisoformat(text)
        return self.moment


def set_clock(file: Path, moment: datetime) -> None:
    """In one piece: a reader sees the old moment or the new one."""
    new = file.with_suffix(".new")
    new.write_text(moment.isoformat())
    new.replace(file)


def run(settings: Settings, clock: Path, ready: Path) -> None:
    """What `unei serve` does besides serving pages, by that clock and with many more looks."""
    log_to_stderr(logging.ERROR)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a look that still goes on is no news
    with build(settings, now=FileClock(clock)) as engine:
        engine.clock = Clock(engine, LOOK)
        engine.start_work()
        ready.touch()
        Event().wait()


class Ticking:
    """One such process; it can be killed and started again."""

    def __init__(self, settings: Settings, clock: Path, name: str) -> None:
        self._args = (settings, clock, clock.with_name(f"{name}.ready"))
        self._process: BaseProcess | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Start; `wait` says when it works."""
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload([__name__])
        self._args[2].unlink(missing_ok=True)
        self._process = processes.Process(target=run, args=self._args, daemon=True)
        self._process.start()

    def wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._args[2].exists():
            assert self._process is not None
            assert self._process.is_alive(), "it ended by itself"
            assert time.monotonic() < end, "it did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL to this very process, and to nothing else."""
        if self._process is not None:
            self._process.kill()
            self._process.join(PATIENCE)
            self._process.close()
            self._process = None
