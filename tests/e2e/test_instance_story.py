"""Somebody of the PMO opens the case that is stuck longest: its way, its times, its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.services import tasks
from tests.e2e.places_instances import MASTER, PMO
from tests.offices import index_values

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
DRAWN = "body[data-ready]"
PLACE = "document.querySelector('.viewport').getAttribute('transform')"


@SCRIPTS
def test_the_pmo_sees_why_the_case_that_is_stuck_longest_stands_where_it_does(
    site: Site, window: Window, scripts: bool
) -> None:
    page = window(PMO, java_script_enabled=scripts)
    page.goto("/instances")

    page.get_by_role("link", name="期限切れ").click()
    page.locator("main tbody a.title").first.click()
    page.wait_for_url("**/instances/*")
    outline = page.locator("#outline")
    assert "通った順 1" in outline.inner_text()
    assert "4.0営業日" in outline.inner_text()
    assert "4.0営業日" in page.locator("#took").inner_text()

    step = page.locator("#history li", has_text="「準備計画の登録」を完了しました")
    step.locator("summary").click()
    assert "設計開発開始日" in step.locator("tbody").first.inner_text()
    step.get_by_role("link", name="この手順を開く").click()
    page.wait_for_url("**/steps/*")
    assert page.get_by_role("heading", level=1).inner_text() == "データの前後"
    page.get_by_role("link", name="次の手順").click()
    page.wait_for_load_state()
    assert page.locator("main tbody tr").first.is_visible()

    page.get_by_role("link", name=site.office.cases(MASTER)[0].number).click()
    linked = page.locator("#linked a", has_text=site.office.cases("training_plan")[0].number)
    linked.click()
    page.wait_for_url(f"**/instances/{site.office.cases('training_plan')[0].id}")
    assert site.office.cases(MASTER)[0].number in page.locator("#linked").inner_text()


def test_the_way_is_drawn_and_the_page_keeps_itself_up_to_date(site: Site, window: Window) -> None:
    case = site.office.cases("rehearsal")[0]
    page = window(PMO)
    page.clock.install()
    page.goto(f"/instances/{case.id}")
    page.wait_for_selector(DRAWN)
    assert page.locator(".djs-connection.is-walked").count() > 0
    page.locator("[data-zoom=in]").click()
    view = page.evaluate(PLACE)
    before = page.locator("#outline").inner_text()

    _wait_fifteen_seconds(page, 304)
    assert page.locator("#outline").inner_text() == before

    task = site.office.open_tasks(case)[0]
    site.office.engine.run(tasks.claim, task.id, site.office.actor("sato"))
    _wait_fifteen_seconds(page, 200)
    page.locator("#outline", has_text="佐藤 恵子").wait_for()
    assert page.evaluate(PLACE) == view

    site.office.cancel(case, "重複", by="sato")
    _wait_fifteen_seconds(page, 200)
    page.locator("#standing", has_text="取りやめ").wait_for()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.clock.fast_forward(60_000)
    assert asked == []


def _wait_fifteen_seconds(page: Page, status: int) -> None:
    with page.expect_response(lambda one: "/standing" in one.url) as answer:
        page.clock.fast_forward(15_000)
    assert answer.value.status == status


@SCRIPTS
def test_a_case_is_found_by_what_somebody_entered(
    site: Site, window: Window, scripts: bool
) -> None:
    index_values(site.office)
    page = window(PMO, java_script_enabled=scripts)
    page.goto("/instances")

    page.locator("summary", has_text="データ項目で探す").click()
    page.get_by_label("データ項目1", exact=True).fill("運営開始予定日")
    page.get_by_label("データ項目1の比べ方").select_option("from")
    page.get_by_label("データ項目1の値").fill("2027-03-02")
    page.get_by_role("button", name="絞り込む").click()
    page.locator("a.chip", has_text="データ項目").wait_for()
    assert page.locator("main tbody tr").count() == 1
    assert site.office.cases(MASTER)[0].number in page.locator("main tbody").inner_text()

    page.locator("summary", has_text="データ項目で探す").wait_for()
    page.get_by_label("データ項目1の値").fill("2027-03-03")
    page.get_by_role("button", name="絞り込む").click()
    page.get_by_role("heading", name="案件はありません").wait_for()
    assert "運営開始予定日が2027-03-03以上" in page.locator("a.chip").inner_text()
