"""Somebody reads the report of a month, looks at the figures behind a chart and takes it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.place import DRAFTER
from tests.e2e.places_reports import given

if TYPE_CHECKING:
    from tests.browser import Site
    from tests.e2e.conftest import Window

pytestmark = pytest.mark.browser

LOADING_MS = 60_000
WORDS = {
    "ja": {
        "open": "月次報告書を開く",
        "table": "表で見る",
        "pdf": "PDFを開く",
        "csv": "CSVで取り出す",
    },
    "en": {
        "open": "Open the monthly report",
        "table": "Show as a table",
        "pdf": "Open the PDF",
        "csv": "Download as CSV",
    },
}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_report_is_found_read_and_taken_along(
    site: Site, window: Window, language: str, scripts: bool
) -> None:
    words, path = WORDS[language], given(site)
    page = window(DRAFTER, java_script_enabled=scripts)
    page.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])

    page.goto("/registers/R26")
    page.locator(f"main a[href*='{path.removesuffix('/report')}']").first.click()
    page.get_by_role("link", name=words["open"]).click()
    page.locator("summary", has_text=words["table"]).first.click()
    with page.expect_download() as csv:
        page.get_by_role("link", name=words["csv"]).click()
    link = page.get_by_role("link", name=words["pdf"]).get_attribute("href") or ""
    pdf = page.request.get(link, timeout=LOADING_MS)  # the first one loads the library and fonts

    expect(page.locator("details[open] tbody tr")).to_have_count(12)
    expect(page.get_by_role("img")).to_have_count(1)
    assert csv.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv.value.suggested_filename.endswith(".csv")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")
