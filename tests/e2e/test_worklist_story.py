"""The worklist of a busy person: find, name what is looked for, and hand out several tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def visit(window: Window, site: Site, language: str, *, scripts: bool = True) -> Page:
    page = window("sato", java_script_enabled=scripts)
    page.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    return page


@BOTH_LANGUAGES
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_several_tasks_go_to_a_colleague(
    window: Window,
    site: Site,
    language: str,
    scripts: bool,
) -> None:
    page = visit(window, site, language, scripts=scripts)
    page.goto("/worklist?view=group&text=計画")
    boxes = page.locator('input[name="task"]').all()
    chosen = {box.get_attribute("value") for box in boxes}
    for box in boxes:
        box.check()
    page.locator("#bulk-person").select_option("takahashi")

    page.locator('button[value="assign"]').click()

    expect(page.locator(".banner--ok")).to_be_visible()
    expect(page.locator(".empty")).to_be_visible()
    held = {task.id for task in site.office.open_tasks() if task.assignee == "takahashi"}
    assert chosen
    assert chosen <= held


@BOTH_LANGUAGES
def test_what_cannot_be_done_stays_selected_with_its_reason(
    window: Window, site: Site, language: str
) -> None:
    page = visit(window, site, language)
    page.goto("/worklist?view=group")
    before = page.locator("a.title").count()
    page.locator("[data-bulk-all] input").check()
    assert page.locator("tr.is-selected").count() == before

    page.locator('button[value="assign"]').click()  # to nobody

    expect(page.locator("main [role=alert]")).to_be_focused()
    expect(page.locator("main [role=alert] li")).to_have_count(before)
    expect(page.locator('input[name="task"]:checked')).to_have_count(before)


@BOTH_LANGUAGES
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_filters_get_a_name_and_a_tab(
    window: Window,
    site: Site,
    language: str,
    scripts: bool,
) -> None:
    page = visit(window, site, language, scripts=scripts)
    page.goto("/worklist")
    page.locator("#f-text").fill("ﾘﾊｰｻﾙ")  # half width finds the full width
    page.locator("details.filters button[type=submit]").click()
    expect(page.locator("a.chip")).to_have_count(1)
    page.locator('a[href^="/me/views/new"]').click()
    page.locator("#name").fill("毎朝見るもの")
    page.locator("main button.btn--primary").click()

    tab = page.locator("nav.tabs a[aria-current]")
    expect(tab).to_contain_text("毎朝見るもの")
    assert page.locator("a.title").count() > 0
    page.locator('a[href^="/me/views/"]').click()
    page.locator("main button.btn--danger").click()

    expect(page.locator("nav.tabs a", has_text="毎朝見るもの")).to_have_count(0)


def test_five_minutes_before_the_end_the_session_can_be_prolonged(
    window: Window, site: Site
) -> None:
    page = window("suzuki")
    page.clock.install()
    page.goto(f"/tasks/{site.office.task('plan_rehearsal').id}")
    dialog = page.locator("dialog[data-session]")
    page.clock.fast_forward("54:50")
    expect(dialog).to_be_hidden()

    page.clock.fast_forward("00:15")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h2")).to_be_focused()
    dialog.get_by_role("button").click()

    expect(dialog).to_be_hidden()
    page.clock.fast_forward("54:50")
    expect(dialog).to_be_hidden()
