"""Reminders and escalation on the virtual clock, day by day, on both databases."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.records import OutboxRow
from engine.domain.values import TOKYO
from engine.jobs.schedule import remind
from engine.services import notices as choices
from engine.services import people, reminders, tasks
from engine.storage import history, notices, outbox
from engine.storage.schema import process_definition, process_instance, user_task
from engine.storage.schema_cooperation import notice, task_reminder
from engine.testing import Case, TestOffice
from tests.diagrams import line
from tests.diagrams import user_task as task_node
from tests.offices import Watched, at_once, second_engine

WRITE = line("write", task_node("draft", candidateGroups="GYOMU", dueDate="期限"))
EVERYBODY = ("gyomu1", "gyomu2", "gyomu_head", "pjmo1", "pjmo2", "pjmo_head", "pl1", "pmo1")


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def started(office: TestOffice, due_on: str) -> Case:
    return office.start("write", values={"期限": date.fromisoformat(due_on)}, subject="案内の改訂")


def heard(office: TestOffice, *people_ids: str) -> dict[str, list[tuple[str, str]]]:
    """Person -> (day and hour in Tokyo, kind) of each notice, oldest first."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for person_id in people_ids or EVERYBODY:
        for one in reversed(office.engine.ask(notices.page, person_id, notices.NEWEST, 100)):
            found[person_id].append((f"{one.at.astimezone(TOKYO):%m-%d %H:%M}", one.kind))
    return dict(found)


def mails(office: TestOffice, person_id: str) -> list[OutboxRow]:
    found = office.engine.ask(outbox.page, 0, 1000)
    return [mail for mail in reversed(found) if mail.body["to"] == [person_id]]


def test_the_whole_ladder_over_the_turn_of_the_year(office: TestOffice) -> None:
    office.deploy(WRITE)
    office.clock.moment = tokyo("2026-12-01T10:00")
    started(office, "2026-12-28")

    office.advance(to=tokyo("2027-01-31T12:00"))

    doers = [("12-24 09:00", "task_due_soon"), ("12-28 09:00", "task_due_today")]
    assert heard(office) == {
        "gyomu1": doers,
        "gyomu2": doers,
        "gyomu_head": [*doers, ("01-04 09:00", "task_overdue")],
        "pjmo1": [("01-06 09:00", "task_overdue")],
        "pjmo2": [("01-06 09:00", "task_overdue")],
        "pjmo_head": [("01-06 09:00", "task_overdue")],
        "pl1": [("01-08 09:00", "task_overdue")],
        "pmo1": [("01-08 09:00", "task_overdue")],
    }


