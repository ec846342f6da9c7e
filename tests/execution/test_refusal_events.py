"""Events that would not happen as drawn, and timers that would not fire as written, are refused."""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    check_refusal,
    diagram,
    extensions,
    flow,
    flows,
    is_sentence,
    line,
    node,
    places,
    properties,
    refused,
    rows,
    timer,
    user_task,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
SIGNAL = '<bpmn:signal id="s" name="sig.x"/>'
ERROR = '<bpmn:error id="e" name="誤り" errorCode="E1"/>'
BEGIN, FINISH, TASK = node("startEvent", "begin"), node("endEvent", "finish"), user_task()
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e"/>'
OTHER = '<bpmn:message id="o" name="msg.o"/>'
ON_OTHER = '<bpmn:messageEventDefinition messageRef="o"/>'
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


def aside(
    definition: str, content: str = "", more: str = "", first: str = "", **attributes: str
) -> bytes:
    """A line with an event sub-process `aside`; `content` stands in it and `more` beside it."""
    inner = (
        first
        + node("startEvent", "in_go", definition, **attributes)
        + node("endEvent", "in_end")
        + flow("in_go", "in_end")
        + content
    )
    return line(
        ("do_it", TASK),
        roots=MESSAGE + SIGNAL + ERROR,
        more=node("subProcess", "aside", inner, triggeredByEvent="true") + more,
    )


INNER = node("startEvent", "in_begin") + node("endEvent", "in_end") + flow("in_begin", "in_end")


EVENTS: dict[str, tuple[bytes, Places]] = {
    "timer start event": (start(TIMER), {("unsupported_event", "go")}),
    "two starts on one signal": (
        diagram(
            node("startEvent", "go", ON_SIGNAL),
            node("startEvent", "go_too", ON_SIGNAL),
            FINISH,
            flow("go", "finish"),
            flow("go_too", "finish"),
            roots=SIGNAL,
        ),
        {("same_event_twice", "go_too")},
    ),
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
            ("error", ""),
            ("terminate", ""),
        )
    },
    "timer throw event": (event("intermediateThrowEvent", TIMER), {("unsupported_event", "it")}),
    "link end event": (
        end('<bpmn:linkEventDefinition name="l"/>'),
        {("unsupported_event", "stop")},
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
        {("timer_without_value", "it")},
    ),
    "two ends in one": (
        end(
            '<bpmn:errorEventDefinition errorRef="e"/><bpmn:terminateEventDefinition/>',
            ERROR,
        ),
        {("several_ends", "stop")},
    ),
    "one message twice in one event": (
        event("intermediateCatchEvent", ON_MESSAGE + ON_MESSAGE, MESSAGE, parallelMultiple="true"),
        {("same_event_twice", "it")},
    ),
    "a start that needs everything": (
        diagram(
            node("startEvent", "go", ON_MESSAGE + ON_OTHER, parallelMultiple="true"),
            TASK,
            FINISH,
            flows("go", "do_it", "finish"),
            roots=MESSAGE + OTHER,
        ),
        {("parallel_start", "go")},
    ),
    "an error that waits for something else": (
        boundary(
            '<bpmn:errorEventDefinition errorRef="e"/>' + ON_MESSAGE,
            ERROR + MESSAGE,
            parallelMultiple="true",
        ),
        {("parallel_error", "it")},
    ),
    "everything together behind an event gateway": (
        diagram(
            BEGIN,
            node("eventBasedGateway", "which"),
            node("intermediateCatchEvent", "it", ON_MESSAGE + ON_SIGNAL, parallelMultiple="true"),
            node("intermediateCatchEvent", "late", TIMER),
            FINISH,
            flows("begin", "which", "it", "finish"),
            flows("which", "late", "finish"),
            roots=MESSAGE + SIGNAL,
        ),
        {("event_gateway_target", "it")},
    ),
    "event sub-process that begins by nothing": (aside(""), {("no_definition", "in_go")}),
    "event sub-process on an error that does not interrupt": (
        aside(ON_ERROR, isInterrupting="false"),
        {("error_must_interrupt", "in_go")},
    ),
    "event sub-process with two starts": (
        aside(ON_MESSAGE, node("startEvent", "in_too", ON_SIGNAL) + flow("in_too", "in_end")),
        {("several_starts", "in_too")},
    ),
    "event sub-process that repeats": (
        aside(
            ON_MESSAGE,
            first="<bpmn:multiInstanceLoopCharacteristics>"
            "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        ),
        {("event_subprocess_repeats", "aside")},
    ),
    "flow into an event sub-process": (
        aside(ON_MESSAGE, more=flow("do_it", "aside")),
        {("flow_at_event_subprocess", "aside")},
    ),
    "event sub-process that is a transaction": (
        aside(ON_MESSAGE).replace(b"subProcess", b"transaction"),
        {("event_transaction", "aside")},
    ),
    "boundary event on an event sub-process": (
        aside(
            ON_MESSAGE,
            more=node("boundaryEvent", "it", TIMER, attachedToRef="aside") + flow("it", "finish"),
        ),
        {("boundary_host", "it")},
    ),
    "one message that starts two event sub-processes": (
        aside(
            ON_MESSAGE,
            more=node(
                "subProcess",
                "other",
                node("startEvent", "o_go", ON_MESSAGE)
                + node("endEvent", "o_end")
                + flow("o_go", "o_end"),
                triggeredByEvent="true",
            ),
        ),
        {("same_event_twice", "o_go")},
    ),
    "event sub-process on a definition BPMN does not have there": (
        aside("<bpmn:terminateEventDefinition/>"),
        {("unsupported_event", "in_go")},
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
    "one error caught twice": (
        line(
            ("do_it", TASK),
            roots=ERROR,
            more="".join(
                node(
                    "boundaryEvent",
                    id_,
                    '<bpmn:errorEventDefinition errorRef="e"/>',
                    attachedToRef="do_it",
                )
                + flow(id_, "finish")
                for id_ in ("once", "twice")
            ),
        ),
        {("same_event_twice", "twice")},
    ),
    "two starts on one message": (
        diagram(
            node("startEvent", "go", ON_MESSAGE),
            node("startEvent", "go_too", ON_MESSAGE),
            FINISH,
            flow("go", "finish"),
            flow("go_too", "finish"),
            roots=MESSAGE,
        ),
        {("same_event_twice", "go_too")},
    ),
    "payload of a message that is received": (
        event(
            "intermediateCatchEvent",
            ON_MESSAGE.replace("/>", ">")
            + extensions("<spiffworkflow:messagePayload>{a: 1}</spiffworkflow:messagePayload>")
            + "</bpmn:messageEventDefinition>",
            MESSAGE,
        ),
        {("unknown_extension", "it")},
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


@pytest.mark.parametrize(("drawn", "expected"), rows(EVENTS))
def test_an_event_that_would_not_happen_as_drawn_is_refused(drawn: bytes, expected: Places) -> None:
    check_refusal(refused(drawn), expected)


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


def test_whether_one_instance_runs_per_key_is_yes_or_no() -> None:
    def starting(value: str) -> bytes:
        own = properties({"onePerKey": value})
        return start(own + ON_MESSAGE, MESSAGE)

    assert refused(starting("true")) == []
    assert places(refused(starting("たぶん"))) == {("bad_one_per_key", "go")}


def test_the_key_of_a_message_that_starts_an_instance_is_the_senders() -> None:
    drawn = start(properties({"correlationKey": "番号"}) + ON_MESSAGE, MESSAGE)

    assert places(refused(drawn)) == {("unknown_property", "go")}
