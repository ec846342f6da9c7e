"""Registers: looking for records, writing them by hand, comparing versions, spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.access import Actor, Membership
from engine.domain.records import RegisterEntry
from engine.domain.register_search import Search
from engine.services import register_writing, registers
from engine.services.register_writing import ByHand
from engine.services.registers import OwnBooks
from engine.services.unit import Unit
from engine.testing import SETUP
from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

ASSETS, ISSUES = "R34", "R17"
FAULTY = "資産名,種類,耐用年数の期限\r\n受付端末,ハードウェア,来年\r\n,気持ち,2027-03-31\r\n"
READY = "資産名,種類,耐用年数の期限\r\n端末,ハードウェア,2027-03-31\r\n印刷機,その他,2028-03-31\r\n"


def record(site: Site) -> str:
    """The address of an asset, in a second version that a person has written."""
    return f"/registers/{ASSETS}/{site.office.engine.run(_second_version)}"


def _second_version(unit: Unit) -> str:
    register = registers.register(unit, ASSETS)
    wanted = Search(order_by="管理番号", is_descending=False)
    entry = registers.search(unit, ASSETS, SETUP, wanted).entries[0]
    if entry.version == 1:
        values = {"資産名": f"{entry.values['資産名']}（更新後）", "再リース費用": None}
        source = OwnBooks(project_id=entry.project_id, system_id=entry.system_id)
        how = ByHand(entry_id=entry.id, reason="契約を確かめた")
        register_writing.write_by_hand(unit, register, values, source, _editor(entry), how)
    return entry.id


def _editor(entry: RegisterEntry) -> Actor:
    held = Membership(person_id="suzuki", role="PJMO", project_id=entry.project_id)
    return Actor(user_id="suzuki", name="鈴木 直樹", memberships=(held,))


def _record(end: str = "") -> Go:
    return lambda page, site: page.goto(record(site) + end)


def _sent(go: Go) -> Go:
    """The answer to the page's form, sent as it is."""

    def pressed(page: Page, site: Site) -> None:
        go(page, site)
        with page.expect_navigation():
            page.locator("main form .btn--primary").click()

    return pressed


def _overtaken(page: Page, site: Site) -> None:
    page.goto(record(site) + "/edit")
    page.locator("[name='edit.reason']").fill("遅れて直した")
    page.locator("[name='資産名']").fill("受付サーバ（名前を直した）")
    page.locator("[name='edit.version']").evaluate("field => field.value = '1'")
    with page.expect_navigation():
        page.locator(".action-bar button[value=save]").click()


def handed_in(content: str, name: str = "資産.csv") -> Go:
    def hand_in(page: Page, site: Site) -> None:
        page.goto(f"/registers/{ASSETS}/import")
        file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        page.locator("#f-file").set_input_files(file)
        with page.expect_navigation():
            page.locator("main form button").click()

    return hand_in


REGISTERS = (
    Place(
        name="register-filtered", go=at(f"/registers/{ASSETS}?sort=資産名&dir=desc&from=2020-01-01")
    ),
    Place(name="register-nothing-found", go=at(f"/registers/{ASSETS}?text=どこにもない語")),
    Place(name="record-versions", go=_record("?old=1&new=2")),
    Place(name="record-new", go=at(f"/registers/{ISSUES}/new"), heading="記録を登録する"),
    Place(
        name="record-new-errors",
        go=_sent(at(f"/registers/{ISSUES}/new")),
        status=422,
        heading="記録を登録する",
        errors=True,
    ),
    Place(name="record-edit", go=_record("/edit")),
    Place(name="record-state", go=_record("/state")),
    Place(
        name="record-state-errors",
        go=_sent(_record("/state")),
        status=422,
        errors=True,
    ),
    Place(name="record-overtaken", go=_overtaken, status=409, heading="更新が重なりました"),
    Place(name="import", go=at(f"/registers/{ASSETS}/import"), heading="台帳に取り込む"),
    Place(
        name="import-refused",
        go=handed_in("%PDF", "資産.pdf"),
        status=422,
        heading="台帳に取り込む",
        errors=True,
    ),
    Place(name="import-faults", go=handed_in(FAULTY), heading="取り込みの確認", errors=True),
    Place(name="import-ready", go=handed_in(READY), heading="取り込みの確認"),
)
