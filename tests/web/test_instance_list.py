from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import testing
from engine.services import instances
from engine.services.spreadsheets import read_table
from engine.testing import TestOffice
from tests.offices import index_values
from tests.web.site import Visitor

Visit = Callable[[str | None], Visitor]
TITLES = "//main//a[@class='title']"


def started(office: TestOffice, count: int = 1) -> list[testing.Case]:
    return [office.start("probe", subject=f"{number}番目の案件") for number in range(count)]


def test_conditions_become_chips_that_can_be_taken_off(office: TestOffice, visit: Visit) -> None:
    started(office)

    page = visit("pjmo1").open("/instances?flow=probe&element=fill&due=overdue")
    chips = page.tree.xpath("//main//a[@class='chip']")

    words = [" ".join(chip.text_content().split()) for chip in chips]
    assert words == ["業務フロー probeを外す", "今の工程 fillを外す", "期限 期限切れを外す"]
    assert "due=" not in chips[2].get("href")
    assert "element=fill" in chips[2].get("href")


def test_a_heading_sorts_and_sorts_back(office: TestOffice, visit: Visit) -> None:
    started(office, 2)
    visitor = visit("pjmo1")
    numbers = "//main//thead//th[2]/a/@href"

    first = visitor.open("/instances").tree.xpath(numbers)[0]
    page = visitor.open(first)

    assert page.words(TITLES) == ["0番目の案件", "1番目の案件"]
    assert page.tree.xpath("//th[@aria-sort]/@aria-sort") == ["ascending"]
    back = visitor.open(page.tree.xpath(numbers)[0])
    assert back.words(TITLES) == ["1番目の案件", "0番目の案件"]


def test_the_pages_go_on_and_back(office: TestOffice, visit: Visit) -> None:
    started(office, 26)
    visitor = visit("pjmo1")

    page = visitor.open("/instances")
    rest = visitor.open(page.tree.xpath("//a[@rel='next']/@href")[0])
    back = visitor.open(rest.tree.xpath("//a[@rel='prev']/@href")[0])

    assert len(rest.words(TITLES)) == 1
    assert len({*page.words(TITLES), *rest.words(TITLES)}) == 26
    assert back.words(TITLES) == page.words(TITLES)
    assert page.tree.xpath("//a[@rel='prev']") == []


@pytest.mark.parametrize(
    "query",
    [
        "version=x&flow=probe",
        "started_from=0000-99-99&started_to=9999-12-31",
        "sort=secret&after=%00~&before=~~",
        "state=nothing&part=x&due=y&called=2",
        "number=%00&q=%25_&person=" + "長" * 500,
    ],
)
def test_no_query_breaks_the_list(office: TestOffice, visit: Visit, query: str) -> None:
    started(office)

    assert visit("pjmo1").open(f"/instances?{query}").status == 200


def test_those_who_look_over_everything_see_numbers_on_top(
    office: TestOffice, visit: Visit
) -> None:
    started(office)

    pmo, member = visit("pmo1").open("/instances"), visit("pjmo1").open("/instances")

    assert pmo.words("//ul[@class='tiles']//a") == [
        "実行中1件",
        "期限切れ0件",
        "処理停止0件",
        "今月の完了0件",
    ]
    assert member.words("//ul[@class='tiles']//a") == []


def test_a_search_looks_at_ended_cases_too(office: TestOffice, visit: Visit) -> None:
    [case] = started(office)
    office.engine.run(instances.cancel, case.id, "やめる", office.actor("pjmo1"))
    visitor = visit("pjmo1")

    assert visitor.open("/instances").words(TITLES) == []
    assert visitor.open(f"/instances?number={case.number}").words(TITLES) == ["0番目の案件"]


def test_an_empty_list_names_the_next_step(visit: Visit) -> None:
    page = visit("pjmo1").open("/instances?q=どこにもない")

    assert "案件はありません" in page.words("//main//h2")
    assert "条件をすべて外す" in page.words("//main//a")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_list_can_be_taken_along(office: TestOffice, visit: Visit, ending: str) -> None:
    [case] = started(office)

    answer = visit("pjmo1").client.get(f"/instances/export.{ending}?flow=probe")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    table = read_table(answer.data, f"cases.{ending}")
    assert [row.cells[0] for row in table.rows] == [case.number]


def test_a_long_list_is_made_in_the_background(office: TestOffice, visit: Visit) -> None:
    started(office)
    visitor = visit("pjmo1")
    token = visitor.open("/worklist").form("/logout")["csrf_token"]

    answer = visitor.post("/instances/export?flow=probe", {"csrf_token": token, "format": "xlsx"})

    assert answer.status == 303
    assert answer.location.startswith("/batches/")


def test_conditions_on_data_items_are_named_and_can_be_taken_away(
    office: TestOffice, visit: Visit
) -> None:
    office.start("probe", subject="窓口の運営", values={"費用": 1200})
    office.start("probe", subject="別の案件", values={"費用": 90})
    index_values(office)
    address = "/instances?item=費用&how=from&value=1000&flow=probe&step=fill"

    page = visit("pmo1").open(address)
    [href] = page.tree.xpath("//a[@class='chip'][contains(., 'データ項目')]/@href")

    assert page.words("//a[@class='title']") == ["窓口の運営"]
    assert "データ項目 費用が1000以上を外す" in page.words("//a[@class='chip']")
    assert "今の工程 fillを外す" in page.words("//a[@class='chip']")
    assert len(visit("pmo1").open(href).words("//a[@class='title']")) == 2
    assert page.tree.xpath("//datalist/option/@value") == ["費用"]
