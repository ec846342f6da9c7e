"""Elements, flows, gateways and events that could not be run exactly are refused.

One row per construct: the diagram, and every (code, element id) it is refused for.  Supported, and
therefore run by the tests of the runtime instead of standing here: user, manual and plain tasks;
script, service, send, receive and business rule tasks; call activities; embedded sub-processes;
transactions with cancel; exclusive, parallel, inclusive and event-based gateways, also in loops;
parallel and sequential multi-instance, completion conditions, standard loops; none, message,
signal, timer, conditional, error, escalation, terminate and cancel events in the places BPMN gives
them, signal end events included; boundary events that interrupt or do not; message starts.
"""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    KEY,
    diagram,
    flow,
    flows,
    is_sentence,
    line,
    node,
    places,
    refused,
    script,
    timer,
    user_task,
    valid,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
SIGNAL = '<bpmn:signal id="s" name="sig.x"/>'
ERROR = '<bpmn:error id="e" name="誤り" errorCode="E1"/>'
BEGIN, FINISH, TASK = node("startEvent", "begin"), node("endEvent", "finish"), user_task()
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
TIMER = timer("timeDuration", "P1D")
Places = set[tuple[str, str]]


def event(kind: str, definition: str, roots: str = "", **attributes: str) -> bytes:
    """A line with one intermediate event `it`."""
    return line(("it", node(kind, "it", definition, **attributes)), roots=roots)


def boundary(definition: str, roots: str = "", **attributes: str) -> bytes:
    """A task with one boundary event `it` that leads to an end of its own."""
    attributes = {"attachedToRef": "do_it", **attributes}
    more = node("boundaryEvent", "it", definition, **attributes)
    return line(
        ("do_it", TASK), roots=roots, more=more + node("endEvent", "late") + flow("it", "late")
    )


def end(definition: str, roots: str = "") -> bytes:
    """A process whose end event `stop` has a definition."""
    return diagram(
        BEGIN,
        TASK,
        node("endEvent", "stop", definition),
        flows("begin", "do_it", "stop"),
        roots=roots,
    )


def start(definition: str, roots: str = "") -> bytes:
    """A process whose start event `go` has a definition."""
    return diagram(
        node("startEvent", "go", definition),
        TASK,
        FINISH,
        flows("go", "do_it", "finish"),
        roots=roots,
    )


def sub_process(content: str, kind: str = "subProcess", **attributes: str) -> bytes:
    """A line with one sub-process `part`."""
    return line(("part", node(kind, "part", content, **attributes)))


def choice(*flows_: str, kind: str = "exclusiveGateway", **attributes: str) -> bytes:
    """A gateway `which` with two tasks behind it, and the given flows out of it."""
    return diagram(
        BEGIN,
        node(kind, "which", **attributes),
        user_task("left"),
        user_task("right"),
        FINISH,
        flow("begin", "which"),
        *flows_,
        flow("left", "finish"),
        flow("right", "finish"),
    )


def waiting(*events: str, roots: str = MESSAGE + SIGNAL, **attributes: str) -> bytes:
    """An event-based gateway `which` before events `e1`, `e2`, ..."""
    ids = [f"e{n}" for n in range(1, len(events) + 1)]
    return diagram(
        BEGIN,
        node("eventBasedGateway", "which", **attributes),
        *events,
        FINISH,
        flow("begin", "which"),
        *(flow("which", id_) + flow(id_, "finish") for id_ in ids),
        roots=roots,
    )


def catch(id_: str, definition: str) -> str:
    return node("intermediateCatchEvent", id_, definition)


INNER = node("startEvent", "in_begin") + node("endEvent", "in_end") + flow("in_begin", "in_end")
LEFT, RIGHT = flow("which", "left", "x = 1"), flow("which", "right")

