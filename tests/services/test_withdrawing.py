"""引き戻す: a completed task is taken back, until the next person has opened what followed."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from engine.domain.errors import TaskClosedError
from engine.domain.user_task import TaskState
from engine.domain.withdrawal import NotWithdrawableError, Obstacle, Offer
from engine.services import notices, tasks, withdrawing
from engine.services.withdrawing import NotCompletedByActorError
from engine.storage import history as history_rows
from engine.testing import Case, TestOffice
from tests.diagrams import (
    call,
    folder,
    interface,
    line,
    message,
    message_event,
    node,
    props,
    service,
    timer,
    user_task,
)
from tests.offices import at_once, second_engine

CHECK = user_task("check", candidateGroups="GYOMU")
TWO_STEPS = line("two_steps", user_task("write"), CHECK)
ROWS = {
    "type": "default",
    "id": "report",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "f1", "key": "内容", "label": "内容"},
        {"type": "datetime", "subtype": "date", "id": "f2", "key": "期日", "dateLabel": "期日"},
        {"type": "number", "id": "f3", "key": "件数", "label": "件数"},
        {"type": "checkbox", "id": "f4", "key": "済", "label": "済"},
        {
            "type": "dynamiclist",
            "id": "f5",
            "path": "不具合",
            "label": "不具合",
            "allowAddRemove": True,
            "components": [{"type": "textfield", "id": "f6", "key": "状況", "label": "状況"}],
        },
    ],
}


def started(office: TestOffice, files: dict[str, dict[str, bytes]] = TWO_STEPS) -> Case:
    office.deploy(files)
    return office.start(next(iter(files)))


def done(office: TestOffice, values: dict[str, Any] | None = None) -> str:
    """The id of the task `write`, completed by pjmo1."""
    return office.complete("write", values or {"内容": "案"}, by="pjmo1").task.id


def withdraw(office: TestOffice, task_id: str, by: str = "pjmo1") -> Any:
    taken = office.engine.run(withdrawing.withdraw, task_id, office.actor(by))
    office.run_jobs()
    return taken


def obstacle(office: TestOffice, task_id: str) -> Obstacle | None:
    """Why the task cannot be taken back, said by the page and by the command alike."""
    offer = office.engine.ask(withdrawing.offer, task_id, office.actor("pjmo1"))
    with pytest.raises(NotWithdrawableError) as caught:
        withdraw(office, task_id)
    assert offer is not None
    assert (offer.obstacle, offer.person_id) == (caught.value.obstacle, caught.value.person_id)
    return offer.obstacle


def test_a_task_taken_back_is_claimed_again_and_what_followed_is_gone(office: TestOffice) -> None:
    case = started(office)
    before = office.variables(case)
    task_id = done(office)
    following = office.task("check").id

    freed = withdraw(office, task_id)

    assert (freed.state, freed.assignee) == (TaskState.CLAIMED, "pjmo1")
    assert [(task.id, task.assignee) for task in office.open_tasks()] == [(task_id, "pjmo1")]
    assert office.variables(case) == before
    assert office.trace(case) == ["begin"]
    page = office.engine.ask(tasks.page, following, office.actor("gyomu1"))
    assert page.task.state is TaskState.CANCELLED
    last = office.engine.ask(history_rows.of_instance, case.id)[0]
    assert (last.event, last.element_id, last.actor) == ("task_withdrawn", "write", "pjmo1")


def test_completing_taking_back_and_completing_is_like_completing_once(office: TestOffice) -> None:
    plain, back = started(office), office.start("two_steps")
    office.complete("write", {"内容": "案"}, by="pjmo1", case=plain)
    first = office.complete("write", {"内容": "誤り", "余分": 1}, by="pjmo1", case=back).task.id
    withdraw(office, first)

    office.complete("write", {"内容": "案"}, by="pjmo1", case=back)

    assert office.variables(back) == office.variables(plain)
    assert office.trace(back) == office.trace(plain)
    for case in (plain, back):
        office.complete("check", {"可否": True}, by="gyomu1", case=case)
        assert office.head(case.id).state == "completed"


def test_the_offer_says_until_when(office: TestOffice) -> None:
    started(office)

    completed = office.complete("write", by="pjmo1")

    end = office.clock.moment + timedelta(minutes=10)
    offer = office.engine.ask(withdrawing.offer, completed.task.id, office.actor("pjmo1"))
    assert completed.undo_until == end
    assert offer == Offer(until=end)
    assert office.engine.ask(withdrawing.offer, completed.task.id, office.actor("pjmo2")) is None


def test_a_second_press_gives_the_same_result(office: TestOffice) -> None:
    case = started(office)
    task_id = done(office)
    first = withdraw(office, task_id)
    lines = office.engine.ask(history_rows.of_instance, case.id)

    again = withdraw(office, task_id)

    assert again.id == first.id
    assert again.state is TaskState.CLAIMED
    assert office.engine.ask(history_rows.of_instance, case.id) == lines


def test_only_who_completed_it_takes_it_back(office: TestOffice) -> None:
    started(office)
    task_id = done(office)

    with pytest.raises(NotCompletedByActorError):
        withdraw(office, task_id, by="pjmo2")

    assert office.task("check").state is TaskState.OPEN


def test_after_ten_minutes_it_is_too_late(office: TestOffice) -> None:
    started(office)
    task_id = done(office)

    office.clock.moment += timedelta(minutes=10, seconds=1)

    assert obstacle(office, task_id) is Obstacle.LATE


def test_the_next_persons_look_ends_it_and_says_who(office: TestOffice) -> None:
    started(office)
    task_id = done(office)

    office.engine.run(withdrawing.seen, office.task("check").id, office.actor("gyomu1"))

    assert obstacle(office, task_id) is Obstacle.SEEN
    offer = office.engine.ask(withdrawing.offer, task_id, office.actor("pjmo1"))
    assert offer is not None
    assert offer.person_id == "gyomu1"


def test_ones_own_look_does_not_end_it(office: TestOffice) -> None:
    started(office)
    task_id = done(office)

    office.engine.run(withdrawing.seen, office.task("check").id, office.actor("pjmo1"))

    assert withdraw(office, task_id).state is TaskState.CLAIMED


def test_a_claim_or_a_draft_of_the_next_person_ends_it(office: TestOffice) -> None:
    started(office)
    claimed = done(office)
    office.engine.run(tasks.claim, office.task("check").id, office.actor("gyomu1"))
    other = office.start("two_steps")
    drafted = office.complete("write", by="pjmo1", case=other).task.id
    following = office.task("check", case=other).id
    office.engine.run(tasks.save_draft, following, office.actor("gyomu1"), {"可否": ["可"]})

    found = [obstacle(office, task_id) for task_id in (claimed, drafted)]

    assert found == [Obstacle.SEEN, Obstacle.SEEN]


def test_a_further_step_ends_it(office: TestOffice) -> None:
    nodes = [node("parallelGateway", "split"), user_task("write"), user_task("other"), CHECK]
    ends = [node("startEvent", "begin"), node("endEvent", "finish"), node("endEvent", "stop")]
    flows = [("begin", "split"), ("split", "write"), ("split", "other"), ("write", "check")]
    more: list[tuple[str, ...]] = [*flows, ("check", "finish"), ("other", "stop")]
    started(office, folder("both", [*nodes, *ends], more))
    task_id = done(office)

    office.complete("other", by="pjmo2")

    assert obstacle(office, task_id) is Obstacle.MOVED


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(
            service("note", "register.write", register='"R14"', values='{"内容": "不具合"}'),
            Obstacle.REGISTER,
            id="register",
        ),
        pytest.param(service("tell", "message.send", name='"msg.a"'), Obstacle.MESSAGE, id="sent"),
        pytest.param(
            service("mail", "mail.send", to='"PJMO"', subject='"件名"', body='"本文"'),
            Obstacle.MAIL,
            id="mail",
        ),
        pytest.param(service("echo", "test.echo", value="1"), Obstacle.OPERATION, id="operation"),
        pytest.param(call("sub", "called"), Obstacle.CALL, id="call"),
    ],
)
def test_what_has_left_the_instance_stays(
    office: TestOffice, after: str, expected: Obstacle
) -> None:
    inside = line("called", user_task("inner"), interface=interface((), ()))
    started(office, {**line("effects", user_task("write"), after, CHECK), **inside})

    task = office.task("write", "pjmo1")
    completed = office.engine.run(tasks.complete, task.id, office.actor("pjmo1"), {})

    assert completed.undo_until is None
    assert obstacle(office, task.id) is expected


def test_the_last_step_of_an_instance_stays(office: TestOffice) -> None:
    case = started(office, line("short", user_task("write")))

    task_id = done(office)

    assert obstacle(office, task_id) is Obstacle.ENDED
    assert office.head(case.id).state == "completed"


def waiting_process() -> dict[str, dict[str, bytes]]:
    """A deadline at the task, then a message or a timer."""
    nodes = [
        node("startEvent", "begin"),
        user_task("write"),
        timer("boundaryEvent", "late", '"PT8M"', attachedToRef="write", cancelActivity="false"),
        user_task("hurry"),
        node("eventBasedGateway", "which"),
        message_event("intermediateCatchEvent", "answer", "msg.answer", key='"k"'),
        timer("intermediateCatchEvent", "pause", '"PT4M"'),
        user_task("check"),
        *(node("endEvent", end) for end in ("finish", "stop")),
    ]
    flows: list[tuple[str, ...]] = [
        ("begin", "write"),
        ("late", "hurry"),
        ("hurry", "stop"),
        ("write", "which"),
        ("which", "answer"),
        ("which", "pause"),
        ("answer", "check"),
        ("pause", "check"),
        ("check", "finish"),
    ]
    return folder("waits", nodes, flows, roots=message("msg.answer"))


def test_timers_and_messages_of_the_step_are_taken_back_and_the_tasks_own_come_back(
    office: TestOffice,
) -> None:
    started(office, waiting_process())
    task_id = done(office)
    office.advance(days=2 / 1440)
    withdraw(office, task_id)

    office.send("msg.answer", key="k")
    office.advance(days=5 / 1440)
    unheard = [task.element_id for task in office.open_tasks()]
    office.advance(days=3 / 1440)

    assert unheard == ["write"]
    assert [message.name for message in office.undelivered()] == ["msg.answer"]
    assert sorted(task.element_id for task in office.open_tasks()) == ["hurry", "write"]
    done(office)
    assert "check" in [task.element_id for task in office.open_tasks()]


def test_an_incident_of_the_step_is_over(office: TestOffice) -> None:
    who = service("who", "people.list", "人々", roles="役割")
    started(office, line("stops", user_task("write"), who, CHECK))
    task_id = done(office, {"役割": 2})
    opened = office.incidents()

    withdraw(office, task_id)

    assert len(opened) == 1
    assert office.incidents() == []
    office.complete("write", {"役割": "PJMO"}, by="pjmo1")
    assert [task.element_id for task in office.open_tasks()] == ["check"]


def test_the_values_stand_in_the_form_as_a_draft(office: TestOffice) -> None:
    files = line("report", user_task("write", formKey="report"), user_task("read"))["report"]
    form = json.dumps(ROWS, ensure_ascii=False).encode()
    case = started(office, {"report": {**files, "report.form.json": form}})
    post = {
        "内容": ["二行の\n文"],
        "期日/年": ["2026"],
        "期日/月": ["4"],
        "期日/日": ["3"],
        "件数": ["1200"],
        "済": ["true"],
        "不具合/#": ["2"],
        "不具合/0/状況": ["赤"],
        "不具合/1/状況": ["青"],
    }
    task_id = office.submit("write", post, by="pjmo1").task.id
    values = office.variables(case)

    withdraw(office, task_id)

    draft = office.engine.ask(tasks.page, task_id, office.actor("pjmo1")).draft
    assert draft is not None
    office.submit("write", draft.post, by="pjmo1")
    assert office.variables(case) == values


def test_the_holder_of_what_followed_is_told(office: TestOffice) -> None:
    started(office, line("given", user_task("write"), user_task("check", assignee='"gyomu1"')))
    task_id = done(office)

    withdraw(office, task_id)

    [told] = office.engine.ask(notices.listing, office.actor("gyomu1")).rows
    assert told.kind == "task_withdrawn"
    assert told.detail["task"] == "write"


def test_the_subject_goes_back_with_the_step(office: TestOffice) -> None:
    files = line("named", user_task("write"), CHECK, properties=props({"subject": "内容"}))
    case = started(office, files)
    task_id = done(office, {"内容": "新しい件名"})
    named = office.head(case.id).subject

    withdraw(office, task_id)

    assert named == "新しい件名"
    assert office.head(case.id).subject == ""


def test_another_process_goes_on_from_the_state_taken_back(office: TestOffice) -> None:
    case = started(office)
    task_id = done(office, {"内容": "誤り", "余分": 1})

    with second_engine(office) as other:
        actor = office.actor("pjmo1")
        other.run(withdrawing.withdraw, task_id, actor)
        office.engine.run(tasks.complete, task_id, actor, {"内容": "案"})

    assert office.variables(case) == {"内容": "案", "完了者": "pjmo1"}


@pytest.mark.parametrize("rival", [tasks.claim, withdrawing.seen], ids=["claim", "look"])
def test_of_taking_back_and_opening_at_the_same_time_one_wins(
    office: TestOffice, rival: Any
) -> None:
    started(office)
    outcomes = []
    with second_engine(office) as other:
        for _ in range(20):
            case = office.start("two_steps")
            task_id = office.complete("write", by="pjmo1", case=case).task.id
            following = office.task("check", case=case).id
            back, opened = at_once(
                partial(other.run, withdrawing.withdraw, task_id, office.actor("pjmo1")),
                partial(office.engine.run, rival, following, office.actor("gyomu1")),
            )
            outcomes.append((back, opened))
            is_back = not isinstance(back, Exception)
            assert office.open_tasks(case)[0].id == (task_id if is_back else following)
            if not is_back:
                assert isinstance(back, NotWithdrawableError)
                assert back.obstacle is Obstacle.SEEN
            elif rival is tasks.claim:
                assert isinstance(opened, TaskClosedError)

    assert len(outcomes) == 20


def test_zero_minutes_switch_it_off(office: TestOffice) -> None:
    started(office)
    policy = office.engine.office.policy
    object.__setattr__(policy, "undo_minutes", 0)

    completed = office.complete("write", by="pjmo1")

    offer = office.engine.ask(withdrawing.offer, completed.task.id, office.actor("pjmo1"))
    assert (completed.undo_until, offer) == (None, None)
