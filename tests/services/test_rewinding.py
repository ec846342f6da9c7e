"""前の時点に戻す: tasks, timers and data are as they were; what has left the house is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.services import rewinding, tasks
from engine.services.rewinding import MayNotRewindError, NotRewindableError, ReasonError, RewindPage
from engine.storage import history as history_rows
from engine.storage import jobs
from engine.storage.queries import instance_path
from engine.testing import Case, TestOffice
from tests.diagrams import (
    call,
    line,
    message,
    message_event,
    service,
    timer,
    user_task,
)

STEPS = line("steps", user_task("write"), user_task("check"), user_task("sign"))
LATE = timer("boundaryEvent", "late", '"P3D"', attachedToRef="write")
CALLS = {**line("outer", user_task("plan"), call("ask", "inner"), user_task("read")),
         **line("inner", user_task("answer"))}  # fmt: skip


def lines(office: TestOffice, case: Case) -> list[int]:
    """The lines one may go back to, oldest first."""
    return office.engine.ask(instance_path.steps_since, case.id, 0, 100)[::-1]


def look(office: TestOffice, case: Case, number: int, by: str = "pjmo1") -> RewindPage:
    at = lines(office, case)[number]
    return office.engine.ask(rewinding.page, case.id, at, office.actor(by))


def rewind(office: TestOffice, case: Case, number: int, by: str = "pjmo1", **more: Any) -> None:
    at = lines(office, case)[number]
    version = more.get("version", office.head(case.id).version)
    reason = more.get("reason", "誤入力")
    office.engine.run(rewinding.rewind, case.id, at, version, reason, office.actor(by))
    office.run_jobs()


def open_elements(office: TestOffice) -> list[str]:
    return sorted(task.element_id for task in office.open_tasks())


def test_it_stands_again_where_it_stood_with_the_same_task(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    first, before = office.task("write").id, office.variables(case)
    office.complete("write", {"内容": "案"}, by="pjmo1")
    office.complete("check", {"可否": True}, by="pjmo1")
    page = look(office, case, 0)
    assert [task.element_id for task in page.opened] == ["write"]
    assert [task.element_id for task in page.closed] == ["sign"]

    rewind(office, case, 0)

    assert [(task.id, task.assignee) for task in office.open_tasks()] == [(first, "pjmo1")]
    assert office.variables(case) == before
    for element in ("write", "check", "sign"):
        office.complete(element)
    assert office.head(case.id).state == "completed"
    told = office.engine.ask(history_rows.of_instance, case.id)
    assert [one.detail["reason"] for one in told if one.event == "instance_rewound"] == ["誤入力"]


def test_one_that_has_ended_goes_on(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    for element in ("write", "check", "sign"):
        office.complete(element)
    assert look(office, case, -1).obstacle == "here"

    rewind(office, case, 1)

    head = office.head(case.id)
    assert (head.state, head.ended_at, open_elements(office)) == ("running", None, ["check"])
    office.complete("check")
    office.complete("sign")
    assert office.head(case.id).state == "completed"


def test_one_that_was_cancelled_goes_on(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    office.cancel(case, "不要")

    rewind(office, case, 0)

    assert (office.head(case.id).cancel_reason, open_elements(office)) == ("", ["write"])


def test_timers_and_messages_are_waited_for_again(office: TestOffice) -> None:
    office.deploy(waits())
    case = office.start("waits")
    due = office.clock.moment + timedelta(days=3)
    office.complete("write")
    office.send("msg.done", {"版": 1})
    page = look(office, case, 0)
    assert page.timers == (("late", due),)
    assert page.lasting is not None
    assert page.lasting["received"] == 1

    rewind(office, case, 1)
    assert open_elements(office) == []
    office.send("msg.done", {"版": 2})
    assert office.variables(case)["知らせ"] == {"版": 2}
    rewind(office, case, 0)

    waiting = office.engine.ask(jobs.page, 0, 10)
    assert [job.run_at for job in waiting if job.kind == "fire_timer"] == [due]
    office.advance(days=3)
    assert open_elements(office) == ["check"]


def waits() -> dict[str, dict[str, bytes]]:
    made = line(
        "waits",
        user_task("write"),
        message_event("intermediateCatchEvent", "hear", "msg.done", variable="知らせ"),
        user_task("check"),
        roots=message("msg.done"),
    )
    more = f'{LATE}<bpmn:sequenceFlow id="late_on" sourceRef="late" targetRef="check"/>'
    text = made["waits"]["waits.bpmn"].decode().replace("</bpmn:process>", f"{more}</bpmn:process>")
    return {"waits": {"waits.bpmn": text.encode()}}


def test_calls_begun_since_are_cancelled(office: TestOffice) -> None:
    office.deploy(CALLS)
    case = office.start("outer")
    office.complete("plan")
    [child] = office.cases("inner")
    assert [one.id for one in look(office, case, 0).calls] == [child.id]

    rewind(office, case, 0)

    assert office.head(child.id).state == "cancelled"
    assert open_elements(office) == ["plan"]
    office.complete("plan")
    office.complete("answer")
    assert open_elements(office) == ["read"]


def test_a_call_that_is_over_is_not_waited_for_again(office: TestOffice) -> None:
    office.deploy(CALLS)
    case = office.start("outer")
    office.complete("plan")
    office.complete("answer")
    page = look(office, case, 1)
    assert (page.obstacle, page.elements) == ("answered", ("ask",))

    with pytest.raises(NotRewindableError):
        rewind(office, case, 1)
    rewind(office, case, 0)
    assert open_elements(office) == ["plan"]
    [child] = office.cases("inner")
    page = office.engine.ask(
        rewinding.page, child.id, lines(office, child)[0], office.actor("pjmo1")
    )
    assert page.obstacle == "told_caller"


def test_what_had_failed_has_failed_again(office: TestOffice) -> None:
    office.deploy(line("fails", user_task("write", candidateUsers="誰か"), user_task("check")))
    case = office.start("fails", values={"誰か": 3})
    [incident] = office.incidents()
    office.cancel(case, "不要")
    assert office.incidents() == []

    rewind(office, case, 0)

    [again] = office.incidents()
    assert again.element_instance_id == incident.element_instance_id


def test_what_is_written_stays_and_is_told(office: TestOffice) -> None:
    office.deploy(
        line(
            "records",
            user_task("write"),
            service("enter", "register.write", register='"R14"', values='{"内容": "不具合"}'),
            user_task("check"),
        )
    )
    case = office.start("records")
    office.advance(days=1)
    office.complete("write")

    page = look(office, case, 0)

    assert page.lasting is not None
    assert page.lasting["entries"] == 1


def test_rights_reasons_and_a_page_that_is_old(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    office.complete("write")

    with pytest.raises(MayNotRewindError):
        rewind(office, case, 0, by="gyomu1")
    with pytest.raises(ReasonError):
        rewind(office, case, 0, reason=" ")
    with pytest.raises(NotRewindableError):
        rewind(office, case, 0, version=1)
    assert open_elements(office) == ["check"]
    assert office.engine.ask(tasks.page, office.task("check").id, office.actor("pjmo1")) is not None
