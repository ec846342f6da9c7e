"""Claiming, handing back and completing user tasks."""

from __future__ import annotations

import pytest

from engine.bootstrap import BusyError
from engine.domain.errors import (
    NotACandidateError,
    NotFoundError,
    TaskAlreadyClaimedError,
    TaskClosedError,
)
from engine.domain.user_task import TaskState
from engine.services import tasks, worklists
from engine.services.unit import Unit
from engine.storage import history as history_rows
from engine.storage import tasks as task_rows
from engine.testing import Case, TestOffice
from tests.diagrams import declared, line, parallel_users, script, user_task
from tests.offices import Watched, at_once, second_engine

TWO_STEPS = line("two_steps", user_task("write"), user_task("check", candidateGroups="GYOMU"))


def started(office: TestOffice) -> Case:
    office.deploy(TWO_STEPS)
    return office.start("two_steps")


def history(office: TestOffice, case: Case) -> list[tuple[str, str, str]]:
    entries = reversed(office.engine.ask(history_rows.of_instance, case.id))
    return [(entry.event, entry.element_id, entry.actor) for entry in entries]


def test_a_candidate_claims_and_is_the_assignee(office: TestOffice) -> None:
    case = started(office)
    task = office.task("write")

    claimed = office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))

    assert claimed.assignee == "pjmo1"
    assert office.task("write").state is TaskState.CLAIMED
    assert history(office, case)[-1] == ("task_claimed", "write", "pjmo1")


def test_claiming_ones_own_task_again_writes_nothing(office: TestOffice) -> None:
    case = started(office)
    task = office.task("write")
    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))
    before = history(office, case)

    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))

    assert history(office, case) == before


def test_a_task_of_somebody_else_says_who_holds_it(office: TestOffice) -> None:
    started(office)
    task = office.task("write")
    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))

    with pytest.raises(TaskAlreadyClaimedError) as caught:
        office.engine.run(tasks.complete, task.id, office.actor("pjmo2"), {})

    assert caught.value.assignee == "pjmo1"


def test_who_is_no_candidate_is_refused_and_leaves_no_trace(office: TestOffice) -> None:
    case = started(office)
    before = history(office, case)

    with pytest.raises(NotACandidateError):
        office.engine.run(tasks.complete, office.task("write").id, office.actor("tanto1"), {})

    assert history(office, case) == before
    assert office.task("write").state is TaskState.OPEN


def test_a_task_that_is_handed_back_can_be_taken_by_another(office: TestOffice) -> None:
    started(office)
    task = office.task("write")
    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))

    office.engine.run(tasks.unclaim, task.id, office.actor("pjmo1"))
    done = office.engine.run(tasks.complete, task.id, office.actor("pjmo2"), {})

    assert done.task.completed_by == "pjmo2"


def test_completing_an_open_task_claims_it_and_opens_the_next(office: TestOffice) -> None:
    case = started(office)

    office.complete("write", {"内容": "案"}, by="pjmo1")

    assert [(task.element_id, task.groups) for task in office.open_tasks()] == [
        ("check", frozenset({"GYOMU"}))
    ]
    assert office.variables(case) == {"内容": "案", "完了者": "pjmo1"}
    assert office.trace(case) == ["begin", "write"]


def test_the_last_task_ends_the_instance(office: TestOffice) -> None:
    case = started(office)
    office.complete("write", {"内容": "案"}, by="pjmo1")

    office.complete("check", {"可否": True}, by="gyomu1")

    assert office.head(case.id).state == "completed"
    assert office.variables(case) == {"内容": "案", "可否": True, "完了者": "gyomu1"}
    assert office.open_tasks() == []


def test_a_completed_task_says_who_was_first_and_when(office: TestOffice) -> None:
    started(office)
    task = office.task("write")
    office.complete("write", by="pjmo1")

    with pytest.raises(TaskClosedError) as caught:
        office.engine.run(tasks.complete, task.id, office.actor("pjmo2"), {})

    assert caught.value.completed_by == "pjmo1"
    assert caught.value.completed_at == office.clock.moment


def test_the_same_submission_key_gives_the_same_result(office: TestOffice) -> None:
    case = started(office)
    task = office.task("write")
    actor = office.actor("pjmo1")

    first = office.engine.run(tasks.complete, task.id, actor, {"内容": "案"}, "key1")
    again = office.engine.run(tasks.complete, task.id, actor, {"内容": "別"}, "key1")

    assert (first.repeated, again.repeated) == (False, True)
    assert again.instance_id == case.id
    assert office.variables(case)["内容"] == "案"


def test_the_key_of_another_person_is_a_conflict(office: TestOffice) -> None:
    started(office)
    task = office.task("write")
    office.engine.run(tasks.complete, task.id, office.actor("pjmo1"), {}, "key1")

    with pytest.raises(TaskClosedError):
        office.engine.run(tasks.complete, task.id, office.actor("pjmo2"), {}, "key1")


