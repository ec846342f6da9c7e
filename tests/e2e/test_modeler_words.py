"""No text of the diagram editor is left without Japanese, whatever is drawn and opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from engine import testing
from engine.services import people, studio
from tests.browser import Site, served
from tests.e2e.studio_pages import Sheet

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
ME = "owner1"
# Names of files, roles and data, the library's own name, and Japanese that quotes a word.
KNOWN = re.compile(r"PJMO|PMO|bpmn\.io|^[a-z0-9_.]+$|[\u3040-\u30ff\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
# One of each kind is put on the sheet; then each kind is chosen and each of its menus opened.
WALK = """async () => {
    const of = (name) => window.modeler.get(name);
    const [registry, canvas, modeling, factory] =
        ['elementRegistry', 'canvas', 'modeling', 'elementFactory'].map(of);
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    const seen = new Set();
    const failed = [];
    function read() {
        const places = '#canvas .djs-popup *, #canvas .djs-palette *, #canvas [title], '
            + '#canvas .djs-context-pad *, #properties *';
        for (const one of document.querySelectorAll(places)) {
            if (one.matches('input, textarea, option')) continue;
            const names = ['title', 'aria-label', 'placeholder'];
            const texts = names.map((name) => one.getAttribute(name));
            for (const text of [...texts, one.childElementCount ? '' : one.textContent]) {
                if (text?.trim()) seen.add(text.trim());
            }
        }
    }
    const around = registry.find((one) => one.type === 'bpmn:Participant');
    const plain = ['Task', 'UserTask', 'ManualTask', 'ServiceTask', 'SendTask', 'ReceiveTask',
        'BusinessRuleTask', 'ScriptTask', 'CallActivity', 'SubProcess', 'Transaction',
        'AdHocSubProcess', 'ExclusiveGateway', 'InclusiveGateway', 'ParallelGateway',
        'EventBasedGateway', 'ComplexGateway', 'IntermediateThrowEvent', 'StartEvent', 'EndEvent',
        'DataObjectReference', 'DataStoreReference', 'TextAnnotation', 'Group'];
    const kinds = {
        StartEvent: ['Message', 'Timer', 'Signal', 'Conditional'],
        EndEvent: ['Message', 'Signal', 'Error', 'Escalation', 'Terminate', 'Compensate'],
        IntermediateCatchEvent: ['Message', 'Timer', 'Signal', 'Conditional', 'Link'],
        IntermediateThrowEvent: ['Message', 'Signal', 'Escalation', 'Link', 'Compensate'],
    };
    const wanted = plain.map((type) => ({ type: `bpmn:${type}` }));
    for (const [type, list] of Object.entries(kinds)) {
        for (const one of list) {
            const eventDefinitionType = `bpmn:${one}EventDefinition`;
            wanted.push({ type: `bpmn:${type}`, eventDefinitionType });
        }
    }
    wanted.forEach((one, index) => {
        const row = Math.floor(index / 12);
        const at = { x: around.x + 200 + (index % 12) * 150, y: around.y + 900 + row * 160 };
        try {
            modeling.createShape(factory.createShape(one), at, around);
        } catch (error) {
            failed.push(`${one.type} ${one.eventDefinitionType ?? ''}: ${error.message}`);
        }
    });
    const host = registry.find((one) => one.type === 'bpmn:UserTask');
    for (const one of ['Message', 'Timer', 'Signal', 'Error', 'Escalation', 'Conditional']) {
        const eventDefinitionType = `bpmn:${one}EventDefinition`;
        const shape = factory.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType });
        const at = { x: host.x + 10, y: host.y + host.height };
        modeling.createShape(shape, at, host, { attach: true });
    }
    const done = new Set();
    for (const element of registry.getAll()) {
        const object = element.businessObject;
        const kind = [element.type, object?.eventDefinitions?.[0]?.$type, object?.cancelActivity,
            object?.loopCharacteristics?.$type, element.di?.isExpanded].join();
        if (!element.parent || element.labelTarget || done.has(kind)) continue;
        done.add(kind);
        canvas.setRootElement(canvas.findRoot(element));
        of('selection').select(element);
        await wait(40);
        read();
        for (const menu of ['bpmn-replace', 'bpmn-append', 'color-picker']) {
            if (of('popupMenu').isEmpty(element, menu)) continue;
            of('popupMenu').open(element, menu, { x: 10, y: 10 });
            await wait(20);
            read();
            of('popupMenu').close();
        }
    }
    of('selection').select([]);
    await wait(40);
    of('popupMenu').open(canvas.getRootElement(), 'bpmn-create', { x: 10, y: 10 });
    await wait(40);
    read();
    of('popupMenu').close();
    of('selection').select(registry.filter((one) => one.type === 'bpmn:UserTask').slice(0, 2));
    await wait(40);
    read();
    return { missing: [...window.__missing], texts: [...seen], kinds: [...done], failed };
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with testing.office(tmp_path_factory.mktemp("words")) as office:
        office.deploy_shipped("rehearsal")
        owner = office.actor(ME)
        office.engine.run(people.set_password, ME, PASSWORD, owner)
        office.engine.run(studio.open_draft, "rehearsal", owner)
        with served(office, {ME: PASSWORD}) as made:
            yield made


def test_every_palette_menu_and_field_speaks_japanese(window: Callable[..., Page]) -> None:
    page = window(ME, viewport={"width": 1280, "height": 1000})
    faults: list[str] = []
    page.on("console", lambda one: faults.append(one.text))
    sheet = Sheet(page, "rehearsal").open()

    found: dict[str, Any] = sheet.page.evaluate(WALK)

    english = [one for one in found["texts"] if WORD.search(one) and not KNOWN.search(one)]
    assert faults == []
    assert found["failed"] == []
    assert len(found["kinds"]) > 50
    assert "、".join(found["missing"]) == ""
    assert "、".join(english) == ""


def test_the_large_field_is_named_after_the_element(window: Callable[..., Page]) -> None:
    sheet = Sheet(window(ME, viewport={"width": 1280, "height": 1000}), "rehearsal").open()
    sheet.choose("plan_rehearsal")

    sheet.page.locator(".bio-properties-panel-open-feel-popup").first.evaluate("it => it.click()")

    popup = sheet.page.locator(".bio-properties-panel-popup")
    title = popup.locator(".bio-properties-panel-popup__title").inner_text()
    assert title.startswith("リハーサル計画の作成 / ")
    assert popup.get_by_title("閉じる").is_visible()
