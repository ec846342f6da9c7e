"""Giving a task to somebody, and who is told."""

from __future__ import annotations

import pytest

from engine.domain.errors import NotACandidateError, NotAnAssignerError
from engine.services import assigning, notices, tasks
from engine.services.assigning import NoAssigneeError
from engine.storage import history as history_rows
from engine.testing import TestOffice
from tests.diagrams import line, user_task


def opened(office: TestOffice) -> str:
    """The id of a task for PJMO."""
    office.deploy(line("a", user_task("write", candidateGroups="PJMO")))
    office.start("a")
    return office.task("write").id


def kinds(office: TestOffice, person: str) -> list[str]:
    found = office.engine.ask(notices.listing, office.actor(person))
    return [one.kind for one in found.rows]


def test_the_new_holder_is_told_and_history_says_who_decided(office: TestOffice) -> None:
    task_id = opened(office)

    given = office.engine.run(assigning.assign, task_id, "pjmo2", office.actor("pjmo_head"))

    newest = office.engine.ask(history_rows.of_instance, given.instance_id)[0]
    assert office.task("write").assignee == "pjmo2"
    assert (newest.event, newest.actor) == ("task_assigned", "pjmo_head")
    assert newest.detail["person"] == "PJMO pjmo2"
    assert kinds(office, "pjmo2") == ["task_assigned"]


def test_who_had_the_task_is_told_that_it_went_to_another(office: TestOffice) -> None:
    task_id = opened(office)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo1"))

    office.engine.run(assigning.assign, task_id, "pjmo2", office.actor("pjmo_head"))

    assert kinds(office, "pjmo1") == ["task_reassigned"]


def test_taking_it_for_oneself_tells_nobody(office: TestOffice) -> None:
    task_id = opened(office)

    office.engine.run(assigning.assign, task_id, "pjmo1", office.actor("pjmo1"))

    assert kinds(office, "pjmo1") == []


def test_assigning_to_the_holder_again_changes_nothing(office: TestOffice) -> None:
    task_id = opened(office)
    office.engine.run(assigning.assign, task_id, "pjmo2", office.actor("pjmo_head"))

    office.engine.run(assigning.assign, task_id, "pjmo2", office.actor("pjmo_head"))

    assert kinds(office, "pjmo2") == ["task_assigned"]


@pytest.mark.parametrize(
    ("person", "by", "error"),
    [
        pytest.param("", "pjmo_head", NoAssigneeError, id="nobody"),
        pytest.param("gyomu1", "pjmo_head", NotACandidateError, id="no candidate"),
        pytest.param("pjmo2", "gyomu_head", NotAnAssignerError, id="by the head of another group"),
    ],
)
def test_a_refusal_leaves_the_task_alone(
    office: TestOffice, person: str, by: str, error: type[Exception]
) -> None:
    task_id = opened(office)

    with pytest.raises(error):
        office.engine.run(assigning.assign, task_id, person, office.actor(by))

    assert office.task("write").assignee is None


def test_those_offered_could_take_the_task(office: TestOffice) -> None:
    opened(office)
    task = office.task("write")

    offered = office.engine.ask(assigning.candidates, [task, task], office.actor("pjmo_head"))
    others = office.engine.ask(assigning.candidates, [task], office.actor("gyomu1"))

    assert [one.id for one in offered] == ["pjmo1", "pjmo2", "pjmo_head"]
    assert others == []
