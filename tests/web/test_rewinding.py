"""この時点に戻す and データ項目の変更 on the pages."""

from __future__ import annotations

from collections.abc import Callable

from engine.storage.queries import instance_path
from engine.testing import Case, TestOffice
from tests.diagrams import line, user_task
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


def two_steps(office: TestOffice) -> tuple[Case, str]:
    """A case that has gone on, and the address of its first step."""
    office.deploy(line("steps", user_task("write"), user_task("check")))
    case = office.start("steps", subject="窓口の運営", values={"件名": "前"})
    office.complete("write", {"額": 3})
    number = office.engine.ask(instance_path.steps_since, case.id, 0, 10)[-1]
    return case, f"/instances/{case.id}/steps/{number}"


def test_a_case_is_taken_back_after_a_look_at_what_happens(
    office: TestOffice, visit: Visit
) -> None:
    case, step = two_steps(office)
    visitor = visit("pjmo1")
    assert visitor.open(step).tree.xpath(f"//a[@href='{step}/rewind']")
    page = visitor.open(f"{step}/rewind")
    told = page.words("//section[@aria-labelledby='what-h']//li")
    assert told[:2] == [
        "タスク「write」が再び開きます。担当者：PJMO pjmo1",
        "タスク「check」は取りやめになります。",
    ]
    [version] = page.tree.xpath("//input[@name='version']/@value")

    refused = visitor.send(f"{step}/rewind", f"{step}/rewind", {"version": version, "reason": ""})
    assert refused.status == 422
    old = visitor.send(f"{step}/rewind", f"{step}/rewind", {"version": "1", "reason": "誤入力"})
    assert old.status == 409
    visitor.send(f"{step}/rewind", f"{step}/rewind", {"version": version, "reason": "誤入力"})

    assert [task.element_id for task in office.open_tasks(case)] == ["write"]
    page = visitor.open(f"/instances/{case.id}")
    told = page.words("//ol[@class='timeline']/li/div/p")
    assert told[:2] == ["PJMO pjmo1が案件を前の時点に戻しました。", "誤入力"]


def test_where_it_cannot_be_taken_back_the_page_says_why(office: TestOffice, visit: Visit) -> None:
    case, _ = two_steps(office)
    number = office.engine.ask(instance_path.steps_since, case.id, 0, 10)[0]

    page = visit("pjmo1").open(f"/instances/{case.id}/steps/{number}/rewind")

    assert "案件は今、この時点にあります。" in page.text
    assert not page.tree.xpath("//main//form[@method='post']")


def test_a_data_item_is_changed(office: TestOffice, visit: Visit) -> None:
    case, _ = two_steps(office)
    address, visitor = f"/instances/{case.id}/variables", visit("pjmo1")
    page = visitor.open(f"{address}?name=件名")
    assert page.tree.xpath("//input[@name='name']/@value") == ["件名"]
    [version] = page.tree.xpath("//input[@name='version']/@value")
    sent = {"name": "額", "kind": "number", "value": "三", "reason": "訂正", "version": version}

    refused = visitor.send(address, address, sent)
    assert refused.words("//*[@class='error-summary']//a") == ["数を入力してください。"]
    visitor.send(address, address, {**sent, "value": "5"})

    assert office.variables(case)["額"] == 5
    told = visitor.open(f"/instances/{case.id}").words("//ol[@class='timeline']/li/div/p")
    assert told[:2] == ["PJMO pjmo1がデータ項目を変えました。", "訂正"]


def test_others_see_no_way_to_either(office: TestOffice, visit: Visit) -> None:
    case, step = two_steps(office)
    visitor = visit("gyomu1")

    assert not visitor.open(step).tree.xpath("//a[contains(@href, 'rewind')]")
    assert visitor.open(f"{step}/rewind").status == 403
    assert visitor.open(f"/instances/{case.id}/variables").status == 403


def test_english_pages_say_it_in_english(office: TestOffice, visit: Visit) -> None:
    case, step = two_steps(office)
    visitor = visit("pjmo1")
    language(visitor, "en")

    for path in (f"{step}/rewind", f"/instances/{case.id}/variables"):
        assert foreign_texts(visitor.open(path)) == []
