"""Tasks, scripts, calls and operations that could not be run exactly are refused."""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    KEY,
    KNOWN,
    Known,
    check_refusal,
    diagram,
    extensions,
    flows,
    line,
    node,
    operator,
    places,
    properties,
    refused,
    rows,
    script,
    user_task,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
Places = set[tuple[str, str]]


def one(kind: str, content: str = "", roots: str = "", **attributes: str) -> bytes:
    """A line with one element `it`."""
    return line(("it", node(kind, "it", content, **attributes)), roots=roots)


def scripted(text: str, **attributes: str) -> bytes:
    return line(("compute", script(text, **attributes)))


TASKS: dict[str, tuple[bytes, Places]] = {
    "script in Python": (
        scripted("x = 1", scriptFormat="python"),
        {("script_format", "compute")},
    ),
    "script in JavaScript": (
        scripted("x = 1", scriptFormat="application/javascript"),
        {("script_format", "compute")},
    ),
    "Python import without a format": (
        scripted("import os\nx = os.getpid()"),
        {("python_text", "compute")},
    ),
    "Python append": (scripted("一覧.append(1)"), {("python_text", "compute")}),
    "Python augmented assignment": (scripted("n += 1"), {("python_text", "compute")}),
    "Python builtins": (
        scripted("x = __import__('os').getuid()"),
        {("python_text", "compute")},
    ),
    "empty script": (scripted("  "), {("empty_script", "compute")}),
    "script without assignment": (scripted("x + 1"), {("broken_feel", "compute")}),
    "unknown function": (scripted("x = cuont(一覧)"), {("unknown_function", "compute")}),
    "assignment to a name of the product": (
        scripted("案件 = 1"),
        {("reserved_name", "compute")},
    ),
    "broken script before a call": (
        one(
            "callActivity",
            extensions("<spiffworkflow:preScript>x ==</spiffworkflow:preScript>"),
            calledElement="approval",
        ),
        {("broken_feel", "it")},
    ),
    "script before a script": (
        line(
            (
                "compute",
                node(
                    "scriptTask",
                    "compute",
                    extensions("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>")
                    + "<bpmn:script>y = 2</bpmn:script>",
                ),
            )
        ),
        {("unknown_extension", "compute")},
    ),
    "condition in another language": (
        diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "which", default="b"),
            user_task("left"),
            node("endEvent", "finish"),
            flows("begin", "which"),
            node(
                "sequenceFlow",
                "a",
                '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" '
                'language="javascript">x</bpmn:conditionExpression>',
                sourceRef="which",
                targetRef="left",
            ),
            node("sequenceFlow", "b", sourceRef="which", targetRef="finish"),
            flows("left", "finish"),
        ),
        {("expression_language", "a")},
    ),
    "service task without operation": (one("serviceTask"), {("no_operation", "it")}),
    "operation that does not exist": (
        one("serviceTask", operator("http.get")),
        {("unknown_operation", "it")},
    ),
    "parameter that does not exist": (
        one("serviceTask", operator("register.count", register='"R01"', colour="1")),
        {("unknown_parameter", "it")},
    ),
    "parameter written twice": (
        one(
            "serviceTask",
            operator("test.echo", value="1").replace(
                "</spiffworkflow:parameters>",
                '<spiffworkflow:parameter id="value" type="any" value="2"/>'
                "</spiffworkflow:parameters>",
            ),
        ),
        {("duplicate_parameter", "it")},
    ),
    "empty parameter": (
        one("serviceTask", operator("test.echo", value=" ")),
        {("empty_expression", "it")},
    ),
    "implementation of another tool": (
        one("serviceTask", operator("test.echo"), implementation="http://other.invalid/run"),
        {("implementation", "it")},
    ),
    "operation of a web service": (
        one("sendTask", roots=MESSAGE, messageRef="m", operationRef="o"),
        {("operation_ref", "it")},
    ),
    "missing parameter": (
        one("serviceTask", operator("register.count")),
        {("missing_parameter", "it")},
    ),
    "none of two parameters": (
        one("serviceTask", operator("register.write", register='"R01"')),
        {("missing_parameter", "it")},
    ),
    "broken parameter": (
        one("serviceTask", operator("register.count", register='"R01')),
        {("broken_feel", "it")},
    ),
    "register of an operation": (
        one("serviceTask", operator("register.count", register='"R99"')),
        {("unknown_register", "it")},
    ),
    "filter that is no expression": (
        one("serviceTask", operator("register.count", register='"R01"', filter='"状態 =="')),
        {("broken_feel", "it")},
    ),
    "role of an operation": (
        one("serviceTask", operator("people.list", roles='["PJMO", "KEIRI:head"]')),
        {("unknown_role", "it")},
    ),
    "result under a bad name": (
        one("serviceTask", operator("test.echo").replace('"結果"', '"結果 一覧"')),
        {("bad_name", "it")},
    ),
    "retries in the diagram": (
        one(
            "serviceTask",
            operator("test.echo").replace(
                "</spiffworkflow:serviceTaskOperator>",
                '<spiffworkflow:retry retries="3"/></spiffworkflow:serviceTaskOperator>',
            ),
        ),
        {("unknown_extension", "it")},
    ),
    "business rule task without decision": (one("businessRuleTask"), {("no_decision", "it")}),
    "decision that does not exist": (
        one(
            "businessRuleTask",
            extensions("<spiffworkflow:calledDecisionId>gone</spiffworkflow:calledDecisionId>"),
        ),
        {("missing_decision", "it")},
    ),
    "call of nothing": (one("callActivity"), {("no_called_process", "it")}),
    "call of a process that does not exist": (
        one("callActivity", calledElement="gone"),
        {("missing_process", "it")},
    ),
    "call of itself": (one("callActivity", calledElement=KEY), {("call_circle", "it")}),
    "call in a circle": (one("callActivity", calledElement="manual"), {("call_circle", "it")}),
    "send task without message": (one("sendTask"), {("no_message", "it")}),
    "receive task without message": (one("receiveTask"), {("no_message", "it")}),
    "message that does not exist": (
        one("receiveTask", messageRef="gone"),
        {("missing_ref", "it")},
    ),
    "broken payload": (
        one(
            "sendTask",
            extensions("<spiffworkflow:messagePayload>{a: </spiffworkflow:messagePayload>"),
            MESSAGE,
            messageRef="m",
        ),
        {("broken_feel", "it")},
    ),
    "payload on the message itself": (
        one(
            "sendTask",
            roots='<bpmn:message id="m" name="msg.x">'
            + extensions("<spiffworkflow:messagePayload>{a: 1}</spiffworkflow:messagePayload>")
            + "</bpmn:message>",
            messageRef="m",
        ),
        {("payload_on_message", "m"), ("unknown_extension", "m")},
    ),
    "payload that is received": (
        one(
            "receiveTask",
            extensions("<spiffworkflow:messagePayload>{a: 1}</spiffworkflow:messagePayload>"),
            MESSAGE,
            messageRef="m",
        ),
        {("unknown_extension", "it")},
    ),
    "broken correlation key": (
        one("receiveTask", properties({"correlationKey": "案件.番号 +"}), MESSAGE, messageRef="m"),
        {("broken_feel", "it")},
    ),
    "data association to nothing": (
        one(
            "task",
            '<bpmn:dataOutputAssociation id="d"><bpmn:targetRef>data</bpmn:targetRef>'
            "</bpmn:dataOutputAssociation>",
        ),
        {("missing_ref", "it")},
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), rows(TASKS))
def test_a_task_that_would_not_run_as_drawn_is_refused(drawn: bytes, expected: Places) -> None:
    check_refusal(refused(drawn), expected)


