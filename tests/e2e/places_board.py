"""The board, the tasks behind its figures, and the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.place import Place, at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Site

PMO, EXTERNAL, MEMBER = "shimizu", "inoue", "ogawa"
TASKS = "/overview/tasks"
ANALYSIS = "/overview/analysis"


def _as_tables(page: Page, site: Site) -> None:
    page.goto("/overview?span=month&sort=late")
    for summary in page.locator("main details > summary").all():
        summary.click()


BOARD: tuple[Place, ...] = (
    Place(name="board", who=PMO, go=at("/overview"), heading="全体ボード"),
    Place(name="board-tables", who=PMO, go=_as_tables, heading="全体ボード"),
    Place(name="board-member", who=MEMBER, go=at("/overview"), heading="全体ボード"),
    Place(name="board-forbidden", who=EXTERNAL, go=at("/overview"), status=403),
    Place(name="board-overdue", who=PMO, go=at(TASKS), heading="タスクの期限"),
    Place(name="board-in-time", who=PMO, go=at(f"{TASKS}?view=in_time"), heading="タスクの期限"),
    Place(name="board-late", who=PMO, go=at(f"{TASKS}?view=late"), heading="タスクの期限"),
    Place(name="analysis", who=PMO, go=at(f"{ANALYSIS}?span=month"), heading="分析"),
    Place(name="analysis-empty", who=PMO, go=at(ANALYSIS), heading="分析"),
    Place(name="analysis-process", who=PMO, go=at(f"{ANALYSIS}/approval?span=twelve")),
    Place(name="analysis-process-empty", who=PMO, go=at(f"{ANALYSIS}/rehearsal")),
    Place(name="analysis-missing", who=PMO, go=at(f"{ANALYSIS}/nothing"), status=404),
)
