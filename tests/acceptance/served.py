"""A real server process on a throw-away installation, and what its log says."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import web.cli
from engine import testing
from engine.bootstrap import Engine, build, migrate
from engine.services import deployments, people
from engine.settings import Settings, default_settings
from tests.acceptance.go_live import GoLive

PASSWORD = "この年だけの合言葉"
PATIENCE = 120.0  # seconds until a server must answer on a busy machine
OURS = ("request_begin", "request_end", "job_begin", "job_end")


def settings(folder: Path) -> Settings:
    values = default_settings().model_dump()
    return Settings(**{**values, "data_dir": folder})


@contextmanager
def engine_on(folder: Path) -> Iterator[Engine]:
    """The engine of the installation, in this process."""
    with build(settings(folder)) as engine:
        yield engine


def furnish(folder: Path) -> Path:
    """Tables, the people of the story with their passwords, and the processes."""
    folder.mkdir(parents=True)
    migrate(settings(folder).database_url)
    with engine_on(folder) as engine:
        engine.run(testing.furnish)
        for person in GoLive.cast:
            engine.run(people.set_password, person, PASSWORD, testing.SETUP)
        models = testing.shipped(GoLive.key, "monitoring")
        engine.run(deployments.deploy, models, testing.SETUP)
    return folder


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _serve(folder: Path, port: int, log: Path) -> None:
    """`unei serve` in this process, with its output appended to `log`."""
    with log.open("ab") as out:
        os.dup2(out.fileno(), sys.stdout.fileno())
        os.dup2(out.fileno(), sys.stderr.fileno())
    for name in [name for name in os.environ if name.startswith("UNEI_")]:
        del os.environ[name]
    os.environ.update(UNEI_DATA_DIR=str(folder), UNEI_LOG_LEVEL="debug")
    web.cli.main(["serve", "--port", str(port)])


class Server:
    """`unei serve` on one port in a process of its own; it can be killed and started again.

    The process is forked from one that has the modules loaded and nothing else, so that twenty
    starts take seconds.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.base = f"http://127.0.0.1:{self.port}/"
        self.log = folder.with_name(f"{folder.name}-{self.port}.log")
        self._process: BaseProcess | None = None
        self._started_at = 0  # where in the log the present process began

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            AssertionError: it ended, or did not answer in time; with the end of its log.
        """
        self.log.touch()
        self._started_at = self.position()
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload([__name__])
        args = (self.folder, self.port, self.log)
        self._process = processes.Process(target=_serve, args=args, daemon=True)
        self._process.start()
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process and self._process.is_alive():
            try:
                with urllib.request.urlopen(f"{self.base}login", timeout=PATIENCE):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError(f"no server: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL to this very process, and to nothing else."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._gone()

    def _gone(self) -> None:
        if self._process is not None:
            self._process.join(PATIENCE)
            assert not self._process.is_alive()
            self._process.close()
            self._process = None

    def position(self) -> int:
        """Where the log ends at the moment."""
        return self.log.stat().st_size

    def marks(self, since: int | None = None) -> list[Mapping[str, Any]]:
        """The marks from that position on, or of the present or last process; oldest first."""
        with self.log.open("rb") as log:
            log.seek(self._started_at if since is None else since)
            whole = log.read().decode().rpartition("\n")[0]
        lines = (json.loads(line) for line in whole.splitlines() if line.startswith("{"))
        return [line for line in lines if line.get("event") in OURS]

    def open_marks(self, since: int | None = None) -> list[Mapping[str, Any]]:
        """The requests and jobs that have begun since then and not ended."""
        open_: dict[str, Mapping[str, Any]] = {}
        for mark in self.marks(since):
            what, _, end = mark["event"].partition("_")
            key = f"{what} {mark.get('id', mark.get('job'))}"
            if end == "begin":
                open_[key] = mark
            else:
                open_.pop(key, None)
        return list(open_.values())


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
