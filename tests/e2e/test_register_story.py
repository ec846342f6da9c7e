"""An asset register is kept: written by hand, sent out, mended in a spreadsheet, taken in again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from engine import testing
from engine.services import people
from tests.browser import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PERSON = "pjmo1"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with testing.office(tmp_path) as office:
        office.engine.run(people.set_password, PERSON, PASSWORD, testing.SETUP)
        with served(office, {PERSON: PASSWORD}) as made:
            yield made


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    return expect


def mended(content: bytes) -> bytes:
    """The exported file after somebody has worked on it: one asset changed, one added."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("設置場所") + 1).value = "3階"
    sheet.cell(3, headings.index("資産名") + 1).value = "印刷機"
    sheet.cell(3, headings.index("種類") + 1).value = "ハードウェア"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@SCRIPTS
def test_a_register_goes_out_and_comes_back(
    site: Site, browser: Browser, expect: Any, *, scripts: bool
) -> None:
    page = site.visit(browser, PERSON, java_script_enabled=scripts)
    page.goto("/registers/R34")

    page.get_by_role("link", name="記録を登録する").click()
    page.get_by_label("資産名").fill("受付サーバ")
    page.get_by_label("ハードウェア").check()
    page.locator("[name='耐用年数の期限/年']").fill("R9")
    page.locator("[name='耐用年数の期限/月']").fill("3")
    page.locator("[name='耐用年数の期限/日']").fill("31")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("資産-R8-0001")

    page.goto("/registers/R34")
    page.get_by_text("書き出す").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Excel").click()
    content = Path(downloading.value.path()).read_bytes()
    page.get_by_role("link", name="取り込む").click()
    file = {"name": "資産.xlsx", "mimeType": "", "buffer": mended(content)}
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.locator("ins")).to_have_text(["3階"])
    page.get_by_role("button", name="2件を取り込む").click()
    expect(page.get_by_role("status")).to_contain_text("新しい記録1件を加え、1件を直しました。")

    page.get_by_role("link", name="資産-R8-0001").click()
    page.get_by_role("button", name="2つの版を比べる").click()
    expect(page.get_by_role("heading", name="第1版と第2版の違い")).to_be_visible()
    first, second = site.office.register("R34")
    found = {one.number: one for one in (first, second)}
    assert found["資産-R8-0001"].values["設置場所"] == "3階"
    assert found["資産-R8-0001"].values["耐用年数の期限"] == date(2027, 3, 31)
    assert found["資産-R8-0002"].values["資産名"] == "印刷機"
