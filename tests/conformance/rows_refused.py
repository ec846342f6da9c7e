"""Elements that are refused wherever they stand, and claims about the process nobody would keep."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import diagram, flow, flows, line, node, user_task

WORK = ("work", user_task("work"))
ROOTS = {
    "interface": "unsupported_element",
    "endPoint": "unsupported_element",
    "resource": "unsupported_element",
    "partnerEntity": "unsupported_element",
    "partnerRole": "unsupported_element",
    "correlationProperty": "unsupported_element",
    "choreography": "unsupported_element",
    "globalChoreographyTask": "unsupported_element",
    "globalConversation": "unsupported_element",
}
CONTENT = {
    "interface": '<bpmn:operation id="o" name="o"><bpmn:inMessageRef>m</bpmn:inMessageRef>'
    "</bpmn:operation>",
    "correlationProperty": '<bpmn:correlationPropertyRetrievalExpression messageRef="m">'
    "<bpmn:messagePath>n</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>",
}
NAMED = frozenset({"interface", "resource"})
TALKS = ("conversation", "subConversation", "callConversation")
DANCES = {
    "choreographyTask": "<bpmn:messageFlowRef>f</bpmn:messageFlowRef>",
    "subChoreography": "",
    "callChoreography": "",
}


def root(kind: str) -> bytes:
    """A diagram with that element beside the process."""
    name = {"name": "x"} if kind in NAMED else {}
    message = '<bpmn:message id="m" name="m"/>'
    return line(WORK, roots=message + node(kind, "x", CONTENT.get(kind, ""), **name))


def between(xml: str) -> bytes:
    """A diagram with the element `x` behind a task."""
    return line(WORK, ("x", xml))


def pools(content: str) -> bytes:
    """A diagram with a collaboration that holds this."""
    return line(WORK, roots=f'<bpmn:collaboration id="all">{content}</bpmn:collaboration>')


def danced(kind: str) -> str:
    parties = "<bpmn:participantRef>a</bpmn:participantRef>" * 2
    return node(kind, "x", parties + DANCES[kind], initiatingParticipantRef="a")


ROWS: tuple[Row | Refusal, ...] = (
    *(refusal(kind, root(kind), (code, "x")) for kind, code in ROOTS.items()),
    *(refusal(kind, between(danced(kind)), ("unsupported_element", "x")) for kind in DANCES),
    *(refusal(kind, pools(node(kind, "x")), ("unsupported_element", "all")) for kind in TALKS),
    refusal(
        "implicitThrowEvent",
        between(node("implicitThrowEvent", "x")),
        ("unsupported_element", "x"),
    ),
    refusal(
        "element under another name",
        between('<bpmn:task id="x" xsi:type="bpmn:tUserTask"/>'),
        ("other_type", "x"),
    ),
    refusal(
        "text with an element in it",
        diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "choose", default="choose_to_b"),
            user_task("a"),
            user_task("b"),
            node("endEvent", "finish"),
            flows("begin", "choose", "b", "finish"),
            flow("choose", "a", "n > 1 XX").replace("XX", "<bpmn:documentation/> and false"),
            flow("a", "finish"),
        ),
        ("element_in_text", "choose_to_a"),
    ),
    refusal(
        "script with an element in it",
        between(
            '<bpmn:scriptTask id="x"><bpmn:script>a = 1<more/>b = 2</bpmn:script></bpmn:scriptTask>'
        ),
        ("element_in_text", "x"),
    ),
    refusal(
        "messageFlow to nowhere",
        pools('<bpmn:messageFlow id="x" sourceRef="work" targetRef="gone"/>'),
        ("missing_ref", "x"),
    ),
)
