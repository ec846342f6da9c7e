"""A real Chromium, and an office served to it on this machine, for the tests that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

# All tests see the fixtures below, few use them: what is slow to import is imported on use.
if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page, StorageState

    from engine.testing import TestOffice

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TUESDAY = datetime.fromisoformat("2026-11-24T10:42+09:00")
MONDAY = datetime.fromisoformat("2026-11-30T10:42+09:00")  # one decision is late by then
PATIENCE_MS = 15_000
Prepare = Callable[["Flask"], None]


@dataclass(kw_only=True)
class Site:
    """An office, its address, and the passwords of those who may sign in."""

    office: TestOffice
    url: str
    passwords: Mapping[str, str]
    _signed_in: dict[str, StorageState] = field(default_factory=dict)

    def visit(self, browser: Browser, person: str | None = None, **options: Any) -> Page:
        """A fresh window; of somebody who has signed in, or of a stranger.

        `options` are those of Playwright's contexts.  Close it with `page.context.close()`.
        """
        if person is not None:
            options["storage_state"] = self._state(browser, person)
        context = browser.new_context(base_url=self.url, **{"locale": "ja-JP", **options})
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def _state(self, browser: Browser, person: str) -> StorageState:
        """Signed in once, without drawing pages: those of the sign-in have tests of their own."""
        if person not in self._signed_in:
            context = browser.new_context(base_url=self.url, locale="ja-JP")
            asked = context.request.get("/login")
            token = html.fromstring(asked.text()).xpath('//input[@name="csrf_token"]/@value')[0]
            names = {"csrf_token": token, "username": person, "password": self.passwords[person]}
            answer = context.request.post("/login", form=names)
            if not answer.url.endswith("/worklist"):
                raise AssertionError(f"{person} cannot sign in: {answer.status} {answer.url}")
            self._signed_in[person] = context.storage_state()
            context.close()
        return self._signed_in[person]


def sign_in(page: Page, login: str, password: str) -> None:
    """Fill and send the form of the sign-in page."""
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()


@contextmanager
def served(
    office: TestOffice, passwords: Mapping[str, str], prepare: Prepare | None = None
) -> Iterator[Site]:
    """The office's pages on 127.0.0.1 for as long as the block runs.

    `prepare` may change the application before its first request.
    """
    from waitress import wasyncore
    from waitress.server import create_server

    from web.app import create_app

    app = create_app(office.engine)
    if prepare is not None:
        prepare(app)
    sockets: dict[int, Any] = {}
    server: Any = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=8)
    thread = Thread(target=server.run, name="pages")
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.effective_port}"
        yield Site(office=office, url=address, passwords=passwords)
    finally:
        # The loop ends by itself once nothing is left to listen to.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join()
        server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the machine; CHROMIUM names another."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.fail("these tests need Chromium: install it or set CHROMIUM")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        running.close()


@dataclass(frozen=True, kw_only=True)
class Furnished:
    """The demo office on the disk: all shipped processes, a go-live in the middle of its work."""

    folder: Path
    passwords: Mapping[str, str]

    @contextmanager
    def opened(self, folder: Path, prepare: Prepare | None = None) -> Iterator[Site]:
        """A copy of its own in `folder`, served, on Monday morning."""
        from engine import testing

        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        with (
            testing.office(folder, now=MONDAY) as office,
            served(office, self.passwords, prepare) as site,
        ):
            yield site


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    from engine import testing
    from engine.settings import config_dir, models_dir
    from web.demo import DemoOffice, read_folders

    folder = tmp_path_factory.mktemp("demo")
    with testing.office(folder, now=TUESDAY) as office:
        demo = DemoOffice(office.engine, config_dir() / "demo", lambda _: None)
        accounts = demo.load(read_folders(models_dir()))
        office.advance(to=MONDAY)
    passwords = {account.login: account.password for account in accounts}
    return Furnished(folder=folder, passwords=passwords)


@pytest.fixture
def site(furnished: Furnished, tmp_path: Path) -> Iterator[Site]:
    """A served demo office that the test may change as it likes."""
    with furnished.opened(tmp_path / "office") as made:
        yield made
