"""What is done to a running case from outside: rest, another version, an earlier step, its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.services import instances, suspending
from engine.storage.queries import instance_path
from tests.diagrams import line, user_task
from tests.e2e.place import Go, Place
from tests.e2e.places_trouble import named

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import Case
    from tests.browser import Site

STAFF, OWNER, PROJECT = "suzuki", "fujita", "josei"
NAMES = {
    "begin": "始め",
    "finish": "終わり",
    "contact": "窓口の案内",
    "write_notice": "案内文を書く",
    "check_notice": "案内文を確かめる",
    "sign_notice": "案内文を決裁する",
}
PREFIX = '<spiffworkflow:properties><spiffworkflow:property name="prefix" value="案"/>'


def _process(*steps: str) -> dict[str, dict[str, bytes]]:
    made = line(
        "contact", *map(user_task, steps), properties=f"{PREFIX}</spiffworkflow:properties>"
    )
    return named("contact", made["contact"]["contact.bpmn"].decode(), NAMES)


def _case(site: Site, by: str = STAFF) -> Case:
    """A case that has gone one step on, of an old version."""
    site.office.deploy(_process("write_notice", "check_notice"))
    values = {"件名": "窓口の休業", "部数": 300, "至急": True}
    case = _started(site, by, values, "窓口の休業の案内")
    site.office.complete("write_notice", by=by, case=case)
    return case


def _started(site: Site, by: str, values: Mapping[str, Any], subject: str) -> Case:
    office = site.office
    actor, where = office.actor(by), {"project_id": PROJECT, "subject": subject}
    id_ = office.engine.run(instances.start, "contact", actor, values=values, **where)
    return office.case(id_)


def _of_case(end: str, *, rests: bool = False) -> Go:
    def go(page: Page, site: Site) -> None:
        case = _case(site)
        if rests:
            actor = site.office.actor(STAFF)
            site.office.engine.run(suspending.suspend, case.id, "制度所管課の指示待ち", actor)
        page.goto(f"/instances/{case.id}{end}")

    return go


def _task(page: Page, site: Site) -> None:
    _of_case("", rests=True)(page, site)
    [task] = site.office.open_tasks(site.office.case(page.url.rpartition("/")[2]))
    page.goto(f"/tasks/{task.id}")


def _rewind(step: int, *, is_sent: bool = False) -> Go:
    def go(page: Page, site: Site) -> None:
        case = _case(site)
        lines = site.office.engine.ask(instance_path.steps_since, case.id, 0, 10)
        page.goto(f"/instances/{case.id}/steps/{lines[step]}/rewind")
        if is_sent:
            with page.expect_navigation():
                page.locator("main form button").last.click()

    return go


def _unsent(page: Page, site: Site) -> None:
    _of_case("/variables?name=部数")(page, site)
    with page.expect_navigation():
        page.locator("main form button").last.click()


def _versions(page: Page, site: Site) -> None:
    """One case could go on, another stands at what is gone."""
    site.office.deploy(_process("write_notice", "check_notice"))
    _started(site, STAFF, {}, "休日窓口の案内")
    _case(site)
    site.office.deploy(_process("write_notice", "sign_notice"))
    page.goto("/studio/contact/migrate")


def _move(*, is_chosen: bool = False, is_sent: bool = False) -> Go:
    def go(page: Page, site: Site) -> None:
        _of_case("/move")(page, site)
        if is_chosen:
            page.locator("main table a").first.click()
        if is_sent:
            with page.expect_navigation():
                page.locator("main form button").last.click()

    return go


OPERATIONS = (
    Place(name="suspend", go=_of_case("/suspend/confirm"), heading="この案件を一時停止しますか"),
    Place(name="suspended", go=_of_case("", rests=True)),
    Place(
        name="resume",
        go=_of_case("/resume/confirm", rests=True),
        heading="この案件を再開しますか",
    ),
    Place(name="suspended-task", go=_task),
    Place(name="rewind", go=_rewind(-1), heading="案件をこの時点に戻しますか"),
    Place(
        name="rewind-unsaid",
        go=_rewind(-1, is_sent=True),
        status=422,
        errors=True,
        heading="案件をこの時点に戻しますか",
    ),
    Place(name="rewind-not", go=_rewind(0), heading="案件をこの時点に戻しますか"),
    Place(name="variables", go=_of_case("/variables?name=部数"), heading="データ項目の変更"),
    Place(name="variables-unsaid", go=_unsent, status=422, errors=True, heading="データ項目の変更"),
    Place(name="move", go=_move(), who=OWNER, heading="進む場所を変える"),
    Place(name="move-to", go=_move(is_chosen=True), who=OWNER),
    Place(
        name="move-unsaid",
        go=_move(is_chosen=True, is_sent=True),
        who=OWNER,
        status=422,
        errors=True,
    ),
    Place(name="migrate", go=_versions, who=OWNER),
)
