"""What scripts add to the pages: drafts by themselves, fields that follow, a calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser


@pytest.fixture
def page(window: Window, site: Site) -> Page:
    """The form of the acceptance test, with nothing in it."""
    page = window("suzuki")
    page.goto(f"/tasks/{site.office.task('register_acceptance').id}")
    return page


def test_a_draft_saves_itself_and_is_there_again(page: Page) -> None:
    page.get_by_label("条件付", exact=True).check()

    expect(page.locator(".saved")).to_have_text(re.compile(r"^\d+時\d+分に下書きを保存しました$"))
    page.reload()

    assert page.get_by_label("条件付", exact=True).is_checked()
    assert page.get_by_text("下書きを開きました。").is_visible()


def test_a_draft_that_cannot_be_saved_is_told_and_saved_later(page: Page) -> None:
    page.route("**/tasks/*", lambda route: route.abort())
    page.get_by_label("条件付", exact=True).check()
    expect(page.locator(".saved")).to_have_text(
        "下書きを保存できませんでした。入力した内容はこの画面に残っています。"
    )

    page.unroute("**/tasks/*")

    expect(page.locator(".saved")).to_have_text(re.compile("下書きを保存しました"))


def test_the_calendar_fills_the_three_fields(page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    date = page.locator(".date").first

    date.locator("[data-calendar]").click()
    date.locator('input[type="date"]').evaluate(
        "one => { one.value = '2026-11-27'; one.dispatchEvent(new Event('change')); }"
    )

    fields = date.locator('input[inputmode="numeric"]')
    assert [fields.nth(place).input_value() for place in range(3)] == ["2026", "11", "27"]
    assert faults == []


def test_a_row_comes_without_a_new_page_and_takes_the_focus(page: Page) -> None:
    page.get_by_label("条件付", exact=True).check()
    page.evaluate("window.isSamePage = true")

    page.get_by_role("button", name="残不具合を追加").click()
    page.locator('[name="残不具合/0/内容"]').wait_for()

    assert page.evaluate("window.isSamePage")
    assert page.locator("details.repeat summary").evaluate("one => one === document.activeElement")
    assert page.get_by_label("条件付", exact=True).is_checked()


def test_fields_follow_the_answer_they_hang_on(window: Window, site: Site) -> None:
    page = window("sato")
    page.goto(f"/tasks/{site.office.task('approve_draft').id}")
    page.locator('[name="意見"]').fill("図を足す")

    page.get_by_label("差戻し", exact=True).check()
    expect(page.locator('[name="理由"]')).to_be_visible()
    kept = page.locator('[name="意見"]').input_value()
    page.get_by_label("承認", exact=True).check()

    expect(page.locator('[name="理由"]')).to_have_count(0)
    assert kept == "図を足す"


def test_a_filter_swaps_the_list_and_the_address(window: Window) -> None:
    page = window("suzuki")
    page.goto("/worklist?view=group")
    page.evaluate("window.isSamePage = true")

    page.locator("#f-flow").select_option("rehearsal")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator("a.title")).to_have_count(1)

    assert "flow=rehearsal" in page.url
    assert page.evaluate("window.isSamePage")


def test_the_diagram_shows_what_is_done_and_what_is_running(window: Window, site: Site) -> None:
    page = window("suzuki")

    page.goto(f"/instances/{site.office.cases('go_live_preparation')[0].id}")
    page.wait_for_selector("body[data-ready]")

    assert page.locator('#canvas [data-element-id="register_plan"].is-done').count() == 1
    assert page.locator('#canvas [data-element-id="accept_system"].is-now').count() == 1
