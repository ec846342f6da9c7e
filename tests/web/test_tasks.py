from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.services import tasks
from engine.testing import TestOffice
from tests.web.site import FIELDS, Visitor, start, upload

Visit = Callable[[str | None], Visitor]


def test_a_task_can_be_read_by_a_candidate(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").open(f"/tasks/{start(office)}")

    assert page.status == 200
    assert page.heading() == "fill"
    assert "引き受ける" in page.words("//button")


def test_claiming_makes_one_the_assignee(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")

    answer = visitor.send(f"/tasks/{task_id}", f"/tasks/{task_id}/claim", {})

    assert (answer.status, answer.location) == (303, f"/tasks/{task_id}")
    assert "担当者：あなた" in " ".join(visitor.open(answer.location).words("//main"))


def test_a_claimed_task_can_be_given_back(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo1"))

    answer = visit("pjmo1").send(f"/tasks/{task_id}", f"/tasks/{task_id}/unclaim", {})

    assert answer.status == 303
    assert office.task("fill").assignee is None


def test_a_task_somebody_else_holds_can_only_be_read(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo2"))

    page = visit("pjmo1").open(f"/tasks/{task_id}")

    assert "PJMO pjmo2さんが引き受けています。" in " ".join(page.words("//main"))
    fields = page.tree.xpath("//main//textarea|//main//input[@type='radio']")
    assert [one for one in fields if not one.xpath("ancestor::*[@id='comments']")] == []


def test_a_completed_form_moves_the_case_on(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)

    answer = visit("pjmo1").fill(task_id, "complete", FIELDS)

    assert answer.status == 303
    assert [task.element_id for task in office.open_tasks()] == ["check"]


def test_errors_stand_in_a_summary_with_links_to_their_fields(
    office: TestOffice, visit: Visit
) -> None:
    page = visit("pjmo1").fill(start(office), "complete", {"件名": "", "備考": ""})

    links = page.tree.xpath("//*[@class='error-summary']//a/@href")
    assert page.status == 422
    assert page.title().startswith("入力エラー 2件：")
    assert page.words("//*[@class='error-summary']//a") == [
        "件名を入力してください。",
        "支障を選んでください。",
    ]
    assert all(page.tree.xpath(f"//*[@id='{link[1:]}']") for link in links)


def test_what_was_typed_stays_after_an_error(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").fill(
        start(office), "complete", {"件名": "案内", "期限/年": "2026", "期限/月": "13"}
    )

    form = page.task_form()
    assert form["件名"] == ["案内"]
    assert (form["期限/年"], form["期限/月"]) == (["2026"], ["13"])


def test_the_error_of_a_row_names_the_row_and_opens_it(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").fill(
        start(office), "complete", {**FIELDS, "不具合/#": "1", "不具合/0/備考": "x"}
    )

    assert page.words("//*[@class='error-summary']//a") == ["不具合 1：内容を入力してください。"]
    assert page.tree.xpath("//details[@id='f-不具合-0']/@open")


def test_a_row_is_added_and_everything_typed_stays(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").fill(
        start(office), "add:不具合", {"件名": "案内", "不具合/0/内容": "順番"}
    )

    form = page.task_form()
    assert page.status == 200
    assert form["不具合/#"] == ["2"]
    assert (form["件名"], form["不具合/0/内容"]) == (["案内"], ["順番"])


def test_a_field_appears_when_its_condition_holds(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").fill(start(office), "refresh", {"支障": "有"}, X_Part="fields")

    assert page.tree.xpath("//input[@name='回避策']")
    assert "<html" not in page.text


def test_a_draft_is_kept_and_opened_again(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")

    visitor.fill(task_id, "draft", {"件名": "途中"})

    page = visitor.open(f"/tasks/{task_id}")
    assert page.form(f"/tasks/{task_id}")["件名"] == ["途中"]
    assert "9時00分の下書きを開きました。" in " ".join(page.words("//main"))


def test_a_draft_saved_by_script_is_answered_with_one_line(
    office: TestOffice, visit: Visit
) -> None:
    answer = visit("pjmo1").fill(start(office), "draft", {"件名": "途中"}, Accept="text/plain")

    assert answer.text == "9時00分に下書きを保存しました"


def test_a_draft_is_seen_by_its_person_only(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visit("pjmo1").fill(task_id, "draft", {"件名": "途中"})

    page = visit("pjmo2").open(f"/tasks/{task_id}")

    assert page.form(f"/tasks/{task_id}")["件名"] == [""]


def test_a_draft_can_be_dropped(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")
    visitor.fill(task_id, "draft", {"件名": "途中"})

    visitor.send(f"/tasks/{task_id}", f"/tasks/{task_id}/draft/discard", {})

    assert visitor.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")["件名"] == [""]


def test_a_late_post_learns_who_was_first_and_when(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    late = visit("pjmo1")
    sent = late.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    visit("pjmo2").fill(task_id, "complete", {**FIELDS, "件名": "先の案"})

    page = late.post(f"/tasks/{task_id}", {**sent, **FIELDS, "件名": "後の案", "do": "complete"})

    said = " ".join(page.words("//main"))
    row = page.words("//tr[th='件名']/td")
    assert page.status == 409
    assert "先にPJMO pjmo2さんが完了しました（今日 9時00分）" in said
    assert row == ["先の案", "後の案"]


def test_a_row_for_a_task_that_is_over_says_who_was_first(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    late = visit("pjmo1")
    sent = late.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    visit("pjmo2").fill(task_id, "complete", FIELDS)

    page = late.post(f"/tasks/{task_id}", {**sent, **FIELDS, "件名": "案", "do": "add:不具合"})

    assert page.status == 409
    assert "先にPJMO pjmo2さんが完了しました" in " ".join(page.words("//main"))
    assert page.words("//tr[th='件名']/td")[1] == "案"


def test_fields_asked_for_before_the_completion_take_no_message_away(
    office: TestOffice, visit: Visit
) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")
    sent = visitor.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    done = visitor.post(f"/tasks/{task_id}", {**sent, **FIELDS, "do": "complete"})

    late = visitor.post(f"/tasks/{task_id}", {**sent, "do": "refresh"}, X_Part="fields")

    assert late.status == 409
    assert late.text.startswith("このタスクは、先に")
    assert "Set-Cookie" not in late.response.headers
    assert "「fill」を完了しました。" in visitor.open(done.location).text


def test_a_post_for_a_task_held_by_another_learns_who(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    late = visit("pjmo1")
    sent = late.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    office.engine.run(tasks.claim, task_id, office.actor("pjmo2"))

    page = late.post(f"/tasks/{task_id}", {**sent, **FIELDS, "do": "complete"})

    assert page.status == 409
    assert "先にPJMO pjmo2さんが引き受けました" in page.text


def test_pressing_the_button_twice_does_it_once(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")
    sent = visitor.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    data = {**sent, **FIELDS, "do": "complete"}

    answers = [visitor.post(f"/tasks/{task_id}", data) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_a_file_stays_attached_when_another_field_is_wrong(
    office: TestOffice, visit: Visit
) -> None:
    page = visit("pjmo1").fill(
        start(office), "complete", {"支障": "無", "添付": upload("手順書.pdf")}
    )

    assert page.status == 422
    assert page.words("//ul[@class='files']//label") == ["手順書.pdfを残す"]


def test_an_attached_file_can_be_fetched(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visitor = visit("pjmo1")
    visitor.fill(task_id, "complete", {**FIELDS, "添付": upload("手順書.pdf", b"content")})
    page = visitor.open(f"/tasks/{office.task('check').id}")

    with visitor.client.get(page.tree.xpath("//ul[@class='files']//a/@href")[0]) as answer:
        assert answer.data == b"content"
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_file_that_is_too_large_is_refused_by_name(
    office: TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.posts.MEGABYTE", 10)
    big = upload("大きい.pdf", b"x" * 201)

    page = visit("pjmo1").fill(start(office), "complete", {**FIELDS, "添付": big})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == [
        "大きい.pdfは20 MBを超えています。小さくしてから添付してください。"
    ]


def test_a_task_of_another_project_does_not_exist(office: TestOffice, visit: Visit) -> None:
    assert visit("gaibu1").open(f"/tasks/{start(office)}").status == 404


def test_somebody_who_is_no_candidate_cannot_complete(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    stranger = visit("gyomu1")
    page = stranger.open(f"/tasks/{task_id}")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]

    answer = stranger.post(f"/tasks/{task_id}", {**FIELDS, "csrf_token": token, "do": "complete"})

    assert answer.status == 403
    assert office.task("fill").completed_by is None


@pytest.mark.parametrize("word", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_people_type_is_shown_as_text(office: TestOffice, visit: Visit, word: str) -> None:
    task_id = start(office, subject=word)

    page = visit("pjmo1").fill(task_id, "refresh", {"件名": word})

    assert word not in page.text
    assert page.form(f"/tasks/{task_id}")["件名"] == [word]


def test_a_completed_task_shows_what_was_entered(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    visit("pjmo1").fill(task_id, "complete", {**FIELDS, "支障": "無"})

    page = visit("pjmo2").open(f"/tasks/{task_id}")

    assert FIELDS["件名"] in page.words("//*[@class='field__value']")
