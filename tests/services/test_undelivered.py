"""Messages nobody has received: why, delivered again exactly once, discarded with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.errors import NotFoundError
from engine.domain.undelivered import Why
from engine.services import batches, messages, undelivered, work
from engine.services.incidents import CountError
from engine.services.messages import MayNotHandleMessageError
from engine.testing import TestOffice
from tests.diagrams import line, message, message_event, user_task

NAME = "msg.notice"


def listening(key: str = "") -> dict[str, dict[str, bytes]]:
    event = message_event("intermediateCatchEvent", "wait", NAME, variable="受信", key=key)
    return line("listens", event, user_task("go"), roots=message(NAME))


def listed(office: TestOffice, by: str = "admin1", state: str = "waiting") -> list[Why]:
    found = office.engine.ask(undelivered.listing, office.actor(by), state)
    return [row.why for row in found]


def result(office: TestOffice, batch_id: str, by: str = "pjmo1") -> list[tuple[str, str]]:
    batch = office.engine.ask(batches.progress, batch_id, office.actor(by))
    return [(one.state, one.code) for one in batch.items]


def test_it_is_said_why_nobody_has_received_a_message(office: TestOffice) -> None:
    office.send(NAME)
    unknown = listed(office)
    office.deploy(listening(key='"ほかのキー"'))
    idle = listed(office)
    office.start("listens")
    other = office.engine.ask(undelivered.listing, office.actor("admin1"), "waiting")

    assert (unknown, idle) == ([Why.NO_LISTENER], [Why.NOBODY_WAITS])
    assert [(row.why, [near.key for near in row.near]) for row in other] == [
        (Why.OTHER_KEY, ["ほかのキー"])
    ]


def test_the_nearest_keys_come_first(office: TestOffice) -> None:
    office.deploy(listening(key="件名"))
    for subject in ("まったく別", "課-R8-0128", "課-R8-0127"):
        office.start("listens", values={"件名": subject})
    office.send(NAME, key="課-R8-0129")

    [row] = office.engine.ask(undelivered.listing, office.actor("pjmo1"), "waiting")

    assert row.near[-1].key == "まったく別"
    assert len(row.near) == 3


def test_messages_that_were_received_meanwhile_are_not_offered_again(office: TestOffice) -> None:
    ids = [office.send(NAME, {"番": str(number)}) for number in range(2)]
    office.deploy(listening())
    cases = [office.start("listens") for _ in ids]  # each takes one by itself

    with pytest.raises(NotFoundError):
        office.engine.run(undelivered.redeliver_all, ids, office.actor("pjmo1"))

    assert {office.variables(case)["受信"]["番"] for case in cases} == {"0", "1"}
    assert listed(office) == []


def test_a_message_with_nobody_to_take_it_is_told_and_stays(office: TestOffice) -> None:
    message_id = office.send(NAME)

    batch_id = office.engine.run(undelivered.redeliver_all, [message_id], office.actor("pjmo1"))
    office.run_jobs()

    assert result(office, batch_id) == [("failed", "nobody_waits")]
    assert listed(office) == [Why.NO_LISTENER]


def test_a_process_deployed_later_that_begins_with_the_message_gets_it_once(
    office: TestOffice,
) -> None:
    message_id = office.send(NAME)
    begin = message_event("startEvent", "begin", NAME, variable="受信")
    model = line("begins", user_task("go"), roots=message(NAME))
    plain = '<bpmn:startEvent id="begin" name="begin"></bpmn:startEvent>'
    content = model["begins"]["begins.bpmn"].decode()
    assert plain in content
    office.deploy({"begins": {"begins.bpmn": content.replace(plain, begin).encode()}})

    batch_id = office.engine.run(undelivered.redeliver_all, [message_id], office.actor("pjmo1"))
    office.run_jobs()

    assert result(office, batch_id) == [("done", "")]
    assert len(office.cases("begins")) == 1
    assert listed(office) == []


def test_discarded_messages_keep_their_reason(office: TestOffice) -> None:
    ids = [office.send(NAME) for _ in range(3)]

    batch_id = office.engine.run(
        undelivered.discard_all, ids[:2], "試験の送信", office.actor("pjmo1")
    )
    office.run_jobs()

    assert result(office, batch_id) == [("done", ""), ("done", "")]
    found = office.engine.ask(undelivered.listing, office.actor("pjmo1"), "discarded")
    assert [(row.why, row.message.reason) for row in found] == [(Why.DISCARDED, "試験の送信")] * 2
    assert listed(office) == [Why.NO_LISTENER]


def test_many_are_discarded_by_who_types_how_many(office: TestOffice) -> None:
    ids = [office.send(NAME) for _ in range(21)]

    with pytest.raises(CountError):
        office.engine.run(undelivered.discard_all, ids, "不要", office.actor("pjmo1"))
    office.engine.run(undelivered.discard_all, ids, "不要", office.actor("pjmo1"), typed=21)
    office.run_jobs()

    assert listed(office) == []


def test_an_expired_message_stays_visible(office: TestOffice) -> None:
    office.send(NAME)
    office.clock.moment += timedelta(days=31)
    before = listed(office)

    office.engine.run(work.tidy)

    assert before == [Why.EXPIRED]
    assert (listed(office), listed(office, state="discarded")) == ([], [Why.EXPIRED])


def test_a_message_that_was_received_cannot_be_discarded(office: TestOffice) -> None:
    message_id = office.send(NAME)
    office.deploy(listening())
    office.start("listens")

    with pytest.raises(messages.NoLongerWaitingError):
        office.engine.run(messages.discard, message_id, "不要", office.actor("pjmo1"))


def test_only_administrators_and_the_pjmo_see_messages(office: TestOffice) -> None:
    office.send(NAME)

    assert len(listed(office, "pjmo1")) == 1
    for other in ("pmo1", "gyomu1", "gaibu1"):
        with pytest.raises(MayNotHandleMessageError):
            listed(office, other)
