"""Roles: given, changed, ended and taken back, with what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.access import Membership
from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.membership import Standing
from engine.services import memberships, people, people_pages
from engine.services.person_changes import NoReasonError, PersonChangedError
from engine.testing import TestOffice

TODAY = date(2026, 4, 1)
APRIL = Membership(
    person_id="gyomu1",
    role="PJMO",
    project_id="p1",
    valid_from_on=date(2026, 4, 10),
    valid_to_on=date(2026, 4, 30),
)


def page(office: TestOffice) -> people_pages.PersonPage:
    return office.engine.ask(people_pages.page, "gyomu1", office.actor("admin1"))


def give(office: TestOffice, wanted: Membership = APRIL) -> Membership:
    """Give it, and read it again."""
    version = page(office).person.version
    office.engine.run(memberships.add, wanted, version, office.actor("admin1"), "兼務")
    return next(one for one in page(office).person.memberships if one == replace(wanted, id=one.id))


def test_a_role_counts_from_its_first_day(office: TestOffice) -> None:
    before = office.actor("gyomu1").holds("PJMO", "p1")

    give(office, replace(APRIL, valid_from_on=TODAY, is_head=True))

    assert not before
    assert office.actor("gyomu1").holds("PJMO:head", "p1")
    detail = page(office).lines[0].detail
    assert (detail["role"], detail["is_head"], detail["from"], detail["reason"]) == (
        "PJMO",
        True,
        "2026-04-01",
        "兼務",
    )


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        pytest.param(replace(APRIL, role="NOBODY"), "role", id="unknown role"),
        pytest.param(replace(APRIL, role="TO"), "role", id="sum of others"),
        pytest.param(replace(APRIL, project_id="nowhere"), "project", id="unknown project"),
        pytest.param(replace(APRIL, role="ADMIN"), "project", id="administrator of one project"),
        pytest.param(replace(APRIL, valid_to_on=date(2026, 4, 9)), "to", id="backwards"),
        pytest.param(replace(APRIL, valid_from_on=date(2026, 4, 30)), "from", id="one day twice"),
        pytest.param(replace(APRIL, is_head=True), "from", id="again, as head"),
    ],
)
def test_what_stands_in_the_way_is_told_at_its_field(
    office: TestOffice, wanted: Membership, field: str
) -> None:
    give(office)

    with pytest.raises(FieldErrors) as caught:
        give(office, wanted)

    assert list(caught.value.errors) == [field]
    assert len(page(office).person.memberships) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(replace(APRIL, project_id=None), id="in all projects"),
        pytest.param(replace(APRIL, role="SEIDO"), id="another role"),
        pytest.param(
            replace(APRIL, valid_from_on=date(2026, 5, 1), valid_to_on=date.max), id="later"
        ),
    ],
)
def test_what_does_not_overlap_is_given(office: TestOffice, wanted: Membership) -> None:
    give(office)

    give(office, wanted)

    assert len(page(office).person.memberships) == 3


def test_a_change_keeps_role_and_project_and_says_what_was_before(office: TestOffice) -> None:
    old = give(office)
    wanted = replace(old, valid_to_on=date(2026, 5, 31), role="ADMIN", project_id=None)

    version = page(office).person.version
    office.engine.run(memberships.change, wanted, version, "延長", office.actor("admin1"))

    new = memberships.find(page(office).person, old.id or 0)
    assert new == replace(old, valid_to_on=date(2026, 5, 31))
    assert page(office).lines[0].detail["before"] == {
        "is_head": False,
        "from": "2026-04-10",
        "to": "2026-04-30",
    }


def test_a_role_that_ends_counts_until_the_evening_of_that_day(office: TestOffice) -> None:
    old = give(office, replace(APRIL, valid_from_on=TODAY))

    version = page(office).person.version
    office.engine.run(
        memberships.end, old, version, date(2026, 4, 2), "異動", office.actor("admin1")
    )

    held = []
    for day in (1, 2, 3):
        office.clock.moment = office.clock.moment.replace(day=day)
        held.append(office.actor("gyomu1").holds("PJMO", "p1"))
    assert held == [True, True, False]
    assert page(office).held[-1].standing is Standing.OVER


def test_no_role_ends_before_it_began(office: TestOffice) -> None:
    old = give(office)

    with pytest.raises(FieldErrors) as caught:
        office.engine.run(memberships.end, old, 2, TODAY, "異動", office.actor("admin1"))

    assert list(caught.value.errors) == ["to"]


def test_only_a_role_to_come_is_taken_back(office: TestOffice) -> None:
    coming, current = give(office), page(office).held[0].membership
    actor = office.actor("admin1")

    with pytest.raises(NotFoundError):
        office.engine.run(memberships.withdraw, current, 2, "誤り", actor)
    office.engine.run(memberships.withdraw, coming, 2, "誤り", actor)

    assert [one.membership for one in page(office).held] == [current]
    assert page(office).lines[0].event == "membership_withdrawn"


def test_every_change_needs_a_reason_and_the_version_that_was_read(office: TestOffice) -> None:
    old = give(office)
    actor = office.actor("admin1")

    with pytest.raises(NoReasonError):
        office.engine.run(memberships.change, old, 2, " ", actor)
    with pytest.raises(NoReasonError):
        office.engine.run(memberships.end, old, 2, date(2026, 4, 20), "", actor)
    with pytest.raises(NoReasonError):
        office.engine.run(memberships.withdraw, old, 2, "", actor)
    with pytest.raises(PersonChangedError):
        office.engine.run(memberships.end, old, 1, date(2026, 4, 20), "異動", actor)


def test_nobody_but_an_administrator_gives_roles(office: TestOffice) -> None:
    with pytest.raises(people.NotAnAdministratorError):
        office.engine.run(memberships.add, APRIL, 1, office.actor("pjmo_head"))
