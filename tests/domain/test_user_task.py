"""The life of a user task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.domain.access import Actor, Membership
from engine.domain.errors import NotACandidateError, TaskAlreadyClaimedError, TaskClosedError
from engine.domain.user_task import TaskState, UserTask, claim, complete, unclaim

NINE = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # 09:00 in Tokyo


def person(name: str, role: str = "PJMO", project: str | None = "p1", head: bool = False) -> Actor:
    membership = Membership(person_id=name, role=role, project_id=project, is_head=head)
    return Actor(user_id=name, memberships=(membership,))


SATO, SUZUKI = person("sato"), person("suzuki")


def make_task(**changes: object) -> UserTask:
    normal = UserTask(
        id="t1",
        instance_id="i1",
        project_id="p1",
        element_id="plan_rehearsal",
        candidate_groups=frozenset({"PJMO"}),
    )
    return replace(normal, **changes)


def test_a_candidate_who_claims_becomes_the_assignee():
    claimed = claim(make_task(), SATO)

    assert (claimed.state, claimed.assignee) == (TaskState.CLAIMED, "sato")


def test_claim_changes_nothing_for_the_assignee():
    task = claim(make_task(), SATO)

    assert claim(task, SATO) is task


def test_claim_says_who_holds_the_task():
    with pytest.raises(TaskAlreadyClaimedError) as caught:
        claim(make_task(assignee="suzuki", state=TaskState.CLAIMED), SATO)

    assert caught.value.assignee == "suzuki"


@pytest.mark.parametrize(
    "actor",
    [
        pytest.param(person("sato", role="GYOMU"), id="another role"),
        pytest.param(person("sato", project="p2"), id="another project"),
        pytest.param(Actor(user_id="sato"), id="no role at all"),
    ],
)
def test_claim_refuses_whoever_is_no_candidate(actor):
    with pytest.raises(NotACandidateError):
        claim(make_task(), actor)


def test_a_member_of_all_projects_is_a_candidate_in_each():
    assert claim(make_task(), person("sato", project=None)).assignee == "sato"


def test_only_the_head_may_take_what_is_for_the_head():
    task = make_task(candidate_groups=frozenset({"PJMO:head"}))

    with pytest.raises(NotACandidateError):
        claim(task, SATO)
    assert claim(task, person("kato", head=True)).assignee == "kato"


def test_an_excluded_person_is_refused_although_a_candidate():
    with pytest.raises(NotACandidateError):
        claim(make_task(excluded_users=frozenset({"sato"})), SATO)


def test_a_named_candidate_needs_no_role():
    task = make_task(candidate_groups=frozenset(), candidate_users=frozenset({"sato"}))

    assert claim(task, Actor(user_id="sato")).assignee == "sato"


def test_unclaim_gives_the_task_back_to_its_group():
    task = unclaim(claim(make_task(), SATO), SATO)

    assert (task.state, task.assignee) == (TaskState.OPEN, None)


def test_unclaim_refuses_what_another_person_holds():
    with pytest.raises(TaskAlreadyClaimedError):
        unclaim(claim(make_task(), SUZUKI), SATO)


def test_unclaim_refuses_where_no_group_could_take_the_task():
    task = make_task(candidate_groups=frozenset(), assignee="sato", state=TaskState.CLAIMED)

    with pytest.raises(NotACandidateError):
        unclaim(task, SATO)


def test_completing_an_open_task_claims_it():
    done = complete(make_task(), SATO, NINE)

    assert (done.state, done.assignee, done.completed_by, done.completed_at) == (
        TaskState.COMPLETED,
        "sato",
        "sato",
        NINE,
    )


def test_the_second_to_complete_learns_who_was_first_and_when():
    done = complete(make_task(), SATO, NINE)

    with pytest.raises(TaskClosedError) as caught:
        complete(done, SUZUKI, NINE)

    assert (caught.value.completed_by, caught.value.completed_at) == ("sato", NINE)


@pytest.mark.parametrize("state", [TaskState.COMPLETED, TaskState.CANCELLED])
@pytest.mark.parametrize("rule", [claim, unclaim], ids=["claim", "unclaim"])
def test_a_closed_task_can_no_more_be_moved(rule, state):
    with pytest.raises(TaskClosedError):
        rule(make_task(state=state), SATO)
