"""Ways that begin or end without an event."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.conformance.rows_splits import BEGIN, FINISH, JOIN, MANY, A, B, C, inside
from tests.execution.drawing import diagram, flow, flows, line, node, timer

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="process without start and end event",
        model=diagram(A, B, flows("a", "b")),
        play="do a\nrunning\ndo b x=1",
        trace="a b",
        data={"x": 1},
    ),
    Row(
        name="process without start event, several beginnings",
        model=diagram(A, B, FINISH, flows("a", "finish"), flows("b", "finish")),
        play="open a b\ndo b\nrunning\ndo a",
        trace="b finish a finish",
    ),
    Row(
        name="gateway without incoming flow",
        model=diagram(node("parallelGateway", "fork"), A, B, flow("fork", "a"), flow("fork", "b")),
        play="open a b\ndo a\ndo b",
        trace="fork a b",
    ),
    Row(
        name="activity without incoming flow beside a start event",
        model=diagram(BEGIN, A, B, FINISH, flows("begin", "a", "finish"), flow("b", "finish")),
        play="open a b\ndo a\nrunning\ndo b",
        trace="begin a finish b finish",
    ),
    Row(
        name="activity without incoming flow beside a message start",
        model=diagram(
            node("startEvent", "begin", '<bpmn:messageEventDefinition messageRef="m"/>'),
            A,
            B,
            FINISH,
            flows("begin", "a", "finish"),
            roots='<bpmn:message id="m" name="beside"/>',
        ),
        play="send beside\nopen a b\ndo a\ndo b",
        trace="begin a finish b",
    ),
    Row(
        name="activity without outgoing flow",
        model=diagram(
            BEGIN,
            node("parallelGateway", "fork"),
            A,
            B,
            FINISH,
            flows("begin", "fork", "a", "finish"),
            flow("fork", "b"),
        ),
        play="do b x=1\nrunning\ndo a y=2",
        trace="begin fork b a finish",
        data={"x": 1, "y": 2},
    ),
    Row(
        name="event without outgoing flow",
        model=diagram(
            BEGIN,
            node("intermediateThrowEvent", "told", '<bpmn:messageEventDefinition messageRef="m"/>'),
            flow("begin", "told"),
            roots='<bpmn:message id="m" name="untaken"/>',
        ),
        trace="begin told",
        messages="untaken",
    ),
    Row(
        name="boundary event without outgoing flow",
        model=line(
            ("a", A),
            more=node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="a"),
        ),
        play="wait 2h",
        trace="begin late",
        cancelled="a",
    ),
    Row(
        name="gateway without outgoing flow",
        model=diagram(BEGIN, A, B, JOIN, flows("begin", "a", "join"), flows("begin", "b", "join")),
        play="do a\nrunning\ndo b",
        trace="begin a b join",
    ),
    Row(
        name="subProcess without start and end event",
        model=inside(B, C, flows("b", "c")),
        play="do b\ndo c x=1\ndo a",
        trace="begin b c part a finish",
        data={"x": 1},
    ),
    Row(
        name="subProcess with an activity without incoming flow",
        model=inside(
            node("startEvent", "in"), B, C, node("endEvent", "out"), flows("in", "b", "out")
        ),
        play="open b c\ndo b\ndo c\ndo a",
        trace="begin in b out c part a finish",
    ),
    Row(
        name="subProcess without start event in a loop of its own",
        model=diagram(
            BEGIN,
            node("subProcess", "part", MANY + B),
            FINISH,
            flows("begin", "part", "finish"),
        ),
        play="do b\ndo b",
        trace="begin b part b part finish",
    ),
    refusal(
        "process in which nothing begins",
        diagram(A, B, flows("a", "b", "a")),
        ("no_start", "case"),
        ("no_end", "case"),
        ("unreachable", "a"),
        ("unreachable", "b"),
    ),
    refusal(
        "event without incoming flow",
        diagram(
            BEGIN,
            A,
            node("intermediateCatchEvent", "rest", timer("timeDuration", "PT2H")),
            FINISH,
            flows("begin", "a", "finish"),
            flow("rest", "finish"),
        ),
        ("unreachable", "rest"),
    ),
    refusal(
        "gateway without incoming flow beside a start event",
        diagram(BEGIN, A, JOIN, FINISH, flows("begin", "a", "finish"), flow("join", "finish")),
        ("unreachable", "join"),
    ),
)