def test_an_excluded_person_may_not_take_the_task(office: TestOffice) -> None:
    office.deploy(
        line("barred", user_task("write"), user_task("approve", excludedUsers="[完了者]"))
    )
    office.start("barred")
    office.complete("write", by="pjmo1")

    with pytest.raises(NotACandidateError):
        office.engine.run(tasks.complete, office.task("approve").id, office.actor("pjmo1"), {})
    office.complete("approve", by="pjmo2")

    assert office.open_tasks() == []


def test_a_task_of_one_person_is_held_from_the_start(office: TestOffice) -> None:
    office.deploy(line("given", user_task("write"), user_task("sign", assignee="完了者")))
    office.start("given")

    office.complete("write", by="pjmo2")

    assert [(task.element_id, task.assignee) for task in office.open_tasks()] == [("sign", "pjmo2")]


def test_a_named_candidate_needs_no_role(office: TestOffice) -> None:
    office.deploy(line("named", user_task("write", candidateUsers='["tanto1"]')))
    office.start("named")

    found = office.engine.ask(worklists.worklist, office.actor("tanto1"), "group")
    done = office.complete("write", by="tanto1")

    assert [row.task.element_id for row in found.rows] == ["write"]
    assert done.task.completed_by == "tanto1"
    assert office.engine.ask(worklists.worklist, office.actor("tanto1"), "group").rows == ()


def test_an_unknown_task_is_not_found(office: TestOffice) -> None:
    with pytest.raises(NotFoundError):
        office.engine.run(tasks.claim, "nothing", office.actor("pjmo1"))


def test_a_completion_takes_one_commit_and_six_statements(office: TestOffice) -> None:
    started(office)
    task, actor = office.task("write"), office.actor("pjmo1")

    with Watched(office.engine._database) as watched:
        office.engine.run(tasks.complete, task.id, actor, {"内容": "案"})

    assert watched.words == [
        "select user_task",
        "update process_instance",
        "insert user_task",
        "insert history",
        "insert outbox",
        "update user_task",
    ]
    assert watched.commits == 1


def test_an_uncached_completion_reads_the_state_once_more(office: TestOffice) -> None:
    started(office)
    task, actor = office.task("write"), office.actor("pjmo1")
    office.engine.office.live.drop(task.instance_id)

    with Watched(office.engine._database) as watched:
        office.engine.run(tasks.complete, task.id, actor, {"内容": "案"})

    assert watched.words[:2] == ["select user_task", "select process_instance"]
    assert len(watched.words) == 7


def test_two_people_who_submit_at_once_fifty_times(office: TestOffice) -> None:
    """One wins, the other learns who; twice as many engines, so that no cache is shared."""
    office.deploy(TWO_STEPS)
    actors = [office.actor("pjmo1"), office.actor("pjmo2")]
    outcomes = []
    with second_engine(office) as other:
        engines = [office.engine, other]
        for _ in range(50):
            task = office.task("write", None, office.start("two_steps"))
            outcomes.append(
                at_once(
                    *(
                        lambda e=engine, a=actor, t=task.id: e.run(tasks.complete, t, a, {})
                        for engine, actor in zip(engines, actors, strict=True)
                    )
                )
            )

    for results in outcomes:
        [winner] = [r for r in results if isinstance(r, tasks.Completed)]
        [loser] = [r for r in results if isinstance(r, TaskClosedError)]
        assert loser.completed_by == winner.task.completed_by


def test_sixteen_threads_complete_the_84_parallel_tasks_of_one_instance(
    office: TestOffice,
) -> None:
    items = ", ".join(str(number) for number in range(84))
    office.deploy(
        line(
            "survey",
            script("list_items", f"対象 = [{items}]"),
            parallel_users("answer", "対象", "番"),
            interface=declared("対象", "回答一覧"),
        )
    )
    case = office.start("survey")
    actor = office.actor("pjmo1")
    ids = [task.id for task in office.open_tasks(case)]

    def complete(some: list[str]) -> None:
        for task_id in some:
            office.engine.run(tasks.complete, task_id, actor, {"点": 1})

    results = at_once(*(lambda n=n: complete(ids[n::16]) for n in range(16)))

    assert len(ids) == 84
    assert results == [None] * 16
    assert office.head(case.id).state == "completed"
    assert len(office.variables(case)["回答一覧"]) == 84


def test_a_command_that_is_always_late_ends_in_a_clear_conflict(office: TestOffice) -> None:
    started(office)
    task = office.task("write")
    attempts = []

    def always_late(unit: Unit) -> None:
        attempts.append(unit)
        tasks.claim(unit, task.id, office.actor("pjmo1"))
        office.engine.run(touch, task.id)

    with pytest.raises(BusyError) as caught:
        office.engine.run(always_late)

    assert caught.value.kind == "user_task"
    assert len(attempts) > 10


def touch(unit: Unit, task_id: str) -> None:
    task, _ = task_rows.get_with_head(unit, task_id)
    task_rows.save(unit, task)
