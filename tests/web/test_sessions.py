from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.access import system_actor
from engine.services import people
from engine.testing import TestOffice
from tests.web.site import FIELDS, PASSWORD, Visitor, start

Visit = Callable[[str | None], Visitor]
SETUP = system_actor("setup", "初期設定")


@pytest.fixture
def known(office: TestOffice) -> TestOffice:
    """An office in which pjmo1 has a password."""
    office.engine.run(people.set_password, "pjmo1", PASSWORD, SETUP)
    return office


def sign_in(visitor: Visitor, name: str, password: str, path: str = "/login") -> object:
    return visitor.send(path, "/login", {"username": name, "password": password})


def test_a_page_behind_the_sign_in_asks_for_it_first(visit: Visit) -> None:
    answer = visit(None).open("/instances?state=completed")

    assert answer.status == 303
    assert answer.location == "/login?next=/instances?state%3Dcompleted"


def test_after_the_sign_in_comes_the_page_one_wanted(known: TestOffice, visit: Visit) -> None:
    visitor = visit(None)

    answer = visitor.send(
        "/login?next=/registers", "/login", {"username": "pjmo1", "password": PASSWORD}
    )

    assert (answer.status, answer.location) == (303, "/registers")
    assert visitor.open("/registers").status == 200


@pytest.mark.parametrize(
    "target", ["https://evil.invalid/", "//evil.invalid", "/\\evil.invalid", "javascript:alert(1)"]
)
def test_the_sign_in_leads_to_no_other_site(known: TestOffice, visit: Visit, target: str) -> None:
    answer = visit(None).send(
        "/login", "/login", {"username": "pjmo1", "password": PASSWORD, "next": target}
    )

    assert answer.location == "/worklist"


def test_a_wrong_password_is_told_and_the_name_stays(known: TestOffice, visit: Visit) -> None:
    page = visit(None).send("/login", "/login", {"username": "pjmo1", "password": "wrong"})

    assert page.status == 422
    assert "登録と違います" in page.words("//*[@role='alert']")[0]
    assert page.form("/login")["username"] == ["pjmo1"]


def test_an_unknown_name_is_told_in_the_same_words(known: TestOffice, visit: Visit) -> None:
    wrong = visit(None).send("/login", "/login", {"username": "pjmo1", "password": "wrong"})
    unknown = visit(None).send("/login", "/login", {"username": "nobody", "password": "wrong"})

    assert unknown.words("//*[@role='alert']") == wrong.words("//*[@role='alert']")


def test_empty_fields_are_named(visit: Visit) -> None:
    page = visit(None).send("/login", "/login", {})

    assert page.words("//*[@class='field__error']") == [
        "利用者IDを入力してください。",
        "パスワードを入力してください。",
    ]


def test_after_five_failures_even_the_right_password_has_to_wait(
    known: TestOffice, visit: Visit
) -> None:
    visitor = visit(None)
    for _ in range(5):
        visitor.send("/login", "/login", {"username": "pjmo1", "password": "wrong"})

    page = visitor.send("/login", "/login", {"username": "pjmo1", "password": PASSWORD})

    assert "15分たってから" in page.words("//*[@role='alert']")[0]


def test_a_new_password_ends_older_sessions(known: TestOffice, visit: Visit) -> None:
    visitor = visit(None)
    visitor.send("/login", "/login", {"username": "pjmo1", "password": PASSWORD})
    known.engine.run(people.set_password, "pjmo1", PASSWORD + "!", SETUP)

    assert visitor.open("/worklist").status == 303


def test_signing_out_ends_the_session(visit: Visit) -> None:
    visitor = visit("pjmo1")

    visitor.send("/worklist", "/logout", {})

    assert visitor.open("/worklist").status == 303


def test_a_session_ends_after_half_a_day_in_any_case(visit: Visit) -> None:
    visitor = visit("pjmo1")
    with visitor.client.session_transaction() as session:
        session["began"] -= 12 * 3600 + 1

    assert visitor.open("/worklist").status == 303


def test_a_form_from_elsewhere_is_refused(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)

    page = visit("pjmo1").post(f"/tasks/{task_id}/claim", {})

    assert page.status == 400
    assert office.task("fill").assignee is None


def test_a_task_form_from_elsewhere_is_refused(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)

    page = visit("pjmo1").post(f"/tasks/{task_id}", {**FIELDS, "do": "complete"})

    assert page.status == 400
    assert [task.element_id for task in office.open_tasks()] == ["fill"]


def test_a_form_sent_after_the_session_is_kept_as_a_draft(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    sent = visit("pjmo1").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    lost = visit(None)

    answer = lost.post(f"/tasks/{task_id}", {**sent, "件名": "途中", "do": "complete"})

    again = visit("pjmo1").open(f"/tasks/{task_id}")
    assert (answer.status, answer.location) == (303, f"/login?next=/tasks/{task_id}")
    assert "入力を下書きに保存しました" in lost.open(answer.location).text
    assert again.form(f"/tasks/{task_id}")["件名"] == ["途中"]


def test_another_person_does_not_see_the_kept_form(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    sent = visit("pjmo1").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    visit(None).post(f"/tasks/{task_id}", {**sent, "件名": "途中", "do": "complete"})

    page = visit("pjmo2").open(f"/tasks/{task_id}")

    assert page.form(f"/tasks/{task_id}")["件名"] == [""]


@pytest.mark.parametrize("change", ["forged", "of another task"])
def test_nothing_is_kept_without_a_valid_mark(
    office: TestOffice, visit: Visit, change: str
) -> None:
    task_id, other = start(office), start(office)
    sent = visit("pjmo1").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}")
    mark = sent["form_token"][0]
    wrong = {**sent, "件名": "途中", "form_token": mark if change != "forged" else mark + "x"}
    target = task_id if change == "forged" else other

    visit(None).post(f"/tasks/{target}", {**wrong, "do": "complete"})

    page = visit("pjmo1").open(f"/tasks/{target}")
    assert page.form(f"/tasks/{target}")["件名"] == [""]


def test_a_picture_on_its_way_does_not_bring_an_ended_session_back(
    known: TestOffice, visit: Visit
) -> None:
    visitor = visit(None)
    sign_in(visitor, "pjmo1", PASSWORD)

    page, picture = visitor.open("/worklist"), visitor.open("/static/icon.svg")

    assert "unei_session" in page.response.headers["Set-Cookie"]
    assert picture.status == 200
    assert "Set-Cookie" not in picture.response.headers
    picture.response.close()


def test_the_fields_of_a_form_leave_the_cookie_as_it_is(office: TestOffice, visit: Visit) -> None:
    answer = visit("pjmo1").fill(start(office), "refresh", {"支障": "有"}, X_Part="fields")

    assert answer.status == 200
    assert "Set-Cookie" not in answer.response.headers
