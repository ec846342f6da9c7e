"""A form that is sent after the session has ended: what was typed is kept, for its writer only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"]),
]

KEPT = "入力を下書きに保存しました"


def send_too_late(window: Window, site: Site, *, scripts: bool) -> Page:
    """suzuki's window after the answer."""
    page = window("suzuki", java_script_enabled=scripts)
    page.goto(f"/tasks/{site.office.task('register_acceptance').id}")
    page.get_by_label("条件付", exact=True).check()
    page.context.clear_cookies()
    page.locator('.action-bar [value="complete"]').click()
    page.wait_for_url(re.compile(r"/login\?next="))
    return page


def test_the_answer_says_that_the_input_was_kept(window: Window, site: Site, scripts: bool) -> None:
    page = send_too_late(window, site, scripts=scripts)

    assert KEPT in page.locator("[role=status]").inner_text()
    assert page.locator("h1").inner_text() == "ログイン"


def test_after_the_sign_in_the_task_shows_the_draft(
    window: Window, site: Site, scripts: bool
) -> None:
    page = send_too_late(window, site, scripts=scripts)

    sign_in(page, "suzuki", site.passwords["suzuki"])
    page.wait_for_url("**/tasks/*")

    assert page.get_by_label("条件付", exact=True).is_checked()
    assert page.get_by_text("下書きを開きました。").is_visible()


def test_somebody_else_who_signs_in_does_not_see_it(
    window: Window, site: Site, scripts: bool
) -> None:
    page = send_too_late(window, site, scripts=scripts)

    sign_in(page, "takahashi", site.passwords["takahashi"])
    page.wait_for_url("**/tasks/*")

    assert not page.get_by_label("条件付", exact=True).is_checked()
    assert page.get_by_text("下書きを開きました。").count() == 0


def test_nothing_is_completed_by_it(window: Window, site: Site, scripts: bool) -> None:
    send_too_late(window, site, scripts=scripts)

    assert "register_acceptance" in [task.element_id for task in site.office.open_tasks()]
