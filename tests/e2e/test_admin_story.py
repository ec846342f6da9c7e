"""An administrator adds a person with a role; that person works; later the person leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.services import people
from tests.browser import Site, served, sign_in
from tests.diagrams import line, user_task

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD, OWN = "correct horse battery", "my very own password"
ADMINISTRATOR, LOGIN, NAME = "admin1", "hanako", "山田 花子"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy(line("errand", user_task("do", candidateGroups="PJMO")))
        office.start("errand", subject="備品の購入")
        office.engine.run(people.set_password, ADMINISTRATOR, PASSWORD, testing.SETUP)
        with served(office, {ADMINISTRATOR: PASSWORD}) as made:
            yield made


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def add_person(page: Page) -> str:
    """Through the menu and the form; the first password, as the form has shown it."""
    follow(page, "利用者と権限")
    follow(page, "利用者を加える")
    page.get_by_label("氏名").fill(NAME)
    page.get_by_label("よみ").fill("やまだ はなこ")
    page.get_by_label("利用者ID").fill(LOGIN)
    first = page.get_by_label("最初のパスワード").input_value()
    press(page, "利用者を加える")
    return first


def give_role(page: Page) -> None:
    follow(page, "役割を付ける")
    page.get_by_label("役割", exact=False).first.select_option("PJMO")
    page.get_by_label("プロジェクト").select_option("p1")
    page.get_by_label("理由").fill("4月1日付け異動")
    press(page, "役割を付ける")


def sign_in_and_change(page: Page, first: str) -> None:
    page.goto("/login")
    sign_in(page, LOGIN, first)
    page.wait_for_url("**/me/password")
    page.get_by_label("今のパスワード").fill(first)
    page.get_by_label("新しいパスワード ", exact=False).first.fill(OWN)
    page.get_by_label("新しいパスワード（もう一度）").fill(OWN)
    press(page, "パスワードを変える")


def leave(page: Page) -> None:
    """The administrator lets the person go."""
    page.locator("summary", has_text="操作").click()
    follow(page, "利用を止める")
    page.get_by_label("理由").fill("退職のため")
    press(page, "利用を止める")


@SCRIPTS
def test_somebody_comes_works_and_goes(browser: Browser, site: Site, *, scripts: bool) -> None:
    office = site.visit(browser, ADMINISTRATOR, java_script_enabled=scripts)
    desk = site.visit(browser, java_script_enabled=scripts)
    office.goto("/worklist")

    first = add_person(office)
    give_role(office)
    sign_in_and_change(desk, first)
    desk.goto("/worklist?view=group")
    seen = desk.locator("a.title").all_inner_texts()
    with desk.expect_navigation():
        desk.locator("a.title").first.click()
    press(desk, "引き受ける")
    office.reload()
    leave(office)
    desk.goto("/worklist")
    office.goto("/admin/history?kind=people")
    told = office.locator("tbody td:nth-child(2)").all_inner_texts()

    assert seen == ["do"]
    assert heading(desk) == "ログイン"
    assert site.office.open_tasks()[0].assignee is None
    assert [text.partition("\n")[0] for text in told][:2] == [
        f"管理者 admin1が{NAME}さんの利用を止めました。",
        f"{NAME}が{NAME}さんのパスワードを変えました。",
    ]
    desk.context.close()
    office.context.close()


@SCRIPTS
def test_an_office_gets_its_first_project_system_and_organisation(
    browser: Browser, site: Site, *, scripts: bool
) -> None:
    page = site.visit(browser, ADMINISTRATOR, java_script_enabled=scripts)
    page.goto("/worklist")

    follow(page, "プロジェクトと組織")
    follow(page, "プロジェクトを加える")
    page.get_by_label("プロジェクトの名称").fill("窓口改善プロジェクト")
    press(page, "プロジェクトを加える")
    group = page.locator("tr.group", has_text="窓口改善プロジェクト")
    with page.expect_navigation():
        group.locator("a", has_text="情報システムを加える").click()
    page.get_by_label("情報システムの名称").fill("窓口予約システム")
    start = page.get_by_role("group", name="運営開始日")
    start.get_by_label("年").fill("R8.10.1")
    press(page, "情報システムを加える")
    listed = page.locator("tbody th a.title").all_inner_texts()

    assert "窓口予約システム" in listed
    assert "10月1日(木)〜" in page.locator("main").inner_text()
    page.context.close()
