"""Instances are found by their data items, a moment after each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.access import Membership
from engine.services import instance_list, instance_values, instances, people, tasks
from engine.services.instance_export import Export
from engine.services.instance_list import InstanceFilter
from engine.storage import instance_values as rows
from engine.storage.instance_values import Mark
from engine.storage.schema import history
from engine.storage.schema_values import instance_value
from engine.testing import SETUP, Case, TestOffice
from tests.diagrams import folder, line, node, user_task
from tests.offices import Watched, index_values, second_engine
from tests.services.test_instance_list import explained, subjects
from tests.services.test_instances import with_call

VALUES: dict[str, Any] = {"費用": 1200, "件名": "窓口の混雑", "担当係": "pjmo2", "数": 1}


def opened(office: TestOffice, **values: Any) -> Case:
    """A case with data items, already looked through."""
    office.deploy(line("two", user_task("plan_it"), user_task("do_it")))
    case = office.start("two", values={**VALUES, **values}, subject="見つける案件")
    index_values(office)
    return case


def found(office: TestOffice, *item: str, **more: Any) -> list[str]:
    return subjects(office, InstanceFilter(items=(item,)), **more)  # type: ignore[arg-type]


def stored(office: TestOffice) -> set[tuple[str, str]]:
    """Name and key of all rows."""
    query = sa.select(instance_value.c.name, instance_value.c.key)
    with office.engine._database.connect() as connection:
        return {(row.name, row.key) for row in connection.execute(query)}


@pytest.mark.parametrize(
    ("item", "fits"),
    [
        pytest.param(("件名", "has", "混雑"), True, id="a word"),
        pytest.param(("件名", "has", "t"), False, id="no letter of the key itself"),
        pytest.param(("件名", "has", "%"), False, id="no pattern"),
        pytest.param(("件名", "is", "窓口の混雑"), True, id="the whole"),
        pytest.param(("費用", "from", "1,000"), True, id="a number from"),
        pytest.param(("費用", "to", "1000"), False, id="a number to"),
        pytest.param(("担当係", "has", "pjmo2"), True, id="a person by the name"),
        pytest.param((" 件名　", "has", ""), True, id="any value"),
        pytest.param(("ない項目", "has", ""), False, id="an item nobody has"),
    ],
)
def test_a_case_is_found_by_a_data_item(
    office: TestOffice, item: tuple[str, str, str], fits: bool
) -> None:
    opened(office)

    assert found(office, *item) == (["見つける案件"] if fits else [])


def test_all_conditions_must_fit(office: TestOffice) -> None:
    opened(office)
    both = InstanceFilter(items=(("費用", "from", "1000"), ("費用", "to", "1300")))
    one = InstanceFilter(items=(("費用", "from", "1000"), ("件名", "is", "別の件")))

    assert subjects(office, both) == ["見つける案件"]
    assert subjects(office, one) == []


def test_a_step_shows_a_moment_later_and_the_old_value_is_gone(office: TestOffice) -> None:
    opened(office)

    office.complete("plan_it", {"費用": 90, "件名": None})
    before = found(office, "費用", "is", "1200")
    index_values(office)

    assert before == ["見つける案件"]
    assert found(office, "費用", "is", "1200") == []
    assert found(office, "費用", "is", "90") == ["見つける案件"]
    assert found(office, "件名", "has", "") == []


@pytest.mark.parametrize("end", ["complete", "cancel"])
def test_a_case_that_has_ended_keeps_its_last_values(office: TestOffice, end: str) -> None:
    case = opened(office)
    office.complete("plan_it", {"数": 7})

    if end == "cancel":
        office.cancel(case, "不要")
    else:
        office.complete("do_it")
    index_values(office)

    assert found(office, "数", "is", "7") == ["見つける案件"]
    assert office.variables(case)["数"] == 7


FORK = folder(
    "fork",
    [
        node("startEvent", "begin"),
        node("parallelGateway", "split"),
        user_task("left"),
        user_task("left_again"),
        user_task("right"),
        node("parallelGateway", "meet"),
        node("endEvent", "finish"),
    ],
    [
        ("begin", "split"),
        ("split", "left"),
        ("split", "right"),
        ("left", "left_again"),
        ("left_again", "meet"),
        ("right", "meet"),
        ("meet", "finish"),
    ],
)


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")], ids="-".join)
def test_of_paths_side_by_side_the_value_that_was_set_last_counts(
    office: TestOffice, order: tuple[str, str]
) -> None:
    office.deploy(FORK)
    case = office.start("fork", values={"回答": "まだ", "数": 1}, subject="並ぶ案件")

    for element in order:
        office.complete(element, {"回答": element})
        index_values(office)
        assert found(office, "回答", "is", element) == ["並ぶ案件"]
    office.complete("left_again", {"数": 2})
    index_values(office)

    assert found(office, "回答", "is", "まだ") == []
    assert (office.variables(case)["数"], found(office, "数", "is", "2")) == (2, ["並ぶ案件"])


def test_what_a_called_case_holds_finds_its_caller(office: TestOffice) -> None:
    with_call(office)
    office.start("caller", values={"題": "呼ぶ案"})
    office.complete("prepare")
    called = office.cases("called")[0]
    office.engine.run(
        tasks.complete,
        office.open_tasks(called)[0].id,
        office.actor("pjmo1"),
        {"途中の値": "ここだけ"},
    )
    index_values(office)
    item = (("途中の値", "has", "ここ"),)

    main = subjects(office, InstanceFilter(items=item))
    both = subjects(office, InstanceFilter(items=item, with_called=True))

    assert len(main) == len(both) == 1


def test_who_may_not_see_a_case_never_finds_it(office: TestOffice) -> None:
    opened(office)
    office.engine.run(people.add_project, "別のプロジェクト", SETUP, "p2")
    member = Membership(person_id="gyomu1", role="PJMO", project_id="p2")
    office.engine.run(people.add_membership, member, SETUP)
    where: dict[str, Any] = {"project_id": "p2", "subject": "よその案件"}
    office.engine.run(
        instances.start, "two", office.actor("gyomu1"), values={"費用": 1200}, **where
    )
    index_values(office)

    assert found(office, "費用", "is", "1200", by="pjmo1") == ["見つける案件"]
    assert set(found(office, "費用", "is", "1200")) == {"見つける案件", "よその案件"}


def test_reading_again_from_the_beginning_changes_nothing(office: TestOffice) -> None:
    opened(office)
    office.complete("plan_it", {"数": 7})
    index_values(office)
    first = stored(office)

    with office.engine._database.begin() as connection:
        connection.execute(sa.text("delete from instance_value_cursor"))
    index_values(office)

    assert stored(office) == first
    assert ("数", "n2100007") in first


def test_another_worker_goes_on_where_the_first_was_killed(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_values, "AT_ONCE", 2)
    office.deploy(line("two", user_task("plan_it"), user_task("do_it")))
    for number in range(5):
        office.start("two", values={"数": number})
    lane = office.engine.worker.values
    assert lane.run_one()
    half = len(stored(office))

    with second_engine(office) as other:
        while other.worker.values.run_one():
            continue

    assert 0 < half < 5
    assert stored(office) == {("数", "n1"), *(("数", f"n210000{n}") for n in range(1, 5))}


def test_what_fails_in_the_middle_leaves_no_trace(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office)
    office.complete("plan_it", {"数": 7})
    before = stored(office)

    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rows, "read", broken)
        with pytest.raises(RuntimeError):
            office.engine.worker.values.run_one()
    untouched = stored(office)
    index_values(office)

    assert untouched == before
    assert ("数", "n2100007") in stored(office)


def test_when_nothing_happens_one_statement_says_so(office: TestOffice) -> None:
    opened(office)

    with Watched(office.engine._database) as watched:
        assert not office.engine.worker.values.run_one()

    assert len(watched.statements) == 1
    assert watched.commits == 0


def test_a_hundred_steps_are_read_in_few_statements(office: TestOffice) -> None:
    opened(office)
    for number in range(20):
        office.start("two", values={"数": number})

    with Watched(office.engine._database) as watched:
        index_values(office)

    assert watched.commits == 1
    assert len(watched.statements) <= 10


def test_names_are_offered_once_each(office: TestOffice) -> None:
    opened(office)
    office.start("two", values={"費用": 5})
    index_values(office)

    assert office.engine.ask(instance_values.names) == sorted(VALUES)


def test_there_are_no_names_before_there_are_values(office: TestOffice) -> None:
    assert office.engine.ask(instance_values.names) == []


def test_a_state_nobody_can_read_does_not_hold_up_the_others(office: TestOffice) -> None:
    case = opened(office)
    office.complete("plan_it", {"数": 7})
    other = office.start("two", values={"数": 8})
    broken = sa.update(history).where(history.c.instance_id == case.id).values(live=b"?")
    with office.engine._database.begin() as connection:
        connection.execute(broken)

    index_values(office)

    assert other.id
    assert {key for name, key in stored(office) if name == "数"} == {"n2100008"}


def test_an_export_keeps_the_conditions(office: TestOffice) -> None:
    asked = InstanceFilter(items=(("費用", "from", "1000"),), late=3, version=2, passed="plan_it")

    kept = Export(asked=asked, order="due", ending="csv")

    assert Export.from_args(kept.to_args()) == kept


@pytest.mark.parametrize(
    ("item", "index"),
    [
        pytest.param(("費用", "is", "1200"), "ix_instance_value_key", id="a value"),
        pytest.param(("費用", "from", "1000"), "ix_instance_value_key", id="a range"),
        pytest.param(("件名", "has", "混雑"), "instance_value", id="a word"),
    ],
)
def test_a_value_is_looked_for_by_its_index(
    office: TestOffice, item: tuple[str, str, str], index: str
) -> None:
    opened(office)

    plans = explained(office, InstanceFilter(items=(item,)), "")

    assert any(index in plan for plan in plans), plans
    assert not any("SCAN instance_value" in plan for plan in plans), plans


def test_a_stale_cursor_is_never_moved_back(office: TestOffice) -> None:
    opened(office)
    read, newest = office.engine.ask(instance_values.progress)

    office.engine.run(instance_values.index_some, Mark(history_id=1))

    assert read == newest
    assert office.engine.ask(instance_values.progress) == (read, newest)


@pytest.mark.parametrize("item", [("費用", "is", "1200"), ("件名", "has", "混雑")])
@pytest.mark.parametrize("with_called", [False, True], ids=["main cases", "all cases"])
def test_what_many_cases_hold_is_found_from_the_newest_on(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch, item: Any, with_called: bool
) -> None:
    opened(office)
    for number in range(4):
        office.start("two", values=VALUES if number % 2 else {}, subject=f"案件{number}")
        office.advance(days=1 / 1440)
    index_values(office)
    if office.engine._database.dialect.name == "postgresql":  # which guesses until it has counted
        with office.engine._database.connect() as connection:
            connection.exec_driver_sql("analyze instance_value")
    asked = InstanceFilter(items=(item,), with_called=with_called)
    few = subjects(office, asked, size=2)

    monkeypatch.setattr(instance_list, "COUNT_LIMIT", 3)  # so many are already common
    many = subjects(office, asked, size=2)
    plans = explained(office, asked, "")

    assert many == few == ["案件3", "案件1"]
    indexes = ("ix_instance_value_root_id", "pk_instance_value")  # PostgreSQL has the choice
    assert any(index in plan for plan in plans for index in indexes), plans


def test_a_step_is_looked_for_by_its_id_before_and_after_it_is_done(office: TestOffice) -> None:
    opened(office)
    here, done = InstanceFilter(key="two"), InstanceFilter(key="two", passed="plan_it")
    now = [replace(here, element_id=id_) for id_ in ("plan_it", "do_it")]

    before = [subjects(office, one) for one in (*now, done)]
    office.complete("plan_it")
    after = [subjects(office, one) for one in (*now, done)]

    one = ["見つける案件"]
    assert before == [one, [], []]
    assert after == [[], one, one]


@pytest.mark.parametrize(("days", "found"), [(1, True), (2, True), (3, True), (4, False)])
def test_a_case_is_found_by_how_long_it_is_overdue(
    office: TestOffice, days: int, found: bool
) -> None:
    office.deploy(line("hasty", user_task("hurry", dueWorkingDays="1")))
    office.start("hasty", subject="急ぐ案件")  # on Wednesday; due on Thursday

    office.advance(days=6)  # Tuesday: Friday, Monday and Tuesday have passed

    assert subjects(office, InstanceFilter(late=days)) == (["急ぐ案件"] if found else [])
