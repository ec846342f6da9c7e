"""お知らせ and the bell: what is unread, where it leads, and reading it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from engine.services.notices import notify
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.web.site import Visitor, foreign_texts, language, start

Visit = Callable[[str | None], Visitor]
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("task_due_soon", {"days": 2, "is_doer": True}),
    ("task_due_today", {"days": 0, "is_doer": True}),
    ("task_overdue", {"days": 3, "is_doer": False, "assignee": "佐藤 恵子"}),
    ("task_overdue", {"days": 5, "is_doer": False, "assignee": ""}),
    ("task_assigned", {"by": "佐藤 恵子", "task": "点検"}),
    ("task_reassigned", {"by": "佐藤 恵子", "to": "鈴木 直樹"}),
    ("mention", {"by": "佐藤 恵子"}),
    ("comment", {"by": "佐藤 恵子"}),
    ("batch_done", {"batch_id": "b1", "kind": "incidents.retry"}),
    ("incident", {"name": "点検", "cause": "job|x"}),
    ("delegation_given", {"by": "佐藤 恵子", "from": "2026-04-01", "to": "2026-04-03"}),
    ("delegation_set", {"set_by": "佐藤 恵子", "proxy": "鈴木 直樹"}),
    ("completed_by_proxy", {"by": "佐藤 恵子", "task": "点検"}),
    ("task_withdrawn", {"by": "佐藤 恵子", "task": "点検"}),
    ("schedule_failed", {"name": "月次"}),
    ("mail_failed", {}),
    ("of_tomorrow", {}),
]


def every_kind(office: TestOffice) -> str:
    """One notice of each kind for pjmo1, about one task; its id."""
    task_id = start(office)
    case = office.cases()[0]
    for kind, detail in KINDS:
        office.engine.run(
            notify, ["pjmo1"], kind, detail=detail, instance_id=case.id, task_id=task_id
        )
    return task_id


def bell(visitor: Visitor, path: str = "/processes") -> list[str]:
    return visitor.open(path).words("//header//a[contains(@href, '/me/notices')]")


def test_the_bell_on_every_page_counts_the_unread(office: TestOffice, visit: Visit) -> None:
    before = bell(visit("pjmo1"))
    office.engine.run(notify, ["pjmo1"], "incident")

    assert before == ["お知らせ"]
    assert bell(visit("pjmo1")) == ["お知らせ（未読 1件）1"]
    assert bell(visit("pl1")) == ["お知らせ"]


def test_an_empty_page_says_what_will_come(visit: Visit) -> None:
    page = visit("pjmo1").open("/me/notices")

    assert page.words("//*[@class='empty']/h2") == ["お知らせはありません"]


def test_every_kind_reads_as_a_sentence_and_leads_somewhere(
    office: TestOffice, visit: Visit
) -> None:
    task_id = every_kind(office)

    page = visit("pjmo1").open("/me/notices")

    sentences = page.words("//tbody//th")
    assert len(sentences) == len(KINDS)
    assert sentences[-1] == "「fill」の期限まで、残り2営業日です。"
    assert sentences[-3] == "「fill」が期限を3営業日過ぎています。担当者：佐藤 恵子"
    assert all(sentence.rstrip("。") and "%(" not in sentence for sentence in sentences)
    links = page.tree.xpath("//tbody//th/a/@href")
    assert len(links) == len(KINDS)
    assert links[-1] == f"/tasks/{task_id}"
    assert links[-7].endswith("#comments")


def test_the_english_page_has_no_japanese_left_but_data(office: TestOffice, visit: Visit) -> None:
    every_kind(office)
    visitor = visit("pjmo1")
    language(visitor, "en")

    assert foreign_texts(visitor.open("/me/notices")) == []


def test_reading_one_takes_its_mark_away_and_keeps_it_in_the_list(
    office: TestOffice, visit: Visit
) -> None:
    office.engine.run(notify, ["pjmo1"], "incident")
    office.engine.run(notify, ["pjmo1"], "comment")
    visitor = visit("pjmo1")

    answer = visitor.send("/me/notices", "/me/notices/1/read", {})

    assert (answer.status, answer.location) == (303, "/me/notices")
    page = visitor.open("/me/notices")
    assert page.words("//tbody//*[@class='chip chip--info']") == ["未読"]
    assert len(page.words("//tbody/tr")) == 2


def test_reading_all_empties_the_bell(office: TestOffice, visit: Visit) -> None:
    every_kind(office)
    visitor = visit("pjmo1")

    answer = visitor.send("/me/notices", "/me/notices/read", {})

    assert answer.status == 303
    assert bell(visitor) == ["お知らせ"]


def test_nobody_reads_the_notices_of_others(office: TestOffice, visit: Visit) -> None:
    office.engine.run(notify, ["pjmo1"], "incident")
    office.engine.run(notify, ["pl1"], "comment")
    stranger = visit("pl1")

    stranger.send("/me/notices", "/me/notices/2/read", {})
    page = stranger.open("/me/notices")
    stranger.post("/me/notices/1/read", {"csrf_token": ""})

    assert "処理が止まりました" not in page.text
    assert bell(visit("pjmo1")) == ["お知らせ（未読 1件）1"]


def test_a_long_list_has_a_next_page(office: TestOffice, visit: Visit) -> None:
    for _ in range(51):
        office.engine.run(notify, ["pjmo1"], "comment", detail={"by": "佐藤 恵子"})
    visitor = visit("pjmo1")

    first = visitor.open("/me/notices")
    second = visitor.open(first.tree.xpath("//a[@rel='next']/@href")[0])

    assert (len(first.words("//tbody/tr")), len(second.words("//tbody/tr"))) == (50, 1)


@pytest.mark.parametrize("before", ["x", "-1", "９", "9" * 40])
def test_a_strange_address_is_the_list_from_the_top(visit: Visit, before: str) -> None:
    assert visit("pjmo1").open(f"/me/notices?before={before}").status == 200


def test_the_reminder_stands_in_the_history_of_the_case(office: TestOffice, visit: Visit) -> None:
    office.deploy(line("dated", user_task("report", candidateGroups="PJMO", dueDate="期限")))
    case = office.start("dated", values={"期限": date(2026, 4, 10)})

    office.advance(to=datetime.fromisoformat("2026-04-08T12:00+09:00"))

    page = visit("pjmo1").open(f"/instances/{case.id}")
    assert "「report」の期限を知らせました。" in page.words("//ol[@class='timeline']")[0]
