"""Events with several definitions: any of them, all of them, and all thrown at once."""

from __future__ import annotations

from datetime import timedelta

from engine.execution import runner
from engine.execution.step import EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import diagram, flow, flows, line, node, timer, user_task
from tests.execution.running import MORNING
from tests.execution.test_running_events import (
    CONDITION,
    ERROR,
    ESCALATION,
    MESSAGE,
    ON_ERROR,
    ON_ESCALATION,
    ON_SIGNAL,
    SIGNAL,
    catch,
    on_message,
    on_rim,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
ROOTS = MESSAGE + SIGNAL + ERROR + ESCALATION
HOUR = timer("timeDuration", "PT1H")


def test_a_timer_and_a_message_whichever_comes_first(begin: Begin) -> None:
    content = line(("wait", catch(HOUR + on_message(variable="返事"))), roots=ROOTS)
    case = begin(content)
    assert (len(case.timers), len(case.subscriptions)) == (1, 1)

    case.deliver("msg.x", "はい")
    assert case.variables == {"返事": "はい"}
    assert (case.timers, case.subscriptions) == ({}, {})

    late = begin(content)
    late.ring()
    assert late.ended.kind == EndKind.COMPLETED
    assert late.subscriptions == {}


def test_all_have_to_come_and_each_leaves_what_it_brought(begin: Begin) -> None:
    both = catch(
        HOUR + on_message(variable="返事") + CONDITION.format("数 > 1"), parallelMultiple="true"
    )
    content = diagram(
        BEGIN,
        node("parallelGateway", "fork"),
        both,
        user_task("count"),
        node("endEvent", "end_1"),
        node("endEvent", "end_2"),
        flows("begin", "fork", "wait", "end_1"),
        flows("fork", "count", "end_2"),
        roots=ROOTS,
    )
    case = begin(content, {"数": 1})

    case.deliver("msg.x", "はい")
    assert case.subscriptions == {}
    case.ring()
    assert "wait" not in case.trace
    case.complete("count", 数=2)

    assert case.ended.kind == EndKind.COMPLETED
    assert case.variables["返事"] == "はい"


def test_a_rim_that_needs_all_begins_again_after_each_time(begin: Begin) -> None:
    rim = on_rim(HOUR + on_message(variable="返事"), interrupts=False).replace(
        b'cancelActivity="false"', b'cancelActivity="false" parallelMultiple="true"'
    )
    case = begin(rim)
    case.ring()
    case.deliver("msg.x", 1)
    assert case.open_tasks() == ["handle", "work"]
    assert list(case.timers.values()) == [MORNING + timedelta(hours=2)]

    case.deliver("msg.x", 2)
    case.ring()
    assert case.open_tasks() == ["handle", "handle", "work"]
    seen = {runner.variables_of(case.live, id_)["返事"] for id_ in case.tasks_of("handle")}
    assert seen == {1, 2}


def test_the_timer_of_a_rim_with_several_rings_and_the_message_is_still_heard(
    begin: Begin,
) -> None:
    case = begin(on_rim(HOUR + on_message(), interrupts=False))
    case.ring()
    case.deliver("msg.x")
    case.deliver("msg.x")

    assert case.open_tasks() == ["handle", "handle", "handle", "work"]
    assert case.timers == {}


def test_an_escalation_or_a_message_at_one_rim(begin: Begin) -> None:
    inner = (
        node("startEvent", "in_begin")
        + user_task("ask")
        + node("endEvent", "in_finish", ON_ESCALATION)
        + flows("in_begin", "ask", "in_finish")
    )
    body = node("subProcess", "inner", inner, name="内側")
    drawn = on_rim(ON_ESCALATION + on_message(), of="inner", more=body)
    case = begin(drawn)
    case.complete("ask")
    assert case.open_tasks() == ["handle"]

    other = begin(drawn)
    other.deliver("msg.x")
    assert other.open_tasks() == ["handle"]


def test_a_condition_at_a_rim_is_told_each_time_it_comes_to_hold(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "fork"),
        user_task("work"),
        node(
            "boundaryEvent",
            "rim",
            CONDITION.format("数 > 2"),
            attachedToRef="work",
            cancelActivity="false",
        ),
        node("endEvent", "told"),
        node("exclusiveGateway", "meet"),
        user_task("count"),
        node("exclusiveGateway", "more", default="more_to_meet"),
        node("endEvent", "e1"),
        FINISH,
        flows("begin", "fork", "work", "e1"),
        flow("rim", "told"),
        flows("fork", "meet", "count", "more", "meet"),
        flow("more", "finish", "数 = 0"),
    )
    case = begin(content, {"数": 1})
    told = []
    for number in (3, 4, 2, 5, 0):
        case.complete("count", 数=number)
        told.append(case.trace.count("told"))

    assert told == [1, 1, 1, 2, 2]


