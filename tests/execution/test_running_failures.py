"""What cannot go on stays where it is, harms nobody beside it, and can be tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.domain.working_days import Calendar
from engine.execution import runner, stepping
from engine.execution.step import EndKind, Outcome
from engine.execution.stepping import TooManyStepsError
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    script,
    timer,
    user_task,
)
from tests.execution.running import MORNING, House

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")


def beside(*broken: tuple[str, str]) -> bytes:
    """Two paths: a user task, and the elements that fail."""
    return diagram(
        BEGIN,
        node("parallelGateway", "split"),
        user_task("work"),
        *(xml for _, xml in broken),
        node("parallelGateway", "join"),
        FINISH,
        flows("begin", "split", *(id_ for id_, _ in broken), "join", "finish"),
        flows("split", "work", "join"),
    )


def test_a_broken_script_stops_its_own_path_only(begin: Begin) -> None:
    case = begin(beside(("compute", script("計 = ない * 2"))))

    (failure,) = case.step.failures
    assert (failure.element_id, failure.code) == ("compute", "unknown_name")
    assert "ない" in failure.text
    assert ("compute", Outcome.ERROR) in [(p.element_id, p.outcome) for p in case.step.passed]
    case.complete("work")
    assert case.step.ended is None


def test_a_retry_goes_on_where_it_stopped(begin: Begin) -> None:
    content = beside(("fix", user_task("fix")), ("compute", script("計 = 値 * 2")))
    case = begin(content)
    case.complete("fix", 値外=1)
    case.complete("work")
    first = next(iter(case.failures.values()))

    again = case.retry()

    assert again.failures_gone == ()
    assert [(f.id, f.code) for f in again.failures] == [(first.id, "unknown_name")]


def test_a_retry_uses_what_has_changed_since(begin: Begin) -> None:
    house = House(settings={"期日": "いつか"})
    wait = node("intermediateCatchEvent", "wait", timer("timeDate", "設定.期日"), name="待つ")
    case = begin(line(("wait", wait)), house=house)
    (failed,) = case.failures
    house.settings = {"期日": date(2026, 4, 10)}

    step = case.retry()

    assert step.failures_gone == (failed,)
    assert list(case.timers.values()) == [datetime(2026, 4, 9, 15, tzinfo=UTC)]
    case.ring()
    assert case.ended.kind == EndKind.COMPLETED


@pytest.mark.parametrize(
    ("around", "code"),
    [
        ("<spiffworkflow:preScript>x = ない</spiffworkflow:preScript>", "unknown_name"),
        ("<spiffworkflow:postScript>x = ない</spiffworkflow:postScript>", "unknown_name"),
    ],
    ids=["before", "after"],
)
def test_scripts_around_a_task_can_fail(begin: Begin, around: str, code: str) -> None:
    content = line(("work", node("manualTask", "work", extensions(around), name="作業")))
    case = begin(content)
    if "post" in around:
        case.complete("work", 値=1)

    assert [(f.element_id, f.code) for f in case.step.failures] == [("work", code)]
    assert case.step.closed == ()
    again = case.retry()
    assert [f.code for f in again.failures] == [code]
    assert case.step.ended is None


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('get value({a: "はい"}, "a")', "condition_not_boolean"),
        ('get value({a: 1}, "a")', "condition_not_boolean"),
        ("ない > 1", "unknown_name"),
    ],
)
def test_a_condition_has_to_be_true_or_false(begin: Begin, condition: str, code: str) -> None:
    content = diagram(
        BEGIN,
        node("exclusiveGateway", "which", default="which_to_finish"),
        user_task("work"),
        FINISH,
        node("endEvent", "done"),
        flow("begin", "which"),
        flow("which", "work", condition),
        flow("which", "finish"),
        flow("work", "done"),
    )
    case = begin(content)

    assert [(f.element_id, f.code) for f in case.step.failures] == [("which", code)]
    assert case.step.ended is None


def test_a_boundary_timer_that_cannot_be_armed_does_not_stop_its_task(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        user_task("work"),
        node("boundaryEvent", "rim", timer("timeDate", "期日"), attachedToRef="work"),
        FINISH,
        node("endEvent", "late"),
        flows("begin", "work", "finish"),
        flow("rim", "late"),
    )
    case = begin(content, {"期日": "いつか"})
    assert [(f.element_id, f.code) for f in case.step.failures] == [("rim", "not_a_time")]
    (failed,) = case.failures

    case.complete("work")

    assert case.ended.kind == EndKind.COMPLETED
    assert case.step.failures_gone == (failed,)


def test_an_interrupting_timer_also_ends_a_task_that_has_failed(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("scriptTask", "work", "<bpmn:script>x = ない</bpmn:script>"),
        node("boundaryEvent", "rim", timer("timeDuration", "P1D"), attachedToRef="work"),
        FINISH,
        node("endEvent", "late"),
        flows("begin", "work", "finish"),
        flow("rim", "late"),
    )
    case = begin(content)
    (failed,) = case.failures

    case.ring()

    assert case.ended.kind == EndKind.COMPLETED
    assert case.step.failures_gone == (failed,)


def test_a_join_whose_other_path_was_not_taken_is_a_failure_and_no_silence(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        user_task("ask"),
        node("exclusiveGateway", "which", default="which_to_b"),
        user_task("a"),
        user_task("b"),
        node("parallelGateway", "join"),
        FINISH,
        flows("begin", "ask", "which"),
        flow("which", "a", "x = 1"),
        flow("which", "b"),
        flows("a", "join", "finish"),
        flow("b", "join"),
    )
    case = begin(content)
    case.complete("ask", x=1)

    case.complete("a")

    assert [(f.element_id, f.code) for f in case.step.failures] == [("join", "join_stuck")]
    assert [f.code for f in case.retry().failures] == ["join_stuck"]
    assert case.step.ended is None


def test_endless_automatic_work_is_stopped(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "MAX_STEPS", 500)
    loop = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>true</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>"
    )
    content = line(("work", node("scriptTask", "work", loop + "<bpmn:script>n = n</bpmn:script>")))

    with pytest.raises(TooManyStepsError):
        begin(content, {"n": 0})


def test_everything_is_cancelled_at_once(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        user_task("work"),
        node("callActivity", "call", name="承認", calledElement="approval"),
        node("intermediateCatchEvent", "wait", timer("timeDuration", "P1D")),
        node("parallelGateway", "join"),
        FINISH,
        *(flows("split", name, "join") for name in ("work", "call", "wait")),
        flow("begin", "split"),
        flow("join", "finish"),
    )
    case = begin(content, {"x": "値"})
    tasks, calls, timers = tuple(case.tasks), tuple(case.calls), tuple(case.timers)

    step = case.take(runner.cancel(case.live, case.house))

    assert (step.closed, step.calls_gone, step.timers_gone) == (tasks, calls, timers)
    assert step.ended is not None
    assert step.ended.kind == EndKind.CANCELLED
    assert step.ended.variables["x"] == "値"
    assert sorted(case.cancelled) == ["call", "work"]
    assert runner.outline(case.live) == []


PROPERTIES = user_task(
    "work",
    candidateGroups='= if 急ぎ then ["PJMO:head"] else ["PJMO"]',
    assignee="担当",
    excludedUsers="[起案者]",
    dueWorkingDays="3",
    followUpDate='=@"2026-05-01"',
    priority="1",
)


def test_the_properties_of_a_task_are_worked_out_once_when_it_opens(begin: Begin) -> None:
    closures = Calendar(frozenset({date(2026, 4, 3)}))
    values = {"急ぎ": True, "担当": "sato", "起案者": "kato"}
    case = begin(line(("work", PROPERTIES)), values, house=House(calendar=closures))

    (task,) = case.step.opened
    assert (task.element_id, task.name, task.priority, task.assignee) == (
        "work",
        "作業",
        1,
        "sato",
    )
    assert task.candidate_groups == {"PJMO:head"}
    assert task.excluded_users == {"kato"}
    assert task.due_at == datetime(2026, 4, 7, 9, tzinfo=UTC)
    assert task.follow_up_at == datetime(2026, 4, 30, 15, tzinfo=UTC)


def test_a_due_date_is_the_close_of_business_of_that_day(begin: Begin) -> None:
    case = begin(line(("work", user_task("work", dueDate="期日"))), {"期日": date(2026, 4, 10)})

    assert case.step.opened[0].due_at == datetime(2026, 4, 10, 9, tzinfo=UTC)


def test_a_task_whose_property_fails_opens_after_a_retry(begin: Begin) -> None:
    house = House(settings={"担当": 7})
    case = begin(line(("work", user_task("work", assignee="設定.担当"))), house=house)
    assert case.tasks == {}
    house.settings = {"担当": "sato"}

    case.retry()

    assert [task.assignee for task in case.step.opened] == ["sato"]
    case.complete("work")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_property_of_the_wrong_kind_is_a_failure(begin: Begin) -> None:
    case = begin(line(("work", user_task("work", assignee="担当"))), {"担当": 7})

    assert [(f.element_id, f.code) for f in case.step.failures] == [("work", "bad_property")]
    assert case.tasks == {}
    assert case.step.opened == ()


def test_the_house_is_in_scope_of_every_expression(begin: Begin) -> None:
    content = line(("compute", script("番号 = 案件.番号\n日 = 設定.期間.標準\n今 = today()")))
    case = begin(content)

    assert case.variables == {
        "番号": "試験-R8-0001",
        "日": 5,
        "今": MORNING.date(),
    }


def test_the_subject_is_told_when_it_changes() -> None:
    from tests.execution.drawing import properties
    from tests.execution.running import Case, draw

    content = line(("name_it", user_task("name_it")), ("more", user_task("more"))).replace(
        b'isExecutable="true">',
        b'isExecutable="true">' + properties({"subject": "題名"}).encode(),
    )
    case = Case(draw(content), House(), reloads=True).begin()
    assert case.step.subject is None

    assert case.complete("name_it", 題名="春の計画").subject == "春の計画"
    assert case.complete("more", 題名="春の計画").subject is None


def test_the_outline_names_what_is_alive(begin: Begin) -> None:
    inner = (
        node("startEvent", "in_begin")
        + user_task("deep")
        + node("endEvent", "in_finish")
        + flows("in_begin", "deep", "in_finish")
    )
    case = begin(
        beside(("inner", node("subProcess", "inner", inner)), ("compute", script("x = ない")))
    )

    shown = [(e.element_id, e.kind, e.state) for e in runner.outline(case.live)]
    assert sorted(shown) == [
        ("deep", "userTask", "ready"),
        ("inner", "subProcess", "started"),
        ("work", "userTask", "ready"),
    ]

    case.complete("deep")
    failed = [(e.element_id, e.state) for e in runner.outline(case.live)]
    assert ("compute", "failed") in failed