STRUCTURE = {
    "no start event": (
        diagram(TASK, FINISH, flow("do_it", "finish")),
        {("no_start", KEY), ("unreachable", "do_it"), ("unreachable", "finish")},
    ),
    "no end event": (
        diagram(BEGIN, TASK, flow("begin", "do_it")),
        {("no_end", KEY), ("no_outgoing", "do_it")},
    ),
    "two plain start events": (
        diagram(
            BEGIN,
            node("startEvent", "other"),
            TASK,
            FINISH,
            flow("other", "do_it"),
            flows("begin", "do_it", "finish"),
        ),
        {("several_starts", "other")},
    ),
    "unreachable task": (
        line(("do_it", TASK), more=user_task("lost") + flow("lost", "finish")),
        {("unreachable", "lost")},
    ),
    "dead end": (
        diagram(
            BEGIN,
            node("parallelGateway", "fork"),
            TASK,
            user_task("stuck"),
            FINISH,
            flows("begin", "fork", "do_it", "finish"),
            flow("fork", "stuck"),
        ),
        {("no_outgoing", "stuck")},
    ),
    "several flows out of a task": (
        diagram(
            BEGIN,
            TASK,
            user_task("other"),
            FINISH,
            flows("begin", "do_it", "other", "finish"),
            flow("do_it", "finish"),
        ),
        {("several_outgoing", "do_it")},
    ),
    "condition on a flow out of a task": (
        diagram(BEGIN, TASK, FINISH, flow("begin", "do_it"), flow("do_it", "finish", "x = 1")),
        {("condition_ignored", "do_it_to_finish")},
    ),
    "default flow of a task": (
        line(("do_it", user_task().replace('id="do_it"', 'id="do_it" default="do_it_to_finish"'))),
        {("condition_ignored", "do_it")},
    ),
    "flow to nowhere": (
        line(("do_it", TASK), more=flow("do_it", "nowhere")),
        {("missing_ref", "do_it_to_nowhere"), ("several_outgoing", "do_it")},
    ),
    "flow across the frame of a sub-process": (
        line(("part", node("subProcess", "part", INNER)), more=flow("in_begin", "finish")),
        {("flow_crosses_scope", "in_begin_to_finish")},
    ),
    "flow into a start event": (
        line(("do_it", TASK), more=node("exclusiveGateway", "g") + flow("g", "begin")),
        {("flow_into_start", "begin"), ("unreachable", "g")},
    ),
    "flow out of an end event": (
        line(("do_it", TASK), more=flow("finish", "do_it")),
        {("flow_out_of_end", "finish")},
    ),
    "flow into a boundary event": (
        line(
            ("do_it", TASK),
            more=node("boundaryEvent", "it", TIMER, attachedToRef="do_it")
            + node("parallelGateway", "g")
            + flow("it", "g")
            + flow("g", "it"),
        ),
        {
            ("flow_into_boundary", "it"),
        },
    ),
    "id used twice": (
        line(("do_it", TASK), more=node("textAnnotation", "do_it")),
        {("duplicate_id", "do_it")},
    ),
    **{
        f"reserved id {id_}": (
            line((id_, user_task(id_))),
            {("reserved_id", id_)},
        )
        for id_ in (
            "Start",
            "End",
            "Root",
            f"{KEY}.EndJoin",
            "x.BoundaryEventSplit",
            "x.BoundaryEventJoin",
            "StartEventSplit",
        )
    },
    "element without id": (
        line(("do_it", TASK), more="<bpmn:userTask name='?'/>"),
        {("missing_id", KEY)},
    ),
    "complex gateway": (
        choice(LEFT, RIGHT, kind="complexGateway"),
        {
            ("unsupported_element", "which"),
            ("condition_ignored", "which_to_left"),
            ("several_outgoing", "which"),
        },
    ),
    "ad hoc sub-process": (
        line(("part", node("adHocSubProcess", "part", user_task("inner")))),
        {("unsupported_element", "part")},
    ),
    "start quantity": (
        line(
            ("do_it", user_task().replace("<bpmn:userTask ", '<bpmn:userTask startQuantity="2" '))
        ),
        {("quantity", "do_it")},
    ),
    "completion quantity": (
        line(("do_it", node("task", "do_it", completionQuantity="3"))),
        {("quantity", "do_it")},
    ),
    "compensation task": (
        line(("do_it", node("task", "do_it", isForCompensation="true"))),
        {("compensation", "do_it")},
    ),
    "data store": (
        line(("do_it", TASK), more=node("dataStoreReference", "store", name="倉庫")),
        {("data_store", "store")},
    ),
    "global task": (
        line(("do_it", TASK), roots='<bpmn:globalUserTask id="shared" name="共通"/>'),
        {("global_task", "shared")},
    ),
    "event definition at the root": (
        line(("do_it", TASK), roots='<bpmn:terminateEventDefinition id="far"/>'),
        {("unsupported_element", "far")},
    ),
    "correlation key of a collaboration": (
        line(
            ("do_it", TASK),
            roots='<bpmn:collaboration id="c"><bpmn:correlationKey name="k"/></bpmn:collaboration>',
        ),
        {("unsupported_element", "c")},
    ),
    "two sub-process starts": (
        sub_process(INNER + node("startEvent", "again") + flow("again", "in_end")),
        {("several_starts", "again")},
    ),
    "empty sub-process": (
        sub_process(""),
        {("no_start", "part"), ("no_end", "part")},
    ),
    "event sub-process": (
        line(
            ("do_it", TASK),
            roots=MESSAGE,
            more=node(
                "subProcess",
                "aside",
                node("startEvent", "in_go", ON_MESSAGE, isInterrupting="false")
                + node("endEvent", "in_end")
                + flow("in_go", "in_end"),
                triggeredByEvent="true",
            ),
        ),
        {("event_subprocess", "aside")},
    ),
    "interrupting event sub-process on an error": (
        line(
            ("do_it", TASK),
            roots=ERROR,
            more=node(
                "subProcess",
                "aside",
                node("startEvent", "in_go", '<bpmn:errorEventDefinition errorRef="e"/>')
                + node("endEvent", "in_end")
                + flow("in_go", "in_end"),
                triggeredByEvent="true",
            ),
        ),
        {("event_subprocess", "aside")},
    ),
}

