"""一時停止 and 再開 on the pages: asked for with a reason, seen everywhere, drafts are kept."""

from __future__ import annotations

from collections.abc import Callable

from engine.services import suspending, tasks
from engine.testing import Case, TestOffice
from tests.web.site import FIELDS, Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


def resting(office: TestOffice) -> Case:
    case = office.start("probe", subject="窓口の運営")
    office.engine.run(suspending.suspend, case.id, "指示待ち", office.actor("pjmo1"))
    return case


def test_a_case_is_suspended_and_resumed_with_reasons(office: TestOffice, visit: Visit) -> None:
    case, visitor = office.start("probe", subject="窓口の運営"), visit("pjmo1")
    page = visitor.open(f"/instances/{case.id}")
    assert page.tree.xpath(f"//a[@href='/instances/{case.id}/suspend/confirm']")

    question = f"/instances/{case.id}/suspend/confirm"
    refused = visitor.send(question, f"/instances/{case.id}/suspend", {"reason": " "})
    assert refused.status == 422
    assert refused.words("//*[@class='error-summary']//a") == ["理由を入力してください。"]
    done = visitor.send(question, f"/instances/{case.id}/suspend", {"reason": "指示待ち"})
    assert done.status == 303

    page = visitor.open(f"/instances/{case.id}")
    assert "一時停止しています" in page.words("//*[@id='suspended']")[0]
    assert "指示待ち" in page.words("//*[@id='suspended']")[0]
    assert page.words("//div[@id='standing']/span[contains(@class, 'chip')]") == ["一時停止"]
    visitor.send(
        f"/instances/{case.id}/resume/confirm", f"/instances/{case.id}/resume", {"reason": "再開"}
    )
    page = visitor.open(f"/instances/{case.id}")
    assert not page.tree.xpath("//*[@id='suspended']")
    assert page.words("//ol[@class='timeline']/li/div/p[1]")[:2] == [
        "PJMO pjmo1が案件を再開しました。",
        "PJMO pjmo1が案件を一時停止しました。",
    ]


def test_the_list_shows_and_finds_cases_that_rest(office: TestOffice, visit: Visit) -> None:
    resting(office)
    office.start("probe", subject="動いている案件")

    page = visit("pjmo1").open("/instances?state=suspended")

    assert page.words("//a[@class='title']") == ["窓口の運営"]
    assert "一時停止" in page.words("//table//span[contains(@class, 'chip')]")


def test_a_task_that_cannot_be_completed_now_keeps_what_was_typed(
    office: TestOffice, visit: Visit
) -> None:
    resting(office)
    task, visitor = office.task("fill"), visit("pjmo1")

    page = visitor.open(f"/tasks/{task.id}")
    assert "完了できません" in page.words("//*[@id='suspended']")[0]
    assert not page.tree.xpath("//button[@value='complete']")
    answer = visitor.fill(task.id, "complete", FIELDS)

    assert answer.status == 409
    assert "下書きに残しました" in answer.words("//*[@id='suspended']")[0]
    draft = office.engine.ask(tasks.page, task.id, office.actor("pjmo1")).draft
    assert draft is not None
    assert draft.post["件名"] == [FIELDS["件名"]]


def test_who_may_not_suspend_is_told_so(office: TestOffice, visit: Visit) -> None:
    case, visitor = office.start("probe"), visit("gyomu1")

    assert not visitor.open(f"/instances/{case.id}").tree.xpath("//a[contains(@href, 'suspend')]")
    page = visitor.open(f"/instances/{case.id}/suspend/confirm")
    assert "この操作はできません。" in page.text


def test_english_pages_say_it_in_english(office: TestOffice, visit: Visit) -> None:
    case, visitor = resting(office), visit("pjmo1")
    language(visitor, "en")

    for path in ("", "/resume/confirm"):
        page = visitor.open(f"/instances/{case.id}{path}")
        assert [text for text in foreign_texts(page) if "指示待ち" not in text] == []
