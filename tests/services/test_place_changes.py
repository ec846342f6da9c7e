"""Projects, information systems and organisations: added, renamed, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.domain.errors import FieldErrors
from engine.domain.person import Place
from engine.services import instances, people, place_changes, places
from engine.services.place_changes import PlaceChangedError, PlaceData
from engine.services.places import ClosedPlaceError
from engine.services.unit import Unit
from engine.testing import TestOffice
from tests.diagrams import line, user_task

DATES = {"valid_from_on": date(2026, 10, 1), "valid_to_on": date(2031, 3, 31)}


def add(office: TestOffice, kind: str, name: str, **more: object) -> str:
    wanted = PlaceData(name=name, **more)  # type: ignore[arg-type]  # as each test needs them
    return office.engine.run(place_changes.add, kind, wanted, office.actor("admin1"))


def get(office: TestOffice, kind: str, id_: str) -> Place:
    return office.engine.ask(place_changes.get, kind, id_, office.actor("admin1"))


def change(office: TestOffice, kind: str, old: Place, **changed: object) -> None:
    kept = {name: getattr(old, name) for name in PlaceData.__dataclass_fields__}
    wanted = PlaceData(**{**kept, **changed})
    actor = office.actor("admin1")
    office.engine.run(place_changes.change, (kind, old.id), old.version, wanted, actor)


def names(unit: Unit) -> tuple[str, str]:
    return places.names(unit, "p1", "s1")


def test_an_office_is_set_up_from_nothing(office: TestOffice) -> None:
    project = add(office, "project", "受付", reading="きゅうふ")
    add(office, "system", "受付システム", project_id=project, **DATES)
    add(office, "organisation", "受付課")

    found = office.engine.ask(place_changes.everything, office.actor("admin1"))

    systems = {place.name: inside for place, inside in found.projects}["受付"]
    assert [(one.name, one.valid_from_on) for one in systems] == [
        ("受付システム", date(2026, 10, 1))
    ]
    assert "受付課" in [one.name for one in found.organisations]


@pytest.mark.parametrize(
    ("kind", "wanted", "field"),
    [
        pytest.param("project", PlaceData(name=""), "name", id="no name"),
        pytest.param("organisation", PlaceData(name="組" * 101), "name", id="long name"),
        pytest.param("system", PlaceData(name="受付システム"), "project", id="no project"),
        pytest.param(
            "system",
            PlaceData(
                name="受付システム",
                project_id="p1",
                valid_from_on=date(2026, 10, 1),
                valid_to_on=date(2026, 9, 30),
            ),
            "to",
            id="backwards",
        ),
    ],
)
def test_what_no_place_may_hold_is_told_at_its_field(
    office: TestOffice, kind: str, wanted: PlaceData, field: str
) -> None:
    with pytest.raises(FieldErrors) as caught:
        office.engine.run(place_changes.add, kind, wanted, office.actor("admin1"))

    assert list(caught.value.errors) == [field]


def test_two_projects_of_one_name_cannot_be_told_apart(office: TestOffice) -> None:
    add(office, "project", "受付")

    with pytest.raises(FieldErrors) as caught:
        add(office, "project", "受付")

    assert list(caught.value.errors) == ["name"]


def test_a_new_name_is_seen_at_once_and_the_old_one_stays_in_the_history(
    office: TestOffice,
) -> None:
    office.engine.ask(names)  # kept in memory from now on
    old = get(office, "system", "s1")

    change(office, "system", old, name="新しい名前")

    [told] = office.engine.ask(place_changes.lines, "s1", office.actor("admin1"))[:1]
    assert office.engine.ask(names)[1] == "新しい名前"
    assert told.detail["changes"]["name"] == {"before": old.name, "after": "新しい名前"}


def test_another_process_sees_a_new_name_within_minutes(office: TestOffice) -> None:
    office.engine.ask(names)
    known = dict(office.engine.office.place_names)
    read_at = office.engine.office.place_names.read_at
    change(office, "system", get(office, "system", "s1"), name="新しい名前")
    office.engine.office.place_names.update(known)  # as that of a process which has not heard
    office.engine.office.place_names.read_at = read_at

    office.clock.moment += timedelta(minutes=6)

    assert office.engine.ask(names)[1] == "新しい名前"


def test_a_system_stays_in_its_project(office: TestOffice) -> None:
    other = add(office, "project", "受付")

    change(office, "system", get(office, "system", "s1"), project_id=other, name="別名")

    assert get(office, "system", "s1").project_id == "p1"


def test_of_two_administrators_the_later_one_is_told(office: TestOffice) -> None:
    old = get(office, "project", "p1")
    change(office, "project", old, name="一番")

    with pytest.raises(PlaceChangedError):
        change(office, "project", old, name="二番")


@pytest.mark.parametrize("kind", ["project", "system"])
def test_nothing_is_started_in_a_closed_place_but_what_runs_goes_on(
    office: TestOffice, kind: str
) -> None:
    office.deploy(line("errand", user_task("do", candidateGroups="PJMO")))
    case = office.start("errand")
    change(office, kind, get(office, kind, "p1" if kind == "project" else "s1"), is_closed=True)

    with pytest.raises(ClosedPlaceError):
        office.start("errand")
    office.complete("do", case=case)

    offered = office.engine.ask(instances.startable, office.actor("pjmo1"))
    assert office.open_tasks(case) == []
    assert [one.key for one in offered] == ([] if kind == "project" else ["errand"])


def test_only_administrators_see_and_change_places(office: TestOffice) -> None:
    outsider = office.actor("pjmo_head")

    with pytest.raises(people.NotAnAdministratorError):
        office.engine.ask(place_changes.everything, outsider)
    with pytest.raises(people.NotAnAdministratorError):
        office.engine.run(place_changes.add, "project", PlaceData(name="受付"), outsider)


def test_a_change_that_changes_nothing_leaves_no_trace(office: TestOffice) -> None:
    old = get(office, "project", "p1")

    change(office, "project", old)

    assert get(office, "project", "p1") == replace(old, version=old.version)
    told = office.engine.ask(place_changes.lines, "p1", office.actor("admin1"))
    assert "project_changed" not in [one.event for one in told]
