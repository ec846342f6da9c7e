"""What people do, click by click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from engine import testing
from engine.services import people, tasks
from tests.browser import Site, served
from tests.web.site import PASSWORD, models, start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with testing.office(tmp_path_factory.mktemp("stories")) as office:
        office.deploy(models())
        office.engine.run(people.set_password, "pjmo1", PASSWORD, testing.SETUP)
        with served(office, {"pjmo1": PASSWORD}) as made:
            yield made


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Open]:
    """Windows of a member of the PJMO: `enter(java_script_enabled=False)`."""
    opened: list[Page] = []

    def open_(**options: Any) -> Page:
        opened.append(site.visit(browser, "pjmo1", **options))
        return opened[-1]

    yield open_
    for page in opened:
        page.context.close()


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


def task(site: Site, subject: str = "第2回 業務リハーサル") -> str:
    """Address of a fresh task for the PJMO."""
    return f"/tasks/{start(site.office, subject=subject)}"


def test_the_main_story_needs_no_script(site: Site, enter: Open, expect: Any) -> None:
    task(site, "窓口の運営")
    page = enter(java_script_enabled=False)
    page.goto("/worklist")

    page.get_by_role("link", name=re.compile("グループの候補")).first.click()
    page.get_by_role("link", name="fill").first.click()
    page.get_by_role("button", name="引き受ける").click()
    expect(page.get_by_text("タスクを引き受けました。")).to_be_visible()

    page.locator("main").get_by_label("件名").fill("窓口の案内")
    page.get_by_label("有", exact=True).check()
    page.get_by_role("button", name="入力に合わせて表示を更新する").click()
    expect(page.get_by_label("回避策")).to_be_visible()
    page.get_by_role("button", name="完了する").click()
    expect(page.get_by_role("heading", name="入力に誤りが1件あります")).to_be_visible()

    page.get_by_role("link", name="回避策を入力してください。").click()
    page.get_by_label("回避策").fill("手作業で受け付ける")
    page.get_by_role("button", name="不具合を追加").click()
    page.locator("[name='不具合/0/内容']").fill("順番が入れ替わる")
    page.get_by_label("年").first.fill("R8.12.4")
    page.get_by_role("button", name="下書きを保存").click()
    expect(page.get_by_text("下書きを開きました")).to_be_visible()

    page.get_by_role("button", name="完了する").click()
    expect(page.get_by_text("「fill」を完了しました。")).to_be_visible()

    page.get_by_role("link", name="案件", exact=True).click()
    page.get_by_role("link", name="窓口の運営").first.click()
    expect(page.get_by_text("図を描くにはJavaScriptが要ります。")).to_be_visible()
    expect(page.get_by_role("button", name="拡大")).to_be_hidden()
    values = site.office.variables(site.office.cases()[-1])
    assert (values["回避策"], str(values["期限"])) == ("手作業で受け付ける", "2026-12-04")
    assert [row["内容"] for row in values["不具合"]] == ["順番が入れ替わる"]


def test_a_form_saves_itself_and_is_found_again(site: Site, enter: Open, expect: Any) -> None:
    address = task(site)
    page = enter()
    page.goto(address)

    page.locator("main").get_by_label("件名").fill("途中まで")

    expect(page.locator(".saved")).to_have_text(
        re.compile("に下書きを保存しました"), timeout=10_000
    )
    page.goto(address)
    expect(page.locator("main").get_by_label("件名")).to_have_value("途中まで")


def test_a_draft_that_cannot_be_saved_is_told_and_kept_on_the_page(
    site: Site, enter: Open, expect: Any
) -> None:
    page = enter()
    page.goto(task(site))
    page.route("**/tasks/*", lambda route: route.abort())

    page.locator("main").get_by_label("件名").fill("途中まで")

    expect(page.locator(".saved")).to_have_text(
        re.compile("下書きを保存できませんでした"), timeout=10_000
    )
    expect(page.locator("main").get_by_label("件名")).to_have_value("途中まで")


def test_a_field_follows_the_one_it_hangs_on(site: Site, enter: Open, expect: Any) -> None:
    page = enter()
    page.goto(task(site))
    page.locator("main").get_by_label("件名").fill("窓口の案内")

    page.get_by_label("有", exact=True).check()

    expect(page.get_by_label("回避策")).to_be_visible()
    expect(page.locator("main").get_by_label("件名")).to_have_value("窓口の案内")
    expect(page.get_by_label("有", exact=True)).to_be_focused()


def test_rows_come_and_go_without_leaving_the_page(site: Site, enter: Open, expect: Any) -> None:
    page = enter()
    page.goto(task(site))
    page.locator("main").get_by_label("件名").fill("窓口の案内")

    page.get_by_role("button", name="不具合を追加").click()
    expect(page.locator("details.repeat")).to_have_count(2)
    page.get_by_role("button", name="不具合 1を削除").click()
    expect(page.locator("details.repeat")).to_have_count(1)

    expect(page.locator("main").get_by_label("件名")).to_have_value("窓口の案内")
    assert "/tasks/" in page.url


def test_the_diagram_shows_what_is_done_and_what_runs(site: Site, enter: Open, expect: Any) -> None:
    folders = testing.shipped("approval")
    content = folders["approval"]["approval.bpmn"]
    folders["approval"]["approval.bpmn"] = content.replace(b'value="none"', b'value="PJMO"')
    site.office.deploy(folders)
    case = site.office.start("approval", values={"件名": "計画", "起案者": "pjmo1"})
    page = enter()

    page.goto(f"/instances/{case.id}")

    expect(page.locator('#canvas [data-element-id="draft_approval"]')).to_have_class(
        re.compile("is-now")
    )
    assert page.locator("#canvas .is-done").count() > 0


def test_a_model_without_a_drawing_is_read_as_a_list(site: Site, enter: Open, expect: Any) -> None:
    case = site.office.start("probe")
    page = enter()

    page.goto(f"/instances/{case.id}")

    expect(page.locator("#canvas")).to_be_hidden()
    expect(page.get_by_role("row", name=re.compile("fill"))).to_be_visible()


def test_the_calendar_needs_script_and_is_not_there_without(
    site: Site, enter: Open, expect: Any
) -> None:
    address = task(site)
    with_script, without = enter(), enter(java_script_enabled=False)
    with_script.goto(address)
    without.goto(address)
    name = "期限をカレンダーから選ぶ"

    expect(with_script.get_by_role("button", name=name)).to_be_visible()
    expect(without.get_by_role("button", name=name)).to_be_hidden()


def test_everything_can_be_reached_by_keyboard(site: Site, enter: Open, expect: Any) -> None:
    page = enter()
    page.goto(task(site))

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.name || document.activeElement.textContent")
        )

    assert {"件名", "支障", "期限/年", "添付", "do"} <= reached


def test_the_menu_of_a_phone_opens_and_closes_without_script(
    site: Site, enter: Open, expect: Any
) -> None:
    page = enter(java_script_enabled=False, viewport={"width": 375, "height": 700})
    page.goto("/worklist")
    menu = page.get_by_role("navigation", name="主メニュー")

    expect(menu).to_be_hidden()
    page.get_by_role("button", name="メニュー", exact=True).click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_filtering_a_list_replaces_it_and_its_address(site: Site, enter: Open, expect: Any) -> None:
    task(site)
    page = enter()
    page.goto("/worklist?view=group")

    page.get_by_label("業務フロー").select_option("asked")
    page.get_by_role("button", name="絞り込む").click()

    expect(page.get_by_text("条件に合うタスクはありません")).to_be_visible()
    assert "flow=asked" in page.url


def test_two_people_at_one_task_one_learns_who_was_first(
    site: Site, enter: Open, expect: Any
) -> None:
    address = task(site)
    page = enter()
    page.goto(address)
    page.locator("main").get_by_label("件名").fill("後の案")
    page.get_by_label("無", exact=True).check()
    other = site.office.actor("pjmo2")
    site.office.engine.run(tasks.complete, address.rsplit("/", 1)[1], other, {"件名": "先の案"})

    page.get_by_role("button", name="完了する").click()

    expect(page.get_by_role("alert")).to_contain_text("先にPJMO pjmo2さんが完了しました")
    expect(page.get_by_role("row", name=re.compile("件名"))).to_contain_text("後の案")
