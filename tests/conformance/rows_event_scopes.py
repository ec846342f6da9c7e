"""Event sub-processes inside one another and in what repeats, and who catches what they throw."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row
from tests.execution.drawing import diagram, flow, flows, line, node, timer, user_task

ROOTS = (
    '<bpmn:message id="m" name="NAME"/><bpmn:signal id="s" name="NAME"/>'
    '<bpmn:error id="e" name="e" errorCode="E1"/>'
)
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e"/>'
ON_FULL = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>n &gt; 1</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>"
)
SEVERAL = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def roots(name: str) -> str:
    return ROOTS.replace("NAME", name)


def apart(
    name: str, definition: str, more: str = "", end: str = "", *, interrupts: bool = True
) -> str:
    """An event sub-process with a task of a person; all ids begin with its name."""
    return node(
        "subProcess",
        name,
        node(
            "startEvent",
            f"{name}_go",
            definition,
            isInterrupting="true" if interrupts else "false",
        )
        + user_task(f"{name}_do")
        + node("endEvent", f"{name}_end", end)
        + flows(f"{name}_go", f"{name}_do", f"{name}_end")
        + more,
        triggeredByEvent="true",
    )


def frame(name: str, more: str, first: str = "", end: str = "") -> str:
    """A sub-process with a task of a person; all ids begin with its name."""
    return node(
        "subProcess",
        name,
        first
        + node("startEvent", f"{name}_go")
        + user_task(f"{name}_do")
        + node("endEvent", f"{name}_end", end)
        + flows(f"{name}_go", f"{name}_do", f"{name}_end")
        + more,
    )


ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="conditional, changed beside the subProcess it stands in",
        model=diagram(
            node("startEvent", "begin"),
            node("parallelGateway", "fork"),
            node(
                "subProcess",
                "part",
                node("startEvent", "in")
                + node("intermediateCatchEvent", "full", ON_FULL)
                + user_task("close")
                + node("endEvent", "out")
                + flows("in", "full", "close", "out"),
            ),
            user_task("count"),
            node("endEvent", "finish"),
            flows("begin", "fork", "part", "finish"),
            flows("fork", "count", "finish"),
        ),
        given={"n": 0},
        play="open count\ndo count n=3\nopen close\ndo close",
        trace="begin fork in (count full) finish close out part finish",
    ),
    Row(
        name="event subProcess in a subProcess",
        model=line(
            ("part", frame("part", apart("h", ON_MESSAGE))),
            ("after", user_task("after")),
            roots=roots("inner"),
        ),
        play="start\nsend inner\nopen h_do\ndo h_do x=1\ndo after",
        trace="begin part_go h_go h_do h_end h part after finish",
        cancelled="part_do",
        data={"x": 1},
    ),
    Row(
        name="event subProcess in an event subProcess",
        model=line(
            ("work", user_task("work")),
            roots=roots("nested"),
            more=apart(
                "h",
                ON_MESSAGE,
                apart("k", timer("timeDuration", "PT1H"), interrupts=False),
                interrupts=False,
            ),
        ),
        play="start\nwait 2h\nopen work\nsend nested\nwait 1h\nopen h_do k_do work\n"
        "do h_do\ndo k_do\ndo work",
        trace="begin h_go k_go h_do h_end k_do k_end k h work finish",
    ),
    Row(
        name="event subProcess in a repeated subProcess",
        model=line(
            ("part", frame("part", apart("h", ON_MESSAGE), SEVERAL)), roots=roots("repeated")
        ),
        play="start\nsend repeated\nopen h_do part_do\ndo part_do\ndo h_do",
        trace="begin part_go part_go h_go part_do part_end part h_do h_end h part finish",
        cancelled="part_do",
    ),
    Row(
        name="event subProcess, several in one scope",
        model=line(
            ("work", user_task("work")),
            roots=roots("several"),
            more=apart("h", ON_MESSAGE, interrupts=False)
            + apart("k", timer("timeDuration", "PT1H")),
        ),
        play="start\nsend several\nopen h_do work\nwait 1h\nopen k_do\ndo k_do",
        trace="begin h_go k_go k_do k_end k",
        cancelled="work h h_do",
    ),
    Row(
        name="event subProcess, an error it throws again",
        model=diagram(
            node("startEvent", "begin"),
            frame("part", apart("h", ON_ERROR, end=ON_ERROR), end=ON_ERROR),
            node("boundaryEvent", "rim", ON_ERROR, attachedToRef="part"),
            user_task("repair"),
            node("endEvent", "finish"),
            node("endEvent", "repaired"),
            flows("begin", "part", "finish"),
            flows("rim", "repair", "repaired"),
            roots=roots("again"),
        ),
        play="do part_do\nopen h_do\ndo h_do\nopen repair\ndo repair",
        trace="begin part_go part_do part_end h_go h_do h_end rim repair repaired",
        cancelled="h part",
    ),
    Row(
        name="event subProcess, what it changes is seen by the flow",
        model=line(
            ("work", user_task("work")),
            ("after", user_task("after")),
            roots=roots("seen"),
            more=apart("h", ON_MESSAGE, interrupts=False),
        ),
        given={"x": 1, "y": 1},
        play="start\nsend seen\ndo work y=2\ndo h_do x=2\ndo after",
        trace="begin h_go work h_do h_end h after finish",
        data={"x": 2, "y": 2},
    ),
    Row(
        name="signal, several that wait for it in one instance",
        model=diagram(
            node("startEvent", "begin"),
            node("parallelGateway", "fork"),
            user_task("press"),
            node("intermediateThrowEvent", "thrown", ON_SIGNAL),
            node("intermediateCatchEvent", "a", ON_SIGNAL),
            node("intermediateCatchEvent", "b", ON_SIGNAL),
            node("parallelGateway", "join"),
            node("endEvent", "finish"),
            flows("begin", "fork", "press", "thrown", "join", "finish"),
            flows("fork", "a", "join"),
            flows("fork", "b", "join"),
            roots=roots("both"),
        ),
        play="do press",
        trace="begin fork press thrown (a b) join finish",
    ),
    Row(
        name="boundaryEvent, timer date of the past",
        model=line(
            ("work", user_task("work")),
            more=node(
                "boundaryEvent",
                "late",
                timer("timeDate", "2020-01-01T00:00:00Z"),
                attachedToRef="work",
            )
            + flow("late", "finish"),
        ),
        play="wait 0s",
        trace="begin late finish",
        cancelled="work",
    ),
)
