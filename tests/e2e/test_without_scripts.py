"""The main stories of the pages, in a browser that runs no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

ACCEPTANCE = "受入テスト完了の登録"


@pytest.fixture
def page(window: Window) -> Page:
    return window("suzuki", java_script_enabled=False)


def news(page: Page) -> str:
    return page.locator("[data-news]").inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_task(page: Page, name: str = ACCEPTANCE) -> None:
    page.goto("/worklist?view=group")
    page.get_by_role("link", name=name, exact=True).click()


def test_one_signs_in_and_sees_the_own_work(window: Window, site: Site) -> None:
    page = window(java_script_enabled=False)

    page.goto("/worklist")
    sign_in(page, "takahashi", site.passwords["takahashi"])

    assert page.url.endswith("/worklist")
    assert "業務継続計画案の作成" in page.locator("a.title").all_inner_texts()


def test_a_task_is_taken_filled_in_and_completed(page: Page) -> None:
    open_task(page)
    press(page, "引き受ける")
    taken = news(page)

    page.locator('[name="完了日/年"]').fill("令和8年11月27日")
    page.get_by_label("合格", exact=True).check()
    press(page, "完了する")

    assert "引き受けました" in taken
    assert news(page) == f"「{ACCEPTANCE}」を完了しました。"
    page.get_by_role("link", name="完了したもの").click()
    assert ACCEPTANCE in page.locator("a.title").all_inner_texts()


def test_rows_are_added_mended_and_kept(page: Page) -> None:
    open_task(page)

    page.locator('[name="完了日/年"]').fill("20261127")
    page.get_by_label("条件付", exact=True).check()
    press(page, "残不具合を追加")
    page.locator('[name="残不具合/0/内容"]').fill("帳票の宛名が欠ける")
    press(page, "残不具合を追加")
    page.locator('[name="残不具合/1/内容"]').fill("一覧の並びが違う")
    press(page, "完了する")
    links = page.locator(".error-summary a")
    said = links.all_inner_texts()
    for row, answer in enumerate(("有", "無")):
        links.nth(row).click()
        page.locator(f'[name="残不具合/{row}/運営への支障"][value="{answer}"]').check()
    press(page, "完了する")

    assert len(said) == 2
    assert "残不具合 1" in said[0]
    assert "完了しました" in news(page)
    page.get_by_role("link", name="完了したもの").click()
    page.get_by_role("link", name=ACCEPTANCE, exact=True).click()
    rows = page.locator("details.repeat").all_inner_texts()
    assert len(rows) == 2
    assert all(text in rows[0] for text in ("帳票の宛名が欠ける", "有"))
    assert all(text in rows[1] for text in ("一覧の並びが違う", "無"))


def test_a_row_is_copied_and_removed_and_the_rest_stays(page: Page) -> None:
    open_task(page)
    press(page, "残不具合を追加")
    page.locator('[name="残不具合/0/内容"]').fill("帳票の宛名が欠ける")

    press(page, "複製")
    page.locator('[name="残不具合/1/内容"]').fill("一覧の並びが違う")
    press(page, "残不具合 1を削除")

    assert page.locator('[name="残不具合/0/内容"]').input_value() == "一覧の並びが違う"
    assert page.locator("details.repeat").count() == 1


def test_a_draft_is_saved_by_its_button_and_thrown_away(page: Page) -> None:
    open_task(page)
    page.locator('[name="完了日/年"]').fill("2026")

    press(page, "下書きを保存")
    saved = page.locator('[name="完了日/年"]').input_value()
    press(page, "最初の値に戻す")

    assert saved == "2026"
    assert page.locator('[name="完了日/年"]').input_value() == ""


def test_fields_that_hang_on_others_come_with_a_button(window: Window, site: Site) -> None:
    page = window("sato", java_script_enabled=False)
    page.goto(f"/tasks/{site.office.task('approve_draft').id}")
    before = page.locator('[name="理由"]').count()

    page.get_by_label("差戻し", exact=True).check()
    press(page, "入力に合わせて表示を更新する")

    assert (before, page.locator('[name="理由"]').count()) == (0, 1)


def test_an_instance_is_started(page: Page) -> None:
    page.goto("/processes")
    page.locator(
        'a[href="/processes/monitoring/start"], a[href$="preparation/start"]'
    ).first.click()

    press(page, "始める")
    refused = page.locator(".error-summary a").all_inner_texts()
    page.locator('[name="start.subject"]').fill("窓口の運営開始準備")
    press(page, "始める")

    assert refused == ["件名を入力してください。"]
    assert news(page) == "案件を始めました。"
    assert page.locator(".meta .chip").first.inner_text() == "実行中"


def test_an_instance_is_cancelled_with_a_reason(page: Page, site: Site) -> None:
    case = site.office.cases("go_live_preparation")[0]
    page.goto(f"/instances/{case.id}")

    page.get_by_role("link", name="取りやめる", exact=True).click()
    press(page, "案件を取りやめる")
    refused = page.locator(".error-summary a").all_inner_texts()
    page.locator("#reason").fill("計画を作り直すため")
    press(page, "案件を取りやめる")

    assert refused == ["理由を入力してください。"]
    assert news(page) == "案件を取りやめました。"
    assert "計画を作り直すため" in page.locator("main").inner_text()
    assert page.locator(".meta .chip").first.inner_text() == "取りやめ"


def test_the_outline_says_what_the_diagram_shows(page: Page, site: Site) -> None:
    page.goto(f"/instances/{site.office.cases('go_live_preparation')[0].id}")

    row = page.locator("#outline tr", has=page.get_by_role("link", name=ACCEPTANCE))

    assert "実行中" in row.inner_text()
    assert page.get_by_text("図を描くにはJavaScriptが要ります").is_visible()


def test_the_language_is_switched_and_stays(page: Page) -> None:
    page.goto("/registers")

    page.locator(".app-head .menu summary").click()
    press(page, "English")
    there = page.url
    page.goto("/worklist")

    assert there.endswith("/registers")
    assert page.locator("html").get_attribute("lang") == "en"
