"""The pages of the board and of the analysis: who may open them, what leads where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from engine import testing
from tests.services.board_story import OUTSIDE, played
from tests.web.site import Visitor, foreign_texts, language
from web.app import create_app

Visit = Callable[[str | None], Visitor]
PAGES = (
    "/overview",
    "/overview?span=month&sort=late",
    "/overview/tasks",
    "/overview/tasks?view=late",
    "/overview/tasks?view=in_time&system=s1",
    "/overview/analysis?span=quarter",
    "/overview/analysis/review?span=quarter",
    "/overview/analysis/review",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.TestOffice]:
    """One office for all: these tests only look."""
    folder: Path = tmp_path_factory.mktemp("board")
    with testing.office(folder) as made:
        played(made)
        yield made


@pytest.fixture(scope="module")
def app(office: testing.TestOffice) -> Flask:
    return create_app(office.engine)


@pytest.mark.parametrize("path", PAGES)
def test_the_pmo_reads_it_in_both_languages(visit: Visit, path: str) -> None:
    visitor = visit("pmo1")
    japanese = visitor.open(path)
    language(visitor, "en")

    english = visitor.open(path)

    assert (japanese.status, english.status) == (200, 200)
    assert foreign_texts(english) == []
    assert len(japanese.response.data) <= 60_000
    assert "unsafe" not in japanese.response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_external_people_are_refused(visit: Visit, path: str) -> None:
    assert visit("dev1").open(path).status == 403


def test_the_menu_leads_there_for_those_who_may(visit: Visit) -> None:
    links = "//nav[@id='main-nav']//a[starts-with(@href, '/overview')]"

    assert visit("pmo1").open("/worklist").words(links) == ["全体ボード", "分析"]
    assert visit("dev1").open("/worklist").words(links) == []


def test_a_member_sees_the_own_system_alone(visit: Visit) -> None:
    page = visit(OUTSIDE).open("/overview")

    assert page.words("//section[.//h2[@id='sys-h']]//tbody/tr/th") == ["別のシステム別の事業"]


def test_every_link_of_the_board_leads_to_a_page(visit: Visit) -> None:
    visitor = visit("pmo1")
    links = {
        str(href)
        for path in ("/overview", "/overview/analysis/review?span=quarter")
        for href in visitor.open(path).tree.xpath("//main//a/@href")
        if not href.startswith("#")
    }

    found = {href: visitor.client.get(href).status_code for href in sorted(links)}

    assert len(found) > 20
    assert {href: status for href, status in found.items() if status != 200} == {}


def test_the_number_of_a_tile_is_that_of_its_list(visit: Visit) -> None:
    visitor = visit("pmo1")
    page = visitor.open("/overview")
    [tile] = page.tree.xpath("//a[@class='tile'][.//span[contains(., '実行中の案件')]]")

    listed = visitor.open(tile.get("href"))

    count = tile.xpath("string(.//span[@class='tile__value'])")
    assert listed.words("//main//h1/following-sibling::p") == [f"条件に合う案件は{count}件です。"]


def test_rows_are_sorted_by_what_was_pressed(visit: Visit) -> None:
    names = "//section[.//h2[@id='sys-h']]//tbody/tr/th/a"

    found = visit("pmo1").open("/overview?sort=name").words(names)

    assert found == sorted(found)
    assert len(found) == 3


@pytest.mark.parametrize("mark", ["~", "x~y", "2026-04-01T00:00:00~y", "no mark"])
def test_a_mark_that_was_tampered_with_is_the_first_page(visit: Visit, mark: str) -> None:
    visitor = visit("pmo1")

    assert visitor.open(f"/overview/tasks?after={mark}").words("//tbody/tr/th") == (
        visitor.open("/overview/tasks").words("//tbody/tr/th")
    )


def test_the_excel_file_has_a_sheet_for_each_table(visit: Visit) -> None:
    answer = visit("pmo1").client.get("/overview/board.xlsx?span=month")

    book = openpyxl.load_workbook(BytesIO(answer.data))

    assert book.sheetnames == [
        "情報システム別の状況",
        "運営開始準備",
        "案件の開始と完了",
        "どこで滞っているか",
        "期限切れのタスク",
    ]
    late = list(book["期限切れのタスク"].values)
    assert [row[0] for row in late[1:]] == ["check"]
    assert visit("dev1").client.get("/overview/board.xlsx").status_code == 403


def test_a_process_nobody_knows_is_not_found(visit: Visit) -> None:
    visitor = visit("pmo1")

    assert visitor.open("/overview/analysis/nothing").status == 404
    assert visitor.open("/overview/analysis/review?version=9").status == 404
    assert visitor.open("/overview/analysis/review/9/diagram.bpmn").status == 404


def test_the_diagram_is_given_as_xml(visit: Visit) -> None:
    answer = visit("pmo1").client.get("/overview/analysis/review/1/diagram.bpmn")

    assert answer.headers["Content-Type"].startswith("application/xml")
    assert b'id="write"' in answer.data
