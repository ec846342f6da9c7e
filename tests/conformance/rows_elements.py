"""Elements that no other family is about: one row for each, with its parts where they count."""

from __future__ import annotations

from tests.conformance.positions import model, sent
from tests.conformance.rows import MODEL, Refusal, Row
from tests.execution.drawing import (
    DECISION,
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    script,
    user_task,
)

WAITS = '<bpmn:message id="m" name="{}"/>'
GLOBAL = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask")
INNER = (
    node("startEvent", "inside") + user_task("do") + node("endEvent", "over"),
    flows("inside", "do", "over"),
)
INTERFACE = (
    '<bpmn:ioSpecification id="io"><bpmn:dataInput id="i" name="amount"/>'
    '<bpmn:dataOutput id="o" name="twice"/>'
    "<bpmn:inputSet><bpmn:dataInputRefs>i</bpmn:dataInputRefs></bpmn:inputSet>"
    "<bpmn:outputSet><bpmn:dataOutputRefs>o</bpmn:dataOutputRefs></bpmn:outputSet>"
    "</bpmn:ioSpecification>"
)
LANES = (
    '<bpmn:laneSet id="lanes" name="役割">'
    '<bpmn:lane id="office" name="PJMO"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef></bpmn:lane>'
    '<bpmn:lane id="outside" name="外"><bpmn:childLaneSet id="inner"><bpmn:lane id="field" '
    'name="業務実施部門"><bpmn:flowNodeRef>work</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
)
NOTES = (
    '<bpmn:textAnnotation id="note"><bpmn:text>注</bpmn:text></bpmn:textAnnotation>',
    node("association", "tie", sourceRef="work", targetRef="note", associationDirection="One"),
    node("group", "frame", categoryValueRef="urgent"),
)
EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
    "<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="item"/><bpmn:outputDataItem id="answer"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)
EACH_TWICE = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
CATEGORY = (
    '<bpmn:category id="kind" name="種類"><bpmn:categoryValue id="urgent" value="急ぎ"/>'
    "</bpmn:category>"
)


def coded(kind: str, thrown: str, *caught: str) -> bytes:
    """A sub-process that throws a code, with a boundary event for each of these codes."""
    roots = "".join(
        f'<bpmn:{kind} id="{code}" name="{code}" {kind}Code="{code}"/>'
        for code in (thrown, *caught)
    )
    definition = f'<bpmn:{kind}EventDefinition {kind}Ref="{{}}"/>'
    rims = "".join(
        node("boundaryEvent", f"on_{code}", definition.format(code), attachedToRef="frame")
        + node("endEvent", f"after_{code}")
        + flow(f"on_{code}", f"after_{code}")
        for code in caught
    )
    inner = (
        node("startEvent", "inside")
        + user_task("do")
        + node("endEvent", "thrown", definition.format(thrown))
        + flows("inside", "do", "thrown")
    )
    known = "".join(dict.fromkeys(roots.replace("/><", "/>\n<").splitlines()))
    return line(("frame", node("subProcess", "frame", inner)), more=rims, roots=known)


