"""Somebody of the PMO looks over all projects: what is late, where it stands, who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from engine.services.spreadsheets import read_table
from tests.e2e.places_lists import PMO

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser import Site

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Open]:
    opened: list[Page] = []

    def open_(**options: Any) -> Page:
        opened.append(site.visit(browser, PMO, **options))
        return opened[-1]

    yield open_
    for page in opened:
        page.context.close()


@SCRIPTS
def test_the_pmo_finds_what_is_late_and_takes_it_along(
    site: Site, enter: Open, scripts: bool, tmp_path: Path
) -> None:
    page = enter(java_script_enabled=scripts)
    page.goto("/instances")

    page.get_by_role("link", name="期限切れ").click()
    assert page.locator("main tbody tr").count() == 1
    assert "1営業日超過" in page.locator("main tbody tr").inner_text()

    page.get_by_label("今の工程").fill("承認")
    page.get_by_role("button", name="絞り込む").click()
    page.locator("a.chip", has_text="今の工程").wait_for()
    page.locator("a.chip", has_text="期限").click()
    page.wait_for_url(lambda url: "due=" not in url)
    assert page.locator("a.chip").all_text_contents() == ["今の工程 承認を外す"]

    page.locator("summary", has_text="書き出す").click()
    with page.expect_download() as made:
        page.get_by_role("link", name="CSV").click()
    made.value.save_as(tmp_path / "cases.csv")
    table = read_table((tmp_path / "cases.csv").read_bytes(), "cases.csv")
    assert [row.cells[0] for row in table.rows] == [
        case.number for case in site.office.cases("go_live_preparation")
    ]


@SCRIPTS
def test_a_number_typed_into_the_header_opens_its_case(
    site: Site, enter: Open, scripts: bool
) -> None:
    case = site.office.cases("rehearsal")[0]
    page = enter(java_script_enabled=scripts)
    page.goto("/registers")

    page.get_by_label("管理番号・件名で探す").fill(case.number.lower())
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/instances/{case.id}")


def test_on_the_phone_the_search_has_a_page_of_its_own(enter: Open) -> None:
    page = enter(viewport=PHONE)
    page.goto("/instances")

    page.get_by_role("banner").get_by_role("link", name="検索").click()
    page.get_by_label("管理番号・ことば").fill("承認")
    page.get_by_role("main").get_by_role("button", name="探す").click()

    assert page.get_by_role("heading", name="開いているタスク").is_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]
