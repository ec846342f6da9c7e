"""Pages on paper, and in the colours a person has chosen for all programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.places import MASTER

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

PERSON = "suzuki"
A4 = {"width": 680, "height": 960}  # the printed part of the page, in the pixels of the browser
SMALL = """() => {
    const sheet = document.querySelector('#canvas').getBoundingClientRect();
    const drawn = document.querySelector('#canvas .viewport').getBoundingClientRect();
    return [drawn.width <= sheet.width + 1, drawn.height <= sheet.height + 1];
}"""
PLACE = "() => document.querySelector('#canvas .viewport').getAttribute('transform')"


def style(found: Locator, name: str) -> str:
    value: str = found.evaluate("(one, name) => getComputedStyle(one)[name]", name)
    return value


def test_on_paper_a_list_stays_a_table_without_anything_to_press(window: Window) -> None:
    page = window(PERSON, viewport=A4)
    page.goto("/instances?state=all")
    on_screen = style(page.locator("main tbody tr").first, "display")

    page.emulate_media(media="print")

    assert on_screen == "flex"
    assert style(page.locator("main tbody tr").first, "display") == "table-row"
    assert page.locator(".btn:visible, .side-nav:visible, .filters:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]


def test_on_paper_the_whole_diagram_is_seen_and_afterwards_the_view_is_as_before(
    window: Window, site: Site
) -> None:
    page = window(PERSON)
    MASTER(page, site)
    page.locator("body[data-ready]").wait_for()
    before, cut = page.evaluate(PLACE), page.evaluate(SMALL)

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    whole = page.evaluate(SMALL)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert False in cut
    assert whole == [True, True]
    assert page.evaluate(PLACE) == before


def contrasting(window: Window, path: str) -> Page:
    page = window(PERSON, forced_colors="active", color_scheme="dark")
    page.goto(path)
    return page


def test_in_chosen_colours_states_keep_a_frame_and_the_main_button_stands_out(
    window: Window, site: Site
) -> None:
    task = site.office.task("plan_rehearsal").id
    page = contrasting(window, f"/tasks/{task}")
    main, other = page.locator("main .btn--primary").first, page.locator("main .btn--quiet").first

    assert style(page.locator("main .chip").first, "borderTopWidth") == "1px"
    assert style(main, "backgroundColor") != style(other, "backgroundColor")
    assert style(main, "color") != style(main, "backgroundColor")


def test_in_chosen_colours_the_focus_is_seen(window: Window) -> None:
    page = contrasting(window, "/worklist")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")

    focused = page.locator(":focus")
    assert style(focused, "outlineStyle") == "solid"
    assert style(focused, "outlineWidth") == "3px"


def test_in_chosen_colours_a_diagram_keeps_its_light_sheet(window: Window, site: Site) -> None:
    page = window(PERSON, forced_colors="active", color_scheme="dark")
    MASTER(page, site)
    page.locator("body[data-ready]").wait_for()

    assert style(page.locator("#canvas"), "backgroundColor") == "rgb(255, 255, 255)"
    done = page.locator("#canvas .is-done .djs-visual > :first-child").first
    now = page.locator("#canvas .is-now .djs-visual > :first-child").first
    assert style(done, "fill") != style(now, "fill")
