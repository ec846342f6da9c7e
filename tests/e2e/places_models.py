"""Pages of the studio about whole models: library, versions, comparison, publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import studio
from engine.services.studio import NewText
from tests.e2e.place import Go, Place, at
from tests.importing.told import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

OWNER = "fujita"
KEY = "publicity"
FILE = f"{KEY}.bpmn"
BROKEN_KEY = "risk_preparation"


def _with_draft(key: str, old: str, new: str, path: str) -> Go:
    """The page, once the draft says something else than the version in service."""

    def go(page: Page, site: Site) -> None:
        engine, owner = site.office.engine, site.office.actor(OWNER)
        draft = engine.run(studio.open_draft, key, owner)
        name = f"{key}.bpmn"
        text = draft.files[name].decode()
        if old in text:
            changed = NewText(
                name=name,
                content=text.replace(old, new).encode(),
                revision=draft.revisions[name],
                tab="place",
            )
            engine.run(studio.save_file, key, changed, owner)
        page.goto(path)

    return go


def _renamed(path: str) -> Go:
    return _with_draft(KEY, 'name="周知・広報計画"', 'name="周知の計画"', path)


def _faulty(path: str) -> Go:
    return _with_draft(BROKEN_KEY, 'calledElement="approval"', 'calledElement="x1"', path)


def _pressed(go: Go) -> Go:
    """The answer to the page's form, sent as it is."""

    def pressed(page: Page, site: Site) -> None:
        go(page, site)
        with page.expect_navigation():
            page.locator("main form[method=post] button[type=submit]").first.click()

    return pressed


def _sent_file(page: Page, site: Site) -> None:
    page.goto("/studio/import")
    file = {"name": "zu.bpmn", "mimeType": "application/xml", "buffer": b"<no"}
    page.locator("#f-file").set_input_files([file])  # type: ignore[list-item]
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").click()


def _imported(page: Page, site: Site) -> None:
    page.goto("/studio/import")
    page.locator("#f-file").set_input_files(str(SAMPLES / "camunda7_invoice.bpmn"))
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").click()


MODELS = (
    Place(name="studio", go=at("/studio"), who=OWNER, heading="スタジオ"),
    Place(name="studio-new", go=at("/studio/new"), who=OWNER, heading="業務フローを作る"),
    Place(
        name="studio-new-errors",
        go=_pressed(at("/studio/new")),
        who=OWNER,
        status=422,
        errors=True,
        heading="業務フローを作る",
    ),
    Place(name="studio-copy", go=at(f"/studio/{KEY}/copy"), who=OWNER),
    Place(name="studio-import", go=at("/studio/import"), who=OWNER, heading="ファイルから取り込む"),
    Place(name="studio-import-errors", go=_sent_file, who=OWNER, status=422, errors=True),
    Place(name="studio-imported", go=_imported, who=OWNER, heading="取込みの記録"),
    Place(name="studio-versions", go=_renamed(f"/studio/{KEY}/versions"), who=OWNER),
    Place(
        name="studio-decision-versions",
        go=at("/studio/decisions/d17_risk_level/versions"),
        who=OWNER,
    ),
    Place(name="studio-diff", go=_renamed(f"/studio/{KEY}/diff"), who=OWNER),
    Place(name="studio-diff-none", go=at("/studio/approval/diff"), who=OWNER),
    Place(name="studio-decision-diff", go=at("/studio/decisions/d17_risk_level/diff"), who=OWNER),
    Place(name="studio-deploy", go=_renamed(f"/studio/{KEY}/deploy"), who=OWNER),
    Place(
        name="studio-deploy-no-reason",
        go=_pressed(_renamed(f"/studio/{KEY}/deploy")),
        who=OWNER,
        status=422,
        errors=True,
    ),
    Place(
        name="studio-deploy-refused",
        go=_faulty(f"/studio/{BROKEN_KEY}/deploy"),
        who=OWNER,
        errors=True,
    ),
    Place(name="studio-discard", go=_renamed(f"/studio/{KEY}/discard/confirm"), who=OWNER),
    Place(
        name="studio-discard-no-reason",
        go=_pressed(_renamed(f"/studio/{KEY}/discard/confirm")),
        who=OWNER,
        status=422,
        errors=True,
    ),
    Place(name="studio-forbidden", go=at("/studio"), who="suzuki", status=403),
)
