"""版の切替 with all rows: tasks, timers, messages, calls, incidents go along, or nothing does."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from engine.domain.batch import BatchState, ItemState
from engine.domain.instance import InstanceEndedError
from engine.execution.migration import NotMigratableError
from engine.services import (
    batches,
    instance_steps,
    instances,
    migrating,
    suspending,
    tasks,
)
from engine.services.migrating import (
    MayNotMigrateError,
    NobodyError,
    NotUndoableError,
    ReasonError,
    Target,
)
from engine.storage import definitions, jobs
from engine.storage import history as history_rows
from engine.storage import instances as instance_rows
from engine.testing import Case, TestOffice
from tests.diagrams import (
    call,
    declared,
    folder,
    line,
    message,
    message_event,
    node,
    parallel_users,
    script,
    timer,
    user_task,
)
from tests.offices import index_values

OWNER = "owner1"
ROOTS = message("msg.done")
LATE = timer("boundaryEvent", "late", '"P3D"', attachedToRef="write", cancelActivity="false")
FORM = b'{"schemaVersion": 19, "type": "default", "id": "sheet", "components": []}'


def office_work(*more: str, late: str = LATE, second: str = "check") -> dict[str, dict[str, bytes]]:
    """Writing with a reminder, then hearing from somebody, then checking."""
    steps = ["begin", "write", *(one.split('id="')[1].split('"')[0] for one in more), "hear"]
    nodes = [
        node("startEvent", "begin"),
        user_task("write", dueWorkingDays="5"),
        *more,
        message_event("intermediateCatchEvent", "hear", "msg.done", variable="知らせ"),
        user_task(second),
        node("endEvent", "finish"),
    ]
    flows: list[tuple[str, ...]] = list(pairwise(steps))
    flows += [("hear", second), (second, "finish")]
    if late:
        nodes += [late, user_task("remind"), node("endEvent", "reminded")]
        flows += [("late", "remind"), ("remind", "reminded")]
    return folder("work", nodes, flows, roots=ROOTS)


def version(office: TestOffice, key: str, number: int) -> str:
    """The id of that version."""
    found = office.engine.ask(definitions.versions, key)
    return next(one.id for one in found if one.version == number)


def target(office: TestOffice, key: str = "work", number: int = 2, **mapping: str) -> Target:
    return Target(definition_id=version(office, key, number), reason="様式の改正", mapping=mapping)


def migrate(office: TestOffice, case: Case, to: Target, by: str = OWNER) -> None:
    office.engine.run(migrating.migrate, case.id, to, office.actor(by))
    office.run_jobs()


def undo(office: TestOffice, case: Case) -> None:
    office.engine.run(migrating.undo, case.id, office.actor(OWNER))
    office.run_jobs()


def open_elements(office: TestOffice, case: Case | None = None) -> list[str]:
    return sorted(task.element_id for task in office.open_tasks(case))


def moved(office: TestOffice) -> Case:
    office.deploy(office_work())
    case = office.start("work")
    office.deploy(office_work(user_task("sign")))
    return case


def test_a_task_goes_along_with_its_holder_its_draft_and_its_deadline(office: TestOffice) -> None:
    case = moved(office)
    task, actor = office.task("write"), office.actor("pjmo1")
    office.engine.run(tasks.claim, task.id, actor)
    before = office.engine.ask(tasks.page, task.id, actor)

    migrate(office, case, target(office))

    head = office.head(case.id)
    page = office.engine.ask(tasks.page, task.id, actor)
    assert (head.process_version, head.definition_id) == (2, version(office, "work", 2))
    assert (page.task.assignee, page.task.due_at) == ("pjmo1", before.task.due_at)
    office.complete("write", {"内容": "案"})
    assert open_elements(office) == ["sign"]
    office.complete("sign")
    office.send("msg.done", {"版": 2})
    office.complete("check")
    assert office.head(case.id).state == "completed"
    line_ = next(
        one
        for one in office.engine.ask(history_rows.of_instance, case.id)
        if one.event == "instance_migrated"
    )
    assert (line_.detail["from"], line_.detail["to"]) == (1, 2)
    assert line_.detail["reason"] == "様式の改正"


def test_a_timer_keeps_its_job(office: TestOffice) -> None:
    case = moved(office)
    office.advance(days=2)

    migrate(office, case, target(office))
    office.advance(days=1)

    assert open_elements(office) == ["remind", "write"]


def test_a_timer_that_is_gone_or_new_loses_or_gets_its_job(office: TestOffice) -> None:
    office.deploy(office_work())
    case = office.start("work")
    office.deploy(office_work(late=""))
    sooner = LATE.replace("P3D", "P1D")
    office.deploy(office_work(late=sooner))

    migrate(office, case, target(office))
    assert timers(office) == []
    migrate(office, case, target(office, number=3))
    assert timers(office) == [office.clock.moment + timedelta(days=1)]
    office.advance(days=1)

    assert open_elements(office) == ["remind", "write"]


def timers(office: TestOffice) -> list[Any]:
    rows = office.engine.ask(jobs.page, 0, 100)
    return [job.run_at for job in rows if job.kind == "fire_timer"]


def test_what_hears_a_message_goes_on_hearing(office: TestOffice) -> None:
    office.deploy(office_work())
    case = office.start("work")
    office.complete("write")
    office.deploy(office_work(second="approve"))

    migrate(office, case, target(office))
    office.send("msg.done", {"版": 2})

    assert open_elements(office) == ["approve"]
    assert office.variables(case)["知らせ"] == {"版": 2}


def test_one_that_cannot_go_stays_as_it_is(office: TestOffice) -> None:
    office.deploy(office_work())
    case = office.start("work")
    office.deploy(line("work", user_task("other")))

    with pytest.raises(NotMigratableError, match="「write」は新しい版にありません。"):
        migrate(office, case, target(office))

    assert office.head(case.id).process_version == 1
    office.complete("write")
    assert timers(office) == []


def test_another_task_may_stand_for_it_with_its_own_form(office: TestOffice) -> None:
    office.deploy(line("forms", user_task("write")))
    case = office.start("forms")
    task = office.task("write")
    new = line("forms", user_task("draft", formKey="sheet"))
    new["forms"]["sheet.form.json"] = FORM
    office.deploy(new)

    migrate(office, case, target(office, "forms", write="draft"))

    page = office.engine.ask(tasks.page, task.id, office.actor("pjmo1"))
    assert (page.task.element_id, page.task.name, page.task.form_key) == ("draft", "draft", "sheet")
    assert page.shown is not None
    office.complete("draft")
    assert office.head(case.id).state == "completed"


def test_a_called_instance_answers_its_caller_in_the_new_version(office: TestOffice) -> None:
    office.deploy({**line("outer", call("ask", "inner")), **line("inner", user_task("answer"))})
    case = office.start("outer")
    office.deploy(line("outer", call("ask_them", "inner"), user_task("read")))

    migrate(office, case, target(office, "outer", ask="ask_them"))

    [child] = office.cases("inner")
    assert office.head(child.id).parent_element_id == "ask_them"
    office.complete("answer")
    assert open_elements(office) == ["read"]


def test_what_is_stuck_can_be_retried_in_the_new_version(office: TestOffice) -> None:
    office.deploy(line("fails", user_task("write"), script("compute", "計 = ない * 2")))
    case = office.start("fails")
    office.complete("write")
    office.deploy(line("fails", user_task("write"), script("compute_it", "計 = 2")))

    migrate(office, case, target(office, "fails", compute="compute_it"))

    [incident] = office.incidents()
    assert (incident.element_id, incident.element_name) == ("compute_it", "compute_it")
    office.retry(incident)
    assert office.head(case.id).state == "completed"


def test_undone_it_is_as_it_was(office: TestOffice) -> None:
    office.deploy(office_work())
    case = office.start("work")
    before, moments = office.variables(case), timers(office)
    office.deploy(office_work(user_task("sign"), late=""))
    migrate(office, case, target(office))
    assert office.engine.ask(migrating.may_undo, office.head(case.id), office.actor(OWNER))

    undo(office, case)

    assert office.head(case.id).process_version == 1
    assert (office.variables(case), timers(office)) == (before, moments)
    office.complete("write")
    office.send("msg.done")
    assert open_elements(office) == ["check"]
    with pytest.raises(NotUndoableError):
        undo(office, case)


def test_what_has_gone_on_is_not_brought_back(office: TestOffice) -> None:
    case = moved(office)
    migrate(office, case, target(office))
    office.complete("write")

    assert not office.engine.ask(migrating.may_undo, office.head(case.id), office.actor(OWNER))
    with pytest.raises(NotUndoableError):
        undo(office, case)
    assert office.head(case.id).process_version == 2


def test_one_that_rests_goes_on_resting(office: TestOffice) -> None:
    case = moved(office)
    office.engine.run(suspending.suspend, case.id, "待ち", office.actor("pjmo1"))

    migrate(office, case, target(office))
    office.advance(days=5)

    assert open_elements(office) == ["write"]
    office.engine.run(suspending.resume, case.id, "再開", office.actor("pjmo1"))
    office.run_jobs()
    assert open_elements(office) == ["remind", "write"]


def test_only_owners_and_administrators_may_and_with_a_reason(office: TestOffice) -> None:
    case = moved(office)

    with pytest.raises(MayNotMigrateError):
        migrate(office, case, target(office), by="pjmo1")
    with pytest.raises(ReasonError):
        migrate(office, case, Target(definition_id=version(office, "work", 2), reason=" "))
    office.cancel(case, "不要")
    with pytest.raises(InstanceEndedError):
        migrate(office, case, target(office))


def test_the_steps_before_can_still_be_looked_at(office: TestOffice) -> None:
    case = moved(office)
    office.complete("write", {"内容": "案"})
    migrate(office, case, target(office))

    entries = office.engine.ask(instances.history, case.id, office.actor("pjmo1"))
    told = office.engine.ask(instance_steps.changes, case.id, entries, office.actor("pjmo1"))
    index_values(office)

    [changes] = [one for one in told.values() if any(c.name == "内容" for c in one)]
    assert changes[0].after == "案"


BIG = {
    **folder(
        "big",
        [
            node("startEvent", "begin"),
            user_task("plan"),
            script("fill", '部署 = ["一", "二", "三"]'),
            node("parallelGateway", "split"),
            parallel_users("ask", "部署", "課"),
            call("approve", "inner"),
            node("parallelGateway", "meet"),
            user_task("decide"),
            node("endEvent", "finish"),
        ],
        [
            ("begin", "plan"),
            ("plan", "fill"),
            ("fill", "split"),
            ("split", "ask"),
            ("split", "approve"),
            ("ask", "meet"),
            ("approve", "meet"),
            ("meet", "decide"),
            ("decide", "finish"),
        ],
        interface=declared("部署", "回答一覧"),
    ),
    **line("inner", user_task("answer")),
}


def changed_big() -> dict[str, dict[str, bytes]]:
    """A reminder for the survey, a signature at the end, and no plan any more."""
    text = BIG["big"]["big.bpmn"].decode()
    for old, new in (
        (user_task("plan"), user_task("design")),
        ('"plan"', '"design"'),
        (node("endEvent", "finish"), user_task("sign") + node("endEvent", "finish")),
        ('sourceRef="decide" targetRef="finish"', 'sourceRef="decide" targetRef="sign"'),
    ):
        assert old in text
        text = text.replace(old, new)
    late = timer("boundaryEvent", "late", '"P3D"', attachedToRef="ask", cancelActivity="false")
    more = late + user_task("remind") + node("endEvent", "reminded")
    more += flow("sign", "finish") + flow("late", "remind") + flow("remind", "reminded")
    text = text.replace("</bpmn:process>", f"{more}</bpmn:process>")
    return {"big": {"big.bpmn": text.encode()}}


def flow(source: str, to: str) -> str:
    return node("sequenceFlow", f"{source}_on_to_{to}", sourceRef=source, targetRef=to)


def test_sixty_instances_are_moved_in_the_background_and_brought_back(office: TestOffice) -> None:
    office.deploy(BIG)
    cases = [office.start("big") for _ in range(60)]
    for number, case in enumerate(cases):
        for element in ["plan", "ask", "ask", "ask"][: number % 5]:
            office.complete(element, case=case)
    office.deploy(changed_big())
    old, actor = version(office, "big", 1), office.actor(OWNER)

    batch_id = office.engine.run(migrating.begin, old, target(office, "big"), actor)
    office.run_jobs()

    batch = office.engine.ask(batches.progress, batch_id, actor, size=100)
    assert (batch.state, batch.total, batch.done, batch.failed) == (BatchState.DONE, 60, 48, 12)
    assert {item.error for item in batch.items if item.state is ItemState.FAILED} == {
        "「plan」は新しい版にありません。"
    }
    versions = [office.head(case.id).process_version for case in cases]
    assert versions == [1 if number % 5 == 0 else 2 for number in range(60)]
    some, rest = cases[:30], cases[30:]
    for case in rest:
        play_to_the_end(office, case)
    again = office.engine.run(migrating.undo_all, batch_id, actor)
    office.run_jobs()
    back = office.engine.ask(batches.progress, again, actor, size=100)
    assert (back.done, back.failed) == (24, 24)
    assert {office.head(case.id).process_version for case in some} == {1}
    for case in some:
        play_to_the_end(office, case)


def play_to_the_end(office: TestOffice, case: Case) -> None:
    while not office.head(case.id).is_ended:
        children = office.engine.ask(instance_rows.children, case.id)
        for one in (case, *(office.case(child.id) for child in children)):
            for task in office.open_tasks(one)[:1]:
                office.complete(task.element_id, case=one)
    assert office.head(case.id).state == "completed"
    assert office.incidents() == []


def test_only_those_chosen_are_moved(office: TestOffice) -> None:
    office.deploy(office_work())
    cases = [office.start("work") for _ in range(3)]
    office.deploy(office_work(user_task("sign")))
    old, actor = version(office, "work", 1), office.actor(OWNER)

    office.engine.run(migrating.begin, old, target(office), actor, [cases[1].id])
    office.run_jobs()

    assert [office.head(case.id).process_version for case in cases] == [1, 2, 1]
    with pytest.raises(NobodyError):
        office.engine.run(migrating.begin, old, target(office), actor, [cases[1].id])
