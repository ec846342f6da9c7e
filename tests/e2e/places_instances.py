"""The list of cases searched by data items and steps, and the steps of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.e2e.place import Place
from tests.offices import index_values

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

PMO = "shimizu"
MASTER = "go_live_preparation"
FOUND = {"state": "all", "item": "業務", "value": "助成金", "item2": "上申日", "how2": "from"}
NOTHING = {
    **FOUND,
    "flow": MASTER,
    "passed": "register_plan",
    "late": "30",
    "value2": "2030-1-1",
}


def _searched(page: Page, site: Site) -> None:
    index_values(site.office)
    page.goto(f"/instances?{urlencode({**FOUND, 'value2': '2026-11-24'})}")


def _in_vain(page: Page, site: Site) -> None:
    index_values(site.office)
    page.goto(f"/instances?{urlencode(NOTHING)}")


def _step(page: Page, site: Site) -> None:
    """The oldest step of the case that has changed anything."""
    page.goto(f"/instances/{site.office.cases(MASTER)[0].id}")
    link = page.locator("#history details a").last.get_attribute("href")
    page.goto(link or "")


def _step_without_changes(page: Page, site: Site) -> None:
    case = site.office.cases("approval")[0]
    page.goto(f"/instances/{case.id}")
    link = page.locator("#history details a").first.get_attribute("href") or ""
    page.goto(link)
    page.goto(page.locator("a.btn[href*='/steps/']").first.get_attribute("href") or "")


INSTANCES = (
    Place(name="instances-by-data", who=PMO, go=_searched, heading="案件"),
    Place(name="instances-by-data-none", who=PMO, go=_in_vain, heading="案件"),
    Place(name="instance-step", who=PMO, go=_step, heading="データの前後"),
    Place(name="instance-step-beside", who=PMO, go=_step_without_changes, heading="データの前後"),
)
