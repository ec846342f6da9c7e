"""The main story without a mouse, and where the focus goes after a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

MOST_TABS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if is_at(page, selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def is_at(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def has_focus(page: Page, selector: str) -> None:
    """Now or as soon as the page's scripts have run."""
    expect(page.locator(selector)).to_be_focused()


def enter(page: Page) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_main_story_needs_only_the_keyboard(window: Window, site: Site) -> None:
    page = window()
    page.goto("/login")
    for name, text in (("username", "suzuki"), ("password", site.passwords["suzuki"])):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    enter(page)
    tab_to(page, '.tabs a[href*="group"]')
    enter(page)
    tab_to(page, "table a.title")
    first = page.evaluate("document.activeElement.textContent")
    enter(page)
    tab_to(page, '.page-head form[action$="/claim"] button')
    enter(page)
    has_focus(page, "[data-news]")
    _analyse(page)
    tab_to(page, '.action-bar [value="complete"]')
    enter(page)

    has_focus(page, "[data-news]")
    assert first in page.locator("[data-news]").inner_text()
    assert "analyse_risks" not in [task.element_id for task in site.office.open_tasks()]


def _analyse(page: Page) -> None:
    """Every field of the risks, one after the other."""
    count = page.locator("details.repeat").count()
    for row in range(count):
        for name, text in (("原因", "手順の見落とし"), ("影響", "3"), ("発生可能性", "2")):
            tab_to(page, f'[name="リスク分析/{row}/{name}"]')
            page.keyboard.type(text)


def test_the_first_tab_leads_past_the_menu(window: Window) -> None:
    page = window("suzuki")
    page.goto("/worklist")

    page.keyboard.press("Tab")
    skipping = is_at(page, ".skip")
    page.keyboard.press("Enter")

    assert skipping
    has_focus(page, "#main")


def test_after_errors_the_summary_has_the_focus_and_leads_to_the_field(
    window: Window, site: Site
) -> None:
    page = window("suzuki")
    page.goto(f"/tasks/{site.office.task('register_acceptance').id}")

    tab_to(page, '.action-bar [value="complete"]')
    enter(page)
    has_focus(page, ".error-summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    has_focus(page, '[name="完了日/年"]')


def test_the_menu_of_a_phone_opens_and_escape_closes_it(window: Window) -> None:
    page = window("suzuki", viewport={"width": 375, "height": 812})
    page.goto("/worklist")

    tab_to(page, ".menu-button")
    page.keyboard.press("Enter")
    opened = page.locator("#main-nav").is_visible()
    page.keyboard.press("Escape")

    assert opened
    assert not page.locator("#main-nav").is_visible()
    has_focus(page, ".menu-button")


@pytest.mark.parametrize("path", ["/worklist?view=group", "/instances", "/registers/R34"])
def test_whatever_has_the_focus_is_seen_to_have_it(window: Window, path: str) -> None:
    page = window("suzuki")
    page.goto(path)
    unseen: list[str] = []

    while True:
        page.keyboard.press("Tab")
        if is_at(page, "body"):
            break
        unseen += page.evaluate(
            """() => {
                const one = document.activeElement;
                const style = getComputedStyle(one);
                const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return seen ? [] : [one.outerHTML.slice(0, 120)];
            }"""
        )

    assert unseen == []
