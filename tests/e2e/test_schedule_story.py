"""A periodic start is moved, paused and resumed; a completed task is taken back and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.services import people, schedules
from tests.browser import Site, served
from tests.diagrams import line, user_task
from tests.forms.builders import file, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PERSON, NEXT = "pjmo1", "gyomu1"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def models() -> dict[str, dict[str, bytes]]:
    made = line(
        "circular",
        user_task("write", formKey="write", candidateGroups="PJMO"),
        user_task("check", candidateGroups="GYOMU"),
    )
    made["circular"]["write.form.json"] = file(text("内容", required=True))
    return {**made, **line("monitoring", user_task("collect"))}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy(models())
        for person in (PERSON, NEXT):
            office.engine.run(people.set_password, person, PASSWORD, testing.SETUP)
        with served(office, {PERSON: PASSWORD, NEXT: PASSWORD}) as made:
            yield made


def opened(browser: Browser, site: Site, *, scripts: bool, person: str = PERSON) -> Page:
    return site.visit(browser, person, java_script_enabled=scripts)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def news(page: Page) -> str:
    return page.locator("[data-news]").inner_text()


@SCRIPTS
def test_a_periodic_start_is_moved_paused_and_made_up_for(
    browser: Browser, site: Site, scripts: bool
) -> None:
    site.office.engine.run(schedules.operation_started, testing.PROJECT, testing.SYSTEM)
    page = opened(browser, site, scripts=scripts)
    page.goto("/admin/schedules")
    follow(page, "月次モニタリング")
    page.get_by_role("link", name="変える").click()
    page.get_by_label("規則").fill("毎月10日")
    press(page, "次の予定を確かめる")
    preview = page.locator("main ol").last.inner_text()
    press(page, "この規則にする")
    moved = news(page)

    follow(page, "一時停止する")
    press(page, "定期起動を一時停止する")
    refused = page.locator("#reason-e").inner_text()
    page.get_by_label("理由").fill("移行のため")
    press(page, "定期起動を一時停止する")
    site.office.advance(to=datetime.fromisoformat("2026-05-20T12:00:00+09:00"))
    page.reload()
    follow(page, "再開する")
    page.get_by_label("その分として、今1件だけ始める").check()
    press(page, "定期起動を再開する")

    assert "5月11日(月) 9時00分（5月10日(日)が休業日のため、次の営業日）" in preview
    assert "次回は4月10日(金) 9時00分です。" in moved
    assert "理由を入力してください。" in refused
    assert "抜けた予定の分を1件始めました。次回は6月10日(水) 9時00分です。" in news(page)
    assert len(site.office.cases("monitoring")) == 1
    page.context.close()


@SCRIPTS
def test_a_completed_task_is_taken_back_corrected_and_completed_again(
    browser: Browser, site: Site, scripts: bool
) -> None:
    case = site.office.start("circular")
    page = opened(browser, site, scripts=scripts)
    page.goto(f"/tasks/{site.office.task('write').id}")
    page.get_by_label("内容").fill("誤り")
    press(page, "完了する")
    offered = news(page)

    press(page, "引き戻す")
    back = news(page)
    kept = page.get_by_label("内容").input_value()
    page.get_by_label("内容").fill("正しい文")
    press(page, "完了する")

    assert "9時10分まで引き戻せます。" in offered
    assert "引き戻しました。入力した内容は下書きにあります。" in back
    assert kept == "誤り"
    assert site.office.variables(case)["内容"] == "正しい文"
    page.context.close()


@SCRIPTS
def test_once_the_next_person_has_opened_the_task_one_is_told_whom_to_ask(
    browser: Browser, site: Site, scripts: bool
) -> None:
    site.office.start("circular")
    page = opened(browser, site, scripts=scripts)
    task_id = site.office.task("write").id
    page.goto(f"/tasks/{task_id}")
    page.get_by_label("内容").fill("文")
    press(page, "完了する")
    other = opened(browser, site, scripts=scripts, person=NEXT)
    other.goto(f"/tasks/{site.office.task('check').id}")
    other.context.close()

    press(page, "引き戻す")
    refused = page.locator("main").inner_text()
    page.goto(f"/tasks/{task_id}")
    page.locator("summary", has_text="引戻しを依頼").click()

    assert "もう引き戻せません" in refused
    assert "業務実施部門 gyomu1さんが次のタスクを開いたため" in refused
    assert page.get_by_role("button", name="引き戻す").count() == 0
    assert page.get_by_role("link", name="案件のコメントを開く").is_visible()
    page.context.close()
