"""The diagram of a process in the studio: read, edited, held by somebody else, with findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import studio
from engine.services.studio import NewText
from tests.e2e.place import Go, Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

OWNER, ADMINISTRATOR = "fujita", "goto"
EDITED, FAULTY, HELD = "monitoring", "training_plan", "operating_structure"


def _drafted(key: str) -> Go:
    def go(page: Page, site: Site) -> None:
        site.office.engine.run(studio.open_draft, key, site.office.actor(OWNER))
        page.goto(f"/studio/{key}")

    return go


def _faulty(page: Page, site: Site) -> None:
    """A role that does not exist, at a task everybody sees."""
    engine, owner = site.office.engine, site.office.actor(OWNER)
    draft = engine.run(studio.open_draft, FAULTY, owner)
    name = f"{FAULTY}.bpmn"
    content = draft.files[name].replace(b'value="PJMO"', b'value="NOBODY"')
    if content != draft.files[name]:
        new = NewText(name=name, content=content, revision=draft.revisions[name], tab="place")
        engine.run(studio.save_file, FAULTY, new, owner)
    page.goto(f"/studio/{FAULTY}")


def _held(page: Page, site: Site) -> None:
    engine = site.office.engine
    engine.run(studio.open_draft, HELD, site.office.actor(ADMINISTRATOR))
    engine.run(studio.take_hold, HELD, "elsewhere", site.office.actor(ADMINISTRATOR))
    page.goto(f"/studio/{HELD}")


DIAGRAMS = (
    Place(name="studio-diagram", go=at("/studio/procedure_manual"), who=OWNER),
    Place(name="studio-diagram-edited", go=_drafted(EDITED), who=OWNER),
    Place(name="studio-diagram-findings", go=_faulty, who=OWNER),
    Place(name="studio-diagram-held", go=_held, who=OWNER),
    Place(name="studio-diagram-unknown", go=at("/studio/nowhere"), who=OWNER, status=404),
)
