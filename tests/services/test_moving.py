"""進む場所を変える: with a reason, told in the history, and undone by going back."""

from __future__ import annotations

import pytest

from engine.domain.instance import InstanceEndedError, InstanceSuspendedError
from engine.execution.moving import NotMovableError, Spot
from engine.services import moving, rewinding, suspending
from engine.services.moving import MayNotMoveError, Move, MovedOnError, ReasonError
from engine.storage import history, jobs
from engine.storage.queries import instance_path
from engine.testing import Case, TestOffice
from tests.diagrams import call, line, message, message_event, script, timer, user_task

LATE = timer("boundaryEvent", "late", '"P3D"', attachedToRef="write")
STEPS = line("steps", user_task("write"), user_task("check"), user_task("sign"))
OWNER = "owner1"


def spot(office: TestOffice, case: Case, element_id: str) -> Spot:
    page = office.engine.ask(moving.page, case.id, office.actor(OWNER))
    return next(one for one in page.spots if one.element_id == element_id)


def move(office: TestOffice, case: Case, source: str, to: str, by: str = OWNER) -> None:
    wanted = Move(
        spot_id=spot(office, case, source).id,
        element_id=to,
        version=office.head(case.id).version,
        reason="様式が変わったため",
    )
    office.engine.run(moving.move, case.id, wanted, office.actor(by))
    office.run_jobs()


def open_elements(office: TestOffice) -> list[str]:
    return sorted(task.element_id for task in office.open_tasks())


def test_it_goes_on_elsewhere_and_the_history_says_who_why_from_where_and_to(
    office: TestOffice,
) -> None:
    office.deploy(STEPS)
    case = office.start("steps", values={"件名": "案"})

    move(office, case, "write", "sign")

    assert open_elements(office) == ["sign"]
    told = office.engine.ask(history.of_instance, case.id)
    [moved] = [one for one in told if one.event == "instance_moved"]
    assert moved.actor == OWNER
    assert moved.detail["reason"] == "様式が変わったため"
    assert (moved.detail["from"], moved.detail["to"]) == ("write", "sign")
    assert [one.element_id for one in told if one.event == "element_cancelled"] == ["write"]
    office.complete("sign")
    assert office.head(case.id).state == "completed"
    assert office.variables(case)["件名"] == "案"


def test_going_back_to_the_line_before_undoes_it(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    first = office.task("write").id
    move(office, case, "write", "sign")

    lines = office.engine.ask(instance_path.steps_since, case.id, 0, 100)
    version = office.head(case.id).version
    actor = office.actor("pjmo1")
    office.engine.run(rewinding.rewind, case.id, lines[-1], version, "取り違え", actor)

    assert [task.id for task in office.open_tasks()] == [first]
    for element in ("write", "check", "sign"):
        office.complete(element)
    assert office.head(case.id).state == "completed"


def test_timers_messages_and_incidents_go_and_come_with_it(office: TestOffice) -> None:
    hear = message_event("intermediateCatchEvent", "hear", "msg.done")
    office.deploy(
        line("waits", script("sum", "計 = ない * 2"), hear, user_task("check"),
             timer("intermediateCatchEvent", "day", '"P3D"'), roots=message("msg.done"))
    )  # fmt: skip
    case = office.start("waits")
    assert len(office.incidents()) == 1

    move(office, case, "sum", "hear")
    assert office.incidents() == []
    move(office, case, "hear", "day")
    office.send("msg.done")
    assert len(office.undelivered()) == 1
    waiting = office.engine.ask(jobs.page, 0, 10)
    assert [job.kind for job in waiting if job.kind == "fire_timer"] == ["fire_timer"]
    move(office, case, "day", "check")

    assert [job for job in office.engine.ask(jobs.page, 0, 10) if job.kind == "fire_timer"] == []
    assert open_elements(office) == ["check"]


def test_it_may_begin_a_call_but_one_under_way_is_not_left(office: TestOffice) -> None:
    office.deploy({**line("outer", user_task("plan"), user_task("more"), call("ask", "inner")),
                   **line("inner", user_task("answer"))})  # fmt: skip
    case = office.start("outer")

    move(office, case, "plan", "ask")

    assert open_elements(office) == ["answer"]
    assert spot(office, case, "ask").obstacle == "outside"
    office.complete("answer")
    assert office.head(case.id).state == "completed"


def test_only_process_owners_and_administrators_may_and_with_a_reason(office: TestOffice) -> None:
    office.deploy(STEPS)
    case = office.start("steps")
    at, version = spot(office, case, "write").id, office.head(case.id).version

    def attempt(by: str, to: str = "sign", **more: object) -> None:
        wanted = {"spot_id": at, "element_id": to, "version": version, "reason": "訂正", **more}
        office.engine.run(moving.move, case.id, Move(**wanted), office.actor(by))  # type: ignore[arg-type]

    with pytest.raises(MayNotMoveError):
        attempt("pjmo1")
    with pytest.raises(ReasonError):
        attempt(OWNER, reason=" ")
    with pytest.raises(MovedOnError):
        attempt(OWNER, version=version + 1)
    for wrong in ("begin", "nowhere", "write"):
        with pytest.raises(NotMovableError):
            attempt("admin1", to=wrong)
    office.engine.run(suspending.suspend, case.id, "待ち", office.actor("pjmo1"))
    with pytest.raises(InstanceSuspendedError):
        attempt(OWNER)
    office.cancel(case, "不要")
    with pytest.raises(InstanceEndedError):
        attempt(OWNER)
    assert "instance_moved" not in [
        one.event for one in office.engine.ask(history.of_instance, case.id)
    ]
