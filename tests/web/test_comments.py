"""Comments on the pages of a case and of a task."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.services import comments, notices
from engine.testing import TestOffice
from tests.web.site import Page, Visitor, foreign_texts, language, start

Visit = Callable[[str | None], Visitor]
COMMENTS = "//section[@id='comments']"


def opened(office: TestOffice, visit: Visit, by: str = "pjmo1") -> tuple[Visitor, str]:
    """A visitor, and the address of a case's page."""
    start(office)
    return visit(by), f"/instances/{office.cases()[0].id}"


def write(visitor: Visitor, path: str, text: str, **more: object) -> Page:
    return visitor.send(path, f"{path}/comments", {"text": text, **more})


def texts(page: Page) -> list[str]:
    return page.words(f"{COMMENTS}//article/div/p")


def test_a_comment_is_written_read_and_counted(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)

    answer = write(visitor, path, "一行目です。\n二行目です。")

    assert (answer.status, answer.location) == (303, f"{path}#comments")
    page = visitor.open(path)
    assert texts(page) == ["一行目です。二行目です。"]
    assert page.words(f"{COMMENTS}//h2") == ["コメント（1件）"]
    assert page.words(f"{COMMENTS}//article//header/b") == ["PJMO pjmo1"]


def test_a_comment_of_the_task_page_stands_on_the_page_of_the_case_too(
    office: TestOffice, visit: Visit
) -> None:
    visitor, path = opened(office, visit)
    task = f"/tasks/{office.task('fill').id}"

    answer = write(visitor, task, "確認中です。")

    assert answer.location == f"{task}#comments"
    assert texts(visitor.open(task)) == ["確認中です。"]
    assert texts(visitor.open(path)) == ["確認中です。"]
    assert "タスク：fill" in visitor.open(path).words(f"{COMMENTS}//header")[-1]


def test_what_is_typed_is_shown_as_text_and_nothing_else(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)

    write(visitor, path, '<script>alert(1)</script> @pl1 <b>"太字"</b>')

    page = visitor.open(path)
    assert texts(page) == ['<script>alert(1)</script> @pl1 <b>"太字"</b>']
    assert page.words(f"{COMMENTS}//span[@class='mention']") == ["@pl1"]
    assert page.tree.xpath(f"{COMMENTS}//article//script") == []


def test_the_number_of_a_case_in_a_comment_leads_there(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    other = office.start("probe")

    write(visitor, path, f"前回は{other.number}です。試-R8-9999はありません。")

    links = visitor.open(path).tree.xpath(f"{COMMENTS}//article//p/a")
    assert [(link.text, link.get("href")) for link in links] == [
        (other.number, f"/instances/{other.id}")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "コメントを入力してください。"),
        ("あ" * 2_001, "コメントは2,000文字以内で入力してください。"),
        (
            "@田中 お願いします。",
            "「@田中」に当たる人がいません。この案件を見られる人の氏名かログイン名を、@に続けて書いてください。",
        ),
    ],
)
def test_a_refused_comment_says_why_and_keeps_what_was_typed(
    office: TestOffice, visit: Visit, text: str, said: str
) -> None:
    visitor, path = opened(office, visit)

    page = write(visitor, path, text, to=["pl1"])

    assert page.status == 422
    assert page.title() == "エラー：コメントを書く｜Unei 運営"
    assert page.words("//*[@class='error-summary']//a") == [said]
    assert page.words("//*[@id='text-e']") == [said]
    assert page.words("//textarea") == [text]
    assert page.tree.xpath("//input[@name='to'][@checked]/@value") == ["pl1"]
    again = visitor.post(
        f"{path}/comments", {**page.form("/comments"), "text": "直しました。", "to": []}
    )
    assert again.status == 303


def test_ticked_people_are_named_and_told(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)

    write(visitor, path, "確認をお願いします。", to=["pl1", "pjmo2"])

    found = office.engine.ask(notices.listing, office.actor("pl1"))
    assert [notice.kind for notice in found.rows] == ["mention"]
    assert len(visitor.open(path).words(f"{COMMENTS}//span[@class='mention']")) == 2


def test_ones_own_comment_is_edited_and_marked(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "一つ目です。")

    form = visitor.open("/comments/1/edit")
    answer = visitor.post("/comments/1", {**form.form("/comments/1"), "text": "直しました。"})

    assert form.words("//textarea") == ["一つ目です。"]
    assert answer.location == f"{path}#comments"
    page = visitor.open(path)
    assert texts(page) == ["直しました。"]
    assert "編集済み" in page.words(f"{COMMENTS}//article//header")[0]
    assert page.words("//ol[@class='timeline']/li/div")[0] == "PJMO pjmo1がコメントを直しました。"


def test_a_refused_edit_keeps_what_was_typed(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "一つ目です。")

    page = visitor.send("/comments/1/edit", "/comments/1", {"text": "@だれか さん"})

    assert page.status == 422
    assert page.words("//textarea") == ["@だれか さん"]
    assert texts(visitor.open(path)) == ["一つ目です。"]


def test_a_withdrawn_comment_leaves_its_trace(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "言い過ぎました。")

    asked = visitor.open("/comments/1/withdraw/confirm")
    answer = visitor.send("/comments/1/withdraw/confirm", "/comments/1/withdraw", {})

    assert "言い過ぎました。" in asked.text
    assert answer.status == 303
    page = visitor.open(path)
    assert texts(page) == ["このコメントは今日 9時00分に取り消されました。"]
    assert page.words(f"{COMMENTS}//h2") == ["コメント（0件）"]
    assert visitor.open("/comments/1/edit").status == 409


def test_nobody_edits_or_withdraws_the_comment_of_somebody_else(
    office: TestOffice, visit: Visit
) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "一つ目です。")
    other = visit("pjmo2")

    assert "/comments/1/" not in other.open(path).text
    assert other.open("/comments/1/edit").status == 403
    assert other.open("/comments/1/withdraw/confirm").status == 403
    token = other.open(path).form("/comments")["csrf_token"]
    assert other.post("/comments/1", {"csrf_token": token, "text": "x"}).status == 403
    assert other.post("/comments/1/withdraw", {"csrf_token": token}).status == 403


def test_strangers_find_no_comment(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "一つ目です。")
    stranger = visit("dev1")

    assert stranger.open("/comments/1/edit").status == 404
    assert stranger.open(path).status == 404


def test_the_same_form_sent_twice_writes_once(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    form = {**visitor.open(path).form("/comments"), "text": "一つ目です。"}

    visitor.post(f"{path}/comments", form)
    again = visitor.post(f"{path}/comments", form)

    assert again.status == 303
    assert texts(visitor.open(path)) == ["一つ目です。"]


def test_the_english_pages_have_no_japanese_left_but_data(office: TestOffice, visit: Visit) -> None:
    visitor, path = opened(office, visit)
    write(visitor, path, "一つ目です。@pl1 お願い")
    write(visitor, path, "二つ目です。")
    office.engine.run(comments.withdraw, 2, office.actor("pjmo1"))
    visitor.open(path)  # shows what was said in Japanese before
    language(visitor, "en")

    pages = [
        visitor.open("/comments/1/edit"),
        visitor.open("/comments/1/withdraw/confirm"),
        write(visitor, path, "@田中 さん"),
    ]

    assert [foreign_texts(page) for page in pages] == [[], [], []]
    section = visitor.open(path).words(f"{COMMENTS}")[0]
    assert "Comments (1)" in section
    assert "Edit: comment of" in section
