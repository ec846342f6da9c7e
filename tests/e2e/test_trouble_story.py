"""A cause is mended, and what it had stopped goes on: by its group, with and without scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import testing
from engine.services import people
from engine.storage import history
from tests.browser import Site, served
from tests.e2e.places_trouble import ANSWER, INQUIRY, inquiry, listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PERSON = "pjmo1"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy(inquiry())
        office.engine.run(people.set_password, PERSON, PASSWORD, testing.SETUP)
        with served(office, {PERSON: PASSWORD}) as made:
            yield made


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


def stop(site: Site, count: int) -> None:
    for _ in range(count):
        site.office.start(INQUIRY)
    site.office.advance(days=1)
    assert len(site.office.incidents()) == count


def opened(browser: Browser, site: Site, *, scripts: bool) -> Page:
    page = site.visit(browser, PERSON, java_script_enabled=scripts)
    page.goto("/worklist")
    return page


def retried(site: Site) -> Counter[str | None]:
    entries = site.office.engine.ask(history.newest, most=10_000)
    return Counter(one.instance_id for one in entries if one.event == "incident_retried")


@SCRIPTS
def test_a_group_is_retried_with_its_progress_on_the_page(
    site: Site, browser: Browser, expect: Any, *, scripts: bool
) -> None:
    stop(site, 25)
    page = opened(browser, site, scripts=scripts)

    page.get_by_role("navigation").get_by_role("link", name="処理停止").click()
    page.get_by_role("link", name="25件をまとめて再実行").click()
    page.get_by_label("件数").fill("24")
    page.get_by_role("button", name="処理停止を再実行する").click()
    expect(page.get_by_role("alert")).to_contain_text("件数が違います")
    page.get_by_label("件数").fill("25")
    page.get_by_role("button", name="処理停止を再実行する").click()
    expect(page.get_by_text("ほかの処理が終わりしだい始まります。")).to_be_visible()
    site.office.engine.start_work()
    expect(page.get_by_text("25件のうち25件を処理しました。").first).to_be_visible()

    assert retried(site) == Counter({case.id: 1 for case in site.office.cases()})
    assert site.office.incidents() == []
    page.get_by_role("navigation").get_by_role("link", name="処理停止").click()
    expect(page.get_by_role("heading", name="止まっている処理はありません")).to_be_visible()
    page.context.close()


@SCRIPTS
def test_a_selection_is_retried_and_the_rest_stays(
    site: Site, browser: Browser, expect: Any, *, scripts: bool
) -> None:
    stop(site, 3)
    page = opened(browser, site, scripts=scripts)

    page.goto("/admin/incidents")
    page.get_by_role("link", name="3件の内訳").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="選んだものを再実行").click()
    site.office.run_jobs()
    page.reload()

    expect(page.get_by_text("2件のうち2件を処理しました。").first).to_be_visible()
    assert len(site.office.incidents()) == 1
    page.context.close()


@SCRIPTS
def test_a_message_with_a_wrong_key_is_explained_and_discarded(
    site: Site, browser: Browser, expect: Any, *, scripts: bool
) -> None:
    site.office.deploy(listening())
    site.office.start("listener")
    site.office.send(ANSWER, {"件名": "回答"}, key="窓口/2")
    page = opened(browser, site, scripts=scripts)

    page.get_by_role("navigation").get_by_role("link", name="届いていないメッセージ").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("待-R8-0001")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="選んだものを破棄").click()
    page.get_by_role("button", name="メッセージを破棄する").click()
    expect(page.get_by_role("alert")).to_contain_text("理由を入力してください。")
    page.get_by_label("理由").fill("宛先を間違えて送った")
    page.get_by_role("button", name="メッセージを破棄する").click()
    site.office.run_jobs()

    page.goto("/admin/messages?view=discarded")
    expect(page.get_by_text("宛先を間違えて送った")).to_be_visible()
    assert site.office.undelivered() == []
    page.context.close()
