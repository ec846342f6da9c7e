"""The list of people: by words, role, project and organisation; sorted by reading; as Excel."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from engine.domain.access import Membership
from engine.services import (
    calendar_page,
    memberships,
    people,
    people_pages,
    person_changes,
    roles_page,
)
from engine.services.people_pages import PeopleFilter
from engine.services.person_changes import PersonData
from engine.testing import SETUP, TestOffice

HANAKO = PersonData(
    login="hanako", name="山田 花子", reading="やまだ はなこ", organisation_id="hq", email="h@a.jp"
)
TARO = PersonData(login="taro", name="赤井 太郎", reading="あかい たろう")


@pytest.fixture
def filled(office: TestOffice) -> TestOffice:
    """Two people with readings; Hanako is PJMO of p1 since yesterday, Taro from next month."""
    office.engine.run(people.add_organisation, "本庁", SETUP, "hq")
    actor = office.actor("admin1")
    for data, first in ((HANAKO, date(2026, 3, 31)), (TARO, date(2026, 5, 1))):
        id_ = office.engine.run(person_changes.add, data, "correct horse", actor)
        role = Membership(person_id=id_, role="PJMO", project_id="p1", valid_from_on=first)
        office.engine.run(memberships.add, role, 1, actor)
    return office


def logins(office: TestOffice, order: str = "reading", **asked: str) -> list[str]:
    rows, total = office.engine.ask(
        people_pages.listing, office.actor("admin1"), PeopleFilter(**asked), order, 1, 200
    )
    assert total == len(rows)
    return [row.person.login for row in rows]


@pytest.mark.parametrize(
    "words",
    ["花子", "やまだ", "HANAKO", "ｈａｎａｋｏ", "h@a.jp", "山田 はなこ"],
    ids=["name", "reading", "capitals", "full width", "mail", "two words"],
)
def test_people_are_found_by_what_one_knows_of_them(filled: TestOffice, words: str) -> None:
    assert logins(filled, text=words) == ["hanako"]


def test_signs_of_patterns_are_only_signs(filled: TestOffice) -> None:
    assert logins(filled, text="%") == []


def test_a_role_is_found_on_its_days(filled: TestOffice) -> None:
    found = logins(filled, role="PJMO")

    assert "hanako" in found
    assert "taro" not in found


def test_whoever_works_everywhere_works_in_the_project(filled: TestOffice) -> None:
    found = logins(filled, project_id="p1")

    assert {"hanako", "admin1", "pjmo1"} <= set(found)


def test_an_organisation_lists_its_people(filled: TestOffice) -> None:
    assert logins(filled, organisation_id="hq") == ["hanako"]


def test_people_stand_in_the_order_of_their_readings(filled: TestOffice) -> None:
    assert logins(filled)[:2] == ["taro", "hanako"]
    assert logins(filled, "-reading")[-2:] == ["hanako", "taro"]
    assert logins(filled, "login") == sorted(logins(filled))


def test_inactive_people_stand_in_their_own_list(filled: TestOffice) -> None:
    actor = filled.actor("admin1")
    filled.engine.run(person_changes.deactivate, "pjmo2", 1, "異動", actor)

    assert "pjmo2" not in logins(filled)
    assert logins(filled, state="inactive") == ["pjmo2"]
    assert "pjmo2" in logins(filled, state="all")


def test_pages_hold_everybody_once(filled: TestOffice) -> None:
    actor = filled.actor("admin1")
    seen: list[str] = []
    page, total = 1, 1
    while len(seen) < total:
        rows, total = filled.engine.ask(
            people_pages.listing, actor, PeopleFilter(), "reading", page, 7
        )
        seen += [row.person.id for row in rows]
        page += 1

    assert len(set(seen)) == len(seen) == total


def test_the_file_has_a_row_for_each_role(filled: TestOffice, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    asked = PeopleFilter(text="花子")

    count = filled.engine.ask(people_pages.export, filled.actor("admin1"), asked, "reading", path)

    sheet = openpyxl.load_workbook(path).active
    assert count == 1
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:5] == [
        "hanako",
        "山田 花子",
        "やまだ はなこ",
        "本庁",
        "h@a.jp",
    ]


def test_the_list_asks_as_much_for_a_hundred_people_as_for_one(filled: TestOffice) -> None:
    from tests.offices import Watched

    counts = []
    for size in (1, 200):
        with Watched(filled.engine._database) as watched:
            filled.engine.ask(
                people_pages.listing,
                filled.actor("admin1"),
                PeopleFilter(),
                "reading",
                1,
                size,
            )
        counts.append(len(watched.statements))

    assert counts[0] == counts[1]


def test_rights_are_those_of_the_rules(office: TestOffice) -> None:
    rows = office.engine.ask(roles_page.rows, office.actor("admin1"))

    rights = {row.role.code: row.rights for row in rows}
    assert "administer" in rights["ADMIN"]
    assert "see_all" in rights["PMO"]
    assert rights["DEV"] == rights["TO"] == frozenset()
    assert {"cancel", "assign", "mend"} <= rights["PJMO"]
    assert "see_all" not in rights["PJMO"]


def test_sums_of_roles_are_not_offered(office: TestOffice) -> None:
    offered = dict(office.engine.ask(roles_page.to_give))

    assert "PJMO" in offered
    assert not {"TO", "GYOSEI", "JUKO"} & offered.keys()


def test_closed_days_have_their_names(office: TestOffice) -> None:
    found = office.engine.ask(calendar_page.closure_days, office.actor("admin1"), 2026)

    named = dict(found.days)
    assert named[date(2026, 4, 29)] == "昭和の日"
    assert named[date(2026, 12, 30)] == "年末年始"
    assert date(2026, 12, 26) not in named  # a Saturday
    assert found.working_day_count == sum(
        office.engine.office.calendar.is_working_day(date.fromordinal(day))
        for day in range(date(2026, 4, 1).toordinal(), date(2027, 4, 1).toordinal())
    )
