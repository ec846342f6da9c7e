"""The monthly report of the monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import registers
from engine.services.registers import OwnBooks
from engine.testing import SETUP
from tests.e2e.place import DRAFTER, Go, Place
from tests.web.reports import report

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

PROJECT, SYSTEM, PERIOD = "josei", "josei-online", "2026年12月"
_made: dict[str, str] = {}  # address of the site -> of its report


def given(site: Site) -> str:
    """The address of the report, made where there is none yet."""
    if site.url not in _made:
        source = OwnBooks(project_id=PROJECT, system_id=SYSTEM)
        entry = site.office.engine.run(registers.enter, "R26", report(), source, SETUP)
        _made[site.url] = f"/registers/R26/{entry.id}/report"
    return _made[site.url]


def _report(end: str = "") -> Go:
    def go(page: Page, site: Site) -> None:
        page.goto(given(site).removesuffix(end))

    return go


def _as_table(page: Page, site: Site) -> None:
    page.goto(given(site))
    page.locator("details > summary", has=page.locator(".vh")).last.click()


REPORTS: tuple[Place, ...] = (
    Place(name="report", who=DRAFTER, go=_report(), heading=f"{PERIOD} 月次報告書"),
    Place(name="report-table", who=DRAFTER, go=_as_table, heading=f"{PERIOD} 月次報告書"),
    Place(name="report-record", who=DRAFTER, go=_report("/report")),
)
