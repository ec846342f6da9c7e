"""Ad hoc sub-processes: people choose what is done next, and how often."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import (
    diagram,
    flow,
    flows,
    line,
    node,
    properties,
    script,
    timer,
    user_task,
)

A, B, C = user_task("a"), user_task("b"), user_task("c")
PJMO = properties({"candidateGroups": "PJMO"})


def part(*content: str, condition: str = "", before: str = PJMO, **attributes: str) -> str:
    """An ad hoc sub-process `part`."""
    inner = before + "".join(content)
    if condition:
        inner += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    return node("adHocSubProcess", "part", inner, **attributes)


def alone(*content: str, more: str = "", **attributes: str) -> bytes:
    return line(("part", part(*content, **attributes)), more=more)


REPEATED = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
WHOLE = node("startEvent", "in_begin") + part(A) + node("endEvent", "in_finish")

ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="adHocSubProcess",
        model=alone(A, B),
        play="open part\noffered part a b\nchoose part a\nopen a part\ndo a x=1\ndo part",
        trace="begin a part finish",
        data={"x": 1},
    ),
    Row(
        name="adHocSubProcess, nothing done",
        model=alone(A, B),
        play="do part",
        trace="begin part finish",
    ),
    Row(
        name="adHocSubProcess, an activity several times",
        model=alone(A, B),
        play="choose part a\nchoose part a\nopen a a part\ndo a\ndo a\nchoose part a\ndo a\n"
        "do part",
        trace="begin a a a part finish",
    ),
    Row(
        name="adHocSubProcess, ordering Sequential",
        model=alone(A, B, ordering="Sequential"),
        play="choose part a\noffered part\ndo a\noffered part a b\nchoose part b\ndo b\ndo part",
        trace="begin a b part finish",
    ),
    Row(
        name="adHocSubProcess, completionCondition",
        model=alone(A, B, condition="counts.a = 2"),
        play="choose part a\ndo a\nchoose part b\nchoose part a\ndo a",
        trace="begin a a part finish",
        cancelled="b",
    ),
    Row(
        name="adHocSubProcess, completionCondition over data",
        model=alone(A, B, condition="ready"),
        given={"ready": False},
        play="choose part a\ndo a\nrunning\nchoose part b\ndo b ready=true",
        trace="begin a b part finish",
    ),
    Row(
        name="adHocSubProcess, cancelRemainingInstances false",
        model=alone(A, B, condition="counts.a = 1", cancelRemainingInstances="false"),
        play="choose part b\nchoose part a\ndo a\nopen b\ndo b",
        trace="begin a b part finish",
    ),
    Row(
        name="adHocSubProcess, ended with something under way",
        model=alone(A, B),
        play="choose part a\ndo part",
        trace="begin part finish",
        cancelled="a",
    ),
    Row(
        name="adHocSubProcess, flows inside",
        model=alone(A, script("n = n + 1"), B, flows("a", "compute", "b")),
        given={"n": 1},
        play="offered part a\nchoose part a\ndo a n=4\nopen b part\ndo b\ndo part",
        trace="begin a compute b part finish",
        data={"n": 5},
    ),
    Row(
        name="adHocSubProcess, gateways inside",
        model=alone(
            A,
            node("parallelGateway", "fork"),
            B,
            C,
            node("parallelGateway", "join"),
            script("n = 1"),
            flows("a", "fork", "b", "join", "compute"),
            flows("fork", "c", "join"),
        ),
        play="choose part a\ndo a\nopen b c part\ndo c\ndo b\ndo part",
        trace="begin a fork c b join compute part finish",
    ),
    Row(
        name="adHocSubProcess, events inside",
        model=alone(
            A,
            node("intermediateCatchEvent", "rest", timer("timeDuration", "PT1H")),
            B,
            flows("a", "rest", "b"),
        ),
        play="choose part a\ndo a\nopen part\nwait 1h\nopen b part\ndo b\ndo part",
        trace="begin a rest b part finish",
    ),
    Row(
        name="adHocSubProcess, automatic activity inside",
        model=alone(script("n = n + 1"), A, condition="n = 3"),
        given={"n": 1},
        play="choose part compute\nchoose part compute",
        trace="begin compute compute part finish",
        data={"n": 3},
    ),
    Row(
        name="adHocSubProcess, failing activity inside",
        model=alone(script("n = missing"), A),
        play="choose part compute\nincident compute\nretry\nincident compute\ndo part\nincident",
        trace="begin part finish",
    ),
    Row(
        name="adHocSubProcess, boundary event inside",
        model=alone(
            A,
            node("boundaryEvent", "late", timer("timeDuration", "PT1H"), attachedToRef="a"),
            B,
            flow("late", "b"),
        ),
        play="choose part a\nwait 1h\nopen b part\ndo b\ndo part",
        trace="begin late b part finish",
        cancelled="a",
    ),
    Row(
        name="adHocSubProcess, boundary event",
        model=alone(
            A,
            more=node("boundaryEvent", "late", timer("timeDuration", "PT1H"), attachedToRef="part")
            + flow("late", "finish"),
        ),
        play="choose part a\nwait 1h",
        trace="begin late finish",
        cancelled="a part",
    ),
    Row(
        name="adHocSubProcess, multi-instance",
        model=alone(A, before=PJMO + REPEATED),
        play="open part part\nchoose part a\ndo a\ndo part\nopen part\ndo part",
        trace="begin a part part finish",
    ),
    Row(
        name="adHocSubProcess, repeated activity inside",
        model=alone(node("manualTask", "a", REPEATED), condition="counts.a = 1"),
        play="choose part a\nopen a a part\ndo a\nrunning\ndo a",
        trace="begin a a part finish",
    ),
    Row(
        name="adHocSubProcess, in a sub-process",
        model=line(
            ("outer", node("subProcess", "outer", WHOLE + flows("in_begin", "part", "in_finish")))
        ),
        play="choose part a\ndo a\ndo part",
        trace="begin in_begin a part in_finish outer finish",
    ),
    Row(
        name="adHocSubProcess, sub-process inside",
        model=alone(
            node(
                "subProcess",
                "inner",
                node("startEvent", "in_begin")
                + A
                + node("endEvent", "in_finish")
                + flows("in_begin", "a", "in_finish"),
            )
        ),
        play="choose part inner\nopen a part\ndo a y=1\ndo part",
        trace="begin in_begin a in_finish inner part finish",
        data={"y": 1},
    ),
    Row(
        name="adHocSubProcess, in a loop of the flow",
        model=diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "meet"),
            part(A),
            user_task("check"),
            node("exclusiveGateway", "again", default="again_to_finish"),
            node("endEvent", "finish"),
            flows("begin", "meet", "part", "check", "again", "finish"),
            flow("again", "meet", "more"),
        ),
        play="choose part a\ndo a\ndo part\ndo check more=true\noffered part a\ndo part\n"
        "do check more=false",
        trace="begin meet a part check again meet part check again finish",
    ),
    Row(
        name="adHocSubProcess, cancelled with the case",
        model=alone(A, B),
        play="choose part a\ncancel",
        trace="begin",
        cancelled="a part",
        ends="cancelled",
    ),
    refusal(
        "adHocSubProcess, nothing to choose",
        alone(node("dataObject", "paper")),
        ("nothing_to_choose", "part"),
    ),
    refusal(
        "adHocSubProcess, start event inside",
        alone(A, node("startEvent", "in_begin"), flow("in_begin", "a"), B),
        ("event_in_ad_hoc", "in_begin"),
    ),
    refusal(
        "adHocSubProcess, end event inside",
        alone(A, node("endEvent", "in_finish"), flow("a", "in_finish")),
        ("event_in_ad_hoc", "in_finish"),
    ),
    refusal(
        "adHocSubProcess, gateway nobody comes to",
        alone(A, node("parallelGateway", "fork"), flow("fork", "a"), B),
        ("not_startable", "fork"),
    ),
    refusal(
        "adHocSubProcess, broken condition",
        alone(A, condition="counts.a &gt;"),
        ("broken_feel", "part"),
    ),
)
