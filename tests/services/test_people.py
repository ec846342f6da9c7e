"""Signing in, throttled; roles and their days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain.access import Membership
from engine.domain.errors import NotFoundError
from engine.services import people
from engine.services.people import (
    LoginTakenError,
    NewPerson,
    NotAnAdministratorError,
    WeakPasswordError,
)
from engine.testing import SETUP, TestOffice
from tests.offices import second_engine

PASSWORD = "correct horse"


def hanako(office: TestOffice) -> str:
    new = NewPerson(login="hanako", name="山田 花子", password=PASSWORD, id="hanako")
    return office.engine.run(people.add, new, SETUP)


def sign_in(office: TestOffice, password: str, login: str = "hanako", address: str = "10.0.0.1"):
    return office.engine.run(people.sign_in, login, password, address)


def test_the_right_password_signs_in(office: TestOffice) -> None:
    hanako(office)

    found = sign_in(office, PASSWORD)

    assert found.person is not None
    assert (found.person.id, found.wait_seconds) == ("hanako", 0)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        pytest.param("hanako", "wrong", id="wrong password"),
        pytest.param("nobody", PASSWORD, id="unknown login name"),
        pytest.param("pjmo1", "", id="person without a password"),
    ],
)
def test_everything_else_does_not(office: TestOffice, login: str, password: str) -> None:
    hanako(office)

    assert sign_in(office, password, login).person is None


def test_five_failures_make_even_the_right_password_wait_in_every_process(
    office: TestOffice,
) -> None:
    hanako(office)
    for _ in range(5):
        sign_in(office, "wrong")

    with second_engine(office) as other:
        found = other.run(people.sign_in, "hanako", PASSWORD, "10.0.0.2")

    assert found.person is None
    assert 0 < found.wait_seconds <= 15 * 60


def test_after_the_window_one_may_try_again(office: TestOffice) -> None:
    hanako(office)
    for _ in range(5):
        sign_in(office, "wrong")

    office.clock.moment += timedelta(minutes=16)

    assert sign_in(office, PASSWORD).person is not None


def test_a_success_forgets_earlier_failures_of_that_name(office: TestOffice) -> None:
    hanako(office)
    for _ in range(4):
        sign_in(office, "wrong")
    office.clock.moment += timedelta(seconds=1)
    sign_in(office, PASSWORD)
    office.clock.moment += timedelta(seconds=1)

    for _ in range(4):
        sign_in(office, "wrong")

    assert sign_in(office, PASSWORD).person is not None


def test_one_address_cannot_try_all_names(office: TestOffice) -> None:
    hanako(office)
    for number in range(50):
        sign_in(office, "wrong", f"name{number}")

    assert sign_in(office, PASSWORD).wait_seconds > 0
    assert sign_in(office, PASSWORD, address="10.9.9.9").person is not None


def test_a_new_password_ends_older_sessions(office: TestOffice) -> None:
    hanako(office)
    before = office.engine.ask(people.person, "hanako").session_epoch
    actor = office.actor("hanako")

    office.engine.run(people.set_password, "hanako", "another long one", actor)

    assert office.engine.ask(people.person, "hanako").session_epoch == before + 1
    assert sign_in(office, "another long one").person is not None


def test_a_role_counts_on_its_days_only(office: TestOffice) -> None:
    hanako(office)
    role = Membership(
        person_id="hanako",
        role="GYOMU",
        project_id="p1",
        valid_from_on=date(2026, 4, 2),
        valid_to_on=date(2026, 4, 3),
    )
    office.engine.run(people.add_membership, role, SETUP)

    held = []
    for day in (1, 2, 3, 4):
        office.clock.moment = office.clock.moment.replace(day=day)
        held.append(office.actor("hanako").holds("GYOMU", "p1"))

    assert held == [False, True, True, False]


@pytest.mark.parametrize("role", ["NOBODY", "TO"])
def test_only_real_roles_are_given(office: TestOffice, role: str) -> None:
    with pytest.raises(NotFoundError):
        office.engine.run(
            people.add_membership,
            Membership(person_id="pjmo1", role=role, project_id="p1"),
            SETUP,
        )


def test_adding_people_needs_the_right_a_free_name_and_a_password(office: TestOffice) -> None:
    hanako(office)
    twin = NewPerson(login="hanako", name="別人", password=PASSWORD)
    weak = NewPerson(login="taro", name="太郎", password="short")

    with pytest.raises(NotAnAdministratorError):
        office.engine.run(people.add, twin, office.actor("pjmo1"))
    with pytest.raises(LoginTakenError):
        office.engine.run(people.add, twin, office.actor("admin1"))
    with pytest.raises(WeakPasswordError):
        office.engine.run(people.add, weak, office.actor("admin1"))
