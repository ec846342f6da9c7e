"""What waits for one of several events, and what begins an instance with a message."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.conformance.rows_structure import BEGIN, A, B, catch, message, messages
from tests.execution.drawing import diagram, extensions, flow, flows, line, node, timer, user_task


def receive(id_: str, ref: str, content: str = "", **attributes: str) -> str:
    return node("receiveTask", id_, content, messageRef=ref, **attributes)


def gateway(*events: str, roots: str, **attributes: str) -> bytes:
    """An event-based gateway before events `e0`, `e1`, ... that lead to tasks `t0`, `t1`, ..."""
    ids = range(len(events))
    return diagram(
        *([] if "instantiate" in attributes else [BEGIN, flow("begin", "gate")]),
        node("eventBasedGateway", "gate", **attributes),
        *events,
        *(user_task(f"t{n}") + flows("gate", f"e{n}", f"t{n}") for n in ids),
        roots=roots,
    )


ORDER = messages("order")
INSTANCES: tuple[Row | Refusal, ...] = (
    Row(
        name="receiveTask that begins an instance",
        model=diagram(
            receive("got", "m0", instantiate="true"),
            A,
            flow("got", "a"),
            roots=messages("begins by task"),
        ),
        play='send "begins by task" x=1\nopen a\ndo a',
        trace="got a",
        data={"x": 1},
    ),
    Row(
        name="receiveTask that begins an instance, beside a start event",
        model=diagram(
            BEGIN,
            receive("got", "m0", instantiate="true"),
            A,
            B,
            flow("begin", "b"),
            flow("got", "a"),
            roots=messages("begins beside"),
        ),
        play="start\nopen b\ndo b",
        trace="begin b",
    ),
    Row(
        name="receiveTask that begins an instance, with a variable",
        model=diagram(
            receive(
                "got",
                "m0",
                extensions("<spiffworkflow:messageVariable>order</spiffworkflow:messageVariable>"),
                instantiate="true",
            ),
            A,
            flow("got", "a"),
            roots=messages("begins with a variable"),
        ),
        play='send "begins with a variable" x=1\ndo a',
        trace="got a",
        data={"order": {"x": 1}},
    ),
    Row(
        name="receiveTask without incoming flow that begins nothing",
        model=diagram(receive("got", "m0"), A, flow("got", "a"), roots=messages("waits at once")),
        play='start\nopen\nsend "waits at once"\ndo a',
        trace="got a",
    ),
    refusal(
        "receiveTask that begins an instance, with incoming flow",
        line(("got", receive("got", "m0", instantiate="true")), roots=ORDER),
        ("instantiate_place", "got"),
    ),
    refusal(
        "receiveTask that begins an instance, in a subProcess",
        line(
            ("part", node("subProcess", "part", A + receive("got", "m0", instantiate="true"))),
            roots=ORDER,
        ),
        ("instantiate_place", "got"),
        ("unreachable", "got"),
    ),
    refusal(
        "receiveTask that begins an instance, with a boundary event",
        diagram(
            receive("got", "m0", instantiate="true"),
            node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="got"),
            roots=ORDER,
        ),
        ("instantiate_marker", "got"),
    ),
)
EVENTS: tuple[Row | Refusal, ...] = (
    Row(
        name="eventBasedGateway, a message and a timer",
        model=gateway(
            catch("e0", message("m0")),
            catch("e1", timer("timeDuration", "PT2H")),
            roots=messages("gate one"),
        ),
        play='start\nsend "gate one"\nopen t0\nwait 3h\ndo t0',
        trace="begin gate e0 t0",
    ),
    Row(
        name="eventBasedGateway, several timers",
        model=gateway(
            catch("e0", timer("timeDuration", "PT3H")),
            catch("e1", timer("timeDuration", "PT2H")),
            roots="",
        ),
        play="wait 2h\nopen t1\nwait 2h\ndo t1",
        trace="begin gate e1 t1",
    ),
    Row(
        name="eventBasedGateway, receive tasks",
        model=gateway(
            receive("e0", "m0"),
            receive("e1", "m1"),
            catch("e2", timer("timeDuration", "PT2H")),
            roots=messages("gate task 0", "gate task 1"),
        ),
        play='start\nsend "gate task 1"\nopen t1\ndo t1',
        trace="begin gate e1 t1",
    ),
    Row(
        name="eventBasedGateway that begins instances",
        model=gateway(
            catch("e0", message("m0")),
            catch("e1", message("m1")),
            roots=messages("first 0", "first 1"),
            instantiate="true",
        ),
        play='send "first 1"\nopen t1\nsend "first 0"\nopen t0 t1\ndo t1\ndo t0',
        trace="gate e1 t1",
    ),
    Row(
        name="eventBasedGateway that begins instances, with receive tasks",
        model=gateway(
            receive("e0", "m0"),
            receive("e1", "m1"),
            roots=messages("task first 0", "task first 1"),
            instantiate="true",
        ),
        play='send "task first 0" x=1\nopen t0\ndo t0',
        trace="gate e0 t0",
        data={"x": 1},
    ),
    Row(
        name="eventBasedGateway that begins instances, all messages needed",
        model=gateway(
            catch("e0", message("m0")),
            catch("e1", message("m1")),
            roots=messages("both 0", "both 1"),
            instantiate="true",
            eventGatewayType="Parallel",
        ),
        play='send "both 1" x=1\nopen t1\ndo t1\nrunning\nsend "both 0" y=2\nopen t0\ndo t0',
        trace="gate e1 t1 e0 t0",
        data={"x": 1},
    ),
    refusal(
        "eventBasedGateway for all of several events within an instance",
        gateway(
            catch("e0", message("m0")),
            catch("e1", timer("timeDuration", "PT2H")),
            roots=ORDER,
            eventGatewayType="Parallel",
        ),
        ("event_gateway_type", "gate"),
    ),
    refusal(
        "eventBasedGateway that begins instances with a timer",
        gateway(
            catch("e0", message("m0")),
            catch("e1", timer("timeDuration", "PT2H")),
            roots=ORDER,
            instantiate="true",
        ),
        ("event_gateway_target", "e1"),
    ),
    refusal(
        "eventBasedGateway before receive tasks and message events",
        gateway(receive("e0", "m0"), catch("e1", message("m1")), roots=messages("x", "y")),
        ("event_gateway_target", "e0"),
    ),
    refusal(
        "eventBasedGateway, one message twice",
        gateway(receive("e0", "m0"), receive("e1", "m0"), roots=ORDER),
        ("same_event_twice", "e1"),
    ),
)
ROWS: tuple[Row | Refusal, ...] = (*INSTANCES, *EVENTS)
