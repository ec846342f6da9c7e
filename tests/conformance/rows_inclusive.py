"""Inclusive gateways: what they wait for, and what they no longer wait for."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.conformance.rows_gateways import BEGIN, FINISH, FORK, JOIN, A, B, C, D
from tests.execution.drawing import diagram, flow, flows, node, script, timer

MEET = node("inclusiveGateway", "meet")
RIM = node(
    "boundaryEvent",
    "rim",
    timer("timeDuration", "PT2H"),
    attachedToRef="a",
    cancelActivity="false",
)


def some(*content: str) -> bytes:
    """An inclusive choice of the tasks a and b (n > 1, n > 2) or c, and what follows."""
    return diagram(
        BEGIN,
        node("inclusiveGateway", "some", default="some_to_c"),
        A,
        B,
        C,
        FINISH,
        flow("begin", "some"),
        flow("some", "a", "n > 1"),
        flow("some", "b", "n > 2"),
        flow("some", "c"),
        *content,
    )


ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="inclusiveGateway, one holds",
        model=some(MEET, *(flow(one, "meet") for one in "abc"), flow("meet", "finish")),
        given={"n": 2},
        play="open a\ndo a",
        trace="begin some a meet finish",
    ),
    Row(
        name="inclusiveGateway, several hold",
        model=some(MEET, *(flow(one, "meet") for one in "abc"), flow("meet", "finish")),
        given={"n": 3},
        play="do a x=1\nrunning\ndo b y=2",
        trace="begin some a b meet finish",
        data={"x": 1, "y": 2},
    ),
    Row(
        name="inclusiveGateway, joins and splits at once",
        model=some(
            node("inclusiveGateway", "meet", default="meet_to_finish"),
            D,
            *(flow(one, "meet") for one in "abc"),
            flow("meet", "finish"),
            flow("meet", "d", "n > 2"),
            flow("d", "finish"),
        ),
        given={"n": 3},
        play="do a\ndo b\nopen d\ndo d",
        trace="begin some a b meet d finish",
    ),
    Row(
        name="inclusiveGateway, two flows from one node",
        model=diagram(
            BEGIN,
            node("inclusiveGateway", "some", default="other"),
            MEET,
            FINISH,
            flow("begin", "some"),
            flow("some", "meet", "n > 1", id_="one"),
            flow("some", "meet", "n > 2", id_="two"),
            flow("some", "meet", id_="other"),
            flow("meet", "finish"),
        ),
        given={"n": 3},
        trace="begin some meet finish",
    ),
    Row(
        name="inclusiveGateway, waits for a token in a subProcess",
        model=diagram(
            BEGIN,
            A,
            node(
                "subProcess",
                "part",
                node("startEvent", "in") + B + node("endEvent", "out") + flows("in", "b", "out"),
            ),
            MEET,
            FINISH,
            flows("begin", "a", "meet", "finish"),
            flows("begin", "part", "meet"),
        ),
        play="do a\nrunning\nopen b\ndo b",
        trace="begin in a b out part meet finish",
    ),
    Row(
        name="inclusiveGateway, waits for what a boundary event has started",
        model=diagram(
            BEGIN,
            A,
            RIM,
            B,
            MEET,
            FINISH,
            flows("begin", "a", "meet", "finish"),
            flows("rim", "b", "meet"),
        ),
        play="wait 2h\nopen a b\ndo a\nopen b\nrunning\ndo b",
        trace="begin rim a b meet finish",
    ),
    Row(
        name="inclusiveGateway, what a boundary event has started waits for the rest",
        model=diagram(
            BEGIN,
            A,
            RIM,
            B,
            MEET,
            FINISH,
            flows("begin", "a", "meet", "finish"),
            flows("rim", "b", "meet"),
        ),
        play="wait 2h\ndo b\nopen a\nrunning\ndo a",
        trace="begin rim b a meet finish",
    ),
    Row(
        name="inclusiveGateway, no longer waits for what was interrupted",
        model=diagram(
            BEGIN,
            A,
            RIM.replace(' cancelActivity="false"', ""),
            B,
            C,
            MEET,
            FINISH,
            flows("begin", "a", "meet", "finish"),
            flows("begin", "b", "meet"),
            flows("rim", "c"),
        ),
        play="do b\nrunning\nwait 2h\nopen c\ndo c",
        trace="begin b rim meet finish c",
        cancelled="a",
    ),
    Row(
        name="inclusiveGateway, in a loop",
        model=diagram(
            BEGIN,
            MEET,
            A,
            node("exclusiveGateway", "again", default="again_to_finish"),
            FINISH,
            flows("begin", "meet", "a", "again", "finish"),
            flow("again", "meet", "n = 1"),
        ),
        play="do a n=1\ndo a n=1\ndo a n=2",
        trace="begin meet a again meet a again meet a again finish",
    ),
    Row(
        name="inclusiveGateway, a loop beside it that may still come",
        model=diagram(
            BEGIN,
            A,
            B,
            node("exclusiveGateway", "again", default="again_to_meet"),
            MEET,
            FINISH,
            flows("begin", "a", "meet", "finish"),
            flows("begin", "b", "again", "meet"),
            flow("again", "b", "n = 1"),
        ),
        play="do a\ndo b n=1\nrunning\ndo b n=2",
        trace="begin a b again b again meet finish",
    ),
    Row(
        name="inclusiveGateway, failing and tried again",
        model=some(
            node("inclusiveGateway", "meet", default="meet_to_finish"),
            D,
            *(flow(one, "meet") for one in "abc"),
            flow("meet", "finish"),
            flow("meet", "d", "missing > 2"),
            flow("d", "finish"),
        ),
        given={"n": 3},
        play="do a\ndo b\nincident meet\nretry\nincident meet\nrunning",
        trace="begin some a b",
        ends="running",
    ),
    Row(
        name="gateways of all kinds, one in the other",
        model=some(
            FORK,
            D,
            script("m = n"),
            JOIN,
            MEET,
            flows("a", "fork", "d", "join", "meet"),
            flows("fork", "compute", "join"),
            flows("b", "meet", "finish"),
            flows("c", "meet"),
        ),
        given={"n": 3},
        play="do b\nrunning\ndo a\nopen d\nrunning\ndo d",
        trace="begin some b a fork compute d join meet finish",
        data={"m": 3},
    ),
)
