"""Event sub-processes: what may happen at any time while a process or sub-process runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.execution import runner, taking_back
from engine.execution.step import Ended, EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    node,
    operator,
    properties,
    script,
    timer,
    user_task,
)
from tests.execution.running import MORNING
from tests.execution.test_running_events import (
    ERROR,
    ESCALATION,
    MESSAGE,
    ON_ERROR,
    ON_ESCALATION,
    ON_SIGNAL,
    SIGNAL,
    on_message,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
ROOTS = MESSAGE + SIGNAL + ERROR + ESCALATION
HOURLY = timer("timeCycle", "R/PT1H")
CONDITION = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>{}</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>"
)


def aside(
    definition: str, *, name: str = "h", interrupts: bool = True, body: str = "", end: str = ""
) -> str:
    """An event sub-process with a user task `<name>_do`, or with the body of that id."""
    inner = (
        node(
            "startEvent",
            f"{name}_go",
            definition,
            isInterrupting="true" if interrupts else "false",
        )
        + (body or user_task(f"{name}_do"))
        + node("endEvent", f"{name}_end", end)
        + flows(f"{name}_go", f"{name}_do", f"{name}_end")
    )
    return node("subProcess", name, inner, triggeredByEvent="true", name="もしも")


def frame(name: str, *ids: str, content: str, end: str = "", first: str = "") -> str:
    """A sub-process: the content between a start and an end; `first` stands before them."""
    inner = (
        first
        + node("startEvent", f"{name}_begin")
        + content
        + node("endEvent", f"{name}_finish", end)
        + flows(f"{name}_begin", *ids, f"{name}_finish")
    )
    return node("subProcess", name, inner, name="枠")


def process(*content: str, ways: str = "") -> bytes:
    return diagram(BEGIN, *content, FINISH, ways or flows("begin", "work", "finish"), roots=ROOTS)


def parallel(*names: str) -> str:
    """Gateways and tasks: one path per name between begin and finish."""
    return (
        node("parallelGateway", "fork")
        + node("parallelGateway", "join")
        + "".join(map(user_task, names))
        + flows("begin", "fork")
        + flows("join", "finish")
        + "".join(flows("fork", name, "join") for name in names)
    )


def test_an_interrupting_one_takes_the_place_of_everything_alive(begin: Begin) -> None:
    several = (
        "<bpmn:multiInstanceLoopCharacteristics>"
        "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    branches = {
        "many": user_task("many", several),
        "inner": frame("inner", "deep", content=user_task("deep")),
        "call": node("callActivity", "call", calledElement="approval"),
        "park": node("serviceTask", "park", operator("test.echo", value="1")),
        "broken": script("x = missing").replace('"compute"', '"broken"'),
        "late": node("intermediateCatchEvent", "late", timer("timeDuration", "P1D")),
    }
    content = process(
        node("parallelGateway", "fork"),
        node("parallelGateway", "join"),
        *branches.values(),
        aside(ON_SIGNAL),
        aside(HOURLY, name="beside", interrupts=False),
        ways=flows("begin", "fork")
        + flows("join", "finish")
        + "".join(flows("fork", name, "join") for name in branches),
    )
    case = begin(content)
    case.ring()  # a handler that runs is ended as well
    assert case.open_tasks() == ["beside_do", "deep", "many", "many", "many"]

    case.deliver("sig.x")

    assert case.open_tasks() == ["h_do"]
    assert (case.timers, case.subscriptions, case.calls, case.failures) == ({}, {}, {}, {})
    assert len(case.step.parked_gone) == 1
    assert sorted(case.cancelled) == sorted(
        ["many", "many", "many", "deep", "inner", "call", "park", "beside", "beside_do"]
    )
    case.complete("h_do")
    assert case.ended.kind == EndKind.COMPLETED
    assert case.trace[-4:] == ["h_go", "h_do", "h_end", "h"]


def test_the_handler_sees_the_latest_data_of_all_paths(begin: Begin) -> None:
    case = begin(process(parallel("a", "b"), aside(ON_SIGNAL), ways=" "), {"x": 1, "y": 1})
    case.complete("a", x=2)

    case.deliver("sig.x")
    seen = runner.variables_of(case.live, case.id_of("h_do"))

    assert (seen["x"], seen["y"]) == (2, 1)
    case.complete("h_do", y=3)
    assert case.variables == {"x": Decimal(2), "y": Decimal(3)}


def test_what_a_handler_changes_is_seen_by_what_goes_on(begin: Begin) -> None:
    content = process(parallel("a", "b"), aside(ON_SIGNAL, interrupts=False), ways=" ")
    case = begin(content, {"x": 1, "y": 1, "z": {"p": 1, "q": 1}})
    case.complete("a", x=2, z={"p": 2, "q": 1})
    case.deliver("sig.x")
    case.complete("h_do", x=3, z={"p": 2, "q": 5})

    assert runner.variables_of(case.live, case.id_of("b"))["x"] == 3
    case.complete("b", y=4)

    assert case.variables == {
        "x": Decimal(3),
        "y": Decimal(4),
        "z": {"p": Decimal(2), "q": Decimal(5)},
    }


def test_what_the_flow_changed_while_a_handler_ran_is_kept(begin: Begin) -> None:
    content = process(
        user_task("work"),
        user_task("more"),
        aside(ON_SIGNAL, interrupts=False),
        ways=flows("begin", "work", "more", "finish"),
    )
    case = begin(content, {"x": 1, "y": 1})
    case.deliver("sig.x")
    case.complete("work", x=2)

    case.complete("h_do", y=9)
    assert case.open_tasks() == ["more"]
    case.complete("more")

    assert case.variables == {"x": Decimal(2), "y": Decimal(9)}


def test_a_change_reaches_into_what_runs_inside(begin: Begin) -> None:
    items = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>list</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="one" name="one"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    content = process(
        frame("work", "deep", content=user_task("deep", items)),
        aside(ON_SIGNAL, interrupts=False),
    )
    case = begin(content, {"list": ["p", "q"], "x": 1, "one": "outside"})
    case.deliver("sig.x")
    case.complete("h_do", x=2, one="changed")

    seen = [runner.variables_of(case.live, id_) for id_ in case.tasks]
    assert [one["x"] for one in seen] == [2, 2]
    assert sorted(one["one"] for one in seen) == ["p", "q"]
    case.complete("deep")
    case.complete("deep")
    assert (case.variables["x"], case.variables["one"]) == (2, "changed")


def test_two_handlers_at_once_keep_what_each_changed(begin: Begin) -> None:
    case = begin(process(user_task("work"), aside(ON_SIGNAL, interrupts=False)), {"x": 1, "y": 1})
    case.deliver("sig.x")
    case.deliver("sig.x")
    first, second = case.tasks_of("h_do")

    case.complete_id(first, x=2)
    case.complete_id(second, y=2)
    case.complete("work")

    assert case.variables == {"x": Decimal(2), "y": Decimal(2)}


def test_the_instance_waits_for_its_handlers_and_starts_no_more(begin: Begin) -> None:
    case = begin(process(user_task("work"), aside(ON_SIGNAL, interrupts=False)))
    case.deliver("sig.x")

    case.complete("work")

    assert case.step.ended is None
    assert case.subscriptions == {}  # the flow is over: nothing new may begin
    case.complete("h_do", x=1)
    assert case.variables == {"x": Decimal(1)}


def test_payload_and_data_of_the_start_are_there_when_it_is_armed(begin: Begin) -> None:
    content = diagram(
        node("startEvent", "told", on_message(variable="依頼")),
        user_task("work"),
        FINISH,
        flows("told", "work", "finish"),
        aside(timer("timeDuration", "依頼.待つ")),
        roots=ROOTS,
    )
    case = begin(content, {"待つ": "PT3H"}, message="msg.x")

    assert list(case.timers.values()) == [MORNING + timedelta(hours=3)]
    case.ring()
    assert case.open_tasks() == ["h_do"]


def test_what_the_event_brings_is_stored_in_the_handler(begin: Begin) -> None:
    case = begin(process(user_task("work"), aside(on_message(variable="返事"))))

    case.deliver("msg.x", {"可": True})
    case.complete("h_do")

    assert case.variables == {"返事": {"可": True}}


def test_an_error_is_caught_inside_before_it_is_caught_at_the_rim(begin: Begin) -> None:
    inner = frame(
        "work",
        "deep",
        content=frame("deep", "ask", content=user_task("ask"), end=ON_ERROR)
        + aside(ON_ERROR, end=ON_ERROR),
    )
    content = process(
        inner,
        node("boundaryEvent", "rim", ON_ERROR, attachedToRef="work"),
        user_task("repair"),
        node("endEvent", "repaired"),
        ways=flows("begin", "work", "finish") + flows("rim", "repair", "repaired"),
    )
    case = begin(content)
    case.complete("ask")
    assert case.open_tasks() == ["h_do"]

    case.complete("h_do")  # throws it again: it is the rim's now

    assert case.open_tasks() == ["repair"]
    case.complete("repair")
    assert case.ended.kind == EndKind.COMPLETED


def test_an_error_of_a_handler_that_nobody_else_catches_ends_the_instance(begin: Begin) -> None:
    case = begin(
        process(user_task("work"), aside(ON_SIGNAL, end=ON_ERROR), aside(ON_ERROR, name="e"))
    )

    case.deliver("sig.x")
    case.complete("h_do")

    assert (case.ended.kind, case.ended.code) == (EndKind.ERROR, "E1")


def test_an_error_of_a_handler_beside_the_flow_is_caught_by_its_scope(begin: Begin) -> None:
    content = process(
        user_task("work"),
        aside(ON_SIGNAL, interrupts=False, end=ON_ERROR),
        aside(ON_ERROR, name="e"),
    )
    case = begin(content)

    case.deliver("sig.x")
    case.complete("h_do")

    assert case.open_tasks() == ["e_do"]
    assert case.cancelled == ["work", "h"]


def test_an_escalation_thrown_again_goes_outwards(begin: Begin) -> None:
    content = process(
        frame(
            "work",
            "shout",
            "deep",
            content=node("intermediateThrowEvent", "shout", ON_ESCALATION)
            + user_task("deep")
            + aside(ON_ESCALATION, interrupts=False, end=ON_ESCALATION),
        ),
        node("boundaryEvent", "rim", ON_ESCALATION, attachedToRef="work", cancelActivity="false"),
        user_task("told"),
        node("endEvent", "done"),
        ways=flows("begin", "work", "finish") + flows("rim", "told", "done"),
    )
    case = begin(content)
    assert case.open_tasks() == ["deep", "h_do"]

    case.complete("h_do")

    assert case.open_tasks() == ["deep", "told"]


def test_handlers_have_handlers_of_their_own(begin: Begin) -> None:
    nested = aside(HOURLY, name="inner", interrupts=False)
    body = user_task("h_do") + nested
    case = begin(process(user_task("work"), aside(ON_SIGNAL, interrupts=False, body=body)))
    assert case.timers == {}
    case.deliver("sig.x")
    case.ring()
    assert case.open_tasks() == ["h_do", "inner_do", "work"]

    case.complete("h_do")
    assert case.timers == {}
    case.complete("inner_do", x=1)
    case.complete("work")

    assert case.variables == {"x": Decimal(1)}


def test_each_run_of_a_repeated_sub_process_has_its_own(begin: Begin) -> None:
    many = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>list</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="one" name="one"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = frame("work", "deep", content=user_task("deep") + aside(ON_SIGNAL), first=many)
    case = begin(process(inner), {"list": ["p", "q"]})
    assert len(case.subscriptions) == 2

    case.deliver("sig.x")

    assert case.open_tasks() == ["deep", "h_do"]
    case.complete("h_do")
    case.complete("deep")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_scope_that_is_entered_again_listens_again(begin: Begin) -> None:
    content = process(
        node("exclusiveGateway", "meet"),
        frame("work", "deep", content=user_task("deep") + aside(ON_SIGNAL)),
        node("exclusiveGateway", "ok", default="ok_to_finish"),
        ways=flows("begin", "meet", "work", "ok", "finish") + flow("ok", "meet", "再 = true"),
    )
    case = begin(content, {"再": False})
    case.deliver("sig.x")
    case.complete("h_do", 再=True)
    assert case.open_tasks() == ["deep"]

    case.deliver("sig.x")
    case.complete("h_do", 再=False)

    assert case.ended.kind == EndKind.COMPLETED


def test_an_interrupted_scope_goes_on_normally_outside(begin: Begin) -> None:
    content = process(
        frame("work", "deep", content=user_task("deep") + aside(timer("timeDuration", "PT1H"))),
        user_task("after"),
        ways=flows("begin", "work", "after", "finish"),
    )
    case = begin(content)
    case.ring()
    case.complete("h_do", x=1)

    assert case.open_tasks() == ["after"]
    assert runner.variables_of(case.live, case.id_of("after"))["x"] == 1


def test_a_condition_starts_a_handler_each_time_it_comes_to_hold(begin: Begin) -> None:
    content = process(
        node("exclusiveGateway", "meet"),
        user_task("work"),
        node("exclusiveGateway", "ok", default="ok_to_meet"),
        aside(CONDITION.format("数 &gt; 2"), interrupts=False),
        ways=flows("begin", "meet", "work", "ok", "meet") + flow("ok", "finish", "数 = 0"),
    )
    case = begin(content, {"数": 1})
    opened = []
    for number in (2, 3, 4, 1, 5):
        case.complete("work", 数=number)
        opened.append(case.open_tasks().count("h_do"))

    assert opened == [0, 1, 1, 1, 2]


def test_an_interrupting_condition_goes_before_the_work_that_has_not_begun(begin: Begin) -> None:
    content = process(
        user_task("work"),
        script("y = 1"),
        aside(CONDITION.format("x = 1")),
        ways=flows("begin", "work", "compute", "finish"),
    )
    case = begin(content, {"x": 0})

    case.complete("work", x=1)

    assert case.open_tasks() == ["h_do"]
    assert "compute" not in case.trace


def test_an_event_that_cannot_be_awaited_is_a_failure_until_it_can(begin: Begin) -> None:
    case = begin(process(user_task("work"), aside(timer("timeDate", "期日"), interrupts=False)))
    assert [f.element_id for f in case.step.failures] == ["h_go"]

    case.complete("work", 期日="2026-04-02T00:00:00Z")

    assert case.ended.kind == EndKind.COMPLETED
    assert case.failures == {}


def test_a_handler_that_fails_is_tried_again(begin: Begin) -> None:
    body = script("y = 後 + 1").replace('"compute"', '"h_do"')
    case = begin(process(user_task("work"), aside(ON_SIGNAL, body=body)))
    case.deliver("sig.x")
    assert [f.element_id for f in case.step.failures] == ["h_do"]

    case.retry()
    assert [f.element_id for f in case.step.failures] == ["h_do"]


def test_scripts_around_a_handler_work_on_its_own_data(begin: Begin) -> None:
    scripts = extensions(
        "<spiffworkflow:preScript>前 = x</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>後 = x + 1</spiffworkflow:postScript>"
    )
    handler = aside(ON_SIGNAL, interrupts=False).replace('もしも">', f'もしも">{scripts}')
    case = begin(process(user_task("work"), handler), {"x": 1})
    case.deliver("sig.x")
    case.complete("h_do", x=5)
    case.complete("work")

    assert case.variables == {"x": Decimal(5), "前": Decimal(1), "後": Decimal(6)}


def test_an_interruption_can_be_taken_back(begin: Begin) -> None:
    case = begin(process(user_task("work"), aside(on_message())))
    before = runner.pack(case.live)
    work = case.id_of("work")
    case.deliver("msg.x")

    back = taking_back.difference(case.live, runner.unpack(case.bundle, before))

    assert back is not None
    assert (back.opened, back.closed) == ((case.id_of("h_do"),), (work,))
    assert len(back.step.subscriptions) == 1


def test_a_thousand_firings_leave_nothing_behind(begin: Begin) -> None:
    body = script("n = n + 1").replace('"compute"', '"h_do"')
    case = begin(process(user_task("work"), aside(HOURLY, interrupts=False, body=body)), {"n": 0})
    sizes = []
    for _ in range(1_000):
        case.ring()
        case.steps = case.steps[-1:]
        sizes.append(len(case.live.workflow.tasks))

    assert max(sizes[10:]) <= max(sizes[:10])
    case.complete("work")
    assert case.variables == {"n": Decimal(1_000)}


def test_a_call_that_fails_is_caught_around_it(begin: Begin) -> None:
    content = process(node("callActivity", "work", calledElement="approval"), aside(ON_ERROR))
    case = begin(content)

    case.resume("approval", Ended(kind=EndKind.ERROR, code="E1"))

    assert case.open_tasks() == ["h_do"]
    assert case.cancelled == ["work"]


def test_terminating_a_handler_ends_the_handler_alone(begin: Begin) -> None:
    case = begin(
        process(
            user_task("work"),
            aside(ON_SIGNAL, interrupts=False, end="<bpmn:terminateEventDefinition/>"),
        )
    )
    case.deliver("sig.x")
    case.complete("h_do", x=1)

    assert case.open_tasks() == ["work"]
    case.complete("work")
    assert case.variables == {"x": Decimal(1)}


def test_ending_everything_ends_the_handlers(begin: Begin) -> None:
    stop = node("endEvent", "finish", "<bpmn:terminateEventDefinition/>")
    content = diagram(
        BEGIN,
        user_task("work"),
        stop,
        aside(ON_SIGNAL, interrupts=False),
        flows("begin", "work", "finish"),
        roots=ROOTS,
    )
    case = begin(content)
    case.deliver("sig.x")
    case.complete("work")

    assert case.ended.kind == EndKind.TERMINATED
    assert sorted(case.cancelled) == ["h", "h_do"]


def test_paths_that_can_never_meet_are_told_although_an_event_is_awaited(begin: Begin) -> None:
    content = process(
        node("exclusiveGateway", "one", default="one_to_a"),
        user_task("a"),
        user_task("b"),
        node("parallelGateway", "join"),
        aside(ON_SIGNAL),
        ways=flows("begin", "one", "a", "join", "finish")
        + flow("one", "b", "x = 1")
        + flow("b", "join"),
    )
    case = begin(content, {"x": 0})

    case.complete("a")

    assert [f.code for f in case.step.failures] == ["join_stuck"]
    case.deliver("sig.x")
    assert (case.open_tasks(), case.failures) == (["h_do"], {})


@pytest.mark.parametrize("kind", ["signal", "cycle"])
def test_the_correlation_and_the_name_are_those_of_the_start_event(begin: Begin, kind: str) -> None:
    own = properties({"correlationKey": '"K-" + 番号'})
    definition = own + on_message() if kind == "signal" else HOURLY
    case = begin(process(user_task("work"), aside(definition, interrupts=False)), {"番号": "7"})

    if kind == "signal":
        assert list(case.subscriptions.values()) == [("message", "msg.x", "K-7")]
    waiting = [e for e in runner.outline(case.live) if e.element_id == "h_go"]
    assert [(e.kind, e.state) for e in waiting] == [("startEvent", "waiting")]
