"""Processes, links, and what stands elsewhere in the file."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import (
    DECISION,
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    properties,
    timer,
    user_task,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
A, B, C = user_task("a"), user_task("b"), user_task("c")


KINDS = (
    "cancel",
    "compensate",
    "conditional",
    "error",
    "escalation",
    "link",
    "message",
    "signal",
    "terminate",
    "timer",
)
CONTENT = {"conditional": "<bpmn:condition>n</bpmn:condition>"}
NAMED = {"link": {"name": "on"}}


def link(kind: str, id_: str, name: str = "on", content: str = "") -> str:
    definition = node("linkEventDefinition", f"d_{id_}", content, name=name)
    return node(f"intermediate{kind}Event", id_, definition)


def message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def messages(*names: str) -> str:
    return "".join(node("message", f"m{n}", name=name) for n, name in enumerate(names))


def catch(id_: str, definition: str) -> str:
    return node("intermediateCatchEvent", id_, definition)


def called(kind: str, content: str = "", call: str = "", **attributes: str) -> bytes:
    """A line that calls a global task of that kind."""
    task = node(kind, "shared", content, name="共通の作業", **attributes)
    return line(("call", node("callActivity", "call", call, calledElement="shared")), roots=task)


PROCESS: tuple[Row | Refusal, ...] = (
    Row(
        name="process",
        model=line(("approve", user_task("approve"))),
        play="do approve",
        trace="begin approve finish",
    ),
    Row(
        name="process, several start events",
        model=diagram(
            BEGIN,
            node("startEvent", "ordered", message("m0")),
            user_task("approve"),
            user_task("deliver"),
            FINISH,
            flows("begin", "approve", "finish"),
            flows("ordered", "deliver", "finish"),
            roots=messages("several starts"),
        ),
        play='send "several starts"\nopen deliver\ndo deliver',
        trace="ordered deliver finish",
    ),
)
LINKS: tuple[Row | Refusal, ...] = (
    Row(
        name="link, several throws to one catch",
        model=diagram(
            BEGIN,
            A,
            B,
            link("Throw", "one"),
            link("Throw", "two"),
            link("Catch", "there"),
            C,
            FINISH,
            flows("begin", "a", "one"),
            flows("begin", "b", "two"),
            flows("there", "c", "finish"),
        ),
        play="do a\nopen b c\ndo b\nopen c c\ndo c\ndo c",
        trace="begin a one there b two there c finish c finish",
    ),
    Row(
        name="link, back to the beginning",
        model=diagram(
            BEGIN,
            link("Catch", "there"),
            A,
            node("exclusiveGateway", "again", default="again_to_finish"),
            link("Throw", "back"),
            FINISH,
            flow("begin", "a"),
            flow("there", "a"),
            flows("a", "again", "finish"),
            flow("again", "back", "more"),
        ),
        play="do a more=true\ndo a more=false",
        trace="begin a again back there a again finish",
    ),
    Row(
        name="link, in a subProcess",
        model=line(
            (
                "part",
                node(
                    "subProcess",
                    "part",
                    A
                    + link("Throw", "off")
                    + link("Catch", "there")
                    + B
                    + flows("a", "off")
                    + flows("there", "b"),
                ),
            )
        ),
        play="do a\ndo b",
        trace="begin a off there b part finish",
    ),
    Row(
        name="link, to a join",
        model=diagram(
            BEGIN,
            A,
            B,
            link("Throw", "off"),
            link("Catch", "there"),
            node("inclusiveGateway", "meet"),
            FINISH,
            flows("begin", "a", "off"),
            flows("begin", "b", "meet", "finish"),
            flows("there", "meet"),
        ),
        play="do b\nrunning\ndo a",
        trace="begin b a off there meet finish",
    ),
    refusal(
        "link without a catch",
        diagram(BEGIN, link("Throw", "off"), flow("begin", "off")),
        ("unmatched_link", "off"),
    ),
    refusal(
        "link without a throw",
        diagram(BEGIN, A, link("Catch", "there"), flows("begin", "a"), flow("there", "a")),
        ("unmatched_link", "there"),
        ("unreachable", "there"),
    ),
    refusal(
        "link caught twice",
        diagram(
            BEGIN,
            link("Throw", "off"),
            link("Catch", "here"),
            link("Catch", "there"),
            A,
            flow("begin", "off"),
            flow("here", "a"),
            flow("there", "a"),
        ),
        ("two_link_targets", "there"),
    ),
    refusal(
        "link across the frame of a subProcess",
        line(
            ("part", node("subProcess", "part", A + link("Throw", "off") + flow("a", "off"))),
            more=link("Catch", "there") + flow("there", "finish"),
        ),
        ("unmatched_link", "off"),
        ("unmatched_link", "there"),
        ("unreachable", "there"),
    ),
    refusal(
        "link with flows on its wrong sides, and a nameless one",
        diagram(
            BEGIN,
            link("Throw", "off"),
            link("Catch", "there"),
            link("Throw", "none", ""),
            A,
            flows("begin", "off", "a"),
            flows("begin", "there", "a"),
            flow("begin", "none"),
        ),
        ("flow_out_of_link", "off"),
        ("flow_into_link", "there"),
        ("no_link_name", "none"),
    ),
    refusal(
        "link that refers to its other side",
        diagram(
            BEGIN,
            link("Throw", "off", content="<bpmn:target>d_elsewhere</bpmn:target>"),
            link("Catch", "there"),
            A,
            flow("begin", "off"),
            flow("there", "a"),
        ),
        ("link_reference", "off"),
    ),
    refusal(
        "link that spins",
        diagram(
            BEGIN,
            link("Catch", "there"),
            node("exclusiveGateway", "again", default="again_to_finish"),
            link("Throw", "back"),
            FINISH,
            flow("begin", "again"),
            flow("there", "again"),
            flow("again", "finish"),
            flow("again", "back", "n = 1"),
        ),
        ("endless_loop", "again"),
    ),
)
ELSEWHERE: tuple[Row | Refusal, ...] = (
    Row(
        name="eventDefinitionRef",
        model=line(
            ("rest", catch("rest", "<bpmn:eventDefinitionRef>later</bpmn:eventDefinitionRef>")),
            ("a", A),
            more=node(
                "boundaryEvent",
                "late",
                "<bpmn:eventDefinitionRef>later</bpmn:eventDefinitionRef>",
                attachedToRef="a",
            ),
            roots=timer("timeDuration", "PT2H").replace("Definition>", 'Definition id="later">', 1),
        ),
        play="wait 1h\nopen\nwait 1h\nopen a\nwait 2h",
        trace="begin rest late",
        cancelled="a",
    ),
    Row(
        name="eventDefinitionRef of a start event",
        model=line(
            ("a", A),
            roots=messages("referred")
            + '<bpmn:messageEventDefinition id="asked" messageRef="m0"/>',
        ).replace(
            b'<bpmn:startEvent id="begin"></bpmn:startEvent>',
            b'<bpmn:startEvent id="begin"><bpmn:eventDefinitionRef>asked'
            b"</bpmn:eventDefinitionRef></bpmn:startEvent>",
        ),
        play="send referred\nopen a\ndo a",
        trace="begin a finish",
    ),
    Row(
        name="eventDefinitionRef of a throwing event",
        model=line(
            (
                "tell",
                node(
                    "intermediateThrowEvent",
                    "tell",
                    "<bpmn:eventDefinitionRef>told</bpmn:eventDefinitionRef>",
                ),
            ),
            roots=messages("thrown_by_reference")
            + '<bpmn:messageEventDefinition id="told" messageRef="m0"/>',
        ),
        trace="begin tell finish",
        messages="thrown_by_reference",
    ),
    *(
        Row(
            name=f"{kind}EventDefinition",
            model=line(
                ("a", A),
                roots=messages("unused")
                + node(
                    f"{kind}EventDefinition", "unused", CONTENT.get(kind, ""), **NAMED.get(kind, {})
                ),
            ),
            play="do a",
            trace="begin a finish",
        )
        for kind in KINDS
    ),
    refusal(
        "eventDefinitionRef to nothing",
        line(("rest", catch("rest", "<bpmn:eventDefinitionRef>later</bpmn:eventDefinitionRef>"))),
        ("missing_ref", "rest"),
    ),
    Row(
        name="globalTask",
        model=called("globalTask"),
        play="open call\ndo call",
        trace="begin call finish",
    ),
    Row(
        name="globalManualTask",
        model=called("globalManualTask"),
        play="open call\ndo call",
        trace="begin call finish",
    ),
    Row(
        name="globalUserTask",
        model=called("globalUserTask", properties({"candidateGroups": "PJMO"})),
        play="do call x=1",
        trace="begin call finish",
        data={"x": 1},
    ),
    Row(
        name="globalUserTask, called repeatedly",
        model=called(
            "globalUserTask",
            properties({"candidateGroups": "PJMO"}),
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        ),
        play="open call call\ndo call\ndo call",
        trace="begin call call finish",
    ),
    Row(
        name="globalUserTask, called with a boundary event",
        model=called("globalUserTask", properties({"candidateGroups": "PJMO"})).replace(
            b"</bpmn:process>",
            node(
                "boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="call"
            ).encode()
            + b"</bpmn:process>",
        ),
        play="wait 2h",
        trace="begin late",
        cancelled="call",
    ),
    Row(
        name="globalScriptTask",
        model=called(
            "globalScriptTask", "<bpmn:script>b = a + 1</bpmn:script>", scriptLanguage="feel"
        ),
        given={"a": 1},
        trace="begin call finish",
        data={"b": 2},
    ),
    Row(
        name="globalBusinessRuleTask",
        model=called(
            "globalBusinessRuleTask",
            extensions("<spiffworkflow:calledDecisionId>d01_mode</spiffworkflow:calledDecisionId>"),
        ),
        decisions={"d01_mode.dmn": DECISION},
        trace="begin call finish",
        data={"実施方式": "通常"},
    ),
    refusal(
        "globalScriptTask that is no FEEL",
        called("globalScriptTask", "<bpmn:script>import os</bpmn:script>"),
        ("python_text", "call"),
    ),
    refusal(
        "global task with an ioSpecification",
        called(
            "globalTask",
            "<bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>",
        ),
        ("unsupported_element", "shared"),
    ),
)
ROWS: tuple[Row | Refusal, ...] = (*PROCESS, *LINKS, *ELSEWHERE)
