from __future__ import annotations

from collections.abc import Callable

from engine.services import tasks
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.web.site import Visitor, start

Visit = Callable[[str | None], Visitor]


def deadlines(office: TestOffice) -> None:
    """Three tasks for PJMO: due today, tomorrow and far away."""
    for number, days in enumerate((0, 1, 30)):
        key = f"due{number}"
        office.deploy(
            line(key, user_task(f"task{number}", candidateGroups="PJMO", dueWorkingDays=str(days)))
        )
        office.start(key)


def test_an_empty_worklist_says_what_comes_and_where_to_look(visit: Visit) -> None:
    page = visit("pjmo1").open("/worklist")

    assert page.words("//*[@class='empty']/h2") == ["今の作業はありません"]


def test_the_worklist_counts_what_one_holds_and_may_take(office: TestOffice, visit: Visit) -> None:
    task_id = start(office)
    start(office)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo1"))

    page = visit("pjmo1").open("/worklist")

    assert "あなたの作業は1件、引き受けられるものは1件です。" in page.text
    assert page.words("//nav[@aria-label='主メニュー']//*[@class='count']") == ["1件"]
    assert len(page.tree.xpath("//a[@class='title']")) == 2
    mine = visit("pjmo1").open("/worklist?view=mine")
    assert list(mine.tree.xpath("//a[@class='title']/@href")) == [f"/tasks/{task_id}"]


def test_tasks_stand_under_the_time_they_are_due(office: TestOffice, visit: Visit) -> None:
    deadlines(office)

    page = visit("pjmo1").open("/worklist?view=group")

    assert page.words("//tr[@class='group']") == ["今日", "今週", "来週以降"]
    assert page.words("//tbody//span[contains(@class, 'chip')]") == [
        "今日まで",
        "残り1営業日",
        "残り30営業日",
    ]


def test_overdue_tasks_come_first_and_are_counted(office: TestOffice, visit: Visit) -> None:
    deadlines(office)
    office.advance(days=1)

    page = visit("pjmo1").open("/worklist?view=group")

    assert page.words("//tr[@class='group']")[0] == "期限切れ"
    assert "1営業日超過" in page.text
    assert page.words("//*[contains(@class, 'tile--bad')]//*[@class='tile__value']") == ["1件"]


def test_the_quick_filter_shows_what_it_counts(office: TestOffice, visit: Visit) -> None:
    deadlines(office)

    page = visit("pjmo1").open("/worklist?view=group&due=today")

    assert page.words("//a[@class='title']") == ["task0"]


def test_tasks_can_be_filtered_by_process(office: TestOffice, visit: Visit) -> None:
    deadlines(office)

    page = visit("pjmo1").open("/worklist?view=group&flow=due2")

    assert page.words("//a[@class='title']") == ["task2"]


def test_a_filter_that_fits_nothing_offers_the_way_back(office: TestOffice, visit: Visit) -> None:
    deadlines(office)

    page = visit("pjmo1").open("/worklist?view=group&flow=probe")

    assert page.words("//*[@class='empty']/h2") == ["条件に合うタスクはありません"]
    assert "条件をすべて外す" in page.text


def test_tasks_can_be_sorted_by_arrival(office: TestOffice, visit: Visit) -> None:
    for key, days in (("late", "9"), ("early", "1")):
        office.deploy(
            line(key, user_task(f"do_{key}", candidateGroups="PJMO", dueWorkingDays=days))
        )
        office.start(key)
        office.advance(days=0.1)

    page = visit("pjmo1").open("/worklist?view=group&sort=arrival")

    assert page.words("//a[@class='title']") == ["do_late", "do_early"]


def test_what_was_completed_is_listed_under_done(office: TestOffice, visit: Visit) -> None:
    start(office)
    office.complete("fill", {"件名": "x"})

    page = visit("pjmo1").open("/worklist?view=done")

    assert page.words("//a[@class='title']") == ["fill"]
    assert "今日 9時00分" in page.text


def test_what_one_started_and_others_have_to_do_is_waiting(
    office: TestOffice, visit: Visit
) -> None:
    start(office)
    office.complete("fill", {"件名": "x"})

    page = visit("pjmo1").open("/worklist?view=waiting")

    assert page.words("//a[@class='title']") == ["check"]


def test_a_long_list_has_pages(office: TestOffice, visit: Visit) -> None:
    for _ in range(26):
        start(office)
    visitor = visit("pjmo1")

    first = visitor.open("/worklist?view=group")
    second = visitor.open(first.tree.xpath("//a[@rel='next']/@href")[0])

    assert len(first.tree.xpath("//a[@class='title']")) == 25
    assert len(second.tree.xpath("//a[@class='title']")) == 1
    back = visitor.open(second.tree.xpath("//a[@rel='prev']/@href")[0])
    assert "全26件" in second.text
    assert back.tree.xpath("//th/a/@href") == first.tree.xpath("//th/a/@href")


def test_a_page_number_that_is_none_means_the_first(visit: Visit) -> None:
    assert visit("pjmo1").open("/worklist?page=x&view=y").status == 200


def test_everything_one_may_do_is_seen_first(office: TestOffice, visit: Visit) -> None:
    start(office)

    page = visit("pjmo1").open("/worklist")

    assert page.words("//nav[@class='tabs']/a[@aria-current='page']") == ["すべて1"]
    assert page.words("//a[@class='title']") == ["fill"]


def test_what_one_may_take_oneself_waits_for_nobody_else(office: TestOffice, visit: Visit) -> None:
    start(office)

    page = visit("pjmo1").open("/worklist?view=waiting")

    assert page.words("//a[@class='title']") == []
