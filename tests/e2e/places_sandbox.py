"""The page before a trial, and the pages of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

DESIGNER = "fujita"
TRY = "/studio/rehearsal/try"


def enter(page: Page, path: str = TRY) -> None:
    """Go on with the trial that is there, or begin one."""
    page.goto(path)
    going_on = page.locator("main td a[href$='/worklist']")
    with page.expect_navigation():
        if going_on.count():
            going_on.first.click()
        else:
            page.locator("main form[action$='/try'] button").click()


def door(page: Page) -> str:
    """The address that all pages of the sandbox begin with."""
    return "/".join(page.url.split("/", 7)[3:7])


def _inside(end: str) -> Go:
    def go(page: Page, site: Site) -> None:
        enter(page)
        page.goto(f"/{door(page)}/{end}")

    return go


def _nonsense(page: Page, site: Site) -> None:
    _inside("sandbox/time")(page, site)
    page.locator("#at").fill("2025")
    with page.expect_navigation():
        page.locator("main form button.btn--primary").click()


SANDBOX = (
    Place(name="try", who=DESIGNER, go=at(TRY), heading="業務リハーサルを試す"),
    Place(
        name="sandbox-start",
        who=DESIGNER,
        go=_inside("processes/rehearsal/start"),
        heading="業務リハーサルを始める",
    ),
    Place(
        name="sandbox-worklist", who=DESIGNER, go=_inside("worklist?view=group"), heading="受信箱"
    ),
    Place(
        name="sandbox-time", who=DESIGNER, go=_inside("sandbox/time"), heading="日時を決めて進める"
    ),
    Place(
        name="sandbox-time-errors",
        who=DESIGNER,
        go=_nonsense,
        status=422,
        heading="日時を決めて進める",
        errors=True,
    ),
    Place(
        name="sandbox-over",
        who=DESIGNER,
        go=at(f"{TRY}/0123456789abcdef/worklist"),
        status=404,
        heading="この試行は終わっています",
    ),
)
