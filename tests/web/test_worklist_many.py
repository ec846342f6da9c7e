"""Several tasks at once, set filters, and filters under a name."""

from __future__ import annotations

from collections.abc import Callable

from engine.services import tasks
from engine.testing import TestOffice
from tests.web.site import Page, Visitor, start

Visit = Callable[[str | None], Visitor]
GROUP = "/worklist?view=group"


def press(visitor: Visitor, button: str, chosen: list[str], **more: str) -> Page:
    """Tick rows of the list and press a button; the form sends all it holds."""
    page = visitor.open(GROUP)
    token = page.form("view=group")["csrf_token"]
    return visitor.post(GROUP, {"csrf_token": token, "do": button, "task": chosen, **more})


def test_several_tasks_are_claimed_at_once(office: TestOffice, visit: Visit) -> None:
    chosen = [start(office), start(office)]

    answer = press(visit("pjmo1"), "claim", chosen)

    assert (answer.status, answer.location) == (303, GROUP)
    assert {task.assignee for task in office.open_tasks()} == {"pjmo1"}


def test_what_could_not_be_done_says_why_and_stays_selected(
    office: TestOffice, visit: Visit
) -> None:
    free, held = start(office), start(office)
    office.engine.run(tasks.claim, held, office.actor("pjmo2"))

    answer = press(visit("pjmo1"), "claim", [free, held])

    assert answer.status == 409
    assert "2件のうち1件はできませんでした。" in answer.text
    assert any("PJMO pjmo2さんが引き受けています。" in text for text in answer.words("//main//li"))
    assert office.task("fill", by="pjmo1").assignee == "pjmo1"


def test_a_row_that_failed_is_ticked_where_it_stands(office: TestOffice, visit: Visit) -> None:
    chosen = [start(office), start(office)]

    answer = press(visit("pjmo1"), "assign", chosen, person="")

    ticked = answer.tree.xpath("//input[@name='task'][@checked]/@value")
    assert answer.status == 409
    assert sorted(ticked) == sorted(chosen)
    assert "担当にする人を選んでください。" in answer.text


def test_nothing_chosen_is_told(office: TestOffice, visit: Visit) -> None:
    start(office)

    answer = press(visit("pjmo1"), "claim", [])

    assert answer.status == 422
    assert "タスクを選んでから、操作を押します。" in answer.text


def test_several_tasks_are_given_to_one_person(office: TestOffice, visit: Visit) -> None:
    chosen = [start(office), start(office)]

    answer = press(visit("pjmo_head"), "assign", chosen, person="pjmo2")

    assert answer.status == 303
    assert {task.assignee for task in office.open_tasks()} == {"pjmo2"}


def test_who_may_not_assign_is_not_offered_it_and_refused(office: TestOffice, visit: Visit) -> None:
    start(office)
    office.complete("fill", {"件名": "x"})
    task_id = office.task("check").id
    visitor = visit("gyomu1")

    assert not visitor.open(GROUP).tree.xpath("//button[@value='assign']")
    answer = press(visitor, "assign", [task_id], person="gyomu2")

    assert answer.status == 409
    assert "担当を替えられるのは" in answer.text


def test_set_filters_are_chips_that_take_themselves_away(office: TestOffice, visit: Visit) -> None:
    start(office)

    page = visit("pjmo1").open("/worklist?view=group&text=窓口&flow=probe&due=")

    chips = page.tree.xpath("//a[contains(@class, 'chip')]")
    assert [" ".join(one.text_content().split()) for one in chips] == [
        "ことば：窓口を外す",
        "業務フロー：probeを外す",
    ]
    assert "flow=probe" in chips[0].get("href")
    assert "text=" not in chips[0].get("href")


def test_filters_are_kept_under_a_name_with_their_count(office: TestOffice, visit: Visit) -> None:
    start(office)
    visitor = visit("pjmo1")
    page = visitor.open("/worklist?view=group&flow=probe")
    keep = page.tree.xpath("//a[text()='条件を保存']/@href")[0]

    answer = visitor.send(keep, "/me/views", {"name": "試しの案件"})

    assert (answer.status, answer.location) == (303, "/worklist?flow=probe&view=group")
    tabs = visitor.open(answer.location).words("//nav[@class='tabs']/a[@aria-current]")
    assert tabs == ["試しの案件1"]


def test_a_view_without_a_name_keeps_its_filters(visit: Visit) -> None:
    page = visit("pjmo1").send("/me/views/new?page=worklist&query=due%3Dweek", "/me/views", {})

    assert page.status == 422
    assert page.title().startswith("入力エラー 1件：")
    assert page.form("/me/views")["query"] == ["due=week"]


def test_a_view_is_renamed_and_deleted(visit: Visit) -> None:
    visitor = visit("pjmo1")
    visitor.send("/me/views/new?page=worklist&query=due%3Dweek", "/me/views", {"name": "今週"})
    path = visitor.open("/worklist?due=week").tree.xpath("//a[text()='保存した条件を直す']/@href")[
        0
    ]

    renamed = visitor.send(path, path, {"name": "急ぎ"})
    deleted = visitor.send(path, f"{path}/delete", {})

    assert renamed.status == 303
    assert (deleted.status, deleted.location) == (303, "/worklist")
    assert visitor.open(path).status == 404


def test_the_view_of_another_person_is_not_found(visit: Visit) -> None:
    visitor = visit("pjmo1")
    visitor.send("/me/views/new?page=worklist&query=due%3Dweek", "/me/views", {"name": "今週"})
    path = visitor.open("/worklist?due=week").tree.xpath("//a[text()='保存した条件を直す']/@href")[
        0
    ]

    assert visit("pjmo2").open(path).status == 404


def test_who_may_start_nothing_is_not_offered_it(visit: Visit) -> None:
    page = visit("dev1").open("/worklist")

    assert page.tree.xpath("//a[@href='/processes']") == []
    assert len(visit("pjmo1").open("/worklist").tree.xpath("//a[@href='/processes']")) == 2


def test_filters_of_the_cases_are_kept_as_well(office: TestOffice, visit: Visit) -> None:
    start(office)
    visitor = visit("pjmo1")
    page = visitor.open("/instances?state=running&flow=probe")
    keep = page.tree.xpath("//a[text()='条件を保存']/@href")[0]

    answer = visitor.send(keep, "/me/views", {"name": "試し"})

    assert answer.location == "/instances?flow=probe&state=running"
    tabs = visitor.open(answer.location).words("//nav[@class='tabs']/a[@aria-current]")
    assert tabs == ["試し"]
