"""Who may represent whom: every rule and its every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from engine.domain.access import (
    Actor,
    Membership,
    may_assign,
    may_delegate_for,
    standing_in,
)
from engine.domain.delegation import (
    Delegation,
    Fault,
    Party,
    clash,
    fault_of_days,
    fault_of_people,
)
from engine.domain.errors import NotACandidateError, NotAnAssignerError
from engine.domain.user_task import TaskState, UserTask, assign, claim, complete, unclaim

FIRST, LAST = date(2026, 4, 6), date(2026, 4, 10)
NOON = datetime.fromisoformat("2026-04-06T12:00+09:00")


def made(holder: str, proxy: str, key: str | None = None, later: int = 0) -> Delegation:
    days = timedelta(days=later)
    return Delegation(
        id=f"{holder}-{proxy}-{key}",
        person_id=holder,
        proxy_id=proxy,
        process_key=key,
        valid_from_on=FIRST + days,
        valid_to_on=LAST + days,
    )


def actor(person: str, role: str = "GYOMU", *, is_head: bool = False) -> Actor:
    member = Membership(person_id=person, role=role, project_id="p1", is_head=is_head)
    return Actor(user_id=person, name=person, memberships=(member,))


def task(**changed: object) -> UserTask:
    normal = UserTask(
        id="t1",
        instance_id="i1",
        project_id="p1",
        element_id="write",
        candidate_groups=frozenset({"GYOMU"}),
    )
    return replace(normal, **changed)  # type: ignore[arg-type]  # of the caller


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        pytest.param(made("b", "a"), Fault.CIRCLE, id="circle"),
        pytest.param(made("b", "c"), Fault.PROXY_IS_AWAY, id="the proxy has a proxy"),
        pytest.param(made("c", "a"), Fault.HOLDER_IS_PROXY, id="the holder is a proxy"),
        pytest.param(made("a", "c"), Fault.TWICE, id="two proxies at once"),
        pytest.param(made("a", "b"), Fault.TWICE, id="the same again"),
        pytest.param(made("b", "c", "p01"), Fault.PROXY_IS_AWAY, id="one process of all"),
        pytest.param(made("b", "c", later=4), Fault.PROXY_IS_AWAY, id="one common day"),
    ],
)
def test_nobody_is_holder_and_proxy_at_the_same_time(other: Delegation, fault: Fault) -> None:
    assert clash(made("a", "b"), [other]) == (fault, other)


@pytest.mark.parametrize(
    ("new", "other"),
    [
        pytest.param(made("a", "b"), made("b", "c", later=5), id="the day after"),
        pytest.param(made("a", "b"), made("b", "c", later=-5), id="the day before"),
        pytest.param(made("a", "b", "p01"), made("b", "c", "p02"), id="another process"),
        pytest.param(made("a", "b", "p01"), made("a", "c", "p02"), id="a proxy for each process"),
        pytest.param(made("a", "b"), made("c", "b"), id="one proxy for two people"),
    ],
)
def test_what_does_not_meet_is_allowed(new: Delegation, other: Delegation) -> None:
    assert clash(new, [other]) is None


@pytest.mark.parametrize(
    ("holder", "proxy", "fault"),
    [
        pytest.param(Party(actor=actor("a")), Party(actor=actor("b")), None, id="a colleague"),
        pytest.param(Party(actor=actor("a")), Party(actor=actor("a")), Fault.ONESELF, id="oneself"),
        pytest.param(
            Party(actor=actor("a")),
            Party(actor=actor("b"), is_active=False),
            Fault.INACTIVE,
            id="somebody who has left",
        ),
        pytest.param(
            Party(actor=actor("a")),
            Party(actor=actor("b", "DEV")),
            Fault.OUTSIDER,
            id="an external party for the office",
        ),
        pytest.param(
            Party(actor=actor("a", "DEV")),
            Party(actor=actor("b", "OPS")),
            None,
            id="an external party for another",
        ),
    ],
)
def test_who_may_be_a_proxy(holder: Party, proxy: Party, fault: Fault | None) -> None:
    assert fault_of_people(holder, proxy) is fault


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        pytest.param(FIRST, FIRST, None, id="one day"),
        pytest.param(FIRST, FIRST + timedelta(days=366), None, id="a year"),
        pytest.param(FIRST - timedelta(days=1), LAST, ("from", Fault.PAST), id="yesterday"),
        pytest.param(LAST, FIRST, ("to", Fault.BACKWARDS), id="backwards"),
        pytest.param(FIRST, FIRST + timedelta(days=367), ("to", Fault.TOO_LONG), id="too long"),
    ],
)
def test_which_days_it_may_last(first: date, last: date, found: object) -> None:
    new = replace(made("a", "b"), valid_from_on=first, valid_to_on=last)

    assert fault_of_days(new, FIRST) == found


@pytest.mark.parametrize(
    ("moment", "is_active"),
    [
        pytest.param("2026-04-05T23:59:59+09:00", False, id="the minute before"),
        pytest.param("2026-04-06T00:00:00+09:00", True, id="the first minute"),
        pytest.param("2026-04-10T23:59:59+09:00", True, id="the last minute"),
        pytest.param("2026-04-11T00:00:00+09:00", False, id="midnight in Tokyo"),
    ],
)
def test_both_days_count_whole(moment: str, is_active: bool) -> None:
    assert made("a", "b").is_active(datetime.fromisoformat(moment)) is is_active


def test_one_that_was_ended_early_is_over_from_that_moment() -> None:
    ended = replace(made("a", "b"), ended_at=NOON)

    assert ended.is_active(NOON - timedelta(seconds=1))
    assert not ended.is_active(NOON)


def test_a_proxy_takes_and_completes_for_the_holder() -> None:
    acting = standing_in(actor("b", "PJMO"), actor("a"))

    claimed = claim(task(), acting)
    done = complete(claimed, acting, NOON)

    assert (claimed.state, claimed.assignee) == (TaskState.CLAIMED, "a")
    assert (done.completed_by, done.on_behalf_of, done.assignee) == ("b", "a", "a")
    assert unclaim(claimed, acting).assignee is None


def test_a_proxy_has_the_holders_rights_and_not_his_own() -> None:
    acting = standing_in(actor("b", "PJMO"), actor("a"))

    with pytest.raises(NotACandidateError):
        claim(task(candidate_groups=frozenset({"PJMO"})), acting)


@pytest.mark.parametrize("barred", ["a", "b"])
def test_neither_a_barred_proxy_nor_one_of_a_barred_holder_decides(barred: str) -> None:
    acting = standing_in(actor("b"), actor("a"))
    open_task = task(excluded_users=frozenset({barred}))

    with pytest.raises(NotACandidateError):
        complete(open_task, acting, NOON)
    with pytest.raises(NotACandidateError):
        complete(replace(open_task, assignee="a", state=TaskState.CLAIMED), acting, NOON)


@pytest.mark.parametrize(
    ("by", "may"),
    [
        pytest.param(actor("a"), True, id="oneself"),
        pytest.param(actor("h", is_head=True), True, id="the head of the group"),
        pytest.param(actor("c"), False, id="a colleague"),
        pytest.param(actor("h", "PL", is_head=True), False, id="the head of another group"),
        pytest.param(actor("x", "ADMIN"), True, id="an administrator"),
    ],
)
def test_who_may_set_it_up(by: Actor, may: bool) -> None:
    assert may_delegate_for(by, actor("a")) is may


@pytest.mark.parametrize(
    ("by", "may"),
    [
        pytest.param(actor("p", "PJMO"), True, id="PJMO"),
        pytest.param(actor("h", is_head=True), True, id="the head of the group"),
        pytest.param(actor("x", "ADMIN"), True, id="an administrator"),
        pytest.param(actor("c"), False, id="a candidate"),
    ],
)
def test_who_may_assign(by: Actor, may: bool) -> None:
    assert may_assign(by, {"GYOMU"}, "p1") is may


def test_a_task_is_given_to_a_candidate_also_when_another_holds_it() -> None:
    held = task(assignee="c", state=TaskState.CLAIMED)

    given = assign(held, actor("a"), by=actor("h", is_head=True))

    assert (given.state, given.assignee) == (TaskState.CLAIMED, "a")


def test_a_task_is_not_given_to_who_could_not_take_it_or_by_who_may_not_decide() -> None:
    with pytest.raises(NotACandidateError):
        assign(task(), actor("d", "DEV"), by=actor("p", "PJMO"))
    with pytest.raises(NotAnAssignerError):
        assign(task(), actor("a"), by=actor("c"))
