"""Filters under a name, each person's own."""

from __future__ import annotations

import pytest

from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.saved_view import SavedView
from engine.services import saved_views
from engine.testing import TestOffice


def saved(
    office: TestOffice, name: str, query: str = "due=week", person: str = "pjmo1"
) -> SavedView:
    return office.engine.run(saved_views.save, "worklist", name, query, office.actor(person))


def names(office: TestOffice, person: str = "pjmo1", page: str = "worklist") -> list[str]:
    return [one.name for one in office.engine.ask(saved_views.of_page, office.actor(person), page)]


def test_a_view_belongs_to_its_person_and_its_page(office: TestOffice) -> None:
    saved(office, "今週")

    assert names(office) == ["今週"]
    assert names(office, "pjmo2") == []
    assert names(office, page="instances") == []


def test_the_same_name_replaces_the_filters(office: TestOffice) -> None:
    first = saved(office, "今週")

    second = saved(office, " 今週 ", "due=today")

    assert (second.id, second.query) == (first.id, "due=today")
    assert names(office) == ["今週"]


def test_a_view_is_renamed_and_dropped(office: TestOffice) -> None:
    view = saved(office, "今週")
    actor = office.actor("pjmo1")

    office.engine.run(saved_views.rename, view.id, "急ぎ", actor)
    assert names(office) == ["急ぎ"]

    office.engine.run(saved_views.drop, view.id, actor)
    assert names(office) == []


def test_nobody_reaches_the_view_of_another(office: TestOffice) -> None:
    view = saved(office, "今週")

    with pytest.raises(NotFoundError):
        office.engine.ask(saved_views.get, view.id, office.actor("pjmo2"))
    with pytest.raises(NotFoundError):
        office.engine.run(saved_views.drop, view.id, office.actor("pjmo2"))


@pytest.mark.parametrize("name", [" ", "あ" * 31])
def test_a_name_must_be_there_and_short(office: TestOffice, name: str) -> None:
    with pytest.raises(FieldErrors):
        saved(office, name)


def test_two_views_never_have_one_name(office: TestOffice) -> None:
    saved(office, "今週")
    other = saved(office, "急ぎ")

    with pytest.raises(FieldErrors):
        office.engine.run(saved_views.rename, other.id, "今週", office.actor("pjmo1"))


def test_there_are_at_most_twenty(office: TestOffice) -> None:
    for number in range(saved_views.MOST_VIEWS):
        saved(office, f"条件{number}")

    with pytest.raises(FieldErrors):
        saved(office, "もう一つ")
