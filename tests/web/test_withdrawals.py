"""引き戻す on the pages: in the toast, on the completed task, and when it is too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.testing import TestOffice
from tests.web.site import FIELDS, Page, Visitor, foreign_texts, language, start, upload

Visit = Callable[[str | None], Visitor]


def completed(office: TestOffice, visitor: Visitor) -> tuple[str, Page]:
    """A completed task, and the page that follows."""
    task_id = start(office)
    answer = visitor.fill(task_id, "complete", FIELDS)
    return task_id, visitor.open(answer.location)


def press(visitor: Visitor, page: Page, task_id: str) -> Page:
    return visitor.post(f"/tasks/{task_id}/withdraw", page.form(f"/tasks/{task_id}/withdraw"))


def test_the_toast_takes_the_task_back_with_its_values(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id, after = completed(office, visitor)

    answer = press(visitor, after, task_id)

    assert "9時10分まで引き戻せます。" in " ".join(after.words("//*[@role='status']"))
    assert (answer.status, answer.location) == (303, f"/tasks/{task_id}")
    page = visitor.open(answer.location)
    assert page.task_form()["件名"] == ["窓口の案内"]
    assert "担当者：あなた" in " ".join(page.words("//main"))
    assert [task.element_id for task in office.open_tasks()] == ["fill"]


def test_a_second_press_shows_the_same_page(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id, after = completed(office, visitor)

    answers = [press(visitor, after, task_id) for _ in range(2)]

    assert [(one.status, one.location) for one in answers] == [(303, f"/tasks/{task_id}")] * 2


def test_the_completed_task_offers_it_too(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id, _ = completed(office, visitor)

    answer = press(visitor, visitor.open(f"/tasks/{task_id}"), task_id)

    assert answer.status == 303
    assert "引き戻す" not in visit("pjmo2").open(f"/tasks/{task_id}").words("//button")


def test_a_file_comes_back_with_the_draft(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id = start(office)
    visitor.fill(task_id, "complete", {**FIELDS, "添付": upload("計画.txt")})
    press(visitor, visitor.open(f"/tasks/{task_id}"), task_id)

    page = visitor.open(f"/tasks/{task_id}")

    assert "計画.txt" in " ".join(page.words("//*[@class='files']"))
    assert visitor.fill(task_id, "complete", {}).status == 303


def test_once_the_next_person_has_looked_it_says_who_and_whom_to_ask(
    office: TestOffice, visit: Visit
) -> None:
    visitor = visit("pjmo1")
    task_id, after = completed(office, visitor)
    visit("gyomu1").open(f"/tasks/{office.task('check').id}")

    answer = press(visitor, after, task_id)

    page = visitor.open(f"/tasks/{task_id}")
    said = " ".join(page.words("//details"))
    assert answer.status == 409
    assert "業務実施部門 gyomu1さんが次のタスクを開いたため、引き戻せません。" in answer.text
    assert "引き戻す" not in page.words("//button")
    assert "引戻しを依頼" in said
    assert "check：業務実施部門" in said


def test_after_ten_minutes_the_page_says_so(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id, after = completed(office, visitor)
    office.clock.moment += timedelta(minutes=11)

    answer = press(visitor, after, task_id)

    assert answer.status == 409
    assert "引き戻せる時間を過ぎました。" in visitor.open(f"/tasks/{task_id}").text


def test_nobody_else_takes_it_back(office: TestOffice, visit: Visit) -> None:
    _, after = completed(office, visit("pjmo1"))
    task_id = after.tree.xpath("//form[contains(@action, '/withdraw')]/@action")[0].split("/")[2]
    other = visit("pjmo2")
    mark = other.open("/worklist").tree.xpath("//input[@name='csrf_token']/@value")[0]

    answer = other.post(f"/tasks/{task_id}/withdraw", {"csrf_token": mark})

    assert answer.status == 403
    assert [task.element_id for task in office.open_tasks()] == ["check"]


def test_the_last_step_of_a_case_offers_nothing(office: TestOffice, visit: Visit) -> None:
    completed(office, visit("pjmo1"))
    visitor = visit("gyomu1")
    task_id = office.task("check").id

    after = visitor.open(visitor.fill(task_id, "complete", {}).location)

    assert "「check」を完了しました。" in " ".join(after.words("//*[@role='status']"))
    assert "引き戻す" not in after.words("//button")
    assert (
        "この完了で案件が終わったため、引き戻せません。" in visitor.open(f"/tasks/{task_id}").text
    )


def test_the_case_tells_of_it(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    task_id, after = completed(office, visitor)
    press(visitor, after, task_id)

    page = visitor.open(f"/instances/{office.cases()[0].id}")

    assert "PJMO pjmo1が「fill」の完了を引き戻しました。" in " ".join(page.words("//ol//p"))


@pytest.mark.parametrize("late", [0, 11], ids=["in time", "late"])
def test_in_english_everything_is_english(office: TestOffice, visit: Visit, late: int) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")
    task_id, after = completed(office, visitor)
    office.clock.moment += timedelta(minutes=late)

    page = visitor.open(f"/tasks/{task_id}")

    assert foreign_texts(after) == []
    assert foreign_texts(page) == []