def called(key: str) -> dict[str, dict[str, bytes]]:
    """A process that doubles an amount."""
    content = line(("compute", script("twice = amount * 2"))).replace(
        b'<bpmn:startEvent id="begin"', f'{INTERFACE}<bpmn:startEvent id="begin"'.encode(), 1
    )
    return {key: {f"{key}.bpmn": content.replace(f'"{MODEL}"'.encode(), f'"{key}"'.encode())}}


ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="task",
        model=line(("work", node("task", "work"))),
        play="open work\ndo work",
        trace="begin work finish",
    ),
    Row(
        name="userTask",
        model=line(("work", user_task("work"))),
        play="open work\ndo work answer=42",
        trace="begin work finish",
        data={"answer": 42},
    ),
    Row(
        name="businessRuleTask",
        model=line(
            (
                "decide",
                node(
                    "businessRuleTask",
                    "decide",
                    extensions(
                        "<spiffworkflow:calledDecisionId>d01_mode</spiffworkflow:calledDecisionId>"
                    ),
                ),
            )
        ),
        decisions={"d01_mode.dmn": DECISION},
        trace="begin decide finish",
        data={"実施方式": "通常"},
    ),
    Row(
        name="sendTask",
        model=line(
            ("tell", node("sendTask", "tell", messageRef="m")), roots=WAITS.format("send_task")
        ),
        trace="begin tell finish",
        messages="send_task",
    ),
    Row(
        name="receiveTask",
        model=line(
            ("hear", node("receiveTask", "hear", messageRef="m")),
            roots=WAITS.format("receive task"),
        ),
        play='start\nrunning\nsend "receive task"',
        trace="begin hear finish",
    ),
    Row(
        name="callActivity",
        model=line(("call", node("callActivity", "call", calledElement="doubling_all"))),
        beside=called("doubling_all"),
        given={"amount": 4},
        trace="begin call finish",
        data={"twice": 8},
    ),
    Row(
        name="process, ioSpecification",
        model=line(("compute", script("twice = amount * 2"))).replace(
            b'<bpmn:startEvent id="begin"', f'{INTERFACE}<bpmn:startEvent id="begin"'.encode(), 1
        ),
        given={"amount": 4},
        trace="begin compute finish",
        data={"twice": 8},
    ),
    Row(
        name="process, lanes",
        model=line(("work", node("userTask", "work"))).replace(
            b'<bpmn:startEvent id="begin"', f'{LANES}<bpmn:startEvent id="begin"'.encode(), 1
        ),
        play="do work by=gyomu1",
        trace="begin work finish",
    ),
    Row(
        name="subProcess",
        model=line(("frame", node("subProcess", "frame", "".join(INNER)))),
        play="do do n=3",
        trace="begin inside do over frame finish",
        data={"n": 3},
    ),
    Row(
        name="subProcess, lanes",
        model=line(
            (
                "frame",
                node(
                    "subProcess",
                    "frame",
                    LANES.replace("begin", "inside").replace("work", "do")
                    + node("startEvent", "inside")
                    + node("userTask", "do")
                    + node("endEvent", "over")
                    + INNER[1],
                ),
            )
        ),
        play="do do by=gyomu1",
        trace="begin inside do over frame finish",
    ),
    Row(
        name="dataObject and dataObjectReference, shown only",
        model=line(
            ("work", user_task("work")),
            more=node("dataObject", "paper", name="書類")
            + node("dataObjectReference", "shown", dataObjectRef="paper"),
        ),
        play="do work",
        trace="begin work finish",
    ),
    Row(
        name="transaction",
        model=line(("frame", node("transaction", "frame", "".join(INNER)))),
        play="do do n=3",
        trace="begin inside do over frame finish",
        data={"n": 3},
    ),
    Row(
        name="inclusiveGateway",
        model=diagram(
            node("startEvent", "begin"),
            node("inclusiveGateway", "choose", default="choose_to_c"),
            user_task("a"),
            user_task("b"),
            user_task("c"),
            node("inclusiveGateway", "gather"),
            node("endEvent", "finish"),
            flow("begin", "choose"),
            flow("choose", "a", "n > 1"),
            flow("choose", "b", "n > 2"),
            flow("choose", "c"),
            flows("a", "gather", "finish"),
            flow("b", "gather"),
            flow("c", "gather"),
        ),
        given={"n": 3},
        play="open a b\ndo b\nrunning\ndo a",
        trace="begin choose b a gather finish",
    ),
    Row(
        name="eventBasedGateway",
        model=diagram(
            node("startEvent", "begin"),
            node("eventBasedGateway", "first"),
            node(
                "intermediateCatchEvent", "heard", '<bpmn:messageEventDefinition messageRef="m"/>'
            ),
            node(
                "intermediateCatchEvent",
                "late",
                "<bpmn:timerEventDefinition><bpmn:timeDuration>PT2H</bpmn:timeDuration>"
                "</bpmn:timerEventDefinition>",
            ),
            node("endEvent", "answered"),
            node("endEvent", "gone"),
            flows("begin", "first", "heard", "answered"),
            flows("first", "late", "gone"),
            roots=WAITS.format("event gateway"),
        ),
        play="wait 1h\nrunning\nwait 1h",
        trace="begin first late gone",
    ),
    Row(
        name="sequenceFlow",
        model=diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "choose", default="choose_to_b"),
            user_task("a"),
            user_task("b"),
            node("endEvent", "finish"),
            flow("begin", "choose", isImmediate="true", name="まず"),
            flow("choose", "a", "n > 1"),
            flows("choose", "b", "finish"),
            flow("a", "finish"),
        ),
        given={"n": 1},
        play="open b\ndo b",
        trace="begin choose b finish",
    ),
    Row(
        name="textAnnotation, association, group and category",
        model=line(("work", user_task("work")), more="".join(NOTES), roots=CATEGORY),
        play="do work",
        trace="begin work finish",
    ),
    Row(
        name="message",
        model=model("intermediateCatchEvent", "message").replace(
            sent("intermediateCatchEvent", "message").encode(), "催促".encode()
        ),
        play="do work\nsend 別の催促\nopen\nsend 催促\ndo after",
        trace="begin work x after finish",
        messages="別の催促",
    ),
    Row(
        name="error",
        model=coded("error", "E2", "E1", "E2"),
        play="do do",
        trace="begin inside do thrown on_E2 after_E2",
        cancelled="frame",
    ),
    Row(
        name="escalation",
        model=coded("escalation", "C2", "C1", "C2"),
        play="do do",
        trace="begin inside do thrown on_C2 after_C2",
        cancelled="frame",
    ),
    Row(
        name="itemDefinition",
        model=line(
            ("work", user_task("work")),
            roots='<bpmn:itemDefinition id="item" structureRef="text" itemKind="Information"/>',
        ),
        play="do work",
        trace="begin work finish",
    ),
    Row(
        name="collaboration",
        model=line(
            ("tell", node("sendTask", "tell", messageRef="m")),
            roots=WAITS.format("collaboration")
            + '<bpmn:collaboration id="all"><bpmn:participant id="us" name="当庁" '
            'processRef="case"/><bpmn:participant id="them" name="事業者"/>'
            '<bpmn:messageFlow id="letter" name="通知" sourceRef="tell" targetRef="them"/>'
            "</bpmn:collaboration>",
        ),
        trace="begin tell finish",
        messages="collaboration",
    ),
    Row(
        name="multiInstance, plain",
        model=line(
            (
                "each",
                script("answer = item * 2")
                .replace('"compute"', '"each"')
                .replace("<bpmn:script>", EACH + "<bpmn:script>"),
            )
        ),
        given={"items": [1, 2]},
        trace="begin each each finish",
        data={"answers": [2, 4]},
    ),
    Row(
        name="multiInstance, counted",
        model=line(
            (
                "each",
                user_task(
                    "each",
                    '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
                    "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
                    "<bpmn:completionCondition>done = 2</bpmn:completionCondition>"
                    "</bpmn:multiInstanceLoopCharacteristics>",
                ),
            )
        ),
        play="do each\nopen each\ndo each",
        trace="begin each each finish",
    ),
    Row(
        name="standardLoop, plain",
        model=line(
            (
                "again",
                user_task(
                    "again",
                    '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3">'
                    "<bpmn:loopCondition>n &lt; 2</bpmn:loopCondition>"
                    "</bpmn:standardLoopCharacteristics>",
                ),
            )
        ),
        given={"n": 0},
        play="do again n=1\ndo again n=2",
        trace="begin again again finish",
    ),
    Row(
        name="boundaryEvent, ends what could go on",
        model=line(
            (
                "frame",
                node(
                    "subProcess",
                    "frame",
                    EACH_TWICE
                    + node("startEvent", "inside")
                    + node("inclusiveGateway", "choose", default="choose_to_gather")
                    + user_task("a")
                    + user_task("b")
                    + node("inclusiveGateway", "gather")
                    + node("endEvent", "over")
                    + node("exclusiveGateway", "ask", default="ask_to_gather")
                    + node("endEvent", "broken", "<bpmn:errorEventDefinition errorRef='e'/>")
                    + flows("inside", "choose", "gather", "over")
                    + flow("choose", "a", "n > 0")
                    + flow("choose", "b", "n > 0")
                    + flow("a", "gather")
                    + flows("b", "ask", "gather")
                    + flow("ask", "broken", "n > 1"),
                ),
            ),
            more=node("boundaryEvent", "rim", "<bpmn:errorEventDefinition/>", attachedToRef="frame")
            + flow("rim", "finish"),
            roots='<bpmn:error id="e" name="e" errorCode="E1"/>',
        ),
        given={"n": 1},
        play="do a\ndo a\ndo b n=2",
        trace="begin inside inside choose choose a a b ask (gather broken) rim finish",
        cancelled="frame frame b",
    ),
    Row(
        name="endEvent, terminate keeps what was written",
        model=line(
            (
                "frame",
                node(
                    "subProcess",
                    "frame",
                    node("startEvent", "inside")
                    + node("parallelGateway", "fork")
                    + user_task("a")
                    + user_task("a_more")
                    + user_task("b")
                    + node("endEvent", "over", "<bpmn:terminateEventDefinition/>")
                    + flows("inside", "fork", "a", "a_more", "over")
                    + flows("fork", "b", "over"),
                ),
            )
        ),
        play="do a x=1\ndo b y=2",
        trace="begin inside fork a b over frame finish",
        cancelled="a_more",
        data={"x": 1, "y": 2},
    ),
    Row(
        name="endEvent, terminate after paths that have ended",
        model=diagram(
            node("startEvent", "begin"),
            *(user_task(id_) for id_ in "abc"),
            node("endEvent", "over"),
            node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
            *(flow("begin", id_) for id_ in "abc"),
            flow("a", "over"),
            flow("b", "over"),
            flow("c", "stop"),
        ),
        play="do a x=1\ndo b y=2\ndo c",
        trace="begin a over b over c stop",
        data={"x": 1, "y": 2},
    ),
)
