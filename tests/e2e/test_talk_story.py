"""Two people talk about a case; a reminder is read; an administrator mends the mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.domain.mail import MailFault, MailState, Trouble
from engine.services import mails, people
from engine.services.notices import notify
from engine.storage import outbox
from engine.testing import TestOffice
from tests.browser import Site, served
from tests.diagrams import line, user_task

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
WRITER, READER, KEEPER = "pjmo1", "pl1", "admin1"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
REPORT = line("report", user_task("write_report", candidateGroups="PJMO", dueDate="期限"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy(REPORT)
        for person_id in (WRITER, READER, KEEPER):
            office.engine.run(people.set_password, person_id, PASSWORD, testing.SETUP)
        with served(office, dict.fromkeys((WRITER, READER, KEEPER), PASSWORD)) as made:
            yield made


def begun(office: TestOffice) -> str:
    """The address of a case whose task is due on Friday, 10 April."""
    case = office.start("report", values={"期限": date(2026, 4, 10)}, subject="月次の報告")
    return f"/instances/{case.id}"


def bell(page: Page) -> str:
    return page.locator("header a[href='/me/notices']").inner_text().strip()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


@SCRIPTS
def test_a_question_reaches_the_person_it_names_and_is_answered(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    address = begun(site.office)
    writer = site.visit(browser, WRITER, java_script_enabled=scripts)
    writer.goto(address)

    writer.get_by_label("コメントを書く").fill("@ぴーえる さん、方針を決めてください。")
    press(writer, "コメントする")
    said = writer.locator("#text-e").inner_text()
    writer.get_by_label("コメント").fill("方針を決めてください。")
    writer.get_by_text("宛先を選ぶ").click()
    writer.get_by_label("プロジェクト推進責任者 pl1").check()
    press(writer, "コメントする")

    assert "「@ぴーえる」に当たる人がいません。" in said
    assert writer.locator("#comments .mention").inner_text() == "@プロジェクト推進責任者 pl1"

    reader = site.visit(browser, READER, java_script_enabled=scripts)
    reader.goto("/worklist")
    before = bell(reader)
    with reader.expect_navigation():
        reader.locator("header a[href='/me/notices']").click()
    follow(reader, "コメントであなたを指定しました")
    reader.get_by_label("コメントを書く").fill("承知しました。明日までに決めます。")
    press(reader, "コメントする")
    reader.goto("/me/notices")
    with reader.expect_navigation():
        reader.locator("tbody tr", has_text="あなたを指定しました").get_by_role("button").click()

    assert "1" in before
    assert "1" not in bell(reader)
    writer.goto(address)
    assert "承知しました。明日までに決めます。" in writer.locator("#comments").inner_text()
    assert "1" in bell(writer)
    for page in (writer, reader):
        page.context.close()


@SCRIPTS
def test_a_comment_is_mended_and_taken_back(site: Site, browser: Browser, *, scripts: bool) -> None:
    page = site.visit(browser, WRITER, java_script_enabled=scripts)
    page.goto(begun(site.office))
    page.get_by_label("コメントを書く").fill("締切は五月です。")
    press(page, "コメントする")

    with page.expect_navigation():
        page.locator("#comments").get_by_role("link", name="編集する").click()
    page.get_by_label("コメント").fill("締切は四月です。")
    press(page, "コメントを直す")
    mended = page.locator("#comments article").inner_text()
    with page.expect_navigation():
        page.locator("#comments").get_by_role("link", name="取り消す").click()
    press(page, "コメントを取り消す")

    assert "締切は四月です。" in mended
    assert "編集済み" in mended
    article = page.locator("#comments article").inner_text()
    assert "取り消されました" in article
    assert "四月" not in article
    page.context.close()


@SCRIPTS
def test_a_reminder_leads_from_the_bell_to_the_task(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    begun(site.office)
    site.office.advance(to=datetime.fromisoformat("2026-04-10T09:30+09:00"))
    page = site.visit(browser, WRITER, java_script_enabled=scripts)
    page.goto("/me/notices")

    said = page.locator("tbody th").all_inner_texts()
    press(page, "すべて既読にする")
    read = bell(page)
    follow(page, "「write_report」の期限は今日です。")

    assert [" ".join(one.split()) for one in said] == [
        "「write_report」の期限は今日です。",
        "「write_report」の期限まで、残り2営業日です。",
    ]
    assert "2" not in read
    assert page.locator("h1").inner_text() == "write_report"
    page.context.close()


@SCRIPTS
def test_an_administrator_sends_one_mail_again_and_gives_up_the_other(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    for _ in range(2):
        site.office.engine.run(notify, [READER], "batch_done", mail=True)
    for row in site.office.engine.ask(outbox.of_state, MailState.WAITING, 2**62, 9):
        refused = Trouble(fault=MailFault.RECIPIENT, said="550 no such mailbox", is_final=True)
        site.office.engine.run(mails.failed, row, timedelta(), refused)
    page = site.visit(browser, KEEPER, java_script_enabled=scripts)
    page.goto("/worklist")

    page.get_by_role("navigation").get_by_role("link", name="送信待ち").click()
    page.locator("tbody input[name=id]").first.check()
    press(page, "もう一度送る")
    page.locator("tbody input[name=id]").first.check()
    press(page, "破棄する")
    press(page, "メールを破棄する")
    said = page.locator(".error-summary").inner_text()
    page.get_by_label("理由").fill("異動したため不要")
    press(page, "メールを破棄する")

    assert "理由を入力してください。" in said
    states = [row.state for row in site.office.engine.ask(outbox.page, 0, 10)]
    assert sorted(states) == ["discarded", "waiting"]
    page.get_by_role("link", name="破棄したもの").click()
    assert "異動したため不要" in page.locator("tbody").inner_text()
    page.context.close()