GATEWAYS = {
    "no default flow": (
        choice(LEFT, flow("which", "right", "x = 2")),
        {("no_default", "which")},
    ),
    "flow without condition": (
        choice(flow("which", "left"), RIGHT, default="which_to_right"),
        {("no_condition", "which_to_left")},
    ),
    "condition on the default flow": (
        choice(LEFT, flow("which", "right", "x = 2"), default="which_to_right"),
        {("condition_on_default", "which_to_right")},
    ),
    "default flow of another gateway": (
        choice(LEFT, flow("which", "right", "x = 2"), default="begin_to_which"),
        {("missing_ref", "which")},
    ),
    "inclusive gateway without default": (
        choice(LEFT, flow("which", "right", "x = 2"), kind="inclusiveGateway"),
        {("no_default", "which")},
    ),
    "condition on the only flow": (
        diagram(
            BEGIN,
            node("exclusiveGateway", "which"),
            FINISH,
            flow("begin", "which"),
            flow("which", "finish", "x = 1"),
        ),
        {("condition_on_only_flow", "which_to_finish")},
    ),
    "condition behind a parallel gateway": (
        choice(LEFT, RIGHT, kind="parallelGateway"),
        {("condition_ignored", "which_to_left")},
    ),
    "broken condition": (
        choice(flow("which", "left", "x =="), RIGHT, default="which_to_right"),
        {("broken_feel", "which_to_left")},
    ),
    "loop that never rests": (
        diagram(
            BEGIN,
            node("exclusiveGateway", "again"),
            script("n = 1"),
            node("exclusiveGateway", "which", default="which_to_again"),
            FINISH,
            flows("begin", "again", "compute", "which", "again"),
            flow("which", "finish", "n = 2"),
        ),
        {("endless_loop", "again")},
    ),
    "parallel event gateway": (
        waiting(catch("e1", ON_MESSAGE), catch("e2", TIMER), eventGatewayType="Parallel"),
        {("event_gateway_type", "which")},
    ),
    "event gateway that starts an instance": (
        waiting(catch("e1", ON_MESSAGE), catch("e2", TIMER), instantiate="true"),
        {("event_gateway_type", "which")},
    ),
    "two timers behind an event gateway": (
        waiting(catch("e1", TIMER), catch("e2", timer("timeDuration", "PT1H"))),
        {("several_timers", "e2")},
    ),
    "one message twice behind an event gateway": (
        waiting(catch("e1", ON_MESSAGE), catch("e2", ON_MESSAGE)),
        {("same_event_twice", "e2")},
    ),
    "task behind an event gateway": (
        waiting(catch("e1", ON_MESSAGE), user_task("e2")),
        {("event_gateway_target", "e2")},
    ),
}

