"""What people do next in an ad hoc sub-process."""

from __future__ import annotations

import pytest

from engine.domain.errors import NotACandidateError, NotFoundError, TaskAlreadyClaimedError
from engine.domain.user_task import TaskState
from engine.execution.adhoc import NotYetOverError, OneAtATimeError
from engine.services import choosing, tasks
from engine.services.choosing import Offered
from engine.storage import history
from engine.storage import tasks as task_rows
from engine.testing import Case, TestOffice
from tests.diagrams import ad_hoc
from tests.offices import choose


def started(office: TestOffice, condition: str = "", **attributes: str) -> Case:
    office.deploy(ad_hoc("inquiry", condition, **attributes))
    return office.start("inquiry")


def offered(office: TestOffice, by: str = "pjmo1") -> Offered:
    task = office.task("look_into", by)
    found = office.engine.ask(tasks.page, task.id, office.actor(by)).offered
    assert found is not None
    return found


def test_candidates_start_what_is_to_be_done_and_see_how_often_it_was(office: TestOffice) -> None:
    case = started(office)
    choose(office, "look_into", "call_them")
    choose(office, "look_into", "call_them", by="pjmo2")
    office.complete("call_them")

    found = offered(office)

    counts = [(one.element_id, one.done, one.running) for one in found.choices.activities]
    assert counts == [("call_them", 1, 1), ("write_them", 0, 0)]
    assert [one.element_id for one in found.under_way["call_them"]] == ["call_them"]
    assert office.task("look_into").state is TaskState.OPEN
    events = [one.event for one in office.engine.ask(history.of_instance, case.id)]
    assert events.count("activity_chosen") == 2


def test_who_ends_it_is_told_in_the_history_and_the_element_once(office: TestOffice) -> None:
    case = started(office)
    choice = office.task("look_into")
    choose(office, "look_into", "call_them")
    office.complete("call_them")

    done = office.complete("look_into", by="pjmo2")

    assert done.undo_until is None
    assert office.trace(case) == ["begin", "call_them", "look_into"]
    closed, _ = office.engine.ask(task_rows.get_with_head, choice.id)
    assert (closed.state, closed.completed_by) == (TaskState.COMPLETED, "pjmo2")
    entries = office.engine.ask(history.of_instance, case.id)
    assert [one.actor for one in entries if one.event == "choice_ended"] == ["pjmo2"]


def test_a_condition_that_comes_to_hold_closes_the_choice(office: TestOffice) -> None:
    case = started(office, "counts.file_it = 1")
    choice = office.task("look_into")
    with pytest.raises(NotYetOverError):
        office.complete("look_into")
    choose(office, "look_into", "write_them")
    office.complete("write_them")

    office.complete("file_it")

    assert office.engine.ask(task_rows.get_with_head, choice.id)[0].state is TaskState.CANCELLED
    assert [one.element_id for one in office.open_tasks(case)] == ["report"]


def test_the_same_post_again_starts_nothing(office: TestOffice) -> None:
    case = started(office)
    task = office.task("look_into")
    for expected in (False, True):
        chosen = office.engine.run(
            choosing.choose, task.id, "call_them", office.actor("pjmo1"), "key-1"
        )
        assert chosen.repeated is expected

    found = [one.element_id for one in office.open_tasks(case)]
    assert sorted(found) == ["call_them", "look_into"]


def test_only_who_may_do_the_task_chooses(office: TestOffice) -> None:
    started(office)
    task = office.task("look_into")
    with pytest.raises(NotACandidateError):
        office.engine.run(choosing.choose, task.id, "call_them", office.actor("gyomu1"))
    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))

    with pytest.raises(TaskAlreadyClaimedError):
        office.engine.run(choosing.choose, task.id, "call_them", office.actor("pjmo2"))


def test_what_a_flow_starts_and_what_is_not_there_cannot_be_chosen(office: TestOffice) -> None:
    started(office)

    for element_id in ("file_it", "gone", "look_into"):
        with pytest.raises(NotFoundError):
            choose(office, "look_into", element_id)


def test_in_sequence_one_activity_waits_for_the_other(office: TestOffice) -> None:
    started(office, ordering="Sequential")
    choose(office, "look_into", "write_them")
    assert not offered(office).choices.may_start

    with pytest.raises(OneAtATimeError):
        choose(office, "look_into", "call_them")

    office.complete("write_them")
    assert not offered(office).choices.may_start
    office.complete("file_it")
    choose(office, "look_into", "call_them")
