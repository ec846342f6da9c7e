"""Messages: one receiver for each definition and key, whoever comes first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine import testing
from engine.services import messages
from engine.services.messages import MayNotHandleMessageError
from engine.testing import TestOffice
from tests.diagrams import extensions, folder, line, message, message_event, node, props, user_task

THROWS = line(
    "throws",
    user_task("prepare"),
    message_event("intermediateThrowEvent", "tell", "msg.done", payload="{版: 2}"),
    roots=message("msg.done"),
)
CATCHES = line(
    "catches",
    user_task("wait_for_it"),
    message_event("intermediateCatchEvent", "hear", "msg.done", variable="知らせ"),
    user_task("read"),
    roots=message("msg.done"),
)
STARTS = folder(
    "starts",
    [
        message_event("startEvent", "begin", "msg.done", variable="知らせ"),
        user_task("handle"),
        node("endEvent", "finish"),
    ],
    [("begin", "handle"), ("handle", "finish")],
    roots=message("msg.done"),
    properties=props({"starters": "none"}),
)


def test_a_message_reaches_the_instance_that_waits(office: TestOffice) -> None:
    office.deploy({**THROWS, **CATCHES})
    waiting = office.start("catches")
    office.complete("wait_for_it")
    office.start("throws")

    office.complete("prepare")

    assert [task.element_id for task in office.open_tasks()] == ["read"]
    assert office.variables(waiting)["知らせ"] == {"版": 2}
    assert office.undelivered() == []


def test_a_message_that_was_sent_before_waits_for_its_receiver(office: TestOffice) -> None:
    office.deploy({**THROWS, **CATCHES})
    office.start("throws")
    office.complete("prepare")
    waiting = [row.name for row in office.undelivered()]
    office.start("catches")

    office.complete("wait_for_it")

    assert waiting == ["msg.done"]
    assert [task.element_id for task in office.open_tasks()] == ["read"]
    assert office.undelivered() == []


def test_a_message_starts_an_instance_of_a_definition_that_listens(office: TestOffice) -> None:
    office.deploy(STARTS)

    office.send("msg.done", {"版": 3})

    [case] = office.cases("starts")
    assert office.variables(case)["知らせ"] == {"版": 3}
    assert office.head(case.id).started_by == "system:messages"


def test_each_definition_that_listens_gets_the_message_once(office: TestOffice) -> None:
    office.deploy({**CATCHES, **STARTS})
    for _ in range(2):
        office.start("catches")
    for _ in range(2):
        office.complete("wait_for_it")

    office.send("msg.done")

    assert sorted(task.element_id for task in office.open_tasks()) == ["handle", "read"]
    assert len(office.cases("starts")) == 1


def test_a_message_with_another_key_does_not_fit(office: TestOffice) -> None:
    office.deploy(CATCHES)
    office.start("catches")
    office.complete("wait_for_it")

    office.send("msg.done", key="p1/other")

    assert office.open_tasks() == []
    assert [row.key for row in office.undelivered()] == ["p1/other"]


def test_the_same_message_id_is_one_message(office: TestOffice) -> None:
    office.deploy(STARTS)
    for _ in range(2):
        office.engine.run(
            messages.send,
            "msg.done",
            project_id="p1",
            key="p1/s1",
            payload={},
            actor=office.actor("pjmo1"),
            message_id="m1",
        )
        office.run_jobs()

    assert len(office.cases("starts")) == 1


def test_delivering_twice_changes_nothing(office: TestOffice) -> None:
    office.deploy(STARTS)
    message_id = office.send("msg.done")

    again = office.engine.run(
        messages.deliver, message_id, messages.Delivery(definition_key="starts")
    )

    assert again is False
    assert len(office.cases("starts")) == 1


def test_a_message_nobody_received_expires_after_thirty_days(office: TestOffice) -> None:
    office.deploy(CATCHES)
    office.send("msg.done")
    office.start("catches")

    office.advance(days=31)
    office.complete("wait_for_it")

    assert [task.element_id for task in office.open_tasks()] == []


def test_information_only_is_a_history_entry_and_waits_for_nobody(office: TestOffice) -> None:
    office.send("msg.training_plan_approved", {"版": 1})

    assert office.undelivered() == []


def test_a_name_nobody_knows_is_shown_at_once_and_others_after_a_working_day(
    office: TestOffice,
) -> None:
    office.deploy(CATCHES)
    office.send("msg.nobody")
    office.send("msg.done")
    actor = office.actor("admin1")

    at_once = [row.name for row in office.engine.ask(messages.undelivered, actor)]
    office.advance(working_days=1)
    later = [row.name for row in office.engine.ask(messages.undelivered, actor)]

    assert at_once == ["msg.nobody"]
    assert sorted(later) == ["msg.done", "msg.nobody"]


def test_discarding_needs_the_right_and_ends_the_waiting(office: TestOffice) -> None:
    office.deploy(CATCHES)
    message_id = office.send("msg.done")

    with pytest.raises(MayNotHandleMessageError):
        office.engine.run(messages.discard, message_id, "不要", office.actor("gyomu1"))
    office.engine.run(messages.discard, message_id, "不要", office.actor("pjmo1"))
    office.start("catches")
    office.complete("wait_for_it")

    assert office.undelivered() == []
    assert office.open_tasks() == []


def test_a_message_delivered_again_finds_who_listens_now(office: TestOffice) -> None:
    message_id = office.send("msg.done")
    office.deploy(STARTS)

    office.engine.run(messages.redeliver, message_id, office.actor("pjmo1"))
    office.run_jobs()

    assert len(office.cases("starts")) == 1
    assert office.undelivered() == []


ONCE = folder(
    "starts",
    [
        message_event("startEvent", "begin", "msg.done", variable="知らせ").replace(
            "<bpmn:messageEvent", extensions(props({"onePerKey": "true"})) + "<bpmn:messageEvent", 1
        ),
        user_task("handle"),
        node("endEvent", "finish"),
    ],
    [("begin", "handle"), ("handle", "finish")],
    roots=message("msg.done"),
    properties=props({"starters": "none"}),
)


def test_one_instance_runs_for_each_key_and_the_next_message_waits_for_its_end(
    office: TestOffice,
) -> None:
    office.deploy(ONCE)
    for number in (1, 2, 3):
        office.send("msg.done", {"版": number}, "A")
        office.advance(to=office.clock() + timedelta(seconds=1))
    office.send("msg.done", {"版": 9}, "B")

    def started() -> list[object]:
        return [office.variables(case)["知らせ"]["版"] for case in office.cases("starts")]

    assert sorted(started()) == [1, 9]
    first = next(c for c in office.cases("starts") if office.variables(c)["知らせ"]["版"] == 1)
    assert len(office.engine.ask(messages.waiting, office.actor("admin1"))) == 2

    office.complete("handle", case=first)
    assert sorted(started()) == [1, 2, 9]

    second = next(c for c in office.cases("starts") if office.variables(c)["知らせ"]["版"] == 2)
    office.cancel(second, "取りやめ")
    office.run_jobs()
    assert sorted(started()) == [1, 2, 3, 9]
    assert office.engine.ask(messages.waiting, office.actor("admin1")) == []


def test_a_message_that_waits_for_the_end_of_an_instance_starts_none_when_tried_again(
    office: TestOffice,
) -> None:
    office.deploy(ONCE)
    office.send("msg.done", {}, "A")
    second = office.send("msg.done", {}, "A")

    office.engine.run(messages.redeliver, second, office.actor("admin1"))
    office.run_jobs()

    assert len(office.cases("starts")) == 1


def test_a_message_sent_before_a_restart_reaches_its_receiver_after_it(
    tmp_path: Path, database_url: str
) -> None:
    with testing.office(tmp_path, database_url) as before:
        before.deploy(CATCHES)
        before.start("catches")
        before.complete("wait_for_it")
        before.engine.run(
            messages.send,
            "msg.done",
            project_id=testing.PROJECT,
            key=f"{testing.PROJECT}/{testing.SYSTEM}",
            payload={"版": 4},
            actor=testing.SETUP,
        )

    with testing.office(tmp_path, database_url) as after:
        after.run_jobs()

        [case] = after.cases("catches")
        assert [task.element_id for task in after.open_tasks()] == ["read"]
        assert after.variables(case)["知らせ"] == {"版": 4}


def test_an_answer_finds_the_instance_that_has_asked_by_its_number(office: TestOffice) -> None:
    asks = line(
        "asks",
        user_task("prepare"),
        message_event("intermediateThrowEvent", "ask", "msg.asked", payload="{番号: 案件.番号}"),
        message_event(
            "intermediateCatchEvent", "hear", "msg.done", variable="回答", key="案件.番号"
        ),
        user_task("read"),
        roots=message("msg.done") + message("msg.asked"),
    )
    answers = folder(
        "answers",
        [
            message_event("startEvent", "asked", "msg.asked", variable="問い"),
            user_task("write"),
            message_event(
                "endEvent", "tell", "msg.done", payload="{番号: 問い.番号}", key="問い.番号"
            ),
        ],
        [("asked", "write"), ("write", "tell")],
        roots=message("msg.done") + message("msg.asked"),
        properties=props({"starters": "none"}),
    )
    office.deploy({**asks, **answers})
    cases = [office.start("asks") for _ in range(3)]
    for case in cases:
        office.complete("prepare", case=case)

    for case in reversed(office.cases("answers")):
        office.complete("write", case=case)

    for case in cases:
        assert office.variables(case)["回答"] == {"番号": case.number}
    assert office.undelivered() == []


def test_of_eight_messages_of_one_key_delivered_at_once_one_starts_an_instance(
    office: TestOffice,
) -> None:
    office.deploy(ONCE)
    ids = [
        office.engine.run(
            messages.send,
            "msg.done",
            project_id=testing.PROJECT,
            key="A",
            payload={"版": number},
            actor=testing.SETUP,
        )
        for number in range(8)
    ]
    together, started = Barrier(len(ids)), list[bool]()

    def deliver(id_: str) -> None:
        together.wait()
        receiver = messages.Delivery(definition_key="starts")
        started.append(office.engine.run(messages.deliver, id_, receiver))

    threads = [Thread(target=deliver, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(started) == [False] * 7 + [True]
    assert len(office.cases("starts")) == 1
    assert len(office.undelivered()) == 7
