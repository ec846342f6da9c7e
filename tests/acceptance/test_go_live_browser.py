"""Acceptance scenarios 1 and 2 in a real browser, against a server process with its worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.configured import read_calendar
from engine.domain.values import TOKYO
from engine.settings import config_dir
from tests.acceptance import served
from tests.acceptance.at_browser import BrowserDesk
from tests.acceptance.at_pages import PagePlayer
from tests.acceptance.go_live import GoLive
from tests.acceptance.outcomes import check_scenario_1, check_scenario_2
from tests.acceptance.served import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served.serving(served.furnish(tmp_path / "office")) as running:
        yield running


def played(browser: Browser, server: Server, *, goes_well: bool) -> GoLive:
    calendar = read_calendar(config_dir() / "calendar.toml")
    story = GoLive(datetime.now(TOKYO).date(), calendar, goes_well=goes_well)
    before = len(browser.contexts)
    try:
        PagePlayer(story, lambda person: BrowserDesk(browser, server.base, person)).play()
    finally:
        for context in browser.contexts[before:]:
            context.close()
    return story


def test_scenario_1_a_go_live_that_goes_well(browser: Browser, server: Server) -> None:
    played(browser, server, goes_well=True)

    server.stop()
    with served.engine_on(server.folder) as engine:
        check_scenario_1(engine)


def test_scenario_2_a_rehearsal_by_exception(browser: Browser, server: Server) -> None:
    story = played(browser, server, goes_well=False)

    server.stop()
    with served.engine_on(server.folder) as engine:
        check_scenario_2(engine, story.saw)
