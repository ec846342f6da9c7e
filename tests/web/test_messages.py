"""The page of messages nobody has received."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.testing import Case, TestOffice
from tests.diagrams import line, message, message_event, user_task
from tests.services.test_messages import STARTS
from tests.services.test_signals import BESIDE, starter, thrower
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]
LIST = "/admin/messages"
NAME = "msg.notice"


def sent(office: TestOffice, count: int = 1) -> list[str]:
    return [office.send(NAME, {"件名": f"{number}番"}, key="窓") for number in range(count)]


def near_miss(office: TestOffice) -> None:
    event = message_event("intermediateCatchEvent", "wait", NAME, key='"窓口"')
    office.deploy(line("listens", event, user_task("go"), roots=message(NAME)))
    office.start("listens")


def test_a_message_shows_its_content_its_key_and_who_almost_fits(
    office: TestOffice, visit: Visit
) -> None:
    sent(office)
    near_miss(office)

    page = visit("pjmo1").open(LIST)

    assert page.words("//tbody//details//dd") == ["0番"]
    assert page.words("//tbody/tr/td[2]") == [
        "照合キーが合う案件がありません。似たキーで待っている案件：listens-R8-0001 窓口"
    ]


def test_chosen_messages_are_offered_again(office: TestOffice, visit: Visit) -> None:
    first, _second = sent(office, 2)
    visitor = visit("pjmo1")

    answer = visitor.send(LIST, f"{LIST}/redeliver", {"id": first})
    office.run_jobs()

    result = visitor.open(answer.location)
    assert result.heading() == "メッセージの再配信"
    assert result.words("//tbody/tr/td[2]") == [
        "受け取る案件がありませんでした。メッセージは残っています。"
    ]


def test_discarding_wants_a_reason_and_keeps_what_was_typed(
    office: TestOffice, visit: Visit
) -> None:
    first, second = sent(office, 2)
    visitor = visit("pjmo1")
    question = f"{LIST}/discard/confirm?id={first}"

    empty = visitor.send(question, f"{LIST}/discard", {"reason": ""})
    long = visitor.send(question, f"{LIST}/discard", {"reason": "あ" * 401})
    visitor.send(question, f"{LIST}/discard", {"reason": "試験の送信"})
    office.run_jobs()

    assert (empty.status, long.status) == (422, 422)
    assert "あ" * 401 in long.text
    assert visitor.open(LIST).tree.xpath("//tbody//input/@value") == [second]
    assert "試験の送信" in visitor.open(f"{LIST}?view=discarded").text


def test_more_than_twenty_are_asked_for_their_count(office: TestOffice, visit: Visit) -> None:
    ids = sent(office, 21)
    visitor = visit("pjmo1")
    question = f"{LIST}/discard/confirm?" + "&".join(f"id={one}" for one in ids)

    wrong = visitor.send(question, f"{LIST}/discard", {"reason": "不要", "count": ""})
    right = visitor.send(question, f"{LIST}/discard", {"reason": "不要", "count": "21"})

    assert (wrong.status, right.status) == (422, 303)


def test_a_case_says_which_signal_it_has_begun_with_or_received(
    office: TestOffice, visit: Visit
) -> None:
    office.deploy({**starter(), **thrower(), **BESIDE})
    told = office.start("beside")
    office.start("thrower")
    office.complete("prepare")
    [begun] = office.cases("starter")

    def lines(case: Case) -> list[str]:
        page = visit("pjmo1").open(f"/instances/{case.id}")
        return page.words("//ol[@class='timeline']/li/div/p")

    assert "一斉通知「一斉」を受け取りました。" in lines(told)
    assert "一斉通知「一斉」で始まりました。" in lines(begun)


def test_a_case_says_which_message_it_has_begun_with(office: TestOffice, visit: Visit) -> None:
    office.deploy(STARTS)
    office.send("msg.done")
    [case] = office.cases("starts")

    page = visit("pjmo1").open(f"/instances/{case.id}")

    assert "メッセージ「msg.done」で始まりました。" in page.text


def test_no_choice_is_told(office: TestOffice, visit: Visit) -> None:
    sent(office)
    visitor = visit("pjmo1")

    answer = visitor.send(LIST, f"{LIST}/redeliver", {})

    assert answer.status == 303
    assert visitor.open(LIST).words("//*[@data-news]") == ["メッセージを1件以上選んでください。"]


@pytest.mark.parametrize("person", ["pmo1", "gyomu1", "gaibu1"])
def test_others_have_no_such_page(visit: Visit, person: str) -> None:
    assert visit(person).open(LIST).status == 403


def test_the_pages_are_english_too(office: TestOffice, visit: Visit) -> None:
    [first] = sent(office)
    near_miss(office)
    visitor = visit("pjmo1")
    language(visitor, "en")

    for path in (LIST, f"{LIST}?view=discarded", f"{LIST}/discard/confirm?id={first}"):
        assert foreign_texts(visitor.open(path)) == []
