"""Somebody is away: another does the work, both names stay, and the right ends with the period."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from engine.domain.values import TOKYO
from engine.storage import outbox

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

HOLDER, PROXY = "yamamoto", "ito"  # head of the operating division; project lead
HOLDER_NAME, PROXY_NAME = "山本 大輔", "伊藤 正人"
WORDS = {
    "ja": {
        "ask": "代理を依頼する",
        "given": "伊藤 正人さんに代理を依頼しました。",
        "banner": "山本 大輔さんの代理として作業します",
        "tab": "代理",
        "chip": "代理：山本 大輔",
        "over": "代理の期間が終わっています",
        "kept": "入力した内容は、山本 大輔さんの下書きに残しました。",
    },
    "en": {
        "ask": "Ask somebody to act for you",
        "given": "伊藤 正人 will act for you",
        "banner": "You work on behalf of 山本 大輔",
        "tab": "Delegated to me",
        "chip": "For 山本 大輔",
        "over": "The delegation has ended",
        "kept": "What you typed is kept as a draft of 山本 大輔.",
    },
}
BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def visit(window: Window, site: Site, person: str, language: str, *, scripts: bool = True) -> Page:
    page = window(person, java_script_enabled=scripts)
    page.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    return page


def ask(page: Page, language: str, first: datetime, last: datetime) -> None:
    """The holder sets it up in the menu of the own name."""
    page.goto("/me/delegations")
    page.locator("main a.btn--primary").click()
    page.locator("#proxy").select_option(PROXY)
    for name, day in (("from", first), ("to", last)):
        for part, value in (("年", day.year), ("月", day.month), ("日", day.day)):
            page.locator(f'[name="{name}/{part}"]').fill(str(value))
    page.locator("#reason").fill("出張")
    page.get_by_role("button", name=WORDS[language]["ask"]).click()
    expect(page.locator(".banner--ok")).to_contain_text(WORDS[language]["given"])


def today(site: Site) -> datetime:
    return site.office.clock.moment.astimezone(TOKYO)


def fill(page: Page) -> Locator:
    """The plan of publicity, filled as far as needed."""
    form = page.locator("form[data-task]")
    rows = form.locator("details.repeat")
    for row in rows.all():
        row.locator("textarea").first.fill("想定より申請が多い")
        numbers = row.locator("input.input--number")
        for place in range(numbers.count()):
            numbers.nth(place).fill("3")
    return form


@BOTH_LANGUAGES
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_proxy_completes_and_both_names_stay(
    window: Window,
    site: Site,
    language: str,
    scripts: bool,
) -> None:
    words = WORDS[language]
    task_id = site.office.task("analyse_risks").id
    holder = visit(window, site, HOLDER, language, scripts=scripts)
    ask(holder, language, today(site), today(site) + timedelta(days=4))

    proxy = visit(window, site, PROXY, language, scripts=scripts)
    proxy.goto("/worklist")
    proxy.locator("nav.tabs a", has_text=words["tab"]).click()
    proxy.locator(f'a.title[href="/tasks/{task_id}"]').click()
    expect(proxy.locator(".banner--proxy")).to_contain_text(words["banner"])
    fill(proxy)
    proxy.locator('.action-bar button[value="complete"]').click()
    expect(proxy.locator(".banner--ok")).to_be_visible()

    holder.goto(f"/tasks/{task_id}")
    expect(holder.locator(".banner--ok")).to_contain_text(PROXY_NAME)
    expect(holder.locator(".banner--ok .chip--proxy")).to_have_text(words["chip"])
    holder.goto(holder.locator("aside a[href^='/instances/']").first.get_attribute("href") or "")
    line = holder.locator(".timeline li", has=holder.locator(".chip--proxy")).first
    expect(line).to_contain_text(PROXY_NAME)
    mails = [row.body for row in site.office.engine.ask(outbox.due, "mail")]
    [mail] = [one["body"] for one in mails if one["to"] == [HOLDER] and "代理で" in one["body"]]
    assert HOLDER_NAME in mail
    assert PROXY_NAME in mail


@BOTH_LANGUAGES
def test_the_right_ends_at_midnight_with_the_page_still_open(
    window: Window, site: Site, language: str
) -> None:
    words = WORDS[language]
    task_id = site.office.task("plan_publicity").id
    ask(visit(window, site, HOLDER, language), language, today(site), today(site))
    proxy = visit(window, site, PROXY, language)
    proxy.goto(f"/tasks/{task_id}")
    tomorrow = (today(site) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    site.office.clock.moment = tomorrow
    field = proxy.locator("form[data-task] textarea, form[data-task] input.input").first
    field.fill("窓口に置く")

    proxy.locator('.action-bar button[value="complete"]').click()

    expect(proxy.locator("h1")).to_have_text(words["over"])
    expect(proxy.locator(".banner--proxy")).to_contain_text(words["kept"])
    assert site.office.task("plan_publicity").id == task_id
    holder = visit(window, site, HOLDER, language)
    holder.goto(f"/tasks/{task_id}")
    kept = holder.locator("form[data-task] textarea, form[data-task] input.input").first
    expect(kept).to_have_value("窓口に置く")


@BOTH_LANGUAGES
def test_a_circle_is_refused_at_its_field(window: Window, site: Site, language: str) -> None:
    day = today(site)
    ask(visit(window, site, HOLDER, language), language, day, day)
    proxy = visit(window, site, PROXY, language)
    proxy.goto("/me/delegations/new")
    proxy.locator("#proxy").select_option(HOLDER)
    for name in ("from", "to"):
        proxy.locator(f'[name="{name}/年"]').fill(day.strftime("%Y-%m-%d"))

    proxy.locator("main form button.btn--primary").click()

    expect(proxy.locator(".error-summary li")).to_have_count(1)
    proxy.locator(".error-summary a").click()
    expect(proxy.locator("#proxy")).to_be_focused()
    expect(proxy.locator("#proxy")).to_have_value(HOLDER)
