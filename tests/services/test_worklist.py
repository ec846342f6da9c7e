"""The worklist: who sees what, in which order, and by which index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.access import Actor, Membership
from engine.domain.errors import NotFoundError
from engine.services import people, tasks, worklists
from engine.services.worklists import Filter, PageAsked, Worklist
from engine.testing import SETUP, TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched

PEOPLE = ("select person", "select membership")  # who asks is looked up before


def seen(office: TestOffice, person: str, view: str = "group") -> list[str]:
    found = office.engine.ask(worklists.worklist, office.actor(person), view)
    return [row.task.element_id for row in found.rows]


def opened(office: TestOffice) -> None:
    office.deploy(
        {
            **line("a", user_task("for_pjmo")),
            **line("b", user_task("for_both", candidateGroups="GYOMU,PJMO")),
            **line("c", user_task("for_head", candidateGroups="PJMO:head")),
        }
    )
    for key in "abc":
        office.start(key)


def test_each_sees_what_the_own_groups_may_take(office: TestOffice) -> None:
    opened(office)

    assert sorted(seen(office, "pjmo1")) == ["for_both", "for_pjmo"]
    assert sorted(seen(office, "pjmo_head")) == ["for_both", "for_head", "for_pjmo"]
    assert seen(office, "gyomu1") == ["for_both"]
    assert seen(office, "dev1") == []


def test_groups_are_asked_when_the_list_is_read(office: TestOffice) -> None:
    opened(office)
    newcomer = Membership(person_id="dev1", role="GYOMU", project_id="p1")
    [leaver] = office.actor("gyomu1").memberships

    office.engine.run(people.add_membership, newcomer, SETUP)
    office.engine.run(people.end_membership, leaver, date(2026, 3, 31), SETUP)

    assert seen(office, "dev1") == ["for_both"]
    assert seen(office, "gyomu1") == []


def test_a_claimed_task_moves_from_the_group_to_its_assignee(office: TestOffice) -> None:
    opened(office)

    office.engine.run(tasks.claim, office.task("for_both").id, office.actor("pjmo1"))

    assert seen(office, "gyomu1") == []
    assert seen(office, "pjmo1", "mine") == ["for_both"]
    assert seen(office, "pjmo2", "mine") == []


def test_what_one_has_done_and_what_one_waits_for(office: TestOffice) -> None:
    opened(office)

    office.complete("for_pjmo", by="pjmo2")

    assert seen(office, "pjmo2", "done") == ["for_pjmo"]
    assert seen(office, "pjmo1", "waiting") == ["for_head"]  # for_both is also in the own group


def test_the_earliest_due_date_comes_first(office: TestOffice) -> None:
    office.deploy(
        line("due", user_task("pick", dueWorkingDays="3"), user_task("again"))
        | line("sooner", user_task("hurry", dueWorkingDays="1"))
        | line("never", user_task("whenever"))
    )
    for key in ("never", "due", "sooner"):
        office.start(key)

    assert seen(office, "pjmo1") == ["hurry", "pick", "whenever"]


def test_who_is_barred_does_not_see_the_task(office: TestOffice) -> None:
    office.deploy(
        line("barred", user_task("write"), user_task("approve", excludedUsers="[完了者]"))
    )
    office.start("barred")

    office.complete("write", by="pjmo1")

    assert seen(office, "pjmo1") == []
    assert seen(office, "pjmo2") == ["approve"]


def page(office: TestOffice, actor: Actor, asked: PageAsked) -> Worklist:
    return office.engine.ask(worklists.worklist, actor, "group", Filter(), asked)


@pytest.mark.parametrize("order", ["", "priority", "arrival", "number", "name"])
def test_pages_of_any_order_meet_every_task_once(office: TestOffice, order: str) -> None:
    office.deploy(
        line("due", user_task("pick", dueWorkingDays="3", priority="1"))
        | line("never", user_task("whenever"))
    )
    for key in ("never", "due", "never", "due", "never"):
        office.start(key)
        office.advance(days=0.01)
    actor = office.actor("pjmo1")
    whole = [row.task.id for row in page(office, actor, PageAsked(order=order)).rows]

    found, asked = [], PageAsked(order=order, size=2)
    while True:
        some = page(office, actor, asked)
        found += [row.task.id for row in some.rows]
        if not some.after:
            break
        asked = PageAsked(order=order, size=2, after=some.after)

    assert found == whole
    assert len(set(found)) == 5


def test_a_mark_that_nobody_has_given_out_means_the_beginning(office: TestOffice) -> None:
    opened(office)

    found = page(office, office.actor("pjmo1"), PageAsked(after="x\x1f1\x1fy\x1fz"))

    assert len(found.rows) == 2


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("ＦＯＲ＿ＰＪＭＯ", ["for_pjmo"], id="full width of the task"),
        pytest.param("窓口　ｱﾝｹｰﾄ", ["for_both", "for_pjmo"], id="two words of the subject"),
        pytest.param("a-r8-0001", ["for_pjmo"], id="number in small letters"),
        pytest.param("給付", [], id="nothing"),
        pytest.param("100%", [], id="a sign of the pattern"),
    ],
)
def test_words_are_found_in_any_width(office: TestOffice, typed: str, found: list[str]) -> None:
    office.deploy(
        {
            **line("a", user_task("for_pjmo")),
            **line("b", user_task("for_both", candidateGroups="GYOMU,PJMO")),
        }
    )
    for key in "ab":
        office.start(key, subject="窓口アンケートの集計")

    rows = office.engine.ask(
        worklists.worklist, office.actor("pjmo1"), "all", Filter(text=typed)
    ).rows

    assert sorted(row.task.element_id for row in rows) == found


def test_all_is_what_one_holds_and_what_one_may_take(office: TestOffice) -> None:
    opened(office)
    office.engine.run(tasks.claim, office.task("for_both").id, office.actor("pjmo1"))

    assert sorted(seen(office, "pjmo1", "all")) == ["for_both", "for_pjmo"]


def test_a_page_of_the_worklist_asks_four_times_however_many_tasks_there_are(
    office: TestOffice,
) -> None:
    office.deploy(line("a", user_task("for_pjmo")))
    asked = []
    for times in (1, 6):
        for _ in range(times):
            office.start("a")
        with Watched(office.engine._database) as watched:
            office.engine.ask(worklists.worklist, office.actor("pjmo1"), "all")
        asked.append(len([one for one in watched.words if one not in PEOPLE]))

    assert asked == [4, 4]  # delegations, pools, rows, all counts together


def test_counts_and_pages(office: TestOffice) -> None:
    office.deploy(line("a", user_task("for_pjmo")))
    for _ in range(3):
        office.start("a")
    actor = office.actor("pjmo1")

    first = page(office, actor, PageAsked(size=2))
    second = page(office, actor, PageAsked(size=2, after=first.after))
    back = page(office, actor, PageAsked(size=2, before=second.before))

    assert (len(first.rows), first.before, first.total) == (2, "", 3)
    assert (len(second.rows), second.after) == (1, "")
    assert [row.task.id for row in back.rows] == [row.task.id for row in first.rows]
    assert (back.before, back.after) == ("", first.after)
    assert first.counts == {"all": 3, "mine": 0, "group": 3, "delegated": 0, "waiting": 0}


def test_an_unknown_view_is_not_found(office: TestOffice) -> None:
    with pytest.raises(NotFoundError):
        office.engine.ask(worklists.worklist, office.actor("pjmo1"), "nothing")


@pytest.mark.parametrize(
    ("view", "index"),
    [
        pytest.param("group", "ix_user_task_pool", id="group"),
        pytest.param("mine", "ix_user_task_assignee", id="mine"),
        pytest.param("done", "ix_user_task_done", id="done"),
    ],
)
def test_the_lists_are_read_by_their_index(office: TestOffice, view: str, index: str) -> None:
    opened(office)

    plans = explained(office, view)

    assert any(index in plan for plan in plans), plans


def explained(office: TestOffice, view: str) -> list[str]:
    """The plans of the statements that read user_task for the view."""
    database = office.engine._database
    asked: list[str] = []

    def plan(connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
        is_asked = "user_task" in statement and not statement.startswith(("explain", "set"))
        if is_asked and statement not in asked:
            asked.append(statement)
            with database.connect() as other:
                plans.append(_plan(other, statement, rest[0]))

    plans: list[str] = []
    with listening(database, plan):
        office.engine.ask(worklists.worklist, office.actor("pjmo1"), view)
    return plans


def _plan(connection: sa.Connection, statement: str, parameters: Any) -> str:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()
        return "\n".join(row[3] for row in rows)
    # with few rows the planner would read the whole table: it is told not to
    connection.exec_driver_sql("set enable_seqscan = off")
    rows = connection.exec_driver_sql(f"explain {statement}", parameters).all()
    connection.exec_driver_sql("reset enable_seqscan")
    return "\n".join(row[0] for row in rows)


@contextmanager
def listening(database: sa.Engine, call: Any) -> Iterator[None]:
    sa.event.listen(database, "before_cursor_execute", call)
    yield
    sa.event.remove(database, "before_cursor_execute", call)