def test_the_wrong_equals_sign_is_explained() -> None:
    (found,) = refused(scripted("x = (a == 1)"))

    assert found.code == "broken_feel"
    assert "等しいは = です" in found.message
    assert found.column == len("x = (a =")


def test_the_line_of_a_broken_script_is_the_line_of_the_file() -> None:
    drawn = scripted("a = 1\nb = 2\nc = ==")

    (found,) = refused(drawn)

    assert b"c = ==" in drawn.splitlines()[found.line - 1]


def test_a_comment_does_not_cut_a_script_in_two() -> None:
    drawn = line(
        (
            "compute",
            node(
                "scriptTask", "compute", "<bpmn:script>a = 1 <!-- why -->\nb = a ==</bpmn:script>"
            ),
        )
    )

    assert places(refused(drawn)) == {("broken_feel", "compute")}


def test_a_register_known_elsewhere_is_accepted() -> None:
    drawn = one("serviceTask", operator("register.count", register='"R01"'))

    assert refused(drawn) == []
    assert refused(drawn, Known(roles=KNOWN.roles, operations=KNOWN.operations)) != []


def test_two_operations_may_have_parameters_of_the_same_name() -> None:
    counting = operator("register.count", register='"R01"')
    drawn = line(*[(id_, node("serviceTask", id_, counting)) for id_ in ("one", "two")])

    assert refused(drawn) == []