EVENTS = {
    "timer start event": (start(TIMER), {("unsupported_event", "go")}),
    "signal start event": (start(ON_SIGNAL, SIGNAL), {("unsupported_event", "go")}),
    "conditional start event": (
        start(
            "<bpmn:conditionalEventDefinition><bpmn:condition>x = 1</bpmn:condition>"
            "</bpmn:conditionalEventDefinition>"
        ),
        {("unsupported_event", "go")},
    ),
    "error start event": (
        start('<bpmn:errorEventDefinition errorRef="e"/>', ERROR),
        {("unsupported_event", "go")},
    ),
    "escalation start event": (
        start("<bpmn:escalationEventDefinition/>"),
        {("unsupported_event", "go")},
    ),
    "compensation start event": (
        start("<bpmn:compensateEventDefinition/>"),
        {("unsupported_event", "go")},
    ),
    "message start inside a sub-process": (
        line(
            (
                "part",
                node(
                    "subProcess",
                    "part",
                    INNER.replace(
                        '<bpmn:startEvent id="in_begin"></bpmn:startEvent>',
                        node("startEvent", "in_begin", ON_MESSAGE),
                    ),
                ),
            ),
            roots=MESSAGE,
        ),
        {("unsupported_event", "in_begin")},
    ),
    **{
        f"{kind} catch event": (
            event("intermediateCatchEvent", f"<bpmn:{kind}EventDefinition{more}/>", ERROR),
            {("unsupported_event", "it")},
        )
        for kind, more in (
            ("link", ' name="l"'),
            ("error", ""),
            ("escalation", ""),
            ("compensate", ""),
            ("cancel", ""),
        )
    },
    **{
        f"{kind} throw event": (
            event("intermediateThrowEvent", f"<bpmn:{kind}EventDefinition{more}/>", ERROR),
            {("unsupported_event", "it")},
        )
        for kind, more in (
            ("link", ' name="l"'),
            ("error", ""),
            ("compensate", ""),
            ("terminate", ""),
        )
    },
    "timer throw event": (event("intermediateThrowEvent", TIMER), {("unsupported_event", "it")}),
    "compensation end event": (
        end("<bpmn:compensateEventDefinition/>"),
        {("unsupported_event", "stop")},
    ),
    "link end event": (
        end('<bpmn:linkEventDefinition name="l"/>'),
        {("unsupported_event", "stop")},
    ),
    "compensation boundary event": (
        boundary("<bpmn:compensateEventDefinition/>"),
        {("unsupported_event", "it")},
    ),
    "link boundary event": (
        boundary('<bpmn:linkEventDefinition name="l"/>'),
        {("unsupported_event", "it")},
    ),
    "boundary event without definition": (boundary(""), {("no_definition", "it")}),
    "catch event without definition": (
        event("intermediateCatchEvent", ""),
        {("no_definition", "it")},
    ),
    "definition referred to": (
        event(
            "intermediateCatchEvent",
            "<bpmn:eventDefinitionRef>far</bpmn:eventDefinitionRef>",
            '<bpmn:timerEventDefinition id="far"/>',
        ),
        {("event_definition_ref", "it"), ("unsupported_element", "far")},
    ),
    "two definitions on one event": (
        event("intermediateCatchEvent", ON_MESSAGE + ON_SIGNAL, MESSAGE + SIGNAL),
        {("several_definitions", "it")},
    ),
    "parallel multiple event": (
        event("intermediateCatchEvent", ON_MESSAGE, MESSAGE, parallelMultiple="true"),
        {("several_definitions", "it")},
    ),
    "cancel end event outside a transaction": (
        end("<bpmn:cancelEventDefinition/>"),
        {("cancel_outside_transaction", "stop")},
    ),
    "cancel boundary event on a task": (
        boundary("<bpmn:cancelEventDefinition/>"),
        {("cancel_outside_transaction", "it")},
    ),
    "error boundary event that does not interrupt": (
        boundary('<bpmn:errorEventDefinition errorRef="e"/>', ERROR, cancelActivity="false"),
        {("error_must_interrupt", "it")},
    ),
    "boundary event on a gateway": (
        diagram(
            BEGIN,
            node("parallelGateway", "g"),
            FINISH,
            flows("begin", "g", "finish"),
            node("boundaryEvent", "it", TIMER, attachedToRef="g"),
            flow("it", "finish"),
        ),
        {("boundary_host", "it")},
    ),
    "boundary event on nothing": (
        boundary(TIMER, attachedToRef="gone"),
        {("missing_ref", "it"), ("unreachable", "it"), ("unreachable", "late")},
    ),
    "message event without message": (
        event("intermediateCatchEvent", "<bpmn:messageEventDefinition/>"),
        {("no_message", "it")},
    ),
    "message that does not exist": (
        event("intermediateCatchEvent", ON_MESSAGE),
        {("missing_ref", "it")},
    ),
    "message without a name": (
        event("intermediateCatchEvent", ON_MESSAGE, '<bpmn:message id="m"/>'),
        {("no_message_name", "m")},
    ),
    "signal event without signal": (
        event("intermediateThrowEvent", "<bpmn:signalEventDefinition/>"),
        {("no_signal", "it")},
    ),
    "signal that does not exist": (end(ON_SIGNAL), {("missing_ref", "stop")}),
    "error end without error": (end("<bpmn:errorEventDefinition/>"), {("no_error", "stop")}),
    "error without a code": (
        end('<bpmn:errorEventDefinition errorRef="e"/>', '<bpmn:error id="e" name="誤り"/>'),
        {("no_error_code", "e")},
    ),
    "escalation without a code": (
        end('<bpmn:escalationEventDefinition escalationRef="e"/>', '<bpmn:escalation id="e"/>'),
        {("no_escalation_code", "e")},
    ),
    "broken conditional event": (
        event(
            "intermediateCatchEvent",
            "<bpmn:conditionalEventDefinition><bpmn:condition>x =</bpmn:condition>"
            "</bpmn:conditionalEventDefinition>",
        ),
        {("broken_feel", "it")},
    ),
}

