"""The page on which people choose what is done next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.testing import TestOffice
from tests.diagrams import ad_hoc
from tests.offices import choose
from tests.web.site import Page, Visitor

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def inquiry(office: TestOffice) -> str:
    """Id of the open choice."""
    office.deploy(ad_hoc("inquiry"))
    office.start("inquiry")
    return office.task("look_into").id


def press(visitor: Visitor, page: Page, action: str, **button: str) -> Page:
    return visitor.post(action, {**page.form(action), **button})


def buttons(page: Page) -> list[str]:
    return page.words("//ul[@class='nexts']//button")


def test_one_button_for_each_activity_and_one_to_end(visit: Visit, inquiry: str) -> None:
    page = visit("pjmo1").open(f"/tasks/{inquiry}")

    assert buttons(page) == ["始める：電話で確認する", "始める：文書で照会する"]
    assert page.words("//ul[@class='nexts']//p[2]") == ["済み 0回", "済み 0回"]
    assert page.words("//div[@class='action-bar']//button") == ["終わる"]


def test_pressing_one_starts_it_and_comes_back(
    visit: Visit, office: TestOffice, inquiry: str
) -> None:
    visitor = visit("pjmo1")
    page = visitor.open(f"/tasks/{inquiry}")

    answer = press(visitor, page, f"/tasks/{inquiry}/choose", element="call_them")

    assert (answer.status, answer.location) == (303, f"/tasks/{inquiry}")
    again = visitor.open(f"/tasks/{inquiry}")
    assert "「電話で確認する」を始めました。" in again.text
    assert again.words("//ul[@class='nexts']//p[2]")[0] == "済み 0回・進行中 1件"
    assert "終わると、進行中の1件は取りやめになります。" in again.text
    started = office.task("call_them").id
    assert again.tree.xpath("//ul[@class='nexts']//a/@href") == [f"/tasks/{started}"]


def test_ending_it_leads_on(visit: Visit, office: TestOffice, inquiry: str) -> None:
    visitor = visit("pjmo1")
    page = visitor.open(f"/tasks/{inquiry}")

    answer = press(visitor, page, f"/tasks/{inquiry}", do="complete")

    assert answer.status == 303
    assert office.task("report").name == "結果を報告する"


def test_somebody_else_sees_no_buttons(visit: Visit, inquiry: str) -> None:
    page = visit("pmo1").open(f"/tasks/{inquiry}")

    assert buttons(page) == []
    assert page.words("//div[@class='action-bar']//button") == []


def test_too_late_says_why(visit: Visit, office: TestOffice) -> None:
    office.deploy(ad_hoc("inquiry", "counts.call_them = 1", ordering="Sequential"))
    office.start("inquiry")
    id_ = office.task("look_into").id
    visitor = visit("pjmo1")
    page = visitor.open(f"/tasks/{id_}")
    assert "終わりにする条件がそろうと、自動で先へ進みます。" in page.text
    key = page.form(f"/tasks/{id_}/choose")
    visitor.post(f"/tasks/{id_}/choose", {**key, "element": "write_them"})

    late = visitor.post(
        f"/tasks/{id_}/choose", {**key, "submission_key": "other", "element": "call_them"}
    )
    end = visitor.post(f"/tasks/{id_}", {**key, "do": "complete"})

    assert (late.status, end.status) == (409, 409)
    assert "1つずつ行う作業です。" in late.text
    assert "終わりにする条件がそろっていません。" in end.text


def test_what_was_chosen_stands_in_the_history(
    visit: Visit, office: TestOffice, inquiry: str
) -> None:
    choose(office, "look_into", "call_them")

    page = visit("pjmo1").open(f"/instances/{office.cases('inquiry')[0].id}")

    assert "次の作業として「電話で確認する」を始めました。" in page.text.replace("</bdi>", "")
