"""Notices: one for each person, once per key, with a mail where it matters."""

from __future__ import annotations

from typing import Any

from engine.domain.records import OutboxRow
from engine.services import notices
from engine.services.notices import notify
from engine.storage import outbox
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched, at_once, second_engine

WRITE = line("write", user_task("draft", candidateGroups="PJMO"))


def kinds(office: TestOffice, person_id: str) -> list[str]:
    found = office.engine.ask(notices.listing, office.actor(person_id))
    return [notice.kind for notice in found.rows]


def unread(office: TestOffice, person_id: str) -> int:
    return office.engine.ask(notices.unread_count, office.actor(person_id))


def mails(office: TestOffice) -> list[OutboxRow]:
    return office.engine.ask(outbox.page, 0, 100)


def test_each_person_gets_a_notice_of_their_own(office: TestOffice) -> None:
    office.engine.run(notify, ["pjmo1", "pjmo2", "pjmo1"], "incident")

    assert kinds(office, "pjmo1") == kinds(office, "pjmo2") == ["incident"]
    assert kinds(office, "pl1") == []
    assert mails(office) == []


def test_a_notice_knows_the_instance_and_the_task_it_is_about(office: TestOffice) -> None:
    office.deploy(WRITE)
    case = office.start("write", subject="窓口の案内")
    task = office.task("draft")

    detail: dict[str, Any] = {"by": "佐藤 恵子"}
    office.engine.run(
        notify, ["pjmo2"], "mention", detail=detail, instance_id=case.id, task_id=task.id
    )

    [notice] = office.engine.ask(notices.listing, office.actor("pjmo2")).rows
    assert (notice.business_key, notice.subject) == (case.number, "窓口の案内")
    assert (notice.task_name, notice.detail) == ("draft", detail)


def test_the_same_key_tells_and_mails_once_even_when_two_processes_ask(office: TestOffice) -> None:
    def tell(engine: Any) -> None:
        engine.run(notify, ["pjmo1", "pjmo2"], "incident", key="incident 7", mail=True)

    with second_engine(office) as other:
        at_once(*[lambda: tell(office.engine), lambda: tell(other)] * 3)

    assert kinds(office, "pjmo1") == kinds(office, "pjmo2") == ["incident"]
    assert sorted(mail.body["to"] for mail in mails(office)) == [["pjmo1"], ["pjmo2"]]


def test_a_key_that_some_know_reaches_the_others(office: TestOffice) -> None:
    office.engine.run(notify, ["pjmo1"], "incident", key="incident 7")

    office.engine.run(notify, ["pjmo1", "pl1"], "incident", key="incident 7", mail=True)

    assert kinds(office, "pjmo1") == kinds(office, "pl1") == ["incident"]
    assert [mail.body["to"] for mail in mails(office)] == [["pl1"]]


def test_a_mail_names_the_instance_and_has_a_link_only_with_an_address(office: TestOffice) -> None:
    office.deploy(WRITE)
    case = office.start("write", subject="窓口の案内")

    office.engine.run(
        notify, ["pjmo2"], "mention", detail={"by": "佐藤 恵子"}, instance_id=case.id, mail=True
    )

    [mail] = mails(office)
    assert mail.body["business_key"] == case.number
    assert "佐藤 恵子さんがコメントであなたを指定しました。" in mail.body["body"]
    assert f"案件：{case.number}　窓口の案内" in mail.body["body"]
    assert "http" not in mail.body["body"]


def test_reading_one_leaves_the_others_and_those_of_others_unread(office: TestOffice) -> None:
    office.engine.run(notify, ["pjmo1"], "incident")
    office.engine.run(notify, ["pjmo1", "pl1"], "comment")
    [newest, _] = office.engine.ask(notices.listing, office.actor("pjmo1")).rows

    office.engine.run(notices.read, office.actor("pl1"), newest.id)
    assert unread(office, "pjmo1") == 2

    office.engine.run(notices.read, office.actor("pjmo1"), newest.id)
    assert unread(office, "pjmo1") == 1
    assert unread(office, "pl1") == 1


def test_reading_all_leaves_what_has_come_since(office: TestOffice) -> None:
    office.engine.run(notify, ["pjmo1"], "incident")
    [seen] = office.engine.ask(notices.listing, office.actor("pjmo1")).rows
    office.engine.run(notify, ["pjmo1"], "comment")

    office.engine.run(notices.read_all, office.actor("pjmo1"), seen.id)

    left = office.engine.ask(notices.listing, office.actor("pjmo1"))
    assert [notice.kind for notice in left.rows if notice.read_at is None] == ["comment"]


def test_a_long_list_goes_on_where_the_page_before_ended(office: TestOffice) -> None:
    for number in range(5):
        office.engine.run(notify, ["pjmo1"], "comment", detail={"number": number})

    first = office.engine.ask(notices.listing, office.actor("pjmo1"), size=3)
    assert first.next_before is not None
    second = office.engine.ask(notices.listing, office.actor("pjmo1"), first.next_before, size=3)

    assert [n.detail["number"] for n in (*first.rows, *second.rows)] == [4, 3, 2, 1, 0]
    assert second.next_before is None


def test_telling_many_people_takes_one_statement_for_each_table(office: TestOffice) -> None:
    people = [f"{role}{n}" for role in ("pjmo", "pl", "gyomu", "seido") for n in (1, 2)]

    with Watched(office.engine._database) as watched:
        office.engine.run(notify, people, "incident", key="incident 7", mail=True)

    assert watched.words == ["select notice", "select no_mail", "insert notice", "insert outbox"]


def test_who_wants_no_mail_of_a_kind_still_gets_the_notice(office: TestOffice) -> None:
    actor = office.actor("pjmo1")
    wanted = office.engine.ask(notices.mail_choice, actor)

    office.engine.run(notices.choose_mail, actor, wanted - {"mention"})
    office.engine.run(notify, ["pjmo1", "pl1"], "mention", detail={"by": "佐藤 恵子"}, mail=True)
    office.engine.run(notify, ["pjmo1"], "task_assigned", mail=True)

    assert kinds(office, "pjmo1") == ["task_assigned", "mention"]
    assert sorted(mail.body["to"] for mail in mails(office)) == [["pjmo1"], ["pl1"]]
    assert office.engine.ask(notices.mail_choice, actor) == wanted - {"mention"}
    office.engine.run(notices.choose_mail, actor, wanted)
    assert office.engine.ask(notices.mail_choice, actor) == wanted
