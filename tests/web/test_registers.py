from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.services import registers
from engine.services.registers import OwnBooks
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice
from tests.web.site import Visitor

Visit = Callable[[str | None], Visitor]
BOOKS = OwnBooks(project_id=PROJECT, system_id=SYSTEM)


@pytest.fixture
def entry_id(office: TestOffice) -> str:
    values = {"内容": "宛先の順番が入れ替わる", "担当": "pjmo1"}
    return office.engine.run(registers.enter, "R14", values, BOOKS, SETUP).id


def test_all_registers_are_listed_with_their_counts(entry_id: str, visit: Visit) -> None:
    page = visit("pjmo1").open("/registers")

    assert page.words("//tr[td='R14']/*") == ["R14", "不具合・回避策一覧", "1"]


def test_a_register_lists_its_records(entry_id: str, visit: Visit) -> None:
    page = visit("pjmo1").open("/registers/R14")

    assert page.tree.xpath("//tbody//th/a/@href") == [f"/registers/R14/{entry_id}"]
    assert "宛先の順番が入れ替わる" in page.text


def test_records_can_be_looked_for_by_words(entry_id: str, visit: Visit) -> None:
    visitor = visit("pjmo1")

    assert visitor.open("/registers/R14?text=宛先").tree.xpath("//tbody//th/a")
    assert visitor.open("/registers/R14?text=速さ").words("//*[@class='empty']/h2") == [
        "条件に合う記録はありません"
    ]


def test_an_empty_register_says_what_will_be_there(visit: Visit) -> None:
    page = visit("pjmo1").open("/registers/R14")

    assert page.words("//*[@class='empty']/h2") == ["記録はまだありません"]


def test_a_record_names_people_and_its_versions(entry_id: str, visit: Visit) -> None:
    page = visit("pjmo1").open(f"/registers/R14/{entry_id}")

    assert page.words("//dt[.='担当']/following-sibling::dd[1]") == ["PJMO pjmo1"]
    assert page.words("//ol[@class='timeline']/li/div") == ["初期設定が第1版を記録しました。"]


@pytest.mark.parametrize("path", ["/registers/R99", "/registers/R14/nothing"])
def test_what_is_not_there_is_not_found(visit: Visit, path: str) -> None:
    assert visit("pjmo1").open(path).status == 404


def test_external_parties_see_no_records(entry_id: str, visit: Visit) -> None:
    visitor = visit("gaibu1")

    assert visitor.open("/registers/R14").tree.xpath("//tbody") == []
    assert visitor.open(f"/registers/R14/{entry_id}").status == 404


def test_filters_are_kept_under_a_name(entry_id: str, visit: Visit) -> None:
    visitor = visit("pjmo1")
    keep = visitor.open("/registers/R14?text=宛先").tree.xpath("//a[text()='条件を保存']/@href")[0]

    answer = visitor.send(keep, "/me/views", {"name": "宛先のこと"})

    assert visitor.open(answer.location).words("//*[@class='tabs']/*[@aria-current]") == [
        "宛先のこと"
    ]


def test_rows_within_a_record_stand_in_a_table_with_names(office: TestOffice, visit: Visit) -> None:
    route = [{"工程": "PJMO:head", "承認者": "pjmo1"}]
    values = {"件名": "計画", "区分": "例外", "経路": route}
    made = office.engine.run(registers.enter, "R45", values, BOOKS, SETUP)

    page = visit("pjmo2").open(f"/registers/R45/{made.id}")

    assert page.words("//dd//table//th") == ["工程", "承認者"]
    assert page.words("//dd//table//td") == ["PJMOの長", "PJMO pjmo1"]
