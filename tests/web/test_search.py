from __future__ import annotations

from collections.abc import Callable

from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


def test_a_number_opens_what_bears_it(office: TestOffice, visit: Visit) -> None:
    case = office.start("probe", subject="窓口の運営")

    answer = visit("pjmo1").open(f"/search?q={case.number}")

    assert answer.status == 303
    assert answer.location == f"/instances/{case.id}"


def test_words_show_what_holds_them_by_kind(office: TestOffice, visit: Visit) -> None:
    office.start("probe", subject="窓口の運営")

    page = visit("pjmo1").open("/search?q=窓口")

    assert page.words("//main//h2") == ["案件"]
    assert page.words("//main//a[@class='title']") == ["窓口の運営"]


def test_the_next_step_is_named_when_nothing_is_found(visit: Visit) -> None:
    page = visit("pjmo1").open("/search?q=どこにもない")

    assert "見つかりませんでした" in page.words("//main//h2")


def test_every_page_has_the_field(visit: Visit) -> None:
    page = visit("pjmo1").open("/registers")

    assert page.words("//header//form[@role='search']//label") == ["管理番号・件名で探す"]


def test_the_page_is_english_but_for_data(office: TestOffice, visit: Visit) -> None:
    office.start("probe", subject="窓口の運営")
    visitor = visit("pjmo1")
    language(visitor, "en")

    page = visitor.open("/search?q=窓口")

    assert page.heading() == "Search"
    assert foreign_texts(page) == []
