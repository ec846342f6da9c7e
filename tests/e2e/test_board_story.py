"""The PMO finds in three clicks what is late longest, which go-live is least ready, and where the
rehearsals of the last quarter took their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.layout.drawing import laid_out
from engine.services import instances, people, tasks
from engine.services.spreadsheet_reading import read_table
from engine.testing import SETUP, TestOffice
from tests.browser import Site, served, sign_in
from tests.diagrams import line, props, user_task
from tests.models import go_live
from tests.services.recount import Told, median_hours

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PERSON = "pmo1"
SUMMER = datetime(2026, 7, 6, 9, 0, tzinfo=TOKYO)
AUTUMN = datetime(2026, 10, 5, 9, 0, tzinfo=TOKYO)
TODAY = datetime(2026, 11, 24, 10, 40, tzinfo=TOKYO)
STEPS = {
    "write_scenarios": "シナリオの作成",
    "run_scenarios": "シナリオの実施・検証",
    "report_result": "結果報告の作成",
}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def rehearsal() -> dict[str, dict[str, bytes]]:
    """A short rehearsal, drawn."""
    made = line(
        "rehearsal",
        *(user_task(id_, candidateGroups="PJMO") for id_ in STEPS),
        properties=props({"prefix": "リハ"}),
    )
    return _named(
        "rehearsal", made["rehearsal"]["rehearsal.bpmn"], {"rehearsal": "業務リハーサル", **STEPS}
    )


def _named(key: str, content: bytes, names: dict[str, str]) -> dict[str, dict[str, bytes]]:
    text = content.decode()
    for id_, name in names.items():
        text = text.replace(f'name="{id_}"', f'name="{name}"')
    return {key: {f"{key}.bpmn": laid_out(text).encode()}}


def rehearsed(office: TestOffice) -> None:
    """Four rehearsals of the summer; their second step takes longest."""
    for days in (3, 5, 4, 9):
        case = office.start("rehearsal")
        office.advance(working_days=1)
        office.complete("write_scenarios", case=case)
        run = office.task("run_scenarios", case=case)
        office.advance(days=1)
        office.engine.run(tasks.claim, run.id, office.actor("pjmo2"))
        office.advance(days=days)
        office.complete("run_scenarios", by="pjmo2", case=case)
        office.advance(days=0.1)
        office.complete("report_result", case=case)


def prepared(office: TestOffice) -> None:
    """Two go-lives: that of s1 waits for its structure, which is late; that of s2 is far ahead."""
    go_live.deploy(office, waiting=("operating_structure",))
    go_live.begin(office, 運営開始予定日=date(2027, 1, 12))
    go_live.deploy(office)
    id_ = office.engine.run(
        instances.start,
        "go_live_preparation",
        office.actor("pjmo1"),
        project_id="p1",
        system_id="s2",
    )
    office.run_jobs()
    office.complete("register_plan", go_live.REGISTERED, case=office.case(id_))


def late(office: TestOffice) -> None:
    """An inquiry that pjmo2 has had since the 12th, and a later one that nobody has."""
    made = line(
        "inquiry",
        user_task("answer", dueWorkingDays="3", candidateGroups="PJMO"),
        properties=props({"prefix": "照"}),
    )
    office.deploy(
        _named(
            "inquiry",
            made["inquiry"]["inquiry.bpmn"],
            {"inquiry": "照会", "answer": "照会への回答"},
        )
    )
    office.advance(to=datetime(2026, 11, 11, 9, 0, tzinfo=TOKYO))
    case = office.start("inquiry", subject="受付時間の照会")
    office.advance(days=1)
    office.engine.run(tasks.claim, office.task("answer", case=case).id, office.actor("pjmo2"))
    office.advance(days=2)
    office.start("inquiry", subject="様式の照会")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One office for all: these tests only look."""
    with testing.office(tmp_path_factory.mktemp("board"), now=SUMMER) as office:
        run = office.engine.run
        run(people.add_system, "審査システム", "p1", SETUP, "s2")
        run(people.set_password, PERSON, PASSWORD, SETUP)
        office.deploy(rehearsal())
        rehearsed(office)
        office.advance(to=AUTUMN)
        prepared(office)
        office.deploy(rehearsal())  # in place of the stand-in of the go-lives
        late(office)
        office.advance(to=TODAY)
        with served(office, {PERSON: PASSWORD}) as made:
            yield made


@dataclass
class Clicker:
    """Somebody who has just signed in, and how often he has clicked since."""

    page: Page
    clicks: int = 0

    def click(self, name: str, within: str = "main") -> None:
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Any]:
    opened: list[Page] = []

    def signed_in(*, scripts: bool) -> Clicker:
        page = site.visit(browser, java_script_enabled=scripts)
        opened.append(page)
        page.goto("/login")
        sign_in(page, PERSON, PASSWORD)
        page.wait_for_url("**/worklist")
        return Clicker(page)

    yield signed_in
    for page in opened:
        page.context.close()


