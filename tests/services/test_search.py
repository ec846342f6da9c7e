"""The search over everything: straight to a number, or all that holds the words."""

from __future__ import annotations

import pytest

from engine.services import registers, search
from engine.services.registers import OwnBooks
from engine.services.search import Found, Target
from engine.testing import SETUP, Case, TestOffice
from tests.diagrams import line, user_task

BOOKS = OwnBooks(project_id="p1", system_id="s1")


def opened(office: TestOffice) -> Case:
    """A case with one task, and a record of a defect."""
    office.deploy(line("probe", user_task("look_at_it")))
    values = {"内容": "窓口の順番が入れ替わる", "発生原因": "手順書"}
    office.engine.run(registers.enter, "R14", values, BOOKS, SETUP)
    return office.start("probe", subject="窓口の運営")


def found(office: TestOffice, text: str, by: str = "pjmo1") -> Found:
    return office.engine.ask(search.everywhere, office.actor(by), text)


def exactly(office: TestOffice, text: str, by: str = "pjmo1") -> Target | None:
    return office.engine.ask(search.exactly, office.actor(by), text)


@pytest.mark.parametrize("wide", [False, True], ids=["as it is", "in full width"])
def test_a_whole_number_leads_straight_to_its_case(office: TestOffice, wide: bool) -> None:
    case = opened(office)
    typed = case.number.replace("-", "－").replace("1", "１") if wide else case.number

    assert exactly(office, typed) == Target(kind="instance", id=case.id)


def test_a_whole_number_leads_straight_to_its_record(office: TestOffice) -> None:
    opened(office)
    [entry] = office.register("R14")

    assert exactly(office, entry.number) == Target(kind="entry", id=entry.id, register="R14")


def test_a_part_of_a_number_leads_nowhere_but_finds(office: TestOffice) -> None:
    case = opened(office)
    part = case.number[:-1]

    assert exactly(office, part) is None
    assert [row.head.id for row in found(office, part).instances] == [case.id]


def test_words_find_cases_and_records(office: TestOffice) -> None:
    case = opened(office)

    both = found(office, "窓口")
    one = found(office, "窓口　順番")

    assert [row.head.id for row in both.instances] == [case.id]
    assert [entry.register for entry in both.entries] == ["R14"]
    assert [entry.register for entry in one.entries] == ["R14"]
    assert one.instances == ()


def test_words_find_open_tasks_alone(office: TestOffice) -> None:
    opened(office)

    assert [task.name for task, _ in found(office, "look").tasks] == ["look_at_it"]

    office.complete("look_at_it")

    assert found(office, "look").is_empty


def test_at_most_ten_of_a_kind_are_shown(office: TestOffice) -> None:
    opened(office)
    for _ in range(10):
        office.start("probe", subject="窓口の運営")

    both = found(office, "窓口")

    assert len(both.instances) == 10
    assert both.more == {"instances"}


def test_what_one_may_not_see_is_not_found(office: TestOffice) -> None:
    case = opened(office)
    [entry] = office.register("R14")

    assert exactly(office, case.number, by="dev1") is None
    assert exactly(office, entry.number, by="dev1") is None
    assert found(office, "窓口", by="dev1").is_empty
    assert found(office, "look", by="dev1").is_empty


def test_a_number_that_two_things_bear_shows_both(office: TestOffice) -> None:
    opened(office)
    office.start("probe")

    assert exactly(office, "") is None
    assert len(found(office, "probe").instances) == 2


def test_nothing_is_found_by_nothing(office: TestOffice) -> None:
    opened(office)

    assert found(office, "  ").is_empty
