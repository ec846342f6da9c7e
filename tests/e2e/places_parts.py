"""Decisions and input forms of the studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import studio
from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

OWNER = "fujita"
DRAFTED, IN_SERVICE = "rehearsal", "approval"
FORM, DECISION = "plan_rehearsal", "d08_rehearsal_mode"
ALONE = f"/studio/decisions/{DECISION}"
EDITED = f"/studio/{DRAFTED}"


def drafted(path: str, key: str = DRAFTED) -> Go:
    """A page of a process that has a draft."""

    def go(page: Page, site: Site) -> None:
        office = site.office
        office.engine.run(studio.open_draft, key, office.actor(OWNER))
        page.goto(path)

    return go


def sent(path: str) -> Go:
    """The answer to the page's form, sent as it is."""

    def go(page: Page, site: Site) -> None:
        drafted(path)(page, site)
        with page.expect_navigation():
            page.locator("main form button").last.click()

    return go


PARTS = (
    Place(
        name="studio-form-in-service",
        who=OWNER,
        go=at(f"/studio/{IN_SERVICE}/forms/draft_approval"),
        heading="入力フォーム draft_approval",
    ),
    Place(
        name="studio-form",
        who=OWNER,
        go=drafted(f"{EDITED}/forms/{FORM}"),
        heading=f"入力フォーム {FORM}",
    ),
    Place(
        name="studio-form-preview",
        who=OWNER,
        go=drafted(f"{EDITED}/forms/{FORM}/preview"),
        heading=f"プレビュー {FORM}",
    ),
    Place(
        name="studio-form-preview-errors",
        who=OWNER,
        go=sent(f"{EDITED}/forms/{FORM}/preview"),
        status=422,
        heading=f"プレビュー {FORM}",
        errors=True,
    ),
    Place(
        name="studio-new-form",
        who=OWNER,
        go=drafted(f"{EDITED}/new-form"),
        heading="入力フォームを作る",
    ),
    Place(
        name="studio-new-form-errors",
        who=OWNER,
        go=sent(f"{EDITED}/new-form"),
        status=422,
        heading="入力フォームを作る",
        errors=True,
    ),
    Place(
        name="studio-decision-in-service",
        who=OWNER,
        go=at(f"/studio/{IN_SERVICE}/decisions/d18_approval_route"),
        heading="判断表 d18_approval_route",
    ),
    Place(
        name="studio-decision",
        who=OWNER,
        go=drafted(f"{EDITED}/decisions/{DECISION}"),
        heading=f"判断表 {DECISION}",
    ),
    Place(
        name="studio-decision-by-itself",
        who=OWNER,
        go=drafted(ALONE, f"_decisions/{DECISION}"),
        heading=f"判断表 {DECISION}",
    ),
    Place(
        name="studio-new-decision",
        who=OWNER,
        go=drafted(f"{EDITED}/new-decision"),
        heading="判断表を作る",
    ),
    Place(
        name="studio-new-decision-errors",
        who=OWNER,
        go=sent(f"{EDITED}/new-decision"),
        status=422,
        heading="判断表を作る",
        errors=True,
    ),
)
