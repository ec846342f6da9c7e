"""The own password: changed at will, or at the first sign-in before anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.services import people, person_changes
from engine.services.person_changes import PersonData
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]
PAGE = "/me/password"
FIRST, OWN = "first password", "my very own one"
NEW = {"old": FIRST, "password": OWN, "again": OWN}


@pytest.fixture
def newcomer(visit: Visit, office: TestOffice) -> Visitor:
    """Hanako, who has just signed in with the password of the administrator."""
    data = PersonData(login="hanako", name="山田 花子")
    office.engine.run(person_changes.add, data, FIRST, office.actor("admin1"))
    visitor = visit(None)
    visitor.send("/login", "/login", {"username": "hanako", "password": FIRST})
    return visitor


@pytest.mark.parametrize("path", ["/worklist", "/instances", "/me", "/admin/people"])
def test_with_the_first_password_every_page_leads_to_the_change(
    newcomer: Visitor, path: str
) -> None:
    answer = newcomer.open(path)

    assert (answer.status, answer.location) == (303, PAGE)


def test_commands_wait_for_the_change_as_well(newcomer: Visitor) -> None:
    form = newcomer.open(PAGE).form(PAGE)

    answer = newcomer.post("/me", form)

    assert (answer.status, answer.location) == (303, PAGE)


def test_after_the_change_everything_is_open_without_another_sign_in(
    newcomer: Visitor, office: TestOffice
) -> None:
    answer = newcomer.send(PAGE, PAGE, NEW)

    assert answer.status == 303
    assert newcomer.open("/worklist").status == 200
    assert office.engine.run(people.sign_in, "hanako", OWN, "10.0.0.1").person is not None


def test_signing_out_is_possible_with_the_first_password(newcomer: Visitor) -> None:
    answer = newcomer.send(PAGE, "/logout", {})

    assert answer.location == "/login"


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        pytest.param({"old": "wrong"}, ["#old"], id="wrong old one"),
        pytest.param({"old": ""}, ["#old"], id="no old one"),
        pytest.param({"password": "", "again": ""}, ["#password"], id="no new one"),
        pytest.param({"password": "short", "again": "short"}, ["#password"], id="weak"),
        pytest.param({"password": FIRST, "again": FIRST}, ["#password"], id="the same"),
        pytest.param({"again": "another"}, ["#again"], id="not the same twice"),
    ],
)
def test_mistakes_are_told_at_their_fields_and_nothing_changes(
    newcomer: Visitor, office: TestOffice, typed: dict[str, str], fields: list[str]
) -> None:
    page = newcomer.send(PAGE, PAGE, {**NEW, **typed})

    assert page.status == 422
    assert page.tree.xpath("//*[@class='error-summary']//a/@href") == fields
    assert OWN not in page.text
    assert office.engine.run(people.sign_in, "hanako", FIRST, "10.0.0.1").person is not None


def test_too_many_wrong_old_passwords_have_to_wait(newcomer: Visitor, office: TestOffice) -> None:
    office.clock.moment += timedelta(seconds=1)  # since the sign-in
    for _ in range(5):
        newcomer.send(PAGE, PAGE, {**NEW, "old": "wrong"})

    page = newcomer.send(PAGE, PAGE, NEW)

    assert page.status == 422
    assert "15分たつまで変えられません" in page.text


def test_a_password_given_again_ends_the_session(newcomer: Visitor, office: TestOffice) -> None:
    found = office.engine.run(people.sign_in, "hanako", FIRST, "10.0.0.1").person
    assert found is not None

    office.engine.run(
        person_changes.reset_password, found.id, "given once more", office.actor("admin1")
    )

    assert newcomer.open(PAGE).location.startswith("/login")


def test_the_page_is_english_too(newcomer: Visitor) -> None:
    language(newcomer, "en")

    page = newcomer.send(PAGE, PAGE, {**NEW, "password": "short", "again": "short"})

    assert foreign_texts(page) == []