def test_several_ways_to_go_on_behind_an_event_gateway(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("eventBasedGateway", "which"),
        node("intermediateCatchEvent", "heard", on_message(variable="返事") + ON_SIGNAL),
        node("intermediateCatchEvent", "late", HOUR),
        user_task("answer"),
        user_task("remind"),
        FINISH,
        node("endEvent", "finish2"),
        flows("begin", "which", "heard", "answer", "finish"),
        flows("which", "late", "remind", "finish2"),
        roots=ROOTS,
    )
    case = begin(content)
    assert (len(case.timers), len(case.subscriptions)) == (1, 2)
    case.deliver("msg.x", "はい")
    assert case.open_tasks() == ["answer"]
    assert runner.variables_of(case.live, case.id_of("answer"))["返事"] == "はい"

    other = begin(content)
    other.deliver("sig.x")
    assert (other.open_tasks(), other.subscriptions, other.timers) == (["answer"], {}, {})

    late = begin(content)
    late.ring()
    assert late.open_tasks() == ["remind"]


def test_an_end_tells_and_then_ends_everything(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "fork"),
        user_task("a"),
        user_task("b"),
        FINISH,
        node("endEvent", "stop", "<bpmn:terminateEventDefinition/>" + on_message("{n: 1}")),
        flows("begin", "fork", "a", "finish"),
        flows("fork", "b", "stop"),
        roots=ROOTS,
    )
    case = begin(content)

    case.complete("b", 理由="中止")

    assert (case.ended.kind, case.variables) == (EndKind.TERMINATED, {"理由": "中止"})
    assert [m.name for m in case.step.messages] == ["msg.x"]
    assert case.cancelled == ["a"]


def test_an_end_tells_and_then_throws_an_error(begin: Begin) -> None:
    inner = (
        node("startEvent", "in_begin")
        + node("endEvent", "in_finish", ON_ERROR + ON_SIGNAL)
        + flows("in_begin", "in_finish")
    )
    case = begin(on_rim(ON_ERROR, of="inner", more=node("subProcess", "inner", inner, name="内")))

    assert case.open_tasks() == ["handle"]
    assert [s.name for s in case.step.signals] == ["sig.x"]


def test_an_end_of_a_transaction_tells_and_cancels(begin: Begin) -> None:
    inner = (
        node("startEvent", "t_begin")
        + user_task("book")
        + node("endEvent", "t_cancel", "<bpmn:cancelEventDefinition/>" + ON_SIGNAL)
        + flows("t_begin", "book", "t_cancel")
    )
    content = on_rim(
        "<bpmn:cancelEventDefinition/>",
        of="deal",
        more=node("transaction", "deal", inner, name="取引"),
    )
    case = begin(content)
    case.complete("book")

    assert case.open_tasks() == ["handle"]
    assert [s.name for s in case.step.signals] == ["sig.x"]


def test_any_of_several_starts_an_instance(begin: Begin) -> None:
    content = diagram(
        node("startEvent", "go", ON_SIGNAL + on_message(variable="依頼")),
        user_task("work"),
        FINISH,
        flows("go", "work", "finish"),
        roots=ROOTS,
    )
    case = begin(content, {"件": "x"}, message="msg.x")

    assert runner.variables_of(case.live, case.id_of("work")) == {"依頼": {"件": "x"}}
