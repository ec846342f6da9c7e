"""Ways that part without a gateway, and how many tokens go along them."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import (
    diagram,
    flow,
    flows,
    line,
    node,
    script,
    timer,
    user_task,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
A, B, C = user_task("a"), user_task("b"), user_task("c")
JOIN = node("parallelGateway", "join")
MANY = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>" + (
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def asks(*more: str, **attributes: str) -> bytes:
    """A script task `compute` with two conditional flows and the given ones."""
    return diagram(
        BEGIN,
        script("n = n + 0", **attributes),
        A,
        B,
        C,
        FINISH,
        flow("begin", "compute"),
        flow("compute", "a", "n > 1"),
        flow("compute", "b", "n > 2"),
        *more,
        *(flow(one, "finish") for one in "abc"),
    )


ELSE = flow("compute", "c", id_="compute_to_c")
AS_ELSE = {"default": "compute_to_c"}


def inside(*content: str) -> bytes:
    """A line with a sub-process `part`."""
    return line(("part", node("subProcess", "part", "".join(content))), ("a", A))


SPLITS: tuple[Row | Refusal, ...] = (
    Row(
        name="several flows out of an activity",
        model=diagram(
            BEGIN, A, B, C, FINISH, flows("begin", "a", "b", "finish"), flows("a", "c", "finish")
        ),
        play="do a\nopen b c\ndo c\nrunning\ndo b",
        trace="begin a c finish b finish",
    ),
    Row(
        name="several flows out of an activity, met by a join",
        model=diagram(
            BEGIN,
            A,
            B,
            C,
            JOIN,
            FINISH,
            flows("begin", "a", "b", "join", "finish"),
            flows("a", "c", "join"),
        ),
        play="do a\ndo b x=1\nrunning\ndo c y=2",
        trace="begin a b c join finish",
        data={"x": 1, "y": 2},
    ),
    Row(
        name="several flows out of a start event",
        model=diagram(BEGIN, A, B, FINISH, flows("begin", "a", "finish"), flows("begin", "b")),
        play="open a b\ndo a\nrunning\ndo b",
        trace="begin a finish b",
    ),
    Row(
        name="several flows out of an event",
        model=diagram(
            BEGIN,
            node("intermediateCatchEvent", "rest", timer("timeDuration", "PT2H")),
            A,
            B,
            FINISH,
            flows("begin", "rest", "a", "finish"),
            flows("rest", "b", "finish"),
        ),
        play="wait 2h\nopen a b\ndo a\ndo b",
        trace="begin rest a finish b finish",
    ),
    Row(
        name="several flows out of a boundary event",
        model=line(
            ("a", A),
            more=node(
                "boundaryEvent",
                "late",
                timer("timeDuration", "PT2H"),
                attachedToRef="a",
                cancelActivity="false",
            )
            + B
            + C
            + flows("late", "b", "finish")
            + flows("late", "c", "finish"),
        ),
        play="wait 2h\nopen a b c\ndo b\ndo a\ndo c",
        trace="begin late b finish a finish c finish",
    ),
    Row(
        name="several flows out of an activity, two of them to one target",
        model=diagram(
            BEGIN,
            A,
            JOIN,
            FINISH,
            flow("begin", "a"),
            flows("join", "finish") + flow("a", "join", id_="one") + flow("a", "join", id_="other"),
        ),
        play="do a",
        trace="begin a join finish",
    ),
    Row(
        name="several flows out of an activity with a boundary event",
        model=line(
            ("a", A),
            more=node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="a")
            + B
            + C
            + flows("late", "b", "finish")
            + flows("a", "c", "finish"),
        ),
        play="do a\nopen c\nwait 3h\nopen c\ndo c",
        trace="begin a finish c finish",
    ),
    Row(
        name="several flows out of a subProcess",
        model=inside(
            node("startEvent", "in"), B, node("endEvent", "out"), flows("in", "b", "out")
        ).replace(b"</bpmn:process>", (C + flows("part", "c")).encode() + b"</bpmn:process>"),
        play="do b\nopen a c\ndo a\ndo c",
        trace="begin in b out part a finish c",
    ),
    Row(
        name="several flows out of a repeated activity",
        model=diagram(
            BEGIN,
            user_task("a", MANY),
            B,
            C,
            FINISH,
            flows("begin", "a", "b", "finish"),
            flows("a", "c", "finish"),
        ),
        play="do a\ndo a\nopen b c\ndo b\ndo c",
        trace="begin a a b finish c finish",
    ),
    Row(
        name="a loop through several flows out of an activity",
        model=diagram(
            BEGIN,
            A,
            node("exclusiveGateway", "again", default="again_to_finish"),
            C,
            FINISH,
            flows("begin", "a", "again", "finish"),
            flow("again", "a", "more"),
            flows("a", "c"),
        ),
        play="do a more=true\nopen a c\ndo a more=false\nopen c c\ndo c\ndo c",
        trace="begin a again a again finish c c",
    ),
    Row(
        name="conditional flow, one holds",
        model=asks(ELSE, **AS_ELSE),
        given={"n": 2},
        play="open a\ndo a",
        trace="begin compute a finish",
    ),
    Row(
        name="conditional flow, several hold",
        model=asks(ELSE, **AS_ELSE),
        given={"n": 3},
        play="open a b\ndo a\ndo b",
        trace="begin compute a finish b finish",
    ),
    Row(
        name="conditional flow, default",
        model=asks(ELSE, **AS_ELSE),
        given={"n": 1},
        play="open c\ndo c",
        trace="begin compute c finish",
    ),
    Row(
        name="conditional flow beside one without condition",
        model=asks(ELSE),
        given={"n": 2},
        play="open a c\ndo a\ndo c",
        trace="begin compute a finish c finish",
    ),
    Row(
        name="conditional flow beside one without condition, none holds",
        model=asks(ELSE),
        given={"n": 0},
        play="open c\ndo c",
        trace="begin compute c finish",
    ),
    Row(
        name="conditional flow that fails and is tried again",
        model=asks(ELSE, **AS_ELSE).replace(b"n &gt; 2", b"missing &gt; 2"),
        given={"n": 2},
        play="incident compute\nretry\nincident compute\nrunning",
        trace="begin compute",
        ends="running",
    ),
    Row(
        name="conditional flow out of a repeated activity",
        model=diagram(
            BEGIN,
            node("manualTask", "a", MANY, default="else"),
            B,
            C,
            FINISH,
            flow("begin", "a"),
            flow("a", "b", "n > 1"),
            flow("a", "c", id_="else"),
            flows("b", "finish"),
            flows("c", "finish"),
        ),
        given={"n": 2},
        play="do a\ndo a\nopen b\ndo b",
        trace="begin a a b finish",
    ),
    refusal(
        "conditional flows without a way out",
        diagram(
            BEGIN,
            script("n = 1"),
            A,
            B,
            flow("begin", "compute"),
            flow("compute", "a", "n > 1"),
            flow("compute", "b", "n > 2"),
        ),
        ("no_default", "compute"),
    ),
    refusal(
        "condition on the only flow of an activity",
        diagram(
            BEGIN,
            script("n = 1"),
            FINISH,
            flow("begin", "compute"),
            flow("compute", "finish", "n = 1"),
        ),
        ("condition_on_only_flow", "compute_to_finish"),
    ),
    refusal(
        "default flow of an activity without conditions",
        diagram(
            BEGIN,
            script("n = 1", default="compute_to_finish"),
            FINISH,
            flows("begin", "compute", "finish"),
        ),
        ("default_without_condition", "compute"),
    ),
    refusal(
        "conditional flow out of an event",
        diagram(
            BEGIN,
            A,
            B,
            FINISH,
            flow("begin", "a", "n = 1"),
            flow("begin", "b"),
            flow("a", "finish"),
            flow("b", "finish"),
        ),
        ("condition_ignored", "begin_to_a"),
    ),
)
TOKENS: tuple[Row | Refusal, ...] = (
    Row(
        name="completionQuantity",
        model=diagram(BEGIN, A, B, FINISH, flows("begin", "a", "b", "finish")).replace(
            b'<bpmn:userTask id="a"', b'<bpmn:userTask id="a" completionQuantity="3"'
        ),
        play="do a\nopen b b b\ndo b\ndo b\nrunning\ndo b",
        trace="begin a b finish b finish b finish",
    ),
    Row(
        name="completionQuantity on conditional flows",
        model=asks(ELSE, completionQuantity="2", **AS_ELSE),
        given={"n": 2},
        play="open a a\ndo a\ndo a",
        trace="begin compute a finish a finish",
    ),
    Row(
        name="startQuantity",
        model=diagram(
            BEGIN,
            node("parallelGateway", "fork"),
            A,
            B,
            script("sum = x + y", startQuantity="2"),
            FINISH,
            flows("begin", "fork", "a", "compute", "finish"),
            flows("fork", "b", "compute"),
        ),
        play="do a x=1\nopen b\nrunning\ndo b y=2",
        trace="begin fork a b compute finish",
        data={"sum": 3},
    ),
    Row(
        name="startQuantity, all tokens on one flow",
        model=diagram(
            BEGIN,
            script("n = 1", completionQuantity="4"),
            node("manualTask", "sign", startQuantity="2"),
            FINISH,
            flows("begin", "compute", "sign", "finish"),
        ),
        play="open sign sign\ndo sign\ndo sign",
        trace="begin compute sign finish sign finish",
    ),
    Row(
        name="startQuantity that is never reached",
        model=diagram(
            BEGIN,
            script("n = 1", completionQuantity="3"),
            node("manualTask", "sign", startQuantity="2"),
            FINISH,
            flows("begin", "compute", "sign", "finish"),
        ),
        play="do sign\nincident sign\nrunning",
        trace="begin compute sign finish",
        ends="running",
    ),
    Row(
        name="startQuantity of an activity with a boundary event",
        model=diagram(
            BEGIN,
            script("n = 1", completionQuantity="2"),
            node("manualTask", "sign", startQuantity="2"),
            node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="sign"),
            FINISH,
            flows("begin", "compute", "sign", "finish"),
            flow("late", "finish"),
        ),
        play="open sign\nwait 2h",
        trace="begin compute late finish",
        cancelled="sign",
    ),
    refusal(
        "quantity that is no number of tokens",
        line(("a", node("manualTask", "a", completionQuantity="1000"))),
        ("quantity", "a"),
    ),
    refusal(
        "startQuantity without incoming flow",
        diagram(
            BEGIN,
            A,
            node("manualTask", "b", startQuantity="2"),
            FINISH,
            flows("begin", "a", "finish"),
            flow("b", "finish"),
        ),
        ("quantity", "b"),
    ),
)
ROWS: tuple[Row | Refusal, ...] = (*SPLITS, *TOKENS)
