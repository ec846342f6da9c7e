"""一時停止 and 再開: nothing moves an instance that rests, and nothing that came is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.instance import InstanceEndedError, InstanceSuspendedError
from engine.domain.records import Job
from engine.domain.withdrawal import Obstacle
from engine.jobs.handlers import HANDLERS
from engine.jobs.runner_port import Commands
from engine.services import incidents, instances, messages, suspending, tasks, withdrawing
from engine.services.suspending import (
    CallerSuspendedError,
    MayNotSuspendError,
    NotSuspendedError,
    ReasonError,
)
from engine.storage import history as history_rows
from engine.testing import Case, TestOffice
from tests.diagrams import (
    call,
    folder,
    line,
    message,
    message_event,
    node,
    service,
    timer,
    user_task,
)

SIMPLE = line("simple", user_task("write"), user_task("check"))
WAITS = line("waits", timer("intermediateCatchEvent", "rest", '"P2D"'), user_task("after"))
HEARS = line(
    "hears",
    message_event("intermediateCatchEvent", "hear", "msg.done", variable="知らせ"),
    user_task("read"),
    roots=message("msg.done"),
)
STARTS = folder(
    "starts",
    [
        message_event("startEvent", "begin", "msg.done", variable="知らせ"),
        message_event("intermediateCatchEvent", "hear", "msg.done", variable="次"),
        node("endEvent", "finish"),
    ],
    [("begin", "hear"), ("hear", "finish")],
    roots=message("msg.done"),
)
CALLS = {
    **line("outer", call("do_inner", "middle"), user_task("outer_work")),
    **line("middle", call("do_simple", "simple"), user_task("middle_work")),
    **SIMPLE,
}


def suspend(office: TestOffice, id_: str, by: str = "pjmo1", reason: str = "指示待ち") -> None:
    office.engine.run(suspending.suspend, id_, reason, office.actor(by))
    office.run_jobs()


def resume(office: TestOffice, id_: str, by: str = "pjmo1") -> None:
    office.engine.run(suspending.resume, id_, "指示が出た", office.actor(by))
    office.run_jobs()


def events(office: TestOffice, id_: str) -> list[tuple[str, Any]]:
    lines = office.engine.ask(history_rows.of_instance, id_)
    return [(one.event, one.detail.get("reason")) for one in lines if "reason" in one.detail][::-1]


def open_elements(office: TestOffice, case: Case | None = None) -> list[str]:
    return [task.element_id for task in office.open_tasks(case)]


def test_no_task_is_completed_until_the_instance_is_resumed(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")
    task, actor = office.task("write"), office.actor("pjmo1")
    due = task.due_at

    suspend(office, case.id)

    with pytest.raises(InstanceSuspendedError) as caught:
        office.complete("write")
    assert caught.value.reason == "指示待ち"
    with pytest.raises(InstanceSuspendedError):
        office.engine.run(tasks.submit, task.id, actor, {})
    office.engine.run(tasks.save_draft, task.id, actor, {"内容": ["途中"]})
    page = office.engine.ask(tasks.page, task.id, actor)
    assert page.head.is_suspended
    assert page.task.due_at == due
    assert page.draft is None or page.draft.post == {"内容": ["途中"]}

    resume(office, case.id)
    office.complete("write")
    assert open_elements(office) == ["check"]
    assert events(office, case.id) == [
        ("instance_suspended", "指示待ち"),
        ("instance_resumed", "指示が出た"),
    ]


def test_a_timer_past_its_time_fires_when_the_instance_is_resumed(office: TestOffice) -> None:
    office.deploy(WAITS)
    case, other = office.start("waits"), office.start("waits")
    suspend(office, case.id)

    office.advance(days=5)

    assert open_elements(office, case) == []
    assert open_elements(office, other) == ["after"]
    resume(office, case.id)
    assert open_elements(office, case) == ["after"]
    assert office.incidents() == []


def test_a_timer_that_is_not_due_yet_keeps_its_moment(office: TestOffice) -> None:
    office.deploy(WAITS)
    case = office.start("waits")
    suspend(office, case.id)
    office.advance(days=1)
    resume(office, case.id)

    assert open_elements(office, case) == []
    office.advance(days=1)
    assert open_elements(office, case) == ["after"]


def test_a_timer_taken_before_the_suspension_is_held(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has the job in hand when the instance is suspended."""
    office.deploy(WAITS)
    case = office.start("waits")
    fire = HANDLERS["fire_timer"]

    def late(engine: Commands, job: Job) -> None:
        monkeypatch.setitem(HANDLERS, "fire_timer", fire)  # type: ignore[arg-type]  # it is a dict
        suspending_now = office.actor("pjmo1")
        engine.run(suspending.suspend, case.id, "指示待ち", suspending_now)
        fire(engine, job)

    monkeypatch.setitem(HANDLERS, "fire_timer", late)  # type: ignore[arg-type]  # it is a dict
    office.advance(days=3)

    assert open_elements(office, case) == []
    assert office.incidents() == []
    resume(office, case.id)
    assert open_elements(office, case) == ["after"]


def test_a_message_is_kept_for_the_instance(office: TestOffice) -> None:
    office.deploy(HEARS)
    case = office.start("hears")
    suspend(office, case.id)

    message_id = office.send("msg.done", {"版": 2})

    assert open_elements(office, case) == []
    assert office.engine.ask(messages.state_of, message_id) == "delivered"
    office.advance(days=100)
    resume(office, case.id)
    assert open_elements(office, case) == ["read"]
    assert office.variables(case)["知らせ"] == {"版": 2}