@SCRIPTS
def test_the_most_overdue_case_who_has_it_and_since_when(
    site: Site, enter: Any, *, scripts: bool
) -> None:
    told = Told(site.office)
    longest = told.late(tokyo_date(TODAY))[0]
    number = told.instances[longest.instance_id].business_key
    since, holder = told.held[longest.id]
    person = enter(scripts=scripts)

    person.click("全体ボード", "nav.side-nav")
    row = person.page.locator("#overdue tbody tr").first.inner_text()
    person.click(number)

    assert person.clicks <= 3
    assert holder == "pjmo2"
    assert (number in row, "照会への回答" in row, "pjmo2" in row) == (True, True, True)
    assert f"{since.astimezone(TOKYO):%-m月%-d日}(木) 9時00分" in row
    assert "5営業日超過" in row
    assert person.page.get_by_role("heading", level=1).inner_text() == "受付時間の照会"


@SCRIPTS
def test_the_go_live_that_is_least_ready_and_why(site: Site, enter: Any, *, scripts: bool) -> None:
    number = site.office.cases("go_live_preparation")[0].number
    person = enter(scripts=scripts)

    person.click("全体ボード", "nav.side-nav")
    row = person.page.locator("#go-lives tbody tr").first
    told, why = row.inner_text(), row.locator("td").last.inner_text()
    person.click(number)

    assert person.clicks <= 3
    assert (number in told, "給付システム" in told, "1月12日(火)" in told) == (True, True, True)
    assert (
        f"あと{site.office.engine.office.calendar.between(TODAY.date(), date(2027, 1, 12))}営業日"
        in told
    )
    assert "7／9" in told
    assert "運営体制・資源の準備" in why
    assert "営業日超過" in why
    assert "PJMO" in why


@SCRIPTS
def test_the_element_with_the_longest_median_in_the_rehearsals_of_last_quarter(
    site: Site, enter: Any, *, scripts: bool
) -> None:
    told, calendar = Told(site.office), site.office.engine.office.calendar
    finished = told.finished("rehearsal", date(2026, 7, 1), date(2026, 9, 30))
    hours = {
        element: median_hours(
            calendar,
            [
                (row.created_at, told.done[row.id])
                for row in told.tasks.values()
                if row.element_id == element and row.instance_id in finished
            ],
        )
        for element in STEPS
    }
    longest = max(hours, key=lambda element: hours[element])
    person = enter(scripts=scripts)

    person.click("分析", "nav.side-nav")
    person.click("業務リハーサル")
    first = person.page.locator("#elements tbody tr").first

    assert person.clicks <= 3
    assert len(finished) == 4
    assert longest == "run_scenarios"
    assert STEPS[longest] in first.locator("th").inner_text()
    assert first.locator("strong").inner_text().split("\n")[0] == f"{hours[longest] / 9:.1f}日"
    if scripts:
        person.page.wait_for_selector("body[data-ready]")
        assert person.page.locator(f'.heat-4[data-element-id="{longest}"]').count() == 1
        assert (
            f"{hours[longest] / 9:.1f}日" in person.page.locator(".heat-figure").all_inner_texts()
        )


def test_the_board_is_taken_along_as_an_excel_file(enter: Any, site: Site, tmp_path: Path) -> None:
    person = enter(scripts=False)
    person.click("全体ボード", "nav.side-nav")

    with person.page.expect_download() as made:
        person.page.get_by_role("link", name="Excel").click()
    made.value.save_as(tmp_path / "board.xlsx")

    table = read_table((tmp_path / "board.xlsx").read_bytes(), "board.xlsx")
    assert made.value.suggested_filename == "全体ボード_20261124.xlsx"
    assert {row.cells[0] for row in table.rows} == {"給付システム", "審査システム"}
    assert sum(int(row.cells[3]) for row in table.rows) == len(Told(site.office).running())


def test_each_figure_on_top_leads_to_its_rows(enter: Any, site: Site) -> None:
    told = Told(site.office)
    person = enter(scripts=True)
    person.click("全体ボード", "nav.side-nav")
    page = person.page

    tiles = page.locator("ul.tiles a")
    assert tiles.nth(0).locator(".tile__value").inner_text() == str(len(told.running()))
    tiles.nth(1).click()
    rows = page.locator("main tbody tr")
    assert rows.count() == len(told.late(tokyo_date(TODAY)))
    page.go_back()
    tiles.nth(2).click()
    assert page.get_by_role("heading", level=1).inner_text() == "タスクの期限"
    page.get_by_role("link", name="今月").click()
    assert "span=month" in page.url
