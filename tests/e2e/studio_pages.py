"""What one can do on the diagram page of the studio, for the tests that drive it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from engine.testing import TestOffice

SCALE = 0.7


@dataclass(frozen=True)
class Sheet:
    """The diagram of a process, open in a window."""

    page: Page
    key: str

    def open(self) -> Sheet:
        """The page; with a draft from now on if there was none."""
        self.page.goto(f"/studio/{self.key}")
        begin = self.page.get_by_role("button", name="編集を始める")
        if begin.count():
            with self.page.expect_navigation():
                begin.click()
        self.ready()
        return self

    def ready(self) -> None:
        self.page.locator("body[data-ready]").wait_for()

    def shape(self, element: str) -> Locator:
        return self.page.locator(f'#canvas g[data-element-id="{element}"]').first

    def choose(self, element: str) -> None:
        self.page.evaluate(
            """id => {
                const element = modeler.get('elementRegistry').get(id);
                const canvas = modeler.get('canvas');
                const root = canvas.findRoot(element);
                if (root !== canvas.getRootElement()) canvas.setRootElement(root);
                canvas.scrollToElement(element, 200);
                modeler.get('selection').select(element);
            }""",
            element,
        )

    def put(self, kind: str, text: str, below: str) -> str:
        """A new element by the palette, named by typing; its id."""
        before = set(self.ids())
        self.page.locator(f'.djs-palette [data-action="create.{kind}"]').click()
        box = self.shape(below).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] + 90
        self.page.mouse.move(x - 20, y - 10)
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)
        self.page.locator(".djs-direct-editing-content").wait_for()
        self.page.keyboard.type(text)
        self.page.locator("h1").click()  # typing ends where one clicks elsewhere
        made = [one for one in self.ids() if one not in before and not one.endswith("_label")]
        return made[0]

    def ids(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            "modeler.get('elementRegistry').getAll().map(one => one.id)"
        )
        return found

    def field(self, label: str) -> Locator:
        return self.page.locator("#properties").get_by_label(label, exact=True)

    def group(self, name: str) -> None:
        """Open a closed group of the panel."""
        self.page.locator(".bio-properties-panel-group-header", has_text=name).first.click()

    def saved(self) -> None:
        """Wait until the server has what is on the sheet."""
        self.page.wait_for_timeout(600)  # a field hands over what is typed after a moment
        with self.page.expect_response(re.compile(r"/files/.*\.bpmn$")) as answer:
            pass
        assert answer.value.ok, answer.value.text()

    def property(self, element: str, name: str) -> Any:
        return self.page.evaluate(
            """([id, name]) => modeler.get('elementRegistry').get(id).businessObject
                .extensionElements?.values
                .find(one => one.$type === 'spiffworkflow:Properties')?.properties
                .find(one => one.name === name)?.value ?? null""",
            [element, name],
        )


def drafted(office: TestOffice, key: str, person: str = "owner1") -> str:
    """The diagram of the draft as the server keeps it."""
    from engine.services import studio

    draft = office.engine.ask(studio.get_draft, key, office.actor(person))
    return draft.files[f"{key}.bpmn"].decode()
