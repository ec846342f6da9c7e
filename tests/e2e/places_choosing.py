"""Ad hoc sub-processes: what is done next is chosen by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import instances
from tests.diagrams import ad_hoc
from tests.e2e.place import Go, Place
from tests.offices import choose

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import TestOffice
    from tests.browser import Site

MEMBER, OTHER, PROJECT = "suzuki", "shimizu", "josei"


def opened(office: TestOffice, key: str = "looking_up", condition: str = "", **more: str) -> str:
    """Id of the open choice of a case with two activities under way."""
    if not office.cases(key):
        office.deploy(ad_hoc(key, condition, **more))
        id_ = office.engine.run(instances.start, key, office.actor(MEMBER), project_id=PROJECT)
        case = office.case(id_)
        choose(office, "look_into", "write_them", by=MEMBER, case=case)
        if not more:
            office.complete("write_them", by=MEMBER, case=case)
            choose(office, "look_into", "call_them", by=MEMBER, case=case)
    return office.task("look_into", by=MEMBER, case=office.cases(key)[0]).id


def _choice(key: str, condition: str = "", **more: str) -> Go:
    return lambda page, site: page.goto(f"/tasks/{opened(site.office, key, condition, **more)}")


def _pressed(page: Page, site: Site) -> None:
    page.goto(f"/tasks/{opened(site.office)}")
    with page.expect_navigation():
        page.locator(".nexts button").first.click()


def _too_late(page: Page, site: Site) -> None:
    """A second activity in sequence, from a page that is out of date."""
    id_ = opened(site.office)
    page.goto(f"/tasks/{id_}")
    other = opened(site.office, "looking_up_in_turn", "false", ordering="Sequential")
    form = "form[action$='/choose']"
    page.eval_on_selector(form, f"form => form.action = '/tasks/{other}/choose'")
    with page.expect_navigation():
        page.locator(".nexts button").first.click()


IN_TURN = _choice("looking_up_in_turn", "false", ordering="Sequential")
CHOOSING = (
    Place(name="choosing", who=MEMBER, go=_choice("looking_up"), heading="照会する"),
    Place(name="choosing-looking", who=OTHER, go=_choice("looking_up"), heading="照会する"),
    Place(name="choosing-in-turn", who=MEMBER, go=IN_TURN, heading="照会する"),
    Place(name="choosing-started", who=MEMBER, go=_pressed, heading="照会する"),
    Place(
        name="choosing-too-late", who=MEMBER, go=_too_late, status=409, heading="今は始められません"
    ),
)