def test_golden_week_is_no_time_to_remind(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-05-08")
    office.engine.run(tasks.claim, office.task("draft").id, office.actor("gyomu1"))

    office.advance(to=tokyo("2026-05-08T12:00"))

    # 2 working days before Friday 8 May: Thursday 7 May is one, Friday 1 May the other
    assert heard(office) == {
        "gyomu1": [("05-01 09:00", "task_due_soon"), ("05-08 09:00", "task_due_today")]
    }


def test_whoever_has_the_task_is_reminded_alone_and_named_to_the_head(office: TestOffice) -> None:
    office.deploy(WRITE)
    case = started(office, "2026-04-10")
    office.engine.run(tasks.claim, office.task("draft").id, office.actor("gyomu2"))

    office.advance(to=tokyo("2026-04-13T12:00"))

    assert set(heard(office)) == {"gyomu2", "gyomu_head"}
    [mail] = mails(office, "gyomu_head")
    assert mail.body["business_key"] == case.number
    assert mail.body["subject"] == "「draft」が期限を1営業日過ぎています"
    assert "担当者：業務実施部門 gyomu2" in mail.body["body"]
    assert "担当者" not in mails(office, "gyomu2")[0].body["body"]


def test_a_task_done_in_time_is_never_escalated(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    office.advance(to=tokyo("2026-04-10T12:00"))

    office.complete("draft", by="gyomu1")
    office.advance(to=tokyo("2026-05-31T12:00"))

    assert "gyomu_head" not in {
        person for person, all_ in heard(office).items() if ("04-13 09:00", "task_overdue") in all_
    }


def test_a_cancelled_instance_reminds_nobody(office: TestOffice) -> None:
    office.deploy(WRITE)
    case = started(office, "2026-04-10")

    office.cancel(case, "不要になった")
    office.advance(to=tokyo("2026-05-31T12:00"))

    assert heard(office) == {}


def test_a_moment_before_the_task_was_made_is_skipped(office: TestOffice) -> None:
    office.deploy(WRITE)
    office.clock.moment = tokyo("2026-04-10T10:00")
    started(office, "2026-04-10")

    office.advance(to=tokyo("2026-04-12T12:00"))
    assert heard(office) == {}

    office.advance(to=tokyo("2026-04-13T12:00"))
    assert heard(office) == {"gyomu_head": [("04-13 09:00", "task_overdue")]}


def test_after_a_downtime_each_hears_once_and_of_the_state_as_it_is_now(
    office: TestOffice,
) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    office.clock.moment = tokyo("2026-04-30T11:00")  # nobody has looked since

    remind(office.engine)
    remind(office.engine)

    assert heard(office) == {one: [("04-30 11:00", "task_overdue")] for one in EVERYBODY}
    [mail] = mails(office, "gyomu1")
    assert mail.body["subject"] == "「draft」が期限を13営業日過ぎています"


def test_without_a_head_those_of_the_next_step_hear_at_once(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    head = office.actor("gyomu_head").memberships[0]
    office.engine.run(people.end_membership, head, date(2026, 4, 2), office.actor("admin1"))

    office.advance(to=tokyo("2026-04-13T12:00"))

    assert heard(office, "pjmo1", "pjmo_head", "pl1") == {
        "pjmo1": [("04-13 09:00", "task_overdue")],
        "pjmo_head": [("04-13 09:00", "task_overdue")],
    }


def test_the_head_hears_in_place_of_an_assignee_who_has_left(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    task = office.task("draft")
    office.engine.run(tasks.claim, task.id, office.actor("gyomu1"))
    with office.engine._database.begin() as connection:
        connection.execute(sa.text("update person set is_active = false where id = 'gyomu1'"))

    office.advance(to=tokyo("2026-04-08T12:00"))

    assert heard(office) == {"gyomu_head": [("04-08 09:00", "task_due_soon")]}


def test_a_moved_deadline_begins_the_ladder_anew(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    office.advance(to=tokyo("2026-04-10T12:00"))

    later = tokyo("2026-04-20T18:00").astimezone(TOKYO)
    with office.engine._database.begin() as connection:
        connection.execute(sa.update(user_task).values(due_at=later))
    office.advance(to=tokyo("2026-04-21T12:00"))

    assert heard(office, "gyomu1", "gyomu_head") == {
        "gyomu1": [
            ("04-08 09:00", "task_due_soon"),
            ("04-10 09:00", "task_due_today"),
            ("04-16 09:00", "task_due_soon"),
            ("04-20 09:00", "task_due_today"),
        ],
        "gyomu_head": [
            ("04-08 09:00", "task_due_soon"),
            ("04-10 09:00", "task_due_today"),
            ("04-16 09:00", "task_due_soon"),
            ("04-20 09:00", "task_due_today"),
            ("04-21 09:00", "task_overdue"),
        ],
    }


def test_many_tasks_of_one_look_are_one_mail_and_a_notice_each(office: TestOffice) -> None:
    office.deploy(WRITE)
    cases = [started(office, "2026-04-10") for _ in range(60)]

    office.advance(to=tokyo("2026-04-08T12:00"))

    assert len(heard(office)["gyomu1"]) == 60
    [mail] = mails(office, "gyomu1")
    assert mail.body["subject"] == "期限のお知らせ（60件）"
    assert sum(case.number in mail.body["body"] for case in cases) == 50
    assert "ほか10件は受信箱で確かめてください。" in mail.body["body"]


def test_several_processes_that_look_at_once_tell_once(office: TestOffice) -> None:
    office.deploy(WRITE)
    for _ in range(20):
        started(office, "2026-04-10")
    office.clock.moment = tokyo("2026-04-10T09:00")

    with second_engine(office) as other:
        results = at_once(*[lambda: remind(office.engine), lambda: remind(other)] * 3)

    assert results == [None] * 6
    assert len(heard(office)["gyomu1"]) == 20
    assert len(mails(office, "gyomu1")) == 1


def test_the_history_of_the_instance_tells_of_the_reminder(office: TestOffice) -> None:
    office.deploy(WRITE)
    case = started(office, "2026-04-10")

    office.advance(to=tokyo("2026-04-08T12:00"))

    newest = office.engine.ask(history.of_instance, case.id)[0]
    assert (newest.event, newest.actor, newest.element_id) == (
        "task_reminded",
        "system:clock",
        "draft",
    )
    assert newest.detail["to"] == ["gyomu1", "gyomu2", "gyomu_head"]


def test_a_task_whose_diagram_reminds_by_itself_is_only_escalated(office: TestOffice) -> None:
    office.deploy(WRITE)
    office.engine.office.ladder.reminded_by_model = frozenset({"write.draft"})
    started(office, "2026-04-10")

    office.advance(to=tokyo("2026-04-13T12:00"))

    assert heard(office) == {"gyomu_head": [("04-13 09:00", "task_overdue")]}


def test_who_wants_no_mail_of_reminders_finds_them_on_the_page(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")
    actor = office.actor("gyomu1")
    wanted = office.engine.ask(choices.mail_choice, actor) - {"task_due_soon"}
    office.engine.run(choices.choose_mail, actor, wanted)

    office.advance(to=tokyo("2026-04-10T12:00"))

    assert len(heard(office, "gyomu1")["gyomu1"]) == 2
    [mail] = mails(office, "gyomu1")
    assert mail.body["subject"] == "「draft」の期限は今日です"
    assert len(mails(office, "gyomu2")) == 2


@pytest.fixture
def ten_thousand(office: TestOffice) -> TestOffice:
    """Open tasks with deadlines from 100 days ago to 100 days ahead, all dealt with."""
    office.deploy(WRITE)
    started(office, "2026-12-01")
    task = office.task("draft")
    with office.engine._database.begin() as connection:
        row = connection.execute(sa.select(user_task)).mappings().one()
        many: list[dict[str, Any]] = [
            {
                **row,
                "id": f"t{number:05}",
                "due_at": office.clock.moment + timedelta(days=number % 200 - 100),
                "created_at": tokyo("2026-04-01T10:00"),
            }
            for number in range(10_000)
        ]
        connection.execute(sa.insert(user_task), many)
        connection.execute(sa.delete(user_task).where(user_task.c.id == task.id))
        connection.execute(sa.text("analyze"))
    office.clock.moment = tokyo("2026-04-01T10:00")
    remind(office.engine)
    return office


def test_an_idle_look_at_ten_thousand_open_tasks_is_one_statement(
    ten_thousand: TestOffice,
) -> None:
    with Watched(ten_thousand.engine._database) as watched:
        remind(ten_thousand.engine)

    assert watched.words == ["select user_task"]
    assert watched.commits == 0


def test_a_busy_look_takes_few_statements_for_many_tasks(ten_thousand: TestOffice) -> None:
    ten_thousand.clock.moment = tokyo("2026-04-02T09:00")

    with Watched(ten_thousand.engine._database) as watched:
        more = ten_thousand.engine.run(reminders.send_due)

    assert not more
    assert watched.words == [
        "select user_task",
        "select task_reminder",
        "select person",
        "select no_mail",
        "insert task_reminder",
        "insert history",
        "insert notice",
        "insert outbox",
    ]
    assert watched.commits == 1


def test_the_look_finds_deadlines_by_their_index(office: TestOffice) -> None:
    office.deploy(WRITE)
    with Watched(office.engine._database) as watched:
        remind(office.engine)
    assert process_definition.name in watched.statements[0]
    assert process_instance.name in watched.statements[0]

    found = office.engine.ask(_plan)

    assert "ix_user_task_due" in found


def _plan(unit: Any) -> str:
    if unit._connection.dialect.name == "sqlite":
        how = "explain query plan "
    else:
        how = "explain "
        unit._connection.execute(sa.text("set enable_seqscan = off"))
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not seen:
            seen.append(statement)
            rows = unit._connection.exec_driver_sql(how + statement, parameters)
            seen.append(str(rows.all()))

    sa.event.listen(unit._connection, "before_cursor_execute", listen)
    reminders.send_due(unit)
    return seen[1]


def test_marks_are_kept_for_each_step(office: TestOffice) -> None:
    office.deploy(WRITE)
    started(office, "2026-04-10")

    office.advance(to=tokyo("2026-04-13T12:00"))

    with office.engine._database.connect() as connection:
        steps = connection.execute(sa.select(task_reminder.c.step)).scalars().all()
        unread = connection.execute(sa.select(sa.func.count()).select_from(notice)).scalar_one()
    assert sorted(steps) == ["after_1", "before_2", "due"]
    assert unread == 7