TIMERS = {
    "no time at all": ("<bpmn:timerEventDefinition/>", "timer_without_value"),
    "empty time": (timer("timeDuration", " "), "timer_without_value"),
    "date without offset": (timer("timeDate", "2026-04-01T09:00:00"), "timer_without_offset"),
    "quoted date without offset": (
        timer("timeDate", '"2026-04-01T09:00:00"'),
        "timer_without_offset",
    ),
    "day without offset": (timer("timeDate", "2026-04-01"), "timer_without_offset"),
    "cycle from a date without offset": (
        timer("timeCycle", "R3/2026-04-01T09:00:00/P1D"),
        "timer_without_offset",
    ),
    "Python": (timer("timeDuration", "timedelta(days=5)"), "python_text"),
    "cron": (timer("timeCycle", "0 9 * * 1"), "bad_timer"),
    "P alone": (timer("timeDuration", '"P"'), "bad_timer"),
    "negative duration": (timer("timeDuration", '"-P1D"'), "bad_timer"),
    "word": (timer("timeDate", '"tomorrow"'), "bad_timer"),
    "cycle with a missing part": (timer("timeCycle", '"R3/"'), "bad_timer"),
    "broken expression": (timer("timeDuration", 'duration("P1D"'), "broken_feel"),
    "unknown function": (timer("timeDate", "tomorow(now())"), "unknown_function"),
}


def rows(table: dict[str, tuple[bytes, Places]]) -> list[object]:
    return [pytest.param(*row, id=name) for name, row in table.items()]


@pytest.mark.parametrize(("drawn", "expected"), rows({**STRUCTURE, **GATEWAYS, **EVENTS}))
def test_what_would_not_run_as_drawn_is_refused_at_its_place(
    drawn: bytes, expected: Places
) -> None:
    findings = refused(drawn)

    assert places(findings) == expected
    for found in findings:
        assert is_sentence(found.message), found.message
        assert found.line > 1
        assert found.file == f"{KEY}.bpmn"


@pytest.mark.parametrize(
    ("definition", "code"), [pytest.param(*row, id=name) for name, row in TIMERS.items()]
)
def test_a_timer_that_would_not_fire_as_written_is_refused(definition: str, code: str) -> None:
    findings = refused(event("intermediateCatchEvent", definition))

    assert places(findings) == {(code, "it")}
    assert is_sentence(findings[0].message), findings[0].message


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(timer("timeDuration", "P5D"), id="bare duration"),
        pytest.param(timer("timeDuration", '"PT2H"'), id="quoted duration"),
        pytest.param(timer("timeDate", "2026-04-01T09:00:00+09:00"), id="moment with offset"),
        pytest.param(timer("timeDate", '期限 - duration("P1D")'), id="FEEL"),
        pytest.param(timer("timeCycle", "R3/P1D"), id="cycle"),
        pytest.param(timer("timeCycle", "R/2026-04-01T00:00:00Z/P1M"), id="months from a moment"),
    ],
)
def test_a_timer_that_fires_as_written_is_accepted(definition: str) -> None:
    assert refused(boundary(definition, cancelActivity="false")) == []


def test_the_smallest_valid_diagram_has_no_finding() -> None:
    assert refused(valid()) == []


def test_all_findings_come_at_once() -> None:
    drawn = line(
        ("do_it", user_task(colour="red")),
        ("compute", script("n == 1")),
        more=user_task("lost") + flow("lost", "finish"),
    )

    findings = refused(drawn)

    assert places(findings) == {
        ("unknown_property", "do_it"),
        ("broken_feel", "compute"),
        ("unreachable", "lost"),
    }


def test_a_finding_names_the_element_and_its_line() -> None:
    drawn = line(("do_it", user_task(priority="9")))

    (found,) = refused(drawn)

    assert found.element_name == "作業"
    assert b'id="do_it"' in drawn.splitlines()[found.line - 1]


def test_yes_and_no_may_be_written_as_figures() -> None:
    drawn = diagram(
        BEGIN, TASK, FINISH, flows("begin", "do_it", "finish"), attributes='isExecutable="1"'
    )

    assert refused(drawn) == []
