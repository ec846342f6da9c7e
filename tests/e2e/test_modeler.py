"""A person who knows no BPMN draws, and nothing that was drawn is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import testing
from engine.services import people, studio
from engine.services.diagram_layout import laid_out
from tests.browser import Site, served
from tests.diagrams import folder, node, service, user_task
from tests.e2e.studio_pages import Sheet, drafted
from tests.forms.builders import file, text

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
ME, OTHER = "owner1", "owner2"
KEY = "circular"


@cache
def models() -> dict[str, dict[str, bytes]]:
    nodes = [
        node("startEvent", "begin"),
        user_task("write", formKey="write", candidateGroups="PJMO"),
        node("exclusiveGateway", "is_good", default="to_tell"),
        user_task("check", candidateGroups="GYOMU"),
        service("tell", "mail.send", to='["PJMO"]', subject='"お知らせ"', body='"本文"'),
        node("endEvent", "finish"),
    ]
    nodes[2] = nodes[2].replace(' default="to_tell"', ' default="is_good_to_tell"')
    flows = [
        ("begin", "write"),
        ("write", "is_good"),
        ("is_good", "check", "内容 = null"),
        ("is_good", "tell"),
        ("check", "tell"),
        ("tell", "finish"),
    ]
    made = folder(KEY, nodes, flows)
    made[KEY]["write.form.json"] = file(text("内容", required=True))
    made[KEY][f"{KEY}.bpmn"] = laid_out(made[KEY][f"{KEY}.bpmn"]).encode()
    return made


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy(models())
        for person in (ME, OTHER):
            office.engine.run(people.set_password, person, PASSWORD, office.actor(person))
        with served(office, {ME: PASSWORD, OTHER: PASSWORD}) as made:
            yield made


@pytest.fixture
def sheet(window: Callable[..., Page]) -> Sheet:
    return Sheet(window(ME, viewport={"width": 1280, "height": 1000}), KEY).open()


def test_a_task_is_placed_named_and_given_a_form_a_role_and_a_due_date(
    sheet: Sheet, site: Site
) -> None:
    task = sheet.put("user-task", "再現の確認", below="write")
    sheet.choose(task)
    sheet.field("入力フォーム").select_option("write")
    sheet.field("役割を加える").select_option("PJMO")
    sheet.field("役割を加える").select_option("GYOMU:head")
    sheet.field("期限の決め方").select_option("days")
    sheet.field("営業日数").fill("3")
    sheet.field("優先度").select_option("2")
    sheet.saved()

    kept = drafted(site.office, KEY)
    assert f'<bpmn:userTask id="{task}" name="再現の確認">' in kept
    for name, value in {
        "formKey": "write",
        "candidateGroups": "PJMO,GYOMU:head",
        "dueWorkingDays": "3",
        "priority": "2",
    }.items():
        assert f'<spiffworkflow:property name="{name}" value="{value}" />' in kept


def test_another_operation_keeps_the_values_that_fit_it(sheet: Sheet) -> None:
    sheet.choose("tell")
    sheet.field("結果を入れるデータ項目").fill("返事")
    sheet.page.wait_for_timeout(500)

    sheet.field("処理").select_option("message.send")
    sheet.field("メッセージの名前 ※必須").fill('"msg.told"')
    sheet.saved()

    xml = sheet.page.evaluate("async () => (await modeler.saveXML({format: true})).xml")
    assert '<spiffworkflow:serviceTaskOperator id="message.send" resultVariable="返事">' in xml
    assert '<spiffworkflow:parameter id="name" type="any"' in xml
    assert 'id="subject"' not in xml


def test_each_change_in_the_panel_is_one_step_of_undo(sheet: Sheet) -> None:
    sheet.choose("check")
    sheet.field("役割を加える").select_option("PJMO")
    sheet.field("期限の決め方").select_option("days")

    sheet.page.get_by_role("button", name="元に戻す").click()

    assert sheet.property("check", "dueWorkingDays") is None
    assert sheet.property("check", "candidateGroups") == "GYOMU,PJMO"
    sheet.page.get_by_role("button", name="元に戻す").click()
    assert sheet.property("check", "candidateGroups") == "GYOMU"
    sheet.page.get_by_role("button", name="やり直す").click()
    assert sheet.property("check", "candidateGroups") == "GYOMU,PJMO"


def test_a_form_is_made_from_its_task(sheet: Sheet, site: Site) -> None:
    sheet.choose("check")
    sheet.page.get_by_role("button", name="入力フォームを作る").click()
    link = sheet.page.get_by_role("link", name="入力フォームを開く")
    link.wait_for()

    assert sheet.property("check", "formKey") == "check"
    assert link.get_attribute("href") == f"/studio/{KEY}/forms/check"
    draft = site.office.engine.ask(studio.get_draft, KEY, site.office.actor(ME))
    assert "check.form.json" in draft.files


def test_an_expression_is_checked_while_it_is_typed(sheet: Sheet) -> None:
    sheet.choose("check")
    fault = sheet.page.locator("#properties .bio-properties-panel-error")

    sheet.field("担当者").fill("起案者 +")
    fault.wait_for()

    assert "文字目：" in fault.inner_text()
    sheet.field("担当者").fill("起案者")
    fault.wait_for(state="detached")


def test_the_flow_taken_otherwise_is_chosen_by_a_tick(sheet: Sheet) -> None:
    sheet.choose("is_good_to_check")
    assert sheet.field("条件").input_value() == "内容 = null"

    sheet.page.get_by_text("ほかのどれにも当てはまらないときに進む").click()

    default = "modeler.get('elementRegistry').get('is_good').businessObject.default.id"
    assert sheet.page.evaluate(default) == "is_good_to_check"
    assert sheet.field("条件").count() == 0


def test_findings_stand_at_their_elements_and_in_a_list_that_leads_there(sheet: Sheet) -> None:
    task = sheet.put("service-task", "行き先のない処理", below="write")
    sheet.saved()

    badge = sheet.page.locator(f'.djs-overlays[data-container-id="{task}"] .finding')
    badge.wait_for()

    assert re.fullmatch(r"誤り\d", badge.inner_text().replace("\n", ""))
    sheet.choose("begin")
    sheet.page.locator("[data-findings] a", has_text="行き先のない処理").first.click()
    chosen = "modeler.get('selection').get().map(one => one.id)"
    assert sheet.page.evaluate(chosen) == [task]


def test_the_list_of_findings_needs_no_script(window: Callable[..., Page], site: Site) -> None:
    office = site.office
    draft = office.engine.run(studio.open_draft, KEY, office.actor(ME))
    broken = draft.files[f"{KEY}.bpmn"].replace(b'value="GYOMU"', b'value="NOBODY"')
    new = studio.NewText(name=f"{KEY}.bpmn", content=broken, revision=1, tab="t")
    office.engine.run(studio.save_file, KEY, new, office.actor(ME))

    page = window(ME, java_script_enabled=False)
    page.goto(f"/studio/{KEY}")

    assert "NOBODY" in page.locator("[data-findings]").inner_text()


def test_closing_the_window_in_the_middle_loses_at_most_two_seconds(
    sheet: Sheet, site: Site
) -> None:
    sheet.choose("check")
    chosen_at: list[float] = []
    while not chosen_at or chosen_at[-1] - chosen_at[0] < 4:  # somebody who never pauses
        sheet.field("役割を加える").select_option(index=1)
        chosen_at.append(time.monotonic())
        sheet.page.wait_for_timeout(150)

    closed_at = time.monotonic()
    sheet.page.close()

    found = re.search(r'name="candidateGroups" value="(GYOMU,[^"]*)"', drafted(site.office, KEY))
    kept = found[1].count(",") if found else 0
    assert kept >= sum(1 for at in chosen_at if at <= closed_at - 2)
    assert kept


def test_the_second_person_sees_who_edits_and_can_take_over(
    sheet: Sheet, window: Callable[..., Page], site: Site
) -> None:
    second = window(OTHER, viewport={"width": 1280, "height": 1000})
    second.goto(f"/studio/{KEY}")
    second.locator("body[data-ready]").wait_for()
    name = site.office.actor(ME).name
    assert f"{name}さんが" in second.locator(".banner--note").inner_text()
    assert second.locator(".djs-palette").count() == 0

    with second.expect_navigation():
        second.get_by_role("button", name="編集を引き継ぐ").click()
    second.locator(".djs-palette.open").wait_for()
    sheet.choose("check")
    sheet.field("役割を加える").select_option("PJMO")

    banner = sheet.page.locator("[data-conflict]")
    banner.wait_for()
    assert f"{site.office.actor(OTHER).name}さんが" in banner.inner_text()
    assert sheet.page.locator(".djs-palette").count() == 0
    with sheet.page.expect_download() as mine:
        sheet.page.get_by_role("button", name="手元の内容をファイルに書き出す").click()
    assert "GYOMU,PJMO" in Path(mine.value.path()).read_text(encoding="utf-8")


def test_a_file_saved_from_elsewhere_is_not_written_over(sheet: Sheet, site: Site) -> None:
    office = site.office
    draft = office.engine.ask(studio.get_draft, KEY, office.actor(ME))
    content = draft.files[f"{KEY}.bpmn"].replace(b'name="check"', b'name="elsewhere"')
    new = studio.NewText(name=f"{KEY}.bpmn", content=content, revision=1, tab="other tab")
    office.engine.run(studio.save_file, KEY, new, office.actor(ME))

    sheet.choose("check")
    sheet.field("役割を加える").select_option("PJMO")
    sheet.page.locator("[data-conflict]").wait_for()

    assert 'name="elsewhere"' in drafted(office, KEY)
    with sheet.page.expect_navigation():
        sheet.page.get_by_role("link", name="今の下書きを開く").click()
    sheet.ready()
    sheet.choose("check")
    assert sheet.field("名前").input_value() == "elsewhere"


def test_the_layout_is_one_step_and_undo_puts_everything_back(sheet: Sheet) -> None:
    places = """() => JSON.stringify(modeler.get('elementRegistry').getAll()
        .filter(one => one.parent).map(one => [one.id, one.x, one.y, one.waypoints]))"""
    drawing = "async () => (await modeler.saveXML({format: true})).xml.split('BPMNDiagram')[1]"
    sheet.put("user-task", "再現の確認", below="write")
    before = sheet.page.evaluate(places), sheet.page.evaluate(drawing)

    sheet.page.get_by_role("button", name="整える").click()
    sheet.page.get_by_text("図を整えました").wait_for(timeout=90_000)

    after = sheet.page.evaluate(places), sheet.page.evaluate(drawing)
    sheet.page.get_by_role("button", name="元に戻す").click()
    assert (sheet.page.evaluate(places), sheet.page.evaluate(drawing)) == before
    sheet.page.get_by_role("button", name="やり直す").click()
    assert (sheet.page.evaluate(places), sheet.page.evaluate(drawing)) == after
    assert after != before


def test_the_layout_closes_what_lies_open_and_undo_opens_it_again(sheet: Sheet) -> None:
    drawing = "async () => (await modeler.saveXML({format: true})).xml"
    sheet.put("subprocess-expanded", "確認のまとまり", below="write")
    before = sheet.page.evaluate(drawing)

    sheet.page.get_by_role("button", name="整える").click()
    sheet.page.get_by_text("図を整えました").wait_for(timeout=90_000)

    assert 'isExpanded="true"' not in sheet.page.evaluate(drawing)
    sheet.page.get_by_role("button", name="元に戻す").click()
    assert sheet.page.evaluate(drawing) == before
    assert 'isExpanded="true"' in before


def test_the_editor_breaks_no_rule_of_the_page(sheet: Sheet) -> None:
    broken: list[str] = []
    sheet.page.on("console", lambda one: broken.append(one.text))
    sheet.page.reload()
    sheet.ready()
    sheet.choose("check")
    sheet.page.locator('.djs-context-pad [data-action="set-color"]').click()
    sheet.page.locator(".djs-popup").wait_for()

    assert [one for one in broken if "Content Security Policy" in one] == []


def write(site: Site, content: bytes) -> None:
    """The draft's diagram, as it would come in from elsewhere."""
    office = site.office
    office.engine.run(studio.open_draft, KEY, office.actor(ME))
    new = studio.NewText(name=f"{KEY}.bpmn", content=content, revision=1, tab="tab")
    office.engine.run(studio.save_file, KEY, new, office.actor(ME))


