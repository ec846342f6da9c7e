"""利用者と権限 in the browser's words: lists, forms, questions, and who may not see them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest

from engine.services import people, people_pages, person_changes, tasks
from engine.services.people_pages import PersonPage
from engine.services.person_changes import PersonData
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language, start

Visit = Callable[[str | None], Visitor]
LIST, PERSON = "/admin/people", "/admin/people/pjmo1"
FIRST = "first password"
HANAKO = {"name": "山田 花子", "reading": "やまだ はなこ", "login": "hanako", "password": FIRST}
FROM = {"from/年": "2026", "from/月": "4", "from/日": "1"}
TO = {"to/年": "2026", "to/月": "4", "to/日": "30"}


def found(office: TestOffice, id_: str = "pjmo1") -> PersonPage:
    return office.engine.ask(people_pages.page, id_, office.actor("admin1"))


def hanako(office: TestOffice) -> str:
    data = PersonData(login="hanako", name="山田 花子")
    return office.engine.run(person_changes.add, data, FIRST, office.actor("admin1"))


def test_the_list_is_filtered_and_its_filters_are_taken_off(
    visit: Visit, office: TestOffice
) -> None:
    hanako(office)

    page = visit("admin1").open(f"{LIST}?q=花子&state=all")

    assert page.words("//tbody/tr/th/a") == ["山田 花子"]
    assert "ことば：花子を外す" in page.words("//a[@class='chip']")
    assert visit("admin1").open(f"{LIST}?q=nobody").words("//*[@class='empty']/h2") == [
        "利用者はいません"
    ]


def test_the_list_leaves_as_excel_as_it_is_filtered(visit: Visit, office: TestOffice) -> None:
    hanako(office)

    answer = visit("admin1").client.get(f"{LIST}/export.xlsx?q=花子")

    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["利用者ID", "hanako"]


def test_somebody_is_added_with_the_password_the_form_has_shown(
    visit: Visit, office: TestOffice
) -> None:
    visitor = visit("admin1")
    proposed = visitor.open(f"{LIST}/new").form(LIST)["password"][0]

    answer = visitor.send(f"{LIST}/new", LIST, {**HANAKO, "password": proposed})

    signed_in = office.engine.run(people.sign_in, "hanako", proposed, "10.0.0.1").person
    assert answer.status == 303
    assert len(proposed) >= 12
    assert signed_in is not None
    assert answer.location == f"{LIST}/{signed_in.id}"
    assert proposed not in visitor.open(answer.location).text


def test_mistakes_are_told_and_everything_typed_is_kept(visit: Visit) -> None:
    typed = {**HANAKO, "login": "はなこ", "password": "short", "email": "nowhere"}

    page = visit("admin1").send(f"{LIST}/new", LIST, typed)

    assert page.status == 422
    assert page.title().startswith("入力エラー 3件：")
    assert page.tree.xpath("//*[@class='error-summary']//a/@href") == [
        "#login",
        "#email",
        "#password",
    ]
    assert page.tree.xpath("//input[@id='name']/@value") == ["山田 花子"]
    assert page.tree.xpath("//input[@id='password']/@value") == ["short"]


def test_an_overtaken_change_shows_what_is_and_keeps_what_was_typed(
    visit: Visit, office: TestOffice
) -> None:
    visitor, action = visit("admin1"), f"{PERSON}/edit"
    form = visitor.open(action).form(action)
    visitor.post(action, {**form, "name": "一番"})

    page = visitor.post(action, {**form, "name": "二番"})

    assert page.status == 409
    assert page.tree.xpath("//input[@id='name']/@value") == ["二番"]
    assert found(office).person.name == "一番"
    assert visitor.post(action, {**page.form(action), "name": "二番"}).status == 303


def test_a_role_is_given_changed_and_ended(visit: Visit, office: TestOffice) -> None:
    visitor = visit("admin1")
    given = {"role": "SEIDO", "project": "p1", "head": "yes", **FROM, "reason": "兼務"}

    added = visitor.send(f"{PERSON}/roles/new", f"{PERSON}/roles", given)
    one = next(held for held in found(office).held if held.membership.role == "SEIDO").membership
    change, end = f"{PERSON}/roles/{one.id}/change", f"{PERSON}/roles/{one.id}/end"
    changed = visitor.send(change, change, {**FROM, **TO, "head": "no", "reason": "訂正"})
    ended = visitor.send(end, end, {"to/日": "2", "reason": "異動"})

    assert [added.status, changed.status, ended.status] == [303] * 3
    [held] = [held for held in found(office).held if held.membership.role == "SEIDO"]
    assert not held.membership.is_head
    assert held.membership.valid_to_on.isoformat() == "2026-04-02"
    assert "兼務" in visitor.open(PERSON).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"role": ""}, "role", id="no role"),
        pytest.param({"role": "ADMIN", "project": "p1"}, "project", id="one project"),
        pytest.param({"from/月": "13"}, "from", id="no such day"),
        pytest.param({"to/年": "2026", "to/月": "3", "to/日": "1"}, "to", id="backwards"),
        pytest.param({"role": "PJMO", "project": "p1"}, "from", id="twice"),
    ],
)
def test_a_role_that_cannot_be_given_is_told_at_its_field(
    visit: Visit, typed: dict[str, str], field: str
) -> None:
    fields = {"role": "SEIDO", "project": "", "head": "no", **FROM, **typed}

    page = visit("admin1").send(f"{PERSON}/roles/new", f"{PERSON}/roles", fields)

    assert page.status == 422
    assert page.tree.xpath("//*[@class='error-summary']//a/@href") == [f"#{field}"]


def test_a_role_without_a_reason_stays(visit: Visit, office: TestOffice) -> None:
    one = found(office).held[0].membership
    end = f"{PERSON}/roles/{one.id}/end"

    page = visit("admin1").send(end, end, {"reason": " "})

    assert page.status == 422
    assert found(office).held[0].membership == one


def test_a_role_that_is_gone_is_said_to_be_gone(visit: Visit) -> None:
    visitor = visit("admin1")

    answer = visitor.post(
        f"{PERSON}/roles/999999/end", visitor.open(f"{PERSON}/roles/new").form("/roles")
    )

    assert answer.status == 303
    assert "この役割はもうありません。" in visitor.open(PERSON).text


def test_deactivating_says_what_happens_and_gives_the_tasks_back(
    visit: Visit, office: TestOffice
) -> None:
    task_id = start(office)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo1"))
    visitor, question = visit("admin1"), f"{PERSON}/deactivate/confirm"

    asked = visitor.open(question)
    refused = visitor.send(question, f"{PERSON}/deactivate", {"reason": ""})
    done = visitor.send(question, f"{PERSON}/deactivate", {"reason": "退職"})

    assert "引き受けているタスク1件は、グループに戻ります" in asked.text
    assert (refused.status, done.status) == (422, 303)
    assert "タスク1件をグループに戻しました。" in visitor.open(PERSON).text
    assert visit("pjmo1").open("/worklist").location.startswith("/login")


def test_an_inactive_person_is_activated_again(visit: Visit, office: TestOffice) -> None:
    visitor = visit("admin1")
    visitor.send(f"{PERSON}/deactivate/confirm", f"{PERSON}/deactivate", {"reason": "休職"})

    answer = visitor.send(PERSON, f"{PERSON}/activate", {})

    assert answer.status == 303
    assert found(office).person.is_active


def test_nobody_deactivates_oneself(visit: Visit) -> None:
    visitor = visit("admin1")

    page = visitor.open("/admin/people/admin1/deactivate/confirm")

    assert "自分の利用を止めることはできません" in page.text
    assert page.tree.xpath("//form[contains(@action, 'deactivate')]") == []


def test_a_stopped_sign_in_is_shown_and_opened(visit: Visit, office: TestOffice) -> None:
    id_ = hanako(office)
    for _ in range(5):
        office.engine.run(people.sign_in, "hanako", "wrong", "10.0.0.1")
    visitor = visit("admin1")

    shown = visitor.open(f"{LIST}/{id_}")
    visitor.send(f"{LIST}/{id_}", f"{LIST}/{id_}/release", {})

    assert "あと15分たつと" in shown.text
    assert "ログイン停止中" not in visitor.open(f"{LIST}/{id_}").text


PATHS = [
    LIST,
    f"{LIST}/new",
    f"{LIST}/export.xlsx",
    PERSON,
    f"{PERSON}/edit",
    f"{PERSON}/password",
    f"{PERSON}/deactivate/confirm",
    f"{PERSON}/roles/new",
    "/admin/projects",
    "/admin/projects/project/new",
    "/admin/projects/project/p1",
    "/admin/settings",
    "/admin/settings/calendar",
    "/admin/settings/roles",
    "/admin/history",
    "/admin/history/export.csv",
]


@pytest.mark.parametrize("path", PATHS)
def test_only_administrators_see_these_pages(visit: Visit, path: str) -> None:
    assert visit("pmo1").open(path).status == 403


@pytest.mark.parametrize("path", [path for path in PATHS if "export" not in path])
def test_english_pages_have_no_japanese_left_but_data(visit: Visit, path: str) -> None:
    visitor = visit("admin1")
    language(visitor, "en")

    page = visitor.open(path)

    assert page.status == 200
    assert foreign_texts(page) == []


def test_the_menu_offers_administration_to_administrators_alone(visit: Visit) -> None:
    administrator, staff = visit("admin1").open("/worklist"), visit("pjmo1").open("/worklist")

    assert "利用者と権限" in administrator.words("//nav[@id='main-nav']//a")
    assert "管理" not in staff.words("//nav[@id='main-nav']//h2")
