"""The figures of a month come from a file: wrong rows are named, a mended file goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser import Site

WRONG = "指標,実績値\r\n初回回答までの日数,二日\r\n売上,3\r\n"
RIGHT = (
    "指標,実績値,備考\r\n"
    "初回回答までの日数,1.8,\r\n"
    "一度で解決した相談の割合,82,\r\n"
    "職員一人当たりの時間外,,集計中\r\n"
)


def hand_in(page: Page, site: Site, text: str) -> None:
    """Open the task, attach the file and complete."""
    page.goto(f"/tasks/{site.office.task('enter_actuals').id}")
    file: Any = {"name": "実績.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")}
    page.locator("input[type=file]").set_input_files([file])
    page.get_by_role("button", name="完了する").click()
    page.get_by_text("「手入力の実績値」を完了しました。").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_hands_in_the_figures_of_a_month(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    page = site.visit(browser, "ogawa", java_script_enabled=scripts)

    hand_in(page, site, WRONG)
    page.goto(f"/tasks/{site.office.task('enter_actuals').id}")
    faults = page.get_by_role("table").filter(has_text="ファイル").inner_text()
    hand_in(page, site, RIGHT)
    page.context.close()

    assert "実績値「二日」は数ではありません。" in faults
    assert "「売上」は、この月に集める指標にありません。" in faults
    (case,) = site.office.cases("monitoring")
    assert "are_actuals_right" in site.office.trace(case)
    assert [task.element_id for task in site.office.open_tasks(case)] == ["report_service_level"]
