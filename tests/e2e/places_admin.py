"""Administration: people and their roles, projects, settings, the whole history, one's password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import people, people_pages, person_changes
from engine.services.person_changes import PersonData
from tests.e2e.place import OUTSIDER, Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.testing import TestOffice
    from tests.browser import Site

ADMINISTRATOR, SOMEBODY, NEWCOMER, LEAVER = "goto", "nakamura", "hayama", "kaneko"
LIST = "/admin/people"
FIRST = "first password"


def newcomer(office: TestOffice, login: str = NEWCOMER) -> str:
    """Somebody without a role; the id."""
    found, _total = office.engine.ask(
        people_pages.listing,
        office.actor(ADMINISTRATOR),
        people_pages.PeopleFilter(text=login, state="all"),
        "login",
        1,
        1,
    )
    if found:
        return found[0].person.id
    data = PersonData(login=login, name="葉山 直子" if login == NEWCOMER else "金子 誠")
    return office.engine.run(person_changes.add, data, FIRST, office.actor(ADMINISTRATOR))


def _stopped(page: Page, site: Site) -> None:
    """Somebody who has typed a wrong password too often."""
    id_ = newcomer(site.office)
    for _ in range(5):
        site.office.engine.run(people.sign_in, NEWCOMER, "wrong", "10.0.0.1")
    page.goto(f"{LIST}/{id_}")


def _gone(page: Page, site: Site) -> None:
    id_ = newcomer(site.office, LEAVER)
    person = site.office.engine.ask(people.person, id_)
    by = site.office.actor(ADMINISTRATOR)
    site.office.engine.run(person_changes.deactivate, id_, person.version, "退職のため", by)
    page.goto(f"{LIST}/{id_}")


def _role(verb: str) -> Go:
    """The page about the first role of somebody."""

    def go(page: Page, site: Site) -> None:
        found = site.office.engine.ask(
            people_pages.page, SOMEBODY, site.office.actor(ADMINISTRATOR)
        )
        page.goto(f"{LIST}/{SOMEBODY}/roles/{found.held[0].membership.id}/{verb}")

    return go


def _sent(go: Go, **typed: str) -> Go:
    """The answer to the page's last form, with these fields filled."""

    def sent(page: Page, site: Site) -> None:
        go(page, site)
        for name, value in typed.items():
            page.locator(f'main [name="{name}"]').fill(value)
        with page.expect_navigation():
            page.locator("main form .btn[type=submit]").last.click()

    return sent


def _overtaken(page: Page, site: Site) -> None:
    """Somebody else changes the person while the form is open."""
    id_ = newcomer(site.office)
    page.goto(f"{LIST}/{id_}/edit")
    person = site.office.engine.ask(people.person, id_)
    reading = "はやま なおこ" if not person.reading else ""
    data = PersonData(login=person.login, name=person.name, reading=reading)
    by = site.office.actor(ADMINISTRATOR)
    site.office.engine.run(person_changes.change, id_, person.version, data, by)
    with page.expect_navigation():
        page.locator("main form .btn--primary").click()


def _admin(
    name: str, go: Go, heading: str = "", *, status: int = 200, errors: bool = False
) -> Place:
    return Place(name=name, who=ADMINISTRATOR, go=go, heading=heading, status=status, errors=errors)


EDIT, ROLE = "登録を変える", "役割を付ける"
ADMINISTRATION = (
    _admin("people", at(LIST), "利用者と権限"),
    _admin("people-filtered", at(f"{LIST}?role=PJMO&project=josei&sort=-login"), "利用者と権限"),
    _admin("people-none", at(f"{LIST}?q=いない人"), "利用者と権限"),
    Place(name="people-forbidden", who=OUTSIDER, go=at(LIST), status=403),
    _admin("person", at(f"{LIST}/{SOMEBODY}")),
    _admin("person-oneself", at(f"{LIST}/{ADMINISTRATOR}")),
    _admin("person-stopped", _stopped),
    _admin("person-inactive", _gone),
    _admin("person-new", at(f"{LIST}/new"), "利用者を加える"),
    _admin(
        "person-new-errors", _sent(at(f"{LIST}/new")), "利用者を加える", status=422, errors=True
    ),
    _admin("person-edit", at(f"{LIST}/{SOMEBODY}/edit"), EDIT),
    _admin("person-overtaken", _overtaken, EDIT, status=409),
    _admin("person-password", at(f"{LIST}/{SOMEBODY}/password"), "パスワードを付け直す"),
    _admin(
        "person-deactivate",
        at(f"{LIST}/{SOMEBODY}/deactivate/confirm"),
        "この人の利用を止めますか",
    ),
    _admin(
        "person-deactivate-no-reason",
        _sent(at(f"{LIST}/{SOMEBODY}/deactivate/confirm")),
        "この人の利用を止めますか",
        status=422,
        errors=True,
    ),
    _admin("role-new", at(f"{LIST}/{SOMEBODY}/roles/new"), ROLE),
    _admin(
        "role-new-errors", _sent(at(f"{LIST}/{SOMEBODY}/roles/new")), ROLE, status=422, errors=True
    ),
    _admin("role-change", _role("change"), "役割を変える"),
    _admin("role-end", _role("end"), "この役割を終えますか"),
    _admin(
        "role-end-no-reason", _sent(_role("end")), "この役割を終えますか", status=422, errors=True
    ),
    _admin("projects", at("/admin/projects"), "プロジェクトと組織"),
    _admin("project-new", at("/admin/projects/project/new"), "プロジェクトを加える"),
    _admin("project", at("/admin/projects/project/josei"), "プロジェクトの登録を変える"),
    _admin("system", at("/admin/projects/system/josei-online"), "情報システムの登録を変える"),
    _admin(
        "system-new-errors",
        _sent(at("/admin/projects/system/new")),
        "情報システムを加える",
        status=422,
        errors=True,
    ),
    _admin("settings", at("/admin/settings"), "設定"),
    _admin("settings-calendar", at("/admin/settings/calendar"), "休業日"),
    _admin("settings-roles", at("/admin/settings/roles"), "役割とできること"),
    _admin("history", at("/admin/history"), "操作の記録"),
    _admin("history-people", at("/admin/history?kind=people"), "操作の記録"),
    _admin("history-models", at("/admin/history?kind=models"), "操作の記録"),
    _admin("history-automatic", at("/admin/history?kind=automatic"), "操作の記録"),
    _admin("history-none", at("/admin/history?person=いない人"), "操作の記録"),
    Place(name="password", go=at("/me/password"), heading="パスワードを変える"),
    Place(
        name="password-errors",
        go=_sent(at("/me/password")),
        heading="パスワードを変える",
        status=422,
        errors=True,
    ),
    Place(name="preferences-with-password", go=at("/me"), heading="自分の設定"),
)
