"""Complex gateways: when they begin, what they let through, and when they are reset."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import diagram, flow, flows, node, timer, user_task

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
A, B, C, D = (user_task(id_) for id_ in "abcd")
LATE = user_task("late")


def activation(condition: str, **attributes: str) -> str:
    content = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>"
    return node("complexGateway", "gate", content, **attributes)


def three(gate: str, *content: str, first: str = "") -> bytes:
    """The tasks a, b and c side by side before the gate, and d behind it."""
    return diagram(
        BEGIN,
        first,
        A,
        B,
        C,
        gate,
        D,
        FINISH,
        *([] if first else [flow("begin", one) for one in "abc"]),
        *(flow(one, "gate", id_=f"from_{one}") for one in "abc"),
        flow("d", "finish"),
        *content,
    )


ONCE = flow("gate", "d", "waitingForStart")
TWO = activation("activationCount &gt;= 2")
BOTH = activation("activationCount &gt;= 2", default="gate_to_d")
CHOSEN = three(
    activation("activationCount &gt;= 1"),
    ONCE,
    flow("begin", "some"),
    flow("some", "a"),
    flow("some", "b", "n > 1"),
    flow("some", "c", "n > 2"),
    first=node("inclusiveGateway", "some", default="some_to_a"),
)
ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="complexGateway, two of three",
        model=three(TWO, ONCE),
        play="do a\nrunning\nopen b c\ndo c\nopen b d\ndo d\nrunning\ndo b",
        trace="begin a c gate d finish b gate",
    ),
    Row(
        name="complexGateway, data of the tokens that began it",
        model=three(TWO, ONCE),
        play="do a x=1\ndo c y=2\ndo b z=3\ndo d",
        trace="begin a c gate b gate d finish",
        data={"x": 1, "y": 2},
    ),
    Row(
        name="complexGateway, one of three",
        model=three(activation("activationCount &gt;= 1"), ONCE),
        play="do b\nopen a c d\ndo a\nopen c d\ndo c\ndo d",
        trace="begin b gate a c gate d finish",
    ),
    Row(
        name="complexGateway, one flow in particular",
        model=three(activation("from_a + from_b &gt;= 2 or from_c &gt;= 1"), ONCE),
        play="do a\nopen b c\ndo b\nopen c d\ndo d\ndo c",
        trace="begin a b gate d finish c gate",
    ),
    Row(
        name="complexGateway, asks for data",
        model=three(activation("activationCount &gt;= 2 or urgent"), ONCE),
        given={"urgent": False},
        play="do a urgent=true\nopen b c d\ndo b\ndo c\ndo d",
        trace="begin a gate b c gate d finish",
    ),
    Row(
        name="complexGateway, tokens of the reset go on",
        model=three(TWO, ONCE, LATE, flow("gate", "late", "not(waitingForStart)")),
        play="do a\ndo b\nopen c d\ndo c\nopen d late\ndo late\ndo d",
        trace="begin a b gate c gate late d finish",
    ),
    Row(
        name="complexGateway, data of the tokens of the reset",
        model=three(TWO, ONCE, LATE, flow("gate", "late", "not(waitingForStart)")),
        play="do a u=1\ndo b x=2\ndo c y=3\ndo d\ndo late",
        trace="begin a b gate c gate d finish late",
        data={"u": 1, "x": 2, "y": 3},
    ),
    Row(
        name="complexGateway, default in both phases",
        model=three(BOTH, flow("gate", "d")),
        play="do a\ndo b\nopen c d\ndo c\nopen d d\ndo d\ndo d",
        trace="begin a b gate c gate d finish d finish",
    ),
    Row(
        name="complexGateway, several flows out of it",
        model=three(TWO, ONCE, LATE, flow("gate", "late", "waitingForStart and n = 1")),
        play="do a\ndo b n=1\nopen c d late\ndo d\ndo late\ndo c",
        trace="begin a b gate d finish late c gate",
    ),
    Row(
        name="complexGateway, all tokens at the beginning",
        model=three(activation("activationCount &gt;= 3"), ONCE),
        play="do a\ndo b\nopen c\ndo c\nopen d\ndo d",
        trace="begin a b c gate d finish",
    ),
    Row(
        name="complexGateway, waits for no flow from which nothing can come",
        model=CHOSEN,
        given={"n": 3},
        play="do b\nopen c d\ndo c\ndo d",
        trace="begin some b gate c gate d finish",
    ),
    Row(
        name="complexGateway, a single token begins it and resets it",
        model=CHOSEN,
        given={"n": 2},
        play="do b\nopen d\ndo d",
        trace="begin some b gate d finish",
    ),
    Row(
        name="complexGateway, in a loop",
        model=three(
            TWO,
            ONCE,
            node("exclusiveGateway", "again", default="again_to_finish"),
            flow("d", "again"),
            flow("again", "finish"),
            flow("again", "fork", "more"),
            node("exclusiveGateway", "top"),
            flows("begin", "top", "fork"),
            *(flow("fork", one) for one in "abc"),
            first=node("parallelGateway", "fork"),
        )
        .replace(flow("d", "finish").encode(), b"")
        .replace(b'targetRef="fork"><bpmn:cond', b'targetRef="top"><bpmn:cond'),
        play="do a\ndo b\ndo c\ndo d more=true\nopen a b c\ndo c\ndo b\nopen a d\n"
        "do d more=false\ndo a",
        trace="begin top fork a b gate c gate d again top fork c b gate d again finish a gate",
    ),
    Row(
        name="complexGateway, a token of the next round waits for the reset",
        model=diagram(
            BEGIN,
            node("manualTask", "a", completionQuantity="2"),
            B,
            activation("from_a &gt;= 1"),
            D,
            FINISH,
            flow("begin", "a"),
            flow("begin", "b"),
            flow("a", "gate", id_="from_a"),
            flow("b", "gate"),
            ONCE,
            flow("d", "finish"),
        ),
        play="do a\nopen b d\ndo b\nopen d d\ndo d\ndo d",
        trace="begin a gate b gate gate d finish d finish",
    ),
    Row(
        name="complexGateway, interrupted while it waits for its reset",
        model=diagram(
            BEGIN,
            node(
                "subProcess",
                "part",
                node("startEvent", "in")
                + A
                + B
                + activation("activationCount &gt;= 1")
                + D
                + flow("in", "a")
                + flow("in", "b")
                + flow("a", "gate")
                + flow("b", "gate")
                + ONCE,
            ),
            node("boundaryEvent", "rim", timer("timeDuration", "PT2H"), attachedToRef="part"),
            FINISH,
            flows("begin", "part", "finish"),
            flow("rim", "finish"),
        ),
        play="do a\nopen b d\nwait 2h",
        trace="begin in a gate rim finish",
        cancelled="b d part",
    ),
    Row(
        name="complexGateway, that never begins",
        model=three(activation("activationCount &gt;= 4"), ONCE),
        play="do a\ndo b\ndo c\nincident gate gate gate\nrunning",
        trace="begin a b c",
        ends="running",
    ),
    Row(
        name="complexGateway, failing and tried again",
        model=three(activation("activationCount &gt;= missing"), ONCE),
        play="do a\nincident gate\nretry\nincident gate\nrunning",
        trace="begin a",
        ends="running",
    ),
    Row(
        name="complexGateway, that only parts",
        model=diagram(
            BEGIN,
            node("complexGateway", "gate", default="gate_to_c"),
            A,
            B,
            C,
            flow("begin", "gate"),
            flow("gate", "a", "n > 1"),
            flow("gate", "b", "n > 2"),
            flow("gate", "c"),
        ),
        given={"n": 3},
        play="open a b\ndo a\ndo b",
        trace="begin gate a b",
    ),
    refusal(
        "complexGateway without condition to begin",
        three(node("complexGateway", "gate"), ONCE),
        ("no_activation", "gate"),
    ),
    refusal(
        "complexGateway with a flow without condition",
        three(BOTH.replace(' default="gate_to_d"', ""), flow("gate", "d")),
        ("no_condition", "gate_to_d"),
        ("no_default", "gate"),
    ),
    refusal(
        "complexGateway without a way out",
        three(TWO, flow("gate", "d", "n = 1")),
        ("no_default", "gate"),
    ),
    refusal(
        "complexGateway that joins nothing, with a condition to begin",
        diagram(BEGIN, TWO, D, flows("begin", "gate", "d")),
        ("activation_ignored", "gate"),
    ),
)
