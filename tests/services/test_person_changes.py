"""Adding, changing and deactivating people; passwords, the own ones and those that are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.bootstrap import BusyError
from engine.domain.access import Membership
from engine.domain.errors import FieldErrors
from engine.domain.person import Person, SignIn
from engine.domain.user_task import TaskState
from engine.services import delegations, memberships, people, people_pages, person_changes, tasks
from engine.services.delegations import NewDelegation
from engine.services.people import NotAnAdministratorError
from engine.services.person_changes import (
    LastAdministratorError,
    NoReasonError,
    OneselfError,
    PersonChangedError,
    PersonData,
)
from engine.storage import tasks as task_rows
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import at_once

PASSWORD = "correct horse"
HANAKO = PersonData(login="hanako", name="山田 花子", reading="やまだ はなこ")
ADDRESS = "10.0.0.1"


def added(office: TestOffice, data: PersonData = HANAKO) -> Person:
    id_ = office.engine.run(person_changes.add, data, PASSWORD, office.actor("admin1"))
    return person(office, id_)


def person(office: TestOffice, id_: str) -> Person:
    return office.engine.ask(people.person, id_)


def page(office: TestOffice, id_: str) -> people_pages.PersonPage:
    return office.engine.ask(people_pages.page, id_, office.actor("admin1"))


def sign_in(office: TestOffice, password: str) -> SignIn:
    return office.engine.run(people.sign_in, "hanako", password, ADDRESS)


def events(office: TestOffice, id_: str) -> list[str]:
    """What the history says about the person, the oldest first."""
    return [one.event for one in reversed(page(office, id_).lines)]


def deactivate(office: TestOffice, id_: str, reason: str = "異動のため", by: str = "admin1") -> int:
    version = person(office, id_).version
    return office.engine.run(person_changes.deactivate, id_, version, reason, office.actor(by))


def test_a_new_person_signs_in_and_has_to_change_the_first_password(office: TestOffice) -> None:
    id_ = added(office).id

    found = sign_in(office, PASSWORD).person

    assert found is not None
    assert (found.id, found.reading, found.must_change_password) == (id_, "やまだ はなこ", True)
    assert events(office, id_) == ["person_added"]


@pytest.mark.parametrize(
    ("data", "password", "field"),
    [
        pytest.param(replace(HANAKO, name=""), PASSWORD, "name", id="no name"),
        pytest.param(replace(HANAKO, login=""), PASSWORD, "login", id="no login name"),
        pytest.param(replace(HANAKO, login="花子"), PASSWORD, "login", id="login in kanji"),
        pytest.param(replace(HANAKO, login="pjmo1"), PASSWORD, "login", id="login taken"),
        pytest.param(replace(HANAKO, email="hanako"), PASSWORD, "email", id="no address"),
        pytest.param(
            replace(HANAKO, organisation_id="nowhere"), PASSWORD, "organisation", id="no place"
        ),
        pytest.param(replace(HANAKO, reading="や" * 101), PASSWORD, "reading", id="too long"),
        pytest.param(HANAKO, "short", "password", id="weak password"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field(
    office: TestOffice, data: PersonData, password: str, field: str
) -> None:
    with pytest.raises(FieldErrors) as caught:
        office.engine.run(person_changes.add, data, password, office.actor("admin1"))

    assert list(caught.value.errors) == [field]


def test_of_two_who_add_the_same_login_name_one_wins(office: TestOffice) -> None:
    actor = office.actor("admin1")

    results = at_once(*[lambda: office.engine.run(person_changes.add, HANAKO, PASSWORD, actor)] * 2)

    # on a slow machine the hashing of the password leaves no time to look a second time
    told = [one for one in results if isinstance(one, (FieldErrors, BusyError))]
    assert [type(one) for one in results if one not in told] == [str]
    assert len(told) == 1


def test_a_change_says_what_was_before(office: TestOffice) -> None:
    old = added(office)

    office.engine.run(
        person_changes.change,
        old.id,
        old.version,
        replace(HANAKO, name="鈴木 花子"),
        office.actor("admin1"),
    )

    new = page(office, old.id)
    assert (new.person.name, new.person.version) == ("鈴木 花子", 2)
    assert new.lines[0].detail["changes"] == {"name": {"before": "山田 花子", "after": "鈴木 花子"}}


def test_a_change_that_changes_nothing_leaves_no_trace(office: TestOffice) -> None:
    old = added(office)

    office.engine.run(person_changes.change, old.id, 1, HANAKO, office.actor("admin1"))

    assert person(office, old.id).version == 1
    assert events(office, old.id) == ["person_added"]


def test_of_two_administrators_the_later_one_is_told(office: TestOffice) -> None:
    old = added(office)
    actor = office.actor("admin1")
    first, second = (replace(HANAKO, name=name) for name in ("一番", "二番"))
    office.engine.run(person_changes.change, old.id, old.version, first, actor)

    with pytest.raises(PersonChangedError):
        office.engine.run(person_changes.change, old.id, old.version, second, actor)

    assert person(office, old.id).name == "一番"


def test_only_administrators_may_do_any_of_it(office: TestOffice) -> None:
    outsider = office.actor("pjmo1")
    commands: list[tuple[Any, ...]] = [
        (person_changes.add, HANAKO, PASSWORD),
        (person_changes.change, "pjmo2", 1, HANAKO),
        (person_changes.deactivate, "pjmo2", 1, "異動のため"),
        (person_changes.activate, "pjmo2", 1),
        (person_changes.reset_password, "pjmo2", PASSWORD),
        (person_changes.release, "pjmo2"),
    ]

    for command, *args in commands:
        with pytest.raises(NotAnAdministratorError):
            office.engine.run(command, *args, outsider)

    with pytest.raises(NotAnAdministratorError):
        office.engine.ask(people_pages.page, "pjmo2", outsider)


def two_tasks(office: TestOffice) -> tuple[str, str]:
    """One that pjmo1 has taken, and one that only pjmo1 can do."""
    by_expression = '= "pjmo1"'
    office.deploy(line("shared", user_task("check", candidateGroups="PJMO")))
    office.deploy(line("alone", user_task("sign", assignee=by_expression)))
    shared, alone = office.start("shared"), office.start("alone")
    task = office.task("check", case=shared)
    office.engine.run(tasks.claim, task.id, office.actor("pjmo1"))
    return task.id, office.task("sign", case=alone).id


def test_whoever_is_deactivated_loses_the_session_and_gives_the_tasks_back(
    office: TestOffice,
) -> None:
    shared, alone = two_tasks(office)
    before = page(office, "pjmo1")

    count = deactivate(office, "pjmo1")

    after = person(office, "pjmo1")
    task, _head = office.engine.ask(task_rows.get_with_head, shared)
    left, _head = office.engine.ask(task_rows.get_with_head, alone)
    assert {task.id for task, _head in before.tasks} == {shared, alone}
    assert [task.id for task, _head in before.stuck] == [alone]
    assert (after.is_active, after.session_epoch) == (False, before.person.session_epoch + 1)
    assert (task.state, task.assignee) == (TaskState.OPEN, None)
    assert left.assignee == "pjmo1"
    assert count == 1
    assert office.engine.ask(people.actor, "pjmo1") is None


def test_memberships_stay_so_that_an_activated_person_has_them_again(office: TestOffice) -> None:
    deactivate(office, "pjmo1")

    version = person(office, "pjmo1").version
    office.engine.run(person_changes.activate, "pjmo1", version, office.actor("admin1"))

    assert office.actor("pjmo1").holds("PJMO", "p1")
    assert events(office, "pjmo1") == ["person_deactivated", "person_activated"]


def test_delegations_end_with_the_person(office: TestOffice) -> None:
    today = office.clock.moment.date()
    leave = NewDelegation(
        person_id="pjmo1",
        proxy_id="pjmo2",
        valid_from_on=today,
        valid_to_on=today + timedelta(days=9),
    )
    office.engine.run(delegations.give, leave, office.actor("pjmo1"))

    deactivate(office, "pjmo1")

    assert page(office, "pjmo1").delegations == ()


def test_deactivating_needs_a_reason_and_somebody_else(office: TestOffice) -> None:
    with pytest.raises(NoReasonError):
        deactivate(office, "pjmo1", " ")
    with pytest.raises(OneselfError):
        deactivate(office, "admin1")


def administrators(office: TestOffice) -> list[str]:
    found, _total = office.engine.ask(
        people_pages.listing,
        office.actor("admin1"),
        people_pages.PeopleFilter(role="ADMIN"),
        "login",
        1,
        100,
    )
    return [row.person.id for row in found]


def test_the_last_administrator_stays(office: TestOffice) -> None:
    for id_ in administrators(office):
        if id_ != "admin1":
            deactivate(office, id_)
    [role] = person(office, "admin1").memberships
    other = Membership(person_id="pjmo2", role="ADMIN", project_id=None)

    version = person(office, "admin1").version
    with pytest.raises(LastAdministratorError):
        office.engine.run(
            memberships.end, role, version, date(2026, 4, 1), "異動", office.actor("admin1")
        )
    office.engine.run(memberships.add, other, 1, office.actor("admin1"))
    deactivate(office, "admin1", by="pjmo2")

    assert not person(office, "admin1").is_active


def test_five_failures_stop_the_sign_in_until_an_administrator_lets_it_go_on(
    office: TestOffice,
) -> None:
    id_ = added(office).id
    for _ in range(5):
        sign_in(office, "wrong")
    stopped = page(office, id_).wait_seconds

    office.engine.run(person_changes.release, id_, office.actor("admin1"))

    assert 0 < stopped <= 15 * 60
    assert page(office, id_).wait_seconds == 0
    assert sign_in(office, PASSWORD).person is not None
    assert events(office, id_)[-1] == "sign_in_released"


def test_a_password_given_by_an_administrator_ends_the_pause_and_older_sessions(
    office: TestOffice,
) -> None:
    old = added(office)
    for _ in range(5):
        sign_in(office, "wrong")

    office.engine.run(
        person_changes.reset_password, old.id, "another long one", office.actor("admin1")
    )

    found = sign_in(office, "another long one").person
    assert found is not None
    assert found.session_epoch == old.session_epoch + 1
    assert found.must_change_password


def test_ones_own_password_is_changed_with_the_old_one(office: TestOffice) -> None:
    id_ = added(office).id

    done = office.engine.run(
        person_changes.change_password, PASSWORD, "another long one", office.actor(id_), ADDRESS
    )

    found = sign_in(office, "another long one").person
    assert done.is_right
    assert found is not None
    assert not found.must_change_password
    assert sign_in(office, PASSWORD).person is None


def test_wrong_old_passwords_count_like_failures_to_sign_in(office: TestOffice) -> None:
    actor = office.actor(added(office).id)

    tried = [
        office.engine.run(person_changes.change_password, "wrong", "another one", actor, ADDRESS)
        for _ in range(6)
    ]

    assert [one.is_right for one in tried] == [False] * 6
    assert [one.wait_seconds > 0 for one in tried] == [False] * 5 + [True]
    assert sign_in(office, PASSWORD).wait_seconds > 0


@pytest.mark.parametrize("new", ["short", PASSWORD], ids=["too short", "the old one"])
def test_a_new_password_is_long_and_new(office: TestOffice, new: str) -> None:
    actor = office.actor(added(office).id)

    with pytest.raises(FieldErrors):
        office.engine.run(person_changes.change_password, PASSWORD, new, actor, ADDRESS)


def test_first_passwords_are_long_and_never_the_same() -> None:
    made = {person_changes.first_password() for _ in range(100)}

    assert len(made) == 100
    assert min(map(len, made)) >= 12