def test_a_model_without_a_drawing_is_drawn(window: Callable[..., Page], site: Site) -> None:
    text = models()[KEY][f"{KEY}.bpmn"].decode()
    bare = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.DOTALL)
    write(site, bare.encode())

    sheet = Sheet(window(ME), KEY).open()

    assert "BPMNShape" not in bare
    assert sheet.shape("write").is_visible()


def test_one_that_cannot_be_drawn_says_what_to_do(window: Callable[..., Page], site: Site) -> None:
    write(site, b"<no")

    sheet = Sheet(window(ME), KEY).open()

    assert "この図は描けません" in sheet.page.locator("#canvas").inner_text()
    assert "XMLとして読めません" in sheet.page.locator("[data-findings]").inner_text()


def test_an_element_is_appended_by_keyboard_alone(sheet: Sheet) -> None:
    before = set(sheet.ids())
    sheet.choose("check")
    sheet.page.locator(".djs-container > svg").focus()

    sheet.page.keyboard.press("a")
    sheet.page.locator(".djs-popup input").wait_for()
    sheet.page.keyboard.type("計算")
    sheet.page.keyboard.press("End")  # as the key that ends the writing of a Japanese word
    sheet.page.locator(".djs-popup .entry.selected", has_text="計算").wait_for()
    sheet.page.keyboard.press("Enter")

    made = [one for one in sheet.ids() if one not in before]
    kinds = sheet.page.evaluate(
        "ids => ids.map(id => modeler.get('elementRegistry').get(id).type)", made
    )
    assert "bpmn:ScriptTask" in kinds
