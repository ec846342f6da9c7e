"""Fields that follow others must never take away what is being typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from engine import testing
from engine.services import people
from tests.browser import served
from tests.web.site import PASSWORD, models, start

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser


@pytest.fixture
def page(window: Window, site: Site) -> Page:
    """A decision that waits for its first step; the server takes its time to change the fields."""
    page = window("sato")
    page.goto(f"/tasks/{site.office.task('approve_draft').id}")
    page.route("**/tasks/*", slow)
    return page


def slow(route: Route) -> None:
    if "x-part" in route.request.headers:
        time.sleep(0.3)
    route.continue_()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_what_is_typed_while_the_fields_change_is_kept(page: Page) -> None:
    opinion: Any = page.get_by_label("意見")

    page.get_by_label("差戻し", exact=True).check()
    opinion.press_sequentially("数字を確かめる")

    expect(page.get_by_label("差戻し先")).to_be_visible()
    expect(opinion).to_have_value("数字を確かめる")
    expect(opinion).to_be_focused()


def test_typing_goes_on_where_it_was(page: Page) -> None:
    opinion: Any = page.get_by_label("意見")
    page.get_by_label("差戻し", exact=True).check()
    opinion.press_sequentially("数字確かめる")
    press(page, *["ArrowLeft"] * 4)

    expect(page.get_by_label("差戻し先")).to_be_visible()
    page.keyboard.type("を")

    expect(opinion).to_have_value("数字を確かめる")


def test_the_choice_that_was_made_keeps_the_focus(page: Page) -> None:
    chosen = page.get_by_label("差戻し", exact=True)

    chosen.check()

    expect(page.get_by_label("差戻し先")).to_be_visible()
    expect(chosen).to_be_focused()


def test_a_file_chosen_in_a_dialog_opened_before_the_change_is_kept(
    browser: Browser, tmp_path: Path
) -> None:
    with testing.office(tmp_path) as office:
        office.deploy(models())
        office.engine.run(people.set_password, "pjmo1", PASSWORD, testing.SETUP)
        with served(office, {"pjmo1": PASSWORD}) as site:
            page = site.visit(browser, "pjmo1")
            page.goto(f"/tasks/{start(office)}")
            dialog: Any = page.locator("input[type=file]").element_handle()

            page.get_by_label("有", exact=True).check()
            expect(page.get_by_label("回避策")).to_be_visible()
            dialog.set_input_files({"name": "案.txt", "mimeType": "text/plain", "buffer": b"x"})

            chosen = page.locator("input[type=file]").evaluate("one => one.files.length")
            page.context.close()
    assert chosen == 1


def test_a_row_stays_open_while_it_becomes_complete(window: Window, site: Site) -> None:
    page = window("nakamura")
    page.goto(f"/tasks/{site.office.task('analyse_risks').id}")
    row = page.locator("details.repeat").first
    row.evaluate("one => { one.open = true; }")
    row.get_by_label("原因").fill("申込みが重なる")
    row.get_by_label("影響").fill("3")

    row.get_by_label("発生可能性").fill("4")
    row.get_by_label("発現時期").focus()

    expect(row.get_by_text("12", exact=True)).to_be_visible()  # the server has worked it out
    expect(row.get_by_label("発現時期")).to_be_focused()
