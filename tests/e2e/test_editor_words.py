"""The editors speak the language of the page: in palettes, menus, panels and cells.

The walk opens what can be opened and looks after each step at all that can be read or heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.services import people, studio
from tests.browser import Site, served
from tests.e2e.words import english, japanese

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
OWNER, KEY = "owner1", "rehearsal"
DECISION, FORM = "d08_rehearsal_mode", "plan_rehearsal"
# names of data, files and kinds of values that stand on the pages as they are
KNOWN = frozenset(
    {"Unei 運営", DECISION, FORM, "DEV依頼", f"判断表 {DECISION}", f"入力フォーム {FORM}"}
)
JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff]+")
Look = Callable[[], set[str]]
Walk = Callable[["Page", Look], set[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with testing.office(tmp_path_factory.mktemp("studio")) as office:
        office.deploy_shipped(KEY)
        office.engine.run(people.set_password, OWNER, PASSWORD, office.actor(OWNER))
        with served(office, {OWNER: PASSWORD}) as made:
            yield made


def opened(site: Site, browser: Browser, path: str, language: str) -> Page:
    """The page with a draft as nobody has touched it."""
    engine, actor = site.office.engine, site.office.actor(OWNER)
    if engine.ask(studio.draft_of, KEY, actor) is not None:
        engine.run(studio.discard, KEY, actor, "やり直し")
    engine.run(studio.open_draft, KEY, actor)
    page = site.visit(browser, OWNER, viewport={"width": 1280, "height": 1000})
    page.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    page.goto(path)
    page.locator("body[data-ready]").wait_for()
    return page


def walk_decision(page: Page, look: Look) -> set[str]:
    """The table with its heads, cells and menus, then the drawing of what requires what."""
    found = look()
    page.locator(".hit-policy-edit-policy-select").click()
    page.locator(".dms-select-options").wait_for()
    found |= look()
    page.keyboard.press("Escape")
    for head in ("th.input-cell", "th.output-cell"):
        found |= walk_head(page, look, head)
    for cell in ("td.input-cell", "td.output-cell", "td.annotation", "td.rule-index"):
        page.locator(cell).first.click(button="right")
        page.locator(".context-menu").first.wait_for()
        found |= look()
        page.keyboard.press("Escape")
    return found | walk_drawing(page, look)


def walk_head(page: Page, look: Look, head: str) -> set[str]:
    """The box in which a column is described, with its choices."""
    page.locator(head).first.dblclick()
    page.locator(".context-menu").first.wait_for()
    found = look()
    for choice in page.locator(".context-menu .dms-input-select").all():
        choice.click()
        found |= look()
        choice.click()
    page.keyboard.press("Escape")
    return found


def walk_drawing(page: Page, look: Look) -> set[str]:
    page.locator("[data-views] button").first.click()
    page.locator(".djs-palette").wait_for()
    found = look()
    for element in (DECISION, f"{DECISION}_data_1"):
        page.locator(f'.djs-element[data-element-id="{element}"]').click()
        page.locator(".djs-context-pad.open").wait_for()
        found |= look()
        menu = page.locator('.djs-context-pad.open [data-action="replace"]')
        if menu.count():
            menu.click()
            page.locator(".djs-popup").wait_for()
            found |= look()
            page.keyboard.press("Escape")
    return found


def walk_form(page: Page, look: Look) -> set[str]:
    """Every part of the palette once, with its panel, and the form's own panel."""
    found = look()
    for part in page.locator(".fjs-palette-field").all():
        part.click()
        page.locator(".fjs-editor-selected").first.wait_for()
        found |= look()
        for choice in page.locator("[data-side] select[name=source] option").all():
            value = choice.get_attribute("value") or ""
            page.locator("[data-side] select[name=source]").select_option(value)
            found |= look()
    page.locator(".fjs-palette-search").fill("zzz")
    found |= look()
    return found


WALKS = pytest.mark.parametrize(
    ("path", "walk"),
    [
        pytest.param(f"/studio/{KEY}/decisions/{DECISION}", walk_decision, id="decisions"),
        pytest.param(f"/studio/{KEY}/forms/{FORM}", walk_form, id="forms"),
    ],
)


@WALKS
def test_no_english_is_left_in_a_japanese_editor(
    site: Site, browser: Browser, path: str, walk: Walk
) -> None:
    page = opened(site, browser, path, "ja")

    found = walk(page, lambda: english(page, KNOWN))
    missing = page.evaluate("[...window.__missing]")

    page.context.close()
    assert (found, missing) == (set(), [])


@WALKS
def test_an_english_editor_speaks_english(
    site: Site, browser: Browser, path: str, walk: Walk
) -> None:
    page = opened(site, browser, path, "en")

    found = walk(page, lambda: japanese(page, KNOWN))

    data = {text for text in found if is_data(page, text)}
    page.context.close()
    assert found - data == set()


def is_data(page: Page, text: str) -> bool:
    """Whether all that is Japanese in the text stands in the file itself."""
    file: str = page.evaluate("(window.formEditor ?? window.decisionEditor).text()")
    return all(part in file for part in JAPANESE.findall(text))


def test_the_walk_would_notice_a_word_left_in_english(site: Site, browser: Browser) -> None:
    page = opened(site, browser, f"/studio/{KEY}/forms/{FORM}", "ja")
    page.evaluate("document.querySelector('.fjs-palette-header').textContent = 'Components'")

    found = english(page, KNOWN)

    page.context.close()
    assert found == {"Components"}
