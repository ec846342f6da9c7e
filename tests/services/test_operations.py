"""What service tasks may ask: people, routes, messages, mail."""

from __future__ import annotations

from datetime import date, timedelta
from email.message import EmailMessage
from smtplib import SMTPServerDisconnected
from typing import Any

from engine.jobs.relay import Relay
from engine.services import overview, people
from engine.testing import SETUP, TestOffice
from tests.diagrams import line, service, user_task


def asked(office: TestOffice, operation: str, **parameters: str) -> Any:
    """The answer of an operation, asked by pjmo1."""
    office.deploy(
        line(
            "asks", user_task("go"), service("ask", operation, "答", **parameters), user_task("end")
        )
    )
    case = office.start("asks")
    office.complete("go", by="pjmo1")
    assert office.incidents() == []
    return office.variables(case)["答"]


def test_people_are_listed_by_role_and_sums_of_roles_are_spread(office: TestOffice) -> None:
    found = asked(office, "people.list", roles='["TO"]')

    roles = {person["役割"] for person in found}
    assert roles == {"TANTO", "MADO", "GAIBU"}
    assert found[0].keys() == {"id", "氏名", "所属", "役割"}


def test_a_route_names_each_step(office: TestOffice) -> None:
    found = asked(office, "approval.route", roles='["PJMO:head", "PL"]', drafter="完了者")

    assert found == [
        {"候補": "PJMO:head", "名称": "PJMOの長"},
        {"候補": "PL", "名称": "プロジェクト推進責任者"},
    ]


def test_a_step_that_only_the_drafter_could_decide_is_raised(office: TestOffice) -> None:
    found = asked(office, "approval.route", roles='["PJMO:head", "PL"]', drafter='"pjmo_head"')

    assert [step["候補"] for step in found] == ["PL"]


def test_a_group_without_anybody_is_raised_as_well(office: TestOffice) -> None:
    for person in ("pl1", "pl2", "pl_head"):
        end_all(office, person)

    found = asked(office, "approval.route", roles='["PL"]', drafter="完了者")

    assert [step["候補"] for step in found] == ["PMO:head"]


def end_all(office: TestOffice, person_id: str) -> None:
    for membership in office.actor(person_id).memberships:
        office.engine.run(people.end_membership, membership, date(2026, 3, 31), SETUP)


def test_a_message_of_an_operation_goes_to_its_receivers(office: TestOffice) -> None:
    asked(office, "message.send", name='"msg.notice"', payload="{版: 1}")

    [row] = office.undelivered()
    assert (row.name, row.key, row.payload["版"]) == ("msg.notice", "p1/s1", 1)
    assert row.from_business_key == "asks-R8-0001"


def mailed(office: TestOffice) -> None:
    count = asked(
        office,
        "mail.send",
        to='["PJMO:head", "tanto1"]',
        subject='"お知らせ"',
        body='"本文です。"',
    )
    assert count == 2


def test_mail_waits_while_no_mail_host_is_set(office: TestOffice) -> None:
    mailed(office)

    [row] = office.engine.ask(overview.outbox, office.actor("admin1"))
    assert (row.state, row.body["to"]) == ("waiting", ["pjmo_head", "tanto1"])


def test_mail_goes_to_the_addresses_of_the_moment_it_is_sent(office: TestOffice) -> None:
    mailed(office)
    sent: list[EmailMessage] = []

    count = Relay(office.engine, "unei@example.jp", sent.append).send_due()
    again = Relay(office.engine, "unei@example.jp", sent.append).send_due()

    assert (count, again) == (1, 0)
    [message] = sent
    assert message["To"] == "pjmo_head@example.jp, tanto1@example.jp"
    assert message["Subject"] == "【asks-R8-0001】お知らせ"
    assert message.get_content() == "本文です。\n"


def test_mail_that_cannot_be_handed_over_is_tried_again_later(office: TestOffice) -> None:
    mailed(office)
    attempts: list[EmailMessage] = []

    def broken(message: EmailMessage) -> None:
        attempts.append(message)
        raise SMTPServerDisconnected("gone")

    relay = Relay(office.engine, "unei@example.jp", broken)
    relay.send_due()
    relay.send_due()
    office.clock.moment += timedelta(hours=1)
    relay.send_due()

    [row] = office.engine.ask(overview.outbox, office.actor("admin1"))
    assert (row.state, row.attempts, len(attempts)) == ("waiting", 2, 2)
    # the same id each time, so that a receiver can tell a repetition
    assert attempts[0]["Message-ID"] == attempts[1]["Message-ID"]