def test_no_other_instance_gets_or_starts_with_a_kept_message(office: TestOffice) -> None:
    office.deploy(STARTS)
    office.send("msg.done", {"版": 1})
    [case] = office.cases("starts")
    suspend(office, case.id)

    office.send("msg.done", {"版": 2})

    assert [one.id for one in office.cases("starts")] == [case.id]
    resume(office, case.id)
    assert office.head(case.id).state == "completed"
    assert office.variables(case)["次"] == {"版": 2}


def test_the_second_of_two_kept_messages_waits_for_somebody_else(office: TestOffice) -> None:
    office.deploy(HEARS)
    case = office.start("hears")
    suspend(office, case.id)
    first, second = (office.send("msg.done", {"版": n}) for n in (1, 2))

    resume(office, case.id)

    assert office.variables(case)["知らせ"] == {"版": 1}
    assert office.engine.ask(messages.state_of, first) == "delivered"
    assert office.engine.ask(messages.state_of, second) == "waiting"
    other = office.start("hears")
    assert office.variables(other)["知らせ"] == {"版": 2}


def test_a_message_kept_for_an_instance_that_is_cancelled_goes_to_another(
    office: TestOffice,
) -> None:
    office.deploy(HEARS)
    case = office.start("hears")
    suspend(office, case.id)
    office.send("msg.done", {"版": 1})

    office.cancel(case, "不要")

    assert office.head(case.id).state == "cancelled"
    other = office.start("hears")
    assert office.variables(other)["知らせ"] == {"版": 1}


def test_called_instances_rest_with_it_and_go_on_with_it(office: TestOffice) -> None:
    office.deploy(CALLS)
    case = office.start("outer")
    heads = {key: office.head(office.cases(key)[0].id) for key in ("outer", "middle", "simple")}

    suspend(office, case.id)

    assert all(office.head(head.id).is_suspended for head in heads.values())
    with pytest.raises(InstanceSuspendedError):
        office.complete("write")
    with pytest.raises(CallerSuspendedError):
        resume(office, heads["simple"].id)
    resume(office, case.id)
    assert not any(office.head(head.id).is_suspended for head in heads.values())
    office.complete("write")
    office.complete("check")
    assert open_elements(office) == ["middle_work"]


def test_what_rested_before_its_caller_goes_on_resting(office: TestOffice) -> None:
    office.deploy(CALLS)
    case = office.start("outer")
    middle, inner = (office.cases(key)[0].id for key in ("middle", "simple"))
    suspend(office, middle, reason="確認中")
    suspend(office, case.id)

    resume(office, case.id)

    assert not office.head(case.id).is_suspended
    assert office.head(middle).suspend_reason == "確認中"
    assert office.head(inner).is_suspended
    resume(office, middle)
    assert not office.head(inner).is_suspended


def test_a_call_that_ends_is_told_to_a_caller_that_rests_later(office: TestOffice) -> None:
    office.deploy(CALLS)
    office.start("outer")
    middle = office.cases("middle")[0].id
    office.complete("write")
    task = office.task("check")
    office.engine.run(tasks.complete, task.id, office.actor("pjmo1"), {})  # its job waits

    suspend(office, middle)

    assert open_elements(office) == []
    resume(office, middle)
    assert open_elements(office) == ["middle_work"]


def test_a_result_that_comes_meanwhile_is_kept_and_not_fetched_twice(office: TestOffice) -> None:
    office.deploy(line("echoes", service("ask", "test.echo", result="答え", value="1")))
    calls = []
    operation = office.engine.office.operations["test.echo"]
    case_ids: list[str] = []

    def echo(params: Any, attempt: int) -> Any:
        calls.append(attempt)
        actor = office.actor("pjmo1")
        [case] = office.cases("echoes")
        office.engine.run(suspending.suspend, case.id, "指示待ち", actor)
        case_ids.append(case.id)
        assert operation.after is not None
        return operation.after(params, attempt)

    office.engine.office.operations["test.echo"] = replace(operation, after=echo)
    case = office.start("echoes")
    assert office.head(case.id).state == "running"

    resume(office, case.id)

    assert office.head(case.id).state == "completed"
    assert calls == [1]


def test_a_suspended_instance_can_be_cancelled_but_not_suspended_again(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")
    suspend(office, case.id)

    with pytest.raises(InstanceSuspendedError):
        suspend(office, case.id)
    office.cancel(case, "不要")
    with pytest.raises(InstanceEndedError):
        resume(office, case.id)


def test_rights_and_reason_are_those_of_a_cancellation(office: TestOffice) -> None:
    office.deploy(SIMPLE)
    case = office.start("simple")

    with pytest.raises(MayNotSuspendError):
        suspend(office, case.id, by="gyomu1")
    with pytest.raises(ReasonError):
        suspend(office, case.id, reason="  ")
    with pytest.raises(NotSuspendedError):
        resume(office, case.id)
    suspend(office, case.id, by="admin1")
    page = office.engine.ask(instances.page, case.id, office.actor("gyomu1"))
    assert page.head.is_suspended
    assert not page.may_suspend


def test_nothing_is_taken_back_or_retried_while_it_rests(office: TestOffice) -> None:
    office.deploy(line("fails", user_task("write"), user_task("check", dueDate="なし.値")))
    case = office.start("fails")
    done = office.complete("write")
    [incident] = office.incidents()
    suspend(office, case.id)

    with pytest.raises(InstanceSuspendedError):
        office.engine.run(incidents.retry, incident.id, office.actor("admin1"))
    offer = office.engine.ask(withdrawing.offer, done.task.id, office.actor("pjmo1"))
    assert offer is not None
    assert offer.obstacle is Obstacle.SUSPENDED
