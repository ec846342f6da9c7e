"""Mail against a real SMTP server: letters arrive whole, troubles are told apart and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import testing
from engine.domain.errors import ForbiddenError, InvalidError
from engine.domain.mail import fault_of
from engine.domain.records import OutboxRow
from engine.services import mails, notices
from engine.services.notices import notify
from engine.storage import history, outbox
from engine.storage.schema_people import person
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.jobs.mail_host import (
    CERTIFICATE,
    Mailbox,
    free_port,
    listening,
    with_tls_and_password,
)
from tests.offices import Watched

WRITE = line("write", user_task("draft", candidateGroups="PJMO"))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def office(tmp_path: Path, database_url: str, port: int) -> Iterator[TestOffice]:
    with made(tmp_path, database_url, {"host": "127.0.0.1", "port": port}) as office:
        yield office


def made(tmp_path: Path, database_url: str, mail: dict[str, Any]) -> Any:
    mail = {"sender": "unei@example.go.jp", "attempts": 3, **mail}
    server = {"public_url": "https://unei.example.go.jp/"}
    changed = {"mail": mail, "server": server}
    return testing.office(tmp_path, database_url, settings=changed)


def told(office: TestOffice, *person_ids: str) -> None:
    office.engine.run(notify, person_ids, "batch_done", detail={"name": "一覧の出力"}, mail=True)


def relay(office: TestOffice) -> int:
    return office.engine.worker._relay.send_due()


def mail(office: TestOffice) -> list[OutboxRow]:
    return list(reversed(office.engine.ask(outbox.page, 0, 100)))


def later(office: TestOffice, **span: float) -> None:
    office.clock.moment += timedelta(**span)


def test_a_letter_arrives_with_japanese_words_and_its_link(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    office.deploy(WRITE)
    case = office.start("write", subject="窓口の案内の改訂〜第2版①")
    task_id = office.task("draft").id
    detail = {"by": "髙橋 蓮"}
    office.engine.run(
        notify, ["pjmo2"], "mention", detail=detail, instance_id=case.id, task_id=task_id, mail=True
    )

    with listening(mailbox, port):
        assert relay(office) == 1
        assert relay(office) == 0

    [(to, message)] = mailbox.received
    assert to == ["pjmo2@example.jp"]
    assert message["Subject"] == f"【{case.number}】コメントで指定されました"
    assert message["From"] == "unei@example.go.jp"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_content()
    assert "髙橋 蓮さんがコメントであなたを指定しました。" in body
    assert f"案件：{case.number}　窓口の案内の改訂〜第2版①" in body
    assert f"https://unei.example.go.jp/tasks/{task_id}" in body.splitlines()
    [row] = mail(office)
    assert (row.state, row.attempts, row.error) == ("sent", 1, "")


def test_each_person_gets_a_letter_of_their_own(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    told(office, "pjmo1", "pl1")

    with listening(mailbox, port):
        relay(office)

    assert sorted(to for to, _message in mailbox.received) == [
        ["pjmo1@example.jp"],
        ["pl1@example.jp"],
    ]


def test_starttls_and_a_password_are_used_where_the_settings_say_so(
    tmp_path: Path, database_url: str, mailbox: Mailbox, port: int
) -> None:
    mail_host = {
        "host": "127.0.0.1",
        "port": port,
        "starttls": True,
        "ca_file": str(CERTIFICATE),
        "user": "unei",
        "password": "correct horse",
    }
    with made(tmp_path, database_url, mail_host) as office:
        told(office, "pjmo1")

        with listening(mailbox, port, **with_tls_and_password("unei", "correct horse")):
            count = relay(office)

    assert count == 1
    assert mailbox.over_tls == [True]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        pytest.param({"password": "wrong"}, "no_access", id="wrong password"),
        pytest.param({"ca_file": ""}, "not_trusted", id="certificate of a stranger"),
    ],
)
def test_what_is_wrong_with_the_access_is_told_and_nothing_is_sent(
    tmp_path: Path,
    sqlite_url: str,
    mailbox: Mailbox,
    port: int,
    changed: dict[str, str],
    fault: str,
) -> None:
    mail_host = {
        "host": "127.0.0.1",
        "port": port,
        "starttls": True,
        "ca_file": str(CERTIFICATE),
        "user": "unei",
        "password": "correct horse",
        **changed,
    }
    with made(tmp_path, sqlite_url, mail_host) as office:
        told(office, "pjmo1")

        with listening(mailbox, port, **with_tls_and_password("unei", "correct horse")):
            relay(office)

        [row] = mail(office)
    assert mailbox.received == []
    assert (row.state, fault_of(row.error)[0]) == ("waiting", fault)


def test_a_host_that_wants_no_encryption_gets_no_mail_when_the_settings_want_it(
    tmp_path: Path, sqlite_url: str, mailbox: Mailbox, port: int
) -> None:
    mail_host = {"host": "127.0.0.1", "port": port, "starttls": True}
    with made(tmp_path, sqlite_url, mail_host) as office:
        told(office, "pjmo1")

        with listening(mailbox, port):
            relay(office)

        [row] = mail(office)
    assert mailbox.received == []
    assert fault_of(row.error)[0] == "unable"


def test_a_host_that_is_away_is_tried_again_with_longer_and_longer_pauses(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    told(office, "pjmo1")

    relay(office)
    first = mail(office)[0]
    later(office, seconds=59)
    relay(office)
    early = mail(office)[0]
    later(office, seconds=1)
    relay(office)
    second = mail(office)[0]
    later(office, minutes=2)
    with listening(mailbox, port):
        relay(office)

    assert (first.state, first.attempts, fault_of(first.error)[0]) == ("waiting", 1, "unreachable")
    assert (early.attempts, second.attempts) == (1, 2)
    assert len(mailbox.received) == 1
    assert mail(office)[0].state == "sent"


def test_after_the_last_attempt_the_administrators_are_told_once(office: TestOffice) -> None:
    told(office, "pjmo1", "pl1")

    for _ in range(12):
        relay(office)
        later(office, minutes=4)

    assert [(row.state, row.attempts) for row in mail(office)] == [("failed", 3), ("failed", 3)]
    found = office.engine.ask(notices.listing, office.actor("admin1"))
    assert [notice.kind for notice in found.rows] == ["mail_failed"]


def test_while_the_host_is_away_the_other_mail_is_left_alone(office: TestOffice) -> None:
    told(office, "pjmo1", "pjmo2", "pl1")

    relay(office)

    assert [row.attempts for row in mail(office)] == [1, 0, 0]


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    mailbox.refused["pjmo1@example.jp"] = "550 5.1.1 no such mailbox"
    told(office, "pjmo1", "pl1")

    with listening(mailbox, port):
        relay(office)

    [refused, taken] = mail(office)
    assert (refused.state, refused.attempts) == ("failed", 1)
    assert fault_of(refused.error) == ("recipient", "550 5.1.1 no such mailbox")
    assert taken.state == "sent"


def test_an_address_that_is_refused_for_the_moment_is_tried_again(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    mailbox.refused["pjmo1@example.jp"] = "450 4.2.1 try later"
    told(office, "pjmo1")

    with listening(mailbox, port):
        relay(office)
        del mailbox.refused["pjmo1@example.jp"]
        later(office, minutes=1)
        relay(office)

    assert [row.state for row in mail(office)] == ["sent"]


def test_of_a_letter_to_many_only_those_refused_are_set_aside(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    mailbox.refused["pjmo1@example.jp"] = "550 5.1.1 no such mailbox"
    body = {"to": ["pjmo1", "pl1"], "subject": "お知らせ", "body": "本文です。"}
    office.engine.run(outbox.add, "mail", body)

    with listening(mailbox, port):
        relay(office)

    [whole, rest] = mail(office)
    assert [to for to, _message in mailbox.received] == [["pl1@example.jp"]]
    assert (whole.state, rest.state, rest.body["to"]) == ("sent", "failed", ["pjmo1"])


def test_a_person_without_an_address_is_a_failed_mail(office: TestOffice) -> None:
    with office.engine._database.begin() as connection:
        connection.execute(sa.update(person).where(person.c.id == "pl1").values(email=""))
    told(office, "pl1")

    relay(office)

    [row] = mail(office)
    assert (row.state, fault_of(row.error)[0]) == ("failed", "no_address")


def test_an_address_no_mail_can_be_made_of_does_not_hold_up_the_others(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    with office.engine._database.begin() as connection:
        broken = sa.update(person).where(person.c.id == "pl1").values(email="a@b\nBcc: x@y")
        connection.execute(broken)
    told(office, "pl1", "pjmo1")

    with listening(mailbox, port):
        relay(office)

    assert [(row.state, fault_of(row.error)[0]) for row in mail(office)] == [
        ("failed", "broken"),
        ("sent", ""),
    ]


def test_content_that_is_refused_is_not_tried_again(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    mailbox.broken = "554 5.7.1 looks like an advertisement"
    told(office, "pl1")

    with listening(mailbox, port):
        relay(office)

    [row] = mail(office)
    assert (row.state, fault_of(row.error)[0]) == ("failed", "content")


def failed_mail(office: TestOffice, *person_ids: str) -> list[int]:
    with office.engine._database.begin() as connection:
        connection.execute(sa.update(person).values(email=""))
    told(office, *person_ids)
    relay(office)
    with office.engine._database.begin() as connection:
        connection.execute(sa.update(person).values(email="somebody@example.jp"))
    return [row.id for row in mail(office)]


def test_an_administrator_sends_failed_mail_again_with_all_its_attempts(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    ids = failed_mail(office, "pjmo1", "pl1")

    count = office.engine.run(mails.send_again, ids, office.actor("admin1"))
    attempts = [row.attempts for row in mail(office)]
    with listening(mailbox, port):
        relay(office)

    assert (count, attempts) == (2, [0, 0])
    assert len(mailbox.received) == 2
    events = [entry.event for entry in office.engine.ask(history.newest)]
    assert events.count("mail_sent_again") == 2


def test_mail_that_has_gone_out_meanwhile_is_not_sent_twice(
    office: TestOffice, mailbox: Mailbox, port: int
) -> None:
    told(office, "pjmo1")
    with listening(mailbox, port):
        relay(office)

        count = office.engine.run(mails.send_again, [mail(office)[0].id], office.actor("admin1"))
        relay(office)

    assert count == 0
    assert len(mailbox.received) == 1


def test_mail_is_discarded_with_a_reason_that_stays_in_the_history(office: TestOffice) -> None:
    ids = failed_mail(office, "pjmo1")
    actor = office.actor("admin1")

    with pytest.raises(InvalidError):
        office.engine.run(mails.discard, ids, " ", actor)
    office.engine.run(mails.discard, ids, "異動のため不要", actor)

    [row] = mail(office)
    newest = office.engine.ask(history.newest)[0]
    assert row.state == "discarded"
    assert (newest.event, newest.detail["reason"]) == ("mail_discarded", "異動のため不要")


def test_others_neither_see_nor_change_the_mail_of_the_office(office: TestOffice) -> None:
    ids = failed_mail(office, "pjmo1")

    with pytest.raises(ForbiddenError):
        office.engine.run(mails.send_again, ids, office.actor("pjmo1"))
    with pytest.raises(ForbiddenError):
        office.engine.run(mails.discard, ids, "不要", office.actor("pmo1"))
    with pytest.raises(ForbiddenError):
        office.engine.ask(mails.listing, office.actor("pjmo1"), "failed")


def test_an_idle_relay_asks_one_question(office: TestOffice) -> None:
    with Watched(office.engine._database) as watched:
        relay(office)

    assert watched.words == ["select outbox"]
