"""版の切替 on the pages: a look first, then begin, follow, and bring back."""

from __future__ import annotations

from collections.abc import Callable

from engine.testing import Case, TestOffice
from tests.diagrams import line, timer, user_task
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]
OLD = line("work", user_task("write"), user_task("check"))
NEW = line("work", user_task("write"), user_task("sign"))
PAGE = "/studio/work/migrate"


def two_cases(office: TestOffice) -> tuple[Case, Case]:
    """One that could go, and one that stands at what is gone."""
    office.deploy(OLD)
    one, other = office.start("work", subject="一件目"), office.start("work", subject="二件目")
    office.complete("write", case=other)
    office.deploy(NEW)
    return one, other


def fields(page: object) -> dict[str, str]:
    tree = page.tree  # type: ignore[attr-defined]  # a page of the visitor
    inputs = tree.xpath("//form[@method='post' and contains(@action, 'migrate')]//input")
    return {one.get("name"): one.get("value") for one in inputs if one.get("type") == "hidden"}


def test_the_page_says_who_could_go_and_why_the_others_stay(
    office: TestOffice, visit: Visit
) -> None:
    one, other = two_cases(office)

    page = visit("owner1").open(PAGE)

    lines = page.words("//section[@id='trials']//tbody/tr")
    assert lines == [
        f"{one.number}一件目 切り替えられる 今のまま続きます。",
        f"{other.number}二件目 残る 「check」は新しい版にありません。",
    ]
    assert "切り替えられる 1件、残る 1件" in page.text


def test_another_element_may_be_chosen_for_one_that_is_gone(
    office: TestOffice, visit: Visit
) -> None:
    two_cases(office)

    page = visit("owner1").open(f"{PAGE}?from=1&to=2&map:check=sign")

    assert page.words("//section[@id='trials']//span[contains(@class, 'chip')]") == [
        "切り替えられる",
        "切り替えられる",
    ]
    assert page.tree.xpath("//select[@name='map:check']/option[@selected]/@value") == ["sign"]


def test_begun_the_result_tells_each_refusal_and_can_be_undone(
    office: TestOffice, visit: Visit
) -> None:
    one, other = two_cases(office)
    visitor = visit("owner1")
    hidden = fields(visitor.open(PAGE))

    refused = visitor.send(PAGE, PAGE, {**hidden, "which": "all", "reason": ""})
    assert refused.status == 422
    empty = visitor.send(PAGE, PAGE, {**hidden, "which": "chosen", "reason": "改正"})
    assert (empty.status, empty.words("//h2[@id='err-h']")) == (422, ["切り替える案件がありません"])
    begun = visitor.send(PAGE, PAGE, {**hidden, "which": "all", "reason": "改正"})
    office.run_jobs()

    page = visitor.open(begun.location)
    lines = page.words("//table//tbody/tr")
    assert lines[0] == f"{other.number} 二件目できませんでした「check」は新しい版にありません。"
    assert lines[1] == f"{one.number} 一件目できました"
    assert office.head(one.id).process_version == 2
    address = begun.location.replace("/batches/", "/studio/migrations/") + "/undo"
    back = visitor.send(begun.location, address, {})
    office.run_jobs()
    assert visitor.open(back.location).heading() == "版の切替の取消し"
    assert office.head(one.id).process_version == 1


def test_one_case_is_moved_from_its_own_page_and_brought_back(
    office: TestOffice, visit: Visit
) -> None:
    one, _ = two_cases(office)
    visitor = visit("owner1")
    tree = visitor.open(f"/instances/{one.id}").tree
    [link] = tree.xpath("//a[contains(@href, '/migrate')]/@href")
    page = visitor.open(link)
    assert len(page.tree.xpath("//section[@id='trials']//tbody/tr")) == 1

    visitor.send(link, PAGE, {**fields(page), "case": one.id, "reason": "改正"})
    office.run_jobs()

    page = visitor.open(f"/instances/{one.id}")
    assert "が案件を第1版から第2版に切り替えました。" in page.text
    visitor.send(f"/instances/{one.id}", f"/studio/migrations/of/{one.id}/undo", {})
    assert "第1版に戻しました。" in visitor.open(f"/instances/{one.id}").text
    assert office.head(one.id).process_version == 1


def test_timers_that_would_change_are_told(office: TestOffice, visit: Visit) -> None:
    late = timer("boundaryEvent", "late", '"P3D"', attachedToRef="write", cancelActivity="false")
    office.deploy(OLD)
    office.start("work")
    new = OLD["work"]["work.bpmn"].replace(b"</bpmn:process>", late.encode() + b"</bpmn:process>")
    new = new.replace(
        b"</bpmn:process>",
        (
            b'<bpmn:endEvent id="told" name="told"/>'
            b'<bpmn:sequenceFlow id="late_on" sourceRef="late" targetRef="told"/></bpmn:process>'
        ),
    )
    office.deploy({"work": {"work.bpmn": new}})

    page = visit("owner1").open(PAGE)

    assert "「late」を" in page.words("//section[@id='trials']//tbody/tr/td[2]")[0]


def test_nobody_else_sees_the_page(office: TestOffice, visit: Visit) -> None:
    two_cases(office)

    assert visit("pjmo1").open(PAGE).status == 403


def test_english_pages_say_it_in_english(office: TestOffice, visit: Visit) -> None:
    two_cases(office)
    visitor = visit("owner1")
    language(visitor, "en")

    page = visitor.open(PAGE)

    assert page.heading() == "Change of version: work"
    assert [text for text in foreign_texts(page) if "新しい版" not in text] == []
