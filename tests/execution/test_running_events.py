"""Timers, messages, signals, conditions, errors and escalations run as BPMN says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.execution import runner
from engine.execution.step import EndKind, Escalation, ThrownMessage, ThrownSignal
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    properties,
    script,
    timer,
    user_task,
)
from tests.execution.running import MORNING, House

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
SIGNAL = '<bpmn:signal id="s" name="sig.x"/>'
ERROR = '<bpmn:error id="e1" name="誤り" errorCode="E1"/>'
ESCALATION = '<bpmn:escalation id="c1" name="上申" escalationCode="C1"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e1"/>'
ON_ESCALATION = '<bpmn:escalationEventDefinition escalationRef="c1"/>'


def on_message(payload: str = "", variable: str = "") -> str:
    inside = ""
    if payload:
        inside += f"<spiffworkflow:messagePayload>{payload}</spiffworkflow:messagePayload>"
    if variable:
        inside += f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>"
    return (
        f'<bpmn:messageEventDefinition messageRef="m">{extensions(inside)}'
        "</bpmn:messageEventDefinition>"
    )


def catch(content: str, **attributes: str) -> str:
    return node("intermediateCatchEvent", "wait", content, name="待つ", **attributes)


def on_rim(content: str, *, interrupts: bool = True, of: str = "work", more: str = "") -> bytes:
    """A task with a boundary event that leads to a task of its own, and a task behind."""
    body = more or user_task(of)
    return diagram(
        BEGIN,
        body,
        node(
            "boundaryEvent",
            "rim",
            content,
            attachedToRef=of,
            cancelActivity="true" if interrupts else "false",
        ),
        user_task("after"),
        user_task("handle"),
        FINISH,
        node("endEvent", "handled"),
        flows("begin", of, "after", "finish"),
        flows("rim", "handle", "handled"),
        roots=MESSAGE + SIGNAL + ERROR + ESCALATION,
    )


@pytest.mark.parametrize(
    ("kind", "value", "due_at"),
    [
        ("timeDuration", "PT1H", MORNING + timedelta(hours=1)),
        ("timeDuration", 'duration("P2D")', MORNING + timedelta(days=2)),
        ("timeDuration", "P1M", datetime(2026, 5, 1, tzinfo=UTC)),
        ("timeDuration", "P2W", MORNING + timedelta(weeks=2)),
        ("timeDate", '=@"2026-04-10"', datetime(2026, 4, 9, 15, tzinfo=UTC)),
        ("timeDate", "2026-04-10T09:00:00+09:00", datetime(2026, 4, 10, tzinfo=UTC)),
        ("timeDate", "2026-04-10T09:00:00Z", datetime(2026, 4, 10, 9, tzinfo=UTC)),
        ("timeDate", "期日", datetime(2026, 4, 19, 15, tzinfo=UTC)),
    ],
)
def test_a_timer_waits_for_its_moment_and_rings_once(
    begin: Begin, kind: str, value: str, due_at: datetime
) -> None:
    case = begin(line(("wait", catch(timer(kind, value)))), {"期日": date(2026, 4, 20)})

    assert list(case.timers.values()) == [due_at]

    case.wait(days=400)
    assert case.step.ended is None
    id_ = next(iter(case.timers))
    case.ring()
    assert case.ended.kind == EndKind.COMPLETED
    assert runner.fire_timer(case.live, id_, due_at, case.house) is None


def test_a_timer_that_rings_at_another_moment_than_it_waits_for_does_nothing(
    begin: Begin,
) -> None:
    case = begin(line(("wait", catch(timer("timeDuration", "PT1H")))))
    id_, due_at = next(iter(case.timers.items()))

    step = runner.fire_timer(case.live, id_, due_at - timedelta(minutes=1), case.house)

    assert step is None


def test_a_waiting_timer_without_moment_is_a_failure(begin: Begin) -> None:
    case = begin(line(("wait", catch(timer("timeDate", "期日")))), {"期日": None})

    assert [f.code for f in case.step.failures] == ["no_time"]


def test_an_interrupting_timer_ends_the_task(begin: Begin) -> None:
    case = begin(on_rim(timer("timeDuration", "P3D")))
    work = case.id_of("work")

    case.ring()

    assert case.step.closed == (work,)
    assert case.cancelled == ["work"]
    assert case.open_tasks() == ["handle"]
    case.complete("handle")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_finished_task_takes_its_timer_with_it(begin: Begin) -> None:
    case = begin(on_rim(timer("timeDuration", "P3D")))
    (timer_id,) = case.timers

    case.complete("work")

    assert case.step.timers_gone == (timer_id,)
    assert case.open_tasks() == ["after"]


def test_a_boundary_timer_whose_value_is_null_is_never_armed(begin: Begin) -> None:
    for interrupts in (True, False):
        case = begin(on_rim(timer("timeDate", "期日"), interrupts=interrupts), {"期日": None})

        assert case.timers == {}
        case.complete("work")
        case.complete("after")
        assert case.ended.kind == EndKind.COMPLETED


def test_reminders_ring_in_turn_and_skip_moments_gone_by(begin: Begin) -> None:
    days = "[@&quot;2026-03-30&quot;, @&quot;2026-04-10&quot;, null, @&quot;2026-04-06&quot;]"
    content = on_rim(timer("timeDate", days.replace("&quot;", '"')), interrupts=False)
    case = begin(content)
    assert list(case.timers.values()) == [datetime(2026, 4, 5, 15, tzinfo=UTC)]

    case.ring()
    assert case.open_tasks() == ["handle", "work"]
    assert list(case.timers.values()) == [datetime(2026, 4, 9, 15, tzinfo=UTC)]
    case.ring()
    assert case.open_tasks() == ["handle", "handle", "work"]
    assert case.timers == {}

    case.complete("work")
    assert case.open_tasks() == ["after", "handle", "handle"]
    for name in ("handle", "after", "handle"):
        case.complete(name)
    assert case.ended.kind == EndKind.COMPLETED


def test_a_reminders_own_path_outlives_the_task(begin: Begin) -> None:
    case = begin(on_rim(timer("timeCycle", "R/P1D"), interrupts=False))
    case.ring()

    case.complete("work")

    assert case.timers == {}
    assert case.open_tasks() == ["after", "handle"]
    case.complete("handle", 催促=1)
    case.complete("after", 結果="済")
    assert case.variables == {"催促": Decimal(1), "結果": "済"}


@pytest.mark.parametrize(
    ("value", "days"),
    [("R3/P1D", [2, 3, 4]), ("R2/2026-04-10T09:00:00+09:00/P1M", [10, 40]), ("R1/PT24H", [2])],
)
def test_a_cycle_rings_as_often_as_it_says(begin: Begin, value: str, days: list[int]) -> None:
    case = begin(on_rim(timer("timeCycle", value), interrupts=False))
    rung = []

    while case.timers:
        rung.append(next(iter(case.timers.values())))
        case.ring()

    assert rung == [datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=d - 1) for d in days]


def test_an_endless_cycle_does_not_catch_up_what_it_missed(begin: Begin) -> None:
    case = begin(on_rim(timer("timeCycle", "R/P1D"), interrupts=False))

    case.wait(days=10, hours=1)
    case.ring()

    assert list(case.timers.values()) == [MORNING + timedelta(days=11)]


def test_a_thrown_message_leaves_the_instance_even_if_it_waits_for_it(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        node("intermediateThrowEvent", "tell", on_message("{番号: n}")),
        catch(on_message(variable="受信")),
        node("parallelGateway", "join"),
        FINISH,
        flows("begin", "split", "tell", "join", "finish"),
        flows("split", "wait", "join"),
        roots=MESSAGE,
    )
    case = begin(content, {"n": 7})

    assert case.step.messages == (
        ThrownMessage(name="msg.x", key="p1/s1", payload={"番号": Decimal(7)}, element_id="tell"),
    )
    assert list(case.subscriptions.values()) == [("message", "msg.x", "p1/s1")]
    case.deliver("msg.x", {"可": True})
    assert case.variables == {"n": Decimal(7), "受信": {"可": True}}


def test_the_correlation_key_is_the_elements_own_expression(begin: Begin) -> None:
    own = properties({"correlationKey": '"K-" + 番号'})
    content = diagram(
        BEGIN,
        node("sendTask", "tell", own, messageRef="m"),
        node("receiveTask", "hear", own, messageRef="m"),
        node("endEvent", "finish", own + on_message()),
        flows("begin", "tell", "hear", "finish"),
        roots=MESSAGE,
    )
    case = begin(content, {"番号": "9"})

    assert [m.key for m in case.step.messages] == ["K-9"]
    assert list(case.subscriptions.values()) == [("message", "msg.x", "K-9")]
    case.deliver("msg.x")
    assert [(m.key, m.element_id) for m in case.step.messages] == [("K-9", "finish")]
    assert case.trace == ["begin", "tell", "hear", "finish"]


def test_a_message_starts_an_instance_with_its_payload(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("startEvent", "told", on_message(variable="依頼")),
        node("exclusiveGateway", "meet"),
        user_task("work"),
        FINISH,
        flows("begin", "meet", "work", "finish"),
        flow("told", "meet"),
        roots=MESSAGE,
    )
    case = begin(content, {"件": "x"}, message="msg.x")

    assert case.trace == ["told", "meet"]
    case.complete("work")
    assert case.variables == {"依頼": {"件": "x"}}

    by_hand = begin(content, {"件": "x"})
    assert by_hand.trace == ["begin", "meet"]
    by_hand.complete("work")
    assert by_hand.variables == {"件": "x"}


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_rim_that_does_not_interrupt_hears_again_and_again(begin: Begin, kind: str) -> None:
    content = on_rim(on_message() if kind == "message" else ON_SIGNAL, interrupts=False)
    name = "msg.x" if kind == "message" else "sig.x"
    case = begin(content)

    case.deliver(name)
    case.deliver(name)

    assert case.open_tasks() == ["handle", "handle", "work"]
    case.complete("work")
    assert case.subscriptions == {}


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_rim_that_interrupts_hears_once(begin: Begin, kind: str) -> None:
    content = on_rim(on_message() if kind == "message" else ON_SIGNAL)
    case = begin(content)

    case.deliver("msg.x" if kind == "message" else "sig.x")

    assert case.open_tasks() == ["handle"]
    assert case.subscriptions == {}


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_signals_leave_the_instance_end_events_included(begin: Begin, kind: str) -> None:
    thrower = node(kind, "tell", ON_SIGNAL)
    content = (
        line(("tell", thrower), roots=SIGNAL)
        if kind == "intermediateThrowEvent"
        else diagram(BEGIN, thrower, flows("begin", "tell"), roots=SIGNAL)
    )
    case = begin(content)

    assert case.step.signals == (ThrownSignal(name="sig.x", payload=None, element_id="tell"),)
    assert case.ended.kind == EndKind.COMPLETED


def test_a_caught_signal_goes_on(begin: Begin) -> None:
    case = begin(line(("wait", catch(ON_SIGNAL)), roots=SIGNAL))

    case.deliver("sig.x", {"a": 1})

    assert case.ended.kind == EndKind.COMPLETED


def test_the_first_event_behind_an_event_gateway_decides(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("eventBasedGateway", "which"),
        node("intermediateCatchEvent", "heard", on_message(variable="返事")),
        node("intermediateCatchEvent", "late", timer("timeDuration", "P1D")),
        user_task("answer"),
        user_task("remind"),
        FINISH,
        node("endEvent", "finish2"),
        flows("begin", "which", "heard", "answer", "finish"),
        flows("which", "late", "remind", "finish2"),
        roots=MESSAGE,
    )
    case = begin(content)
    assert (len(case.timers), len(case.subscriptions)) == (1, 1)

    case.deliver("msg.x", "はい")
    assert case.open_tasks() == ["answer"]
    assert case.timers == {}
    case.complete("answer")
    assert case.variables == {"返事": "はい"}

    other = begin(content)
    other.ring()
    assert other.open_tasks() == ["remind"]
    assert other.subscriptions == {}


CONDITION = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>{}</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>"
)


def test_a_condition_is_looked_at_after_every_step(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        user_task("count"),
        user_task("last"),
        catch(CONDITION.format("数 >= 2")),
        node("endEvent", "heard"),
        FINISH,
        flows("begin", "split", "count", "last", "finish"),
        flows("split", "wait", "heard"),
    )
    case = begin(content, {"数": 1})
    assert "wait" not in case.trace

    case.complete("count", 数=2)

    assert case.trace[-2:] == ["wait", "heard"]
    case.complete("last")
    assert case.ended.kind == EndKind.COMPLETED


def inside(end: str, before: str = "") -> str:
    content = node("startEvent", "in_begin") + before + node("endEvent", "in_finish", end)
    names = ["in_begin", "go_on", "in_finish"] if before else ["in_begin", "in_finish"]
    return node("subProcess", "inner", content + flows(*names), name="内側")


def test_an_error_ends_its_sub_process_and_goes_the_way_of_the_rim(begin: Begin) -> None:
    case = begin(on_rim(ON_ERROR, of="inner", more=inside(ON_ERROR)))

    assert case.open_tasks() == ["handle"]
    assert case.cancelled == []
    case.complete("handle")
    assert case.ended.kind == EndKind.COMPLETED


def test_an_error_nobody_catches_ends_the_instance(begin: Begin) -> None:
    content = diagram(
        BEGIN, inside(ON_ERROR), FINISH, flows("begin", "inner", "finish"), roots=ERROR
    )
    case = begin(content, {"x": "値"})

    assert (case.ended.kind, case.ended.code, case.ended.name) == (EndKind.ERROR, "E1", "誤り")


def test_an_error_is_not_caught_by_a_neighbour(begin: Begin) -> None:
    neighbour = node(
        "subProcess",
        "side",
        node("startEvent", "s_begin")
        + user_task("sit")
        + node("endEvent", "s_finish")
        + flows("s_begin", "sit", "s_finish"),
        name="隣",
    )
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        neighbour,
        node("boundaryEvent", "rim", ON_ERROR, attachedToRef="side"),
        inside(ON_ERROR, user_task("go_on")),
        *(node("endEvent", name) for name in ("e1_", "e2_", "e3_")),
        flows("begin", "split", "side", "e1_"),
        flows("split", "inner", "e2_"),
        flow("rim", "e3_"),
        roots=ERROR,
    )
    case = begin(content)

    case.complete("go_on")

    assert case.ended.kind == EndKind.ERROR
    assert "rim" not in case.trace


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_escalation_reaches_the_rim_before_the_script_behind_it(
    begin: Begin, interrupts: bool
) -> None:
    content = node("startEvent", "in_begin")
    content += node("intermediateThrowEvent", "shout", ON_ESCALATION)
    content += script("済 = true") + user_task("stay") + node("endEvent", "in_finish")
    content += flows("in_begin", "shout", "compute", "stay", "in_finish")
    body = node("subProcess", "inner", content, name="内側")
    case = begin(on_rim(ON_ESCALATION, interrupts=interrupts, of="inner", more=body))

    if interrupts:
        assert case.open_tasks() == ["handle"]
        assert "compute" not in case.trace
        case.complete("handle")
        assert "済" not in case.variables
    else:
        assert case.open_tasks() == ["handle", "stay"]
        assert "compute" in case.trace


def test_an_escalation_nobody_catches_goes_to_the_caller(begin: Begin) -> None:
    content = line(
        ("shout", node("intermediateThrowEvent", "shout", ON_ESCALATION)),
        ("work", user_task("work")),
        roots=ESCALATION,
    )
    case = begin(content)

    assert case.step.escalations == (Escalation(code="C1", name="上申", element_id="shout"),)
    assert case.open_tasks() == ["work"]


def test_an_escalation_at_the_end_is_how_the_instance_ended(begin: Begin) -> None:
    content = diagram(
        BEGIN, node("endEvent", "shout", ON_ESCALATION), flows("begin", "shout"), roots=ESCALATION
    )
    case = begin(content)

    assert (case.ended.kind, case.ended.code) == (EndKind.ESCALATED, "C1")
    assert case.step.escalations == ()


def test_terminate_ends_everything(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        user_task("a"),
        user_task("b"),
        FINISH,
        node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
        flows("begin", "split", "a", "finish"),
        flows("split", "b", "stop"),
    )
    case = begin(content)

    case.complete("b", 理由="中止")

    assert case.ended.kind == EndKind.TERMINATED
    assert case.variables == {"理由": "中止"}
    assert case.cancelled == ["a"]


def test_a_cancelled_transaction_goes_the_way_of_its_cancel_event(begin: Begin) -> None:
    inner = (
        node("startEvent", "t_begin")
        + user_task("book")
        + node("exclusiveGateway", "ok", default="ok_to_t_finish")
        + node("endEvent", "t_finish")
        + node("endEvent", "t_cancel", "<bpmn:cancelEventDefinition/>")
        + flows("t_begin", "book", "ok")
        + flow("ok", "t_finish")
        + flow("ok", "t_cancel", "取消 = true")
    )
    content = on_rim(
        "<bpmn:cancelEventDefinition/>",
        of="deal",
        more=node("transaction", "deal", inner, name="取引"),
    )
    case = begin(content)
    case.complete("book", 取消=True)
    assert case.open_tasks() == ["handle"]

    other = begin(content)
    other.complete("book", 取消=False)
    assert other.open_tasks() == ["after"]


def test_an_unknown_start_message_is_not_found() -> None:
    from engine.domain.errors import NotFoundError
    from tests.execution.running import draw

    with pytest.raises(NotFoundError):
        runner.start(draw(line(("a", user_task("a")))), {}, House(), start_message="msg.y")
