"""Somebody who knows no BPMN changes how the office works, and tries it out beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from engine.services import studio
from engine.services.studio import NewText
from tests.browser import Site
from tests.e2e.studio_pages import Sheet

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Window = Callable[..., "Page"]
WIDE = {"width": 1280, "height": 1000}
DESIGNER, STAFF = "fujita", "suzuki"
KEY = "rehearsal_window"
NAME, TASK = "業務リハーサル（窓口）", "依頼内容の確認"


def press(page: Page, name: str) -> None:
    """A button or link that leads to another page."""
    button = page.get_by_role("button", name=name, exact=True)
    with page.expect_navigation():
        button.or_(page.get_by_role("link", name=name, exact=True)).first.click()


def copy(page: Page) -> Sheet:
    page.goto("/studio")
    with page.expect_navigation():
        page.locator("tr", has=page.locator("a[href='/studio/rehearsal']")).get_by_role(
            "link", name="写しを作る"
        ).first.click()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=key]").fill(KEY)
    page.locator("[name=prefix]").fill("窓リハ")
    press(page, "下書きを作る")
    sheet = Sheet(page, KEY)
    sheet.ready()
    return sheet


def put_between(sheet: Sheet, flow: str, name: str) -> str:
    """Take a task from the palette, drop it on the arrow and type its name; its id."""
    before = set(sheet.ids())
    box = sheet.shape(flow).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    sheet.page.locator('.djs-palette [data-action="create.user-task"]').click()
    sheet.page.mouse.move(x - 30, y - 20)
    sheet.page.mouse.move(x, y)
    sheet.page.mouse.click(x, y)
    sheet.page.locator(".djs-direct-editing-content").wait_for()
    sheet.page.keyboard.type(name)
    sheet.page.locator("h1").click()
    return next(one for one in sheet.ids() if one not in before and "Flow" not in one)


def give_form(sheet: Sheet, task: str) -> None:
    """A form of one field, made from the task."""
    page = sheet.page
    sheet.choose(task)
    page.get_by_role("button", name="入力フォームを作る").click()
    page.get_by_role("link", name="入力フォームを開く").wait_for()
    sheet.saved()
    press(page, "入力フォームを開く")
    page.locator("body[data-ready]").wait_for()
    page.locator(".fjs-palette-field", has_text="1行の文字").click()
    with page.expect_response(re.compile(r"/files/.*\.form\.json$")):
        page.get_by_label("項目名").fill("確認した内容")
        page.get_by_label("キー").fill("確認した内容")
        page.get_by_label("キー").blur()
        page.wait_for_timeout(300)
    page.wait_for_timeout(2_500)  # what is typed is kept two seconds later at most
    press(page, "図へ戻る")
    sheet.ready()


def start(page: Page, subject: str) -> None:
    page.locator("[name='start.subject']").fill(subject)
    press(page, "始める")


def complete(page: Page) -> None:
    page.get_by_label("確認した内容").fill("窓口の受付から交付まで")
    with page.expect_navigation():
        page.locator('.action-bar button[value="complete"]').click()


def change(page: Page) -> None:
    """A copy of the rehearsal with a task of another name, and one more task with its form."""
    sheet = copy(page)
    task = put_between(sheet, "rehearsal_requested_to_list_staff", TASK)
    sheet.choose(task)
    sheet.field("役割を加える").select_option("PJMO")
    sheet.choose("write_scenarios")
    sheet.field("名前").fill("窓口シナリオの作成")
    sheet.saved()
    give_form(sheet, task)


def try_out(page: Page) -> list[str]:
    """The headings of the first two tasks, as whoever has to do them."""
    press(page, "試す")
    press(page, "試行を始める")
    start(page, "試しの1回")
    press(page, "次のタスクを開く")
    first = page.locator("h1").inner_text()
    complete(page)
    press(page, "次のタスクを開く")
    second = page.locator("h1").inner_text()
    press(page, "試行を終える")
    return [first, second]


def publish(page: Page) -> str:
    """What is listed as changed."""
    press(page, "変更点")
    page.locator("body[data-ready]").wait_for()  # both diagrams are drawn
    changes = page.locator("main").inner_text()
    press(page, "公開へ進む")
    page.get_by_label("変更の理由").fill("窓口だけのリハーサルを始めるため")
    press(page, "第1版を公開する")
    return changes


def work(page: Page) -> None:
    page.goto(f"/processes/{KEY}/start")
    start(page, "第1回 窓口のリハーサル")
    page.goto("/worklist?view=group")
    with page.expect_navigation():
        page.locator("a.title", has_text=TASK).first.click()
    complete(page)


def test_a_copy_is_changed_tried_compared_published_and_worked_with(
    window: Window, site: Site
) -> None:
    office = site.office
    page = window(DESIGNER, viewport=WIDE)

    change(page)
    tried = try_out(page)
    left = office.cases(KEY)
    changes = publish(page)
    work(window(STAFF, viewport=WIDE))

    assert tried == [TASK, "リハーサル計画の作成"]
    assert left == []
    assert TASK in changes
    assert "窓口シナリオの作成" in changes
    case = office.cases(KEY)[0]
    assert case.number == "窓リハ-R8-0001"
    assert office.variables(case)["確認した内容"] == "窓口の受付から交付まで"
    assert [one.name for one in office.open_tasks(case)] == ["リハーサル計画の作成"]


def test_a_refused_construct_is_shown_at_its_element_and_cannot_be_published(
    window: Window, site: Site
) -> None:
    office = site.office
    owner = office.actor(DESIGNER)
    draft = office.engine.run(studio.open_draft, "rehearsal", owner)
    name = "rehearsal.bpmn"
    manual = draft.files[name].replace(
        b'<bpmn:userTask id="write_scenarios"', b'<bpmn:manualTask id="write_scenarios"'
    )
    start_at = manual.index(b'<bpmn:manualTask id="write_scenarios"')
    end = manual.index(b"</bpmn:userTask>", start_at)
    manual = manual[:end] + b"</bpmn:manualTask>" + manual[end + len(b"</bpmn:userTask>") :]
    new = NewText(name=name, content=manual, revision=draft.revisions[name], tab="t")
    office.engine.run(studio.save_file, "rehearsal", new, owner)

    page = window(DESIGNER, viewport=WIDE)
    Sheet(page, "rehearsal").open()
    badge = page.locator('.djs-overlays[data-container-id="write_scenarios"] .finding--bad')
    badge.wait_for()
    listed = page.locator("[data-findings]").inner_text()

    assert "シナリオの作成" in listed
    page.goto("/studio/rehearsal/deploy")
    assert "まだ公開できません" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="公開する").count() == 0
    page.goto("/studio/rehearsal/try")
    assert "試せません" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="試行を始める").count() == 0
