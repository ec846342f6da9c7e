"""Every shipped model opens in its editor, and is the same model when it is saved unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.execution.bundle_hash import content_hash
from engine.services import people, studio
from engine.settings import models_dir
from tests.browser import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
OWNER, KEY = "owner1", "rehearsal"
# what stands in the page, and how it opens a file and gives it back
MODELER = """async (text) => {
    await window.modeler.importXML(text);
    return (await window.modeler.saveXML({ format: true })).xml;
}"""
DECISIONS = """async (text) => {
    await window.decisionEditor.load(text);
    return window.decisionEditor.text();
}"""
FORMS = """async (text) => {
    await window.formEditor.load(text);
    return window.formEditor.text();
}"""
EDITORS = [
    pytest.param("*/*.bpmn", f"/studio/{KEY}", MODELER, id="diagrams"),
    pytest.param(
        "_decisions/*.dmn", f"/studio/{KEY}/decisions/d08_rehearsal_mode", DECISIONS, id="decisions"
    ),
    pytest.param("*/*.form.json", f"/studio/{KEY}/forms/plan_rehearsal", FORMS, id="forms"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with testing.office(tmp_path_factory.mktemp("studio")) as office:
        office.deploy_shipped(KEY)
        office.engine.run(people.set_password, OWNER, PASSWORD, office.actor(OWNER))
        office.engine.run(studio.open_draft, KEY, office.actor(OWNER))
        with served(office, {OWNER: PASSWORD}) as made:
            yield made


def opened(site: Site, browser: Browser, path: str) -> Page:
    page = site.visit(browser, OWNER)
    page.goto(path)
    page.locator("body[data-ready]").wait_for()
    return page


@pytest.mark.parametrize(("files", "path", "editor"), EDITORS)
def test_every_file_comes_back_as_the_same_model(
    site: Site, browser: Browser, files: str, path: str, editor: str
) -> None:
    models = sorted(models_dir().glob(files))
    page = opened(site, browser, path)

    saved = {model: page.evaluate(editor, model.read_text(encoding="utf-8")) for model in models}
    page.context.close()

    changed = [model.name for model, text in saved.items() if not is_same(model, text)]
    assert models
    assert changed == []


def is_same(model: Path, text: str) -> bool:
    before, after = ({model.name: content} for content in (model.read_bytes(), text.encode()))
    return content_hash(before) == content_hash(after)


def test_looking_at_a_file_saves_nothing(site: Site, browser: Browser) -> None:
    office = site.office
    before = office.engine.ask(studio.get_draft, KEY, office.actor(OWNER))

    for _, path, _ in (editor.values for editor in EDITORS):
        page = opened(site, browser, str(path))
        page.locator("h1").click()
        page.context.close()

    after = office.engine.ask(studio.get_draft, KEY, office.actor(OWNER))
    assert (after.revisions, after.mark) == (before.revisions, before.mark)
