"""A process owner mends a rule of a decision and a field of a form, and looks at the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import testing
from engine.services import people, studio
from tests.browser import Site, served
from tests.e2e.looking import Witness

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
OWNER, OTHER, KEY = "owner1", "owner2", "rehearsal"
DECISION, FORM = "d08_rehearsal_mode", "report_result"
SAVED = "保存しました"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.deploy_shipped(KEY)
        for person in (OWNER, OTHER):
            office.engine.run(people.set_password, person, PASSWORD, office.actor(person))
        with served(office, {OWNER: PASSWORD, OTHER: PASSWORD}) as made:
            yield made


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


def begun(page: Page, path: str) -> None:
    """The page of an editor, with a draft from now on."""
    page.goto(path)
    page.get_by_role("button", name="編集を始める").click()
    page.locator("body[data-ready]").wait_for()


def draft(site: Site) -> dict[str, str]:
    """What the server keeps."""
    office = site.office
    found = office.engine.ask(studio.get_draft, KEY, office.actor(OWNER))
    return {name: content.decode() for name, content in found.files.items()}


def write(page: Page, cell: str, text: str) -> None:
    page.locator(cell).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_a_rule_is_mended_and_its_fault_named_by_row_and_column(
    site: Site, browser: Browser, expect: Any
) -> None:
    page = site.visit(browser, OWNER)
    witness = Witness(page, site.url)
    begun(page, f"/studio/{KEY}/decisions/{DECISION}")

    write(page, f'td[data-element-id="{DECISION}_rule_4_in_4"]', '"有" または')
    write(
        page,
        f'td.annotation[data-element-id="{DECISION}_rule_4"]',
        "制約があるため、試験と一緒に行います。",
    )
    page.locator("h1").click()
    finding = page.locator("[data-findings] li")
    expect(finding).to_contain_text("規則4・工期・体制の制約")
    finding.locator("a").click()
    write(page, f'td[data-element-id="{DECISION}_rule_4_in_4"]', '"有"')
    page.locator("h1").click()

    expect(finding).to_have_count(0)
    expect(page.locator("[data-kept]")).to_contain_text(SAVED)
    kept = draft(site)[f"_decisions/{DECISION}.dmn"]
    assert "制約があるため、試験と一緒に行います。" in kept
    assert "<description>" not in kept
    assert "dmndi" not in kept
    assert witness.messages == []


def test_a_field_is_renamed_another_one_added_and_the_form_looked_at(
    site: Site, browser: Browser, expect: Any
) -> None:
    page = site.visit(browser, OWNER, viewport={"width": 1280, "height": 1000})
    witness = Witness(page, site.url)
    begun(page, f"/studio/{KEY}/forms/{FORM}")
    side = page.locator("[data-side]")

    page.locator(".fjs-form-container .fjs-element[data-id]").nth(1).click(
        position={"x": 5, "y": 5}
    )
    side.locator("[name=label]").fill("今回の総括")
    page.locator(".fjs-palette-field", has_text="リスト選択").click()
    side.locator("[name=label]").fill("確認した人")
    side.locator("[name=source]").select_option("people")
    side.locator("[name=role]").select_option("PJMO")
    side.get_by_label("必須", exact=True).check()
    side.locator("[name=hide]").fill("総括結果 = ")
    page.locator("h1").click()
    expect(side.locator(".field__error:visible")).to_have_count(1)
    side.locator("[name=hide]").fill("")
    page.locator("h1").click()

    expect(page.locator("[data-none]")).to_be_visible()
    expect(page.locator("[data-kept]")).to_contain_text(SAVED)
    page.get_by_role("link", name="プレビュー").click()
    page.get_by_role("button", name="入力を確かめる").click()
    expect(page.locator(".error-summary")).to_contain_text("確認した人")
    expect(page.get_by_text("何も残していません。")).to_be_visible()
    choices = page.get_by_label("確認した人").locator("option").all_inner_texts()
    assert any("pjmo1" in choice for choice in choices)
    kept = draft(site)[f"{FORM}.form.json"]
    assert '"key": "確認した人"' in kept
    assert '"label": "今回の総括"' in kept
    assert site.office.open_tasks() == []
    assert [one for one in witness.messages if "422" not in one] == []


def test_a_form_and_a_decision_are_made(site: Site, browser: Browser, expect: Any) -> None:
    page = site.visit(browser, OWNER)
    begun(page, f"/studio/{KEY}/forms/{FORM}")

    page.goto(f"/studio/{KEY}/new-form")
    page.get_by_label("識別名").fill(FORM)
    page.get_by_label("最初の項目の名前").fill("所 見")
    page.get_by_role("button", name="入力フォームを作る").click()
    expect(page.locator(".error-summary li")).to_have_count(2)
    page.get_by_label("識別名").fill("second_look")
    page.get_by_label("最初の項目の名前").fill("所見")
    page.get_by_role("button", name="入力フォームを作る").click()
    expect(page.locator("[data-canvas]")).to_contain_text("所見")
    page.goto(f"/studio/{KEY}/new-decision")
    page.get_by_label("識別名").fill("urgency_of_defect")
    page.locator("#name").fill("不具合の緊急度")
    page.get_by_label("入力のデータ項目").fill("件数")
    page.get_by_label("出力の名前").fill("緊急度")
    page.get_by_role("button", name="判断表を作る").click()

    expect(page.locator("[data-canvas]")).to_contain_text("緊急度")
    expect(page.locator("[data-none]")).to_be_visible()
    assert {"second_look.form.json", "_decisions/urgency_of_defect.dmn"} <= set(draft(site))


def test_the_second_owner_reads_and_loses_nothing_after_taking_over(
    site: Site, browser: Browser, expect: Any
) -> None:
    first, second = (site.visit(browser, person) for person in (OWNER, OTHER))
    begun(first, f"/studio/{KEY}/forms/{FORM}")
    expect(first.locator("[data-side] [name=anonymous]")).to_be_enabled()
    first.wait_for_load_state("networkidle")

    second.goto(f"/studio/{KEY}/forms/{FORM}")
    second.locator("body[data-ready]").wait_for()
    expect(second.get_by_text("編集しています")).to_be_visible()
    expect(second.locator(".fjs-palette-container")).to_be_hidden()
    expect(second.locator("[data-side] [name=anonymous]")).to_be_disabled()
    second.get_by_role("button", name="編集を引き継ぐ").click()
    expect(second.locator("[data-side] [name=anonymous]")).to_be_enabled()
    page = first
    page.locator("[data-side] [name=anonymous]").check()

    expect(page.locator("[data-conflict]")).to_contain_text("編集を引き継ぎました")
    expect(page.locator("[data-side] [name=anonymous]")).to_be_disabled()
    expect(page.locator("[data-side] [name=anonymous]")).to_be_checked()
    assert "anonymous" not in draft(site)[f"{FORM}.form.json"]
