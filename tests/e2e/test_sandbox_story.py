"""A trial from its first press to its last, by keyboard and plain forms alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser import Site
from tests.e2e.places_sandbox import DESIGNER, TRY

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).press("Enter")


def bar(page: Page) -> str:
    return page.get_by_role("complementary", name="試行の操作").inner_text()


def test_a_trial_needs_no_script(window: Callable[..., Page], site: Site) -> None:
    before = len(site.office.cases())
    page = window(DESIGNER, java_script_enabled=False)
    page.goto(TRY)
    press(page, "試行を始める")
    assert "ここでの操作は本番に残りません" in bar(page)

    page.locator("[name='start.subject']").fill("試しの1回")
    press(page, "始める")
    press(page, "次のタスクを開く")
    assert page.locator("h1").inner_text() == "リハーサル計画の作成"

    press(page, "1営業日進める")
    assert "2026年12月1日(火) 18時00分まで進めました。" in page.locator("main").inner_text()
    assert "2026年12月1日(火) 18時00分" in bar(page)
    assert page.locator("h1").inner_text() == "リハーサル計画の作成"  # still the same page

    page.get_by_label("操作する人").select_option(label="管理者 甲")
    press(page, "この人になる")
    page.get_by_role("link", name="送信待ち").click()
    assert page.locator("h1").inner_text() == "送信待ち"

    press(page, "試行を終える")
    assert page.url == f"{site.url}/studio/rehearsal"
    assert page.get_by_role("complementary", name="試行の操作").count() == 0
    assert len(site.office.cases()) == before
