"""代理 on the pages: setting it up, acting for somebody, and the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.services import delegations
from engine.testing import TestOffice
from tests.web.site import FIELDS, Page, Visitor, start

Visit = Callable[[str | None], Visitor]
DAYS = {
    "from/年": "2026",
    "from/月": "4",
    "from/日": "1",
    "to/年": "2026",
    "to/月": "4",
    "to/日": "3",
}
MIDNIGHT = datetime.fromisoformat("2026-04-04T00:00:00+09:00")


def ask(visitor: Visitor, proxy: str, fields: Mapping[str, str] = DAYS, of: str = "") -> Page:
    path = f"/me/delegations/new?person={of}" if of else "/me/delegations/new"
    return visitor.send(path, "/me/delegations", {**fields, "proxy": proxy})


def as_proxy(office: TestOffice, visit: Visit) -> tuple[str, Visitor]:
    """A task for PJMO, and somebody of another group who acts for pjmo1."""
    task_id = start(office)
    ask(visit("pjmo1"), "pl1")
    return task_id, visit("pl1")


def test_somebody_is_asked_to_act_for_me(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")

    answer = ask(visitor, "pl1")

    assert (answer.status, answer.location) == (303, "/me/delegations")
    [given] = office.engine.ask(delegations.active_for, "pl1")
    assert given.person_id == "pjmo1"
    assert "3営業日" in visitor.open("/me/delegations").text


def test_each_error_stands_at_its_field_and_everything_stays(visit: Visit) -> None:
    page = ask(visit("pjmo1"), "pl1", {**DAYS, "to/月": "13", "reason": "休暇"})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == [
        "終わりの日の2026年13月3日は、暦にない日です。日付を確かめてください。"
    ]
    form = page.form("/me/delegations")
    assert (form["proxy"], form["reason"], form["from/日"]) == (["pl1"], ["休暇"], ["1"])


def test_a_circle_is_told_at_the_field(office: TestOffice, visit: Visit) -> None:
    ask(visit("pjmo1"), "pl1")

    page = ask(visit("pl1"), "pjmo1")

    assert page.status == 422
    [said] = page.words("//*[@class='error-summary']//a")
    assert said.startswith("PJMO pjmo1さんの代理を、この期間は本人が受けています。")
    assert office.engine.ask(delegations.active_for, "pjmo1") == ()


def test_a_head_sets_it_up_for_somebody_who_is_away(office: TestOffice, visit: Visit) -> None:
    answer = ask(visit("pjmo_head"), "pl1", of="pjmo1")

    assert answer.location == "/me/delegations?person=pjmo1"
    [given] = office.engine.ask(delegations.active_for, "pl1")
    assert (given.person_id, given.created_by) == ("pjmo1", "pjmo_head")
    assert "PJMO pjmo_headさんが設定" in visit("pjmo1").open("/me/delegations").text


def test_a_colleague_may_not(visit: Visit) -> None:
    assert visit("pjmo2").open("/me/delegations?person=pl1").status == 403


def test_the_proxy_finds_the_tasks_and_works_on_them_with_both_names(
    office: TestOffice, visit: Visit
) -> None:
    task_id, visitor = as_proxy(office, visit)

    listed = visitor.open("/worklist?view=delegated")
    page = visitor.open(f"/tasks/{task_id}")
    done = visitor.fill(task_id, "complete", FIELDS)

    assert listed.words("//*[contains(@class, 'chip--proxy')]") == ["代理：PJMO pjmo1"]
    assert "PJMO pjmo1さんの代理として作業します" in page.text
    assert done.status == 303
    closed = visit("pjmo1").open(f"/tasks/{task_id}").words("//*[contains(@class, 'banner--ok')]")
    assert "プロジェクト推進責任者 pl1さんが" in closed[0]
    assert "代理：PJMO pjmo1" in closed[0]


def test_the_history_of_the_instance_shows_both_names(office: TestOffice, visit: Visit) -> None:
    task_id, visitor = as_proxy(office, visit)
    visitor.fill(task_id, "complete", FIELDS)

    [case] = office.cases("probe")
    page = visit("pjmo1").open(f"/instances/{case.id}")

    [line] = page.words("//ol[@class='timeline']//p[.//*[contains(@class, 'chip--proxy')]]")
    assert line == "プロジェクト推進責任者 pl1が「fill」を完了しました。 代理：PJMO pjmo1"


def test_a_form_that_comes_after_the_last_day_is_kept_and_told(
    office: TestOffice, visit: Visit
) -> None:
    task_id, visitor = as_proxy(office, visit)
    form = visitor.open(f"/tasks/{task_id}").task_form()
    office.advance(to=MIDNIGHT)

    answer = visitor.post(f"/tasks/{task_id}", {**form, **FIELDS, "do": "complete"})

    assert answer.status == 409
    assert answer.heading() == "代理の期間が終わっています"
    assert "入力した内容は、PJMO pjmo1さんの下書きに残しました。" in answer.text
    assert office.task("fill").id == task_id
    kept = visit("pjmo1").open(f"/tasks/{task_id}").task_form()
    assert kept["件名"] == ["窓口の案内"]


def test_a_delegation_is_ended_after_a_question(office: TestOffice, visit: Visit) -> None:
    task_id, visitor = as_proxy(office, visit)
    path = visitor.open(f"/tasks/{task_id}").tree.xpath("//a[text()='代理をやめる']/@href")[0]

    answer = visitor.send(path, path.removesuffix("/confirm"), {})

    assert (answer.status, answer.location) == (303, "/me/delegations")
    assert office.engine.ask(delegations.active_for, "pl1") == ()


def test_a_task_is_given_to_somebody_on_its_page(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    path = f"/tasks/{task_id}"

    answer = visit("pjmo_head").send(path, f"{path}/assign", {"person": "pjmo2"})

    assert (answer.status, answer.location) == (303, path)
    assert office.task("fill").assignee == "pjmo2"
    assert visit("gyomu1").open(path).tree.xpath("//select[@name='person']") == []


def test_the_session_says_how_long_it_lasts(visit: Visit) -> None:
    page = visit("pjmo1").open("/session")

    assert page.status == 200
    assert int(page.text) == 60 * 60
