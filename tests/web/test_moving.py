"""進む場所を変える on the pages."""

from __future__ import annotations

from collections.abc import Callable

from engine.testing import Case, TestOffice
from tests.diagrams import call, line, user_task
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


def begun(office: TestOffice) -> tuple[Case, str]:
    """A case at its first of three steps, and the address of the page."""
    office.deploy(line("steps", user_task("write"), user_task("check"), user_task("sign")))
    case = office.start("steps", subject="窓口の運営")
    return case, f"/instances/{case.id}/move"


def test_the_process_owner_chooses_what_is_open_and_where_it_goes_on(
    office: TestOffice, visit: Visit
) -> None:
    case, path = begun(office)
    visitor = visit("owner1")
    assert visitor.open(f"/instances/{case.id}").tree.xpath(f"//a[@href='{path}']")
    [question] = visitor.open(path).tree.xpath("//main//table//a/@href")
    page = visitor.open(question)
    offered = page.tree.xpath("//select[@name='to']//option/@value")
    assert offered == ["", "check", "sign", "finish"]
    [version] = page.tree.xpath("//input[@name='version']/@value")

    empty = visitor.send(question, question, {"version": version})
    assert empty.status == 422
    assert len(empty.tree.xpath("//div[@class='error-summary']//li")) == 2
    chosen = {"version": version, "to": "sign", "reason": "様式の改正"}
    visitor.send(question, question, chosen)

    assert [task.element_id for task in office.open_tasks(case)] == ["sign"]
    told = visitor.open(f"/instances/{case.id}").words("//ol[@class='timeline']/li/div/p")
    assert "「write」は取りやめになりました。" in told
    at = told.index("業務設計者 owner1が「write」の続きを「sign」に移しました。")
    assert told[at + 1] == "様式の改正"


def test_a_case_that_has_gone_on_meanwhile_is_not_moved(office: TestOffice, visit: Visit) -> None:
    case, path = begun(office)
    visitor = visit("owner1")
    [question] = visitor.open(path).tree.xpath("//main//table//a/@href")

    late = visitor.send(question, question, {"version": "0", "to": "sign", "reason": "改正"})
    assert late.status == 303
    assert "案件の状態が変わったため、移していません。" in visitor.open(path).text
    office.complete("write")

    assert visitor.open(question).status == 303
    assert [task.element_id for task in office.open_tasks(case)] == ["check"]


def test_what_cannot_be_moved_is_shown_with_its_reason(office: TestOffice, visit: Visit) -> None:
    office.deploy({**line("outer", call("ask", "inner")), **line("inner", user_task("answer"))})
    case = office.start("outer")

    page = visit("owner1").open(f"/instances/{case.id}/move")

    assert "呼び出した案件か外部の処理が終わるのを待っています。" in page.text
    assert not page.tree.xpath("//main//table//a")


def test_others_neither_see_nor_send_it(office: TestOffice, visit: Visit) -> None:
    case, path = begun(office)
    visitor = visit("pjmo1")

    assert not visitor.open(f"/instances/{case.id}").tree.xpath(f"//a[@href='{path}']")
    assert visitor.open(path).status == 403


def test_the_pages_are_there_in_english(office: TestOffice, visit: Visit) -> None:
    _, path = begun(office)
    visitor = visit("owner1")
    [question] = visitor.open(path).tree.xpath("//main//table//a/@href")
    language(visitor, "en")

    for address in (path, question):
        assert foreign_texts(visitor.open(address)) == []
