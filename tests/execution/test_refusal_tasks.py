"""Tasks, calls, properties, scripts and repetitions that could not be run exactly are refused."""

from __future__ import annotations

import pytest

from engine.execution.bundle import Known
from tests.execution.drawing import (
    FORM,
    KEY,
    KNOWN,
    diagram,
    extensions,
    flows,
    is_sentence,
    line,
    node,
    operator,
    places,
    properties,
    refused,
    script,
    user_task,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
Places = set[tuple[str, str]]


def task(**values: str) -> bytes:
    """A line with one user task `do_it` that has these properties."""
    return line(("do_it", user_task(**values)))


def one(kind: str, content: str = "", roots: str = "", **attributes: str) -> bytes:
    """A line with one element `it`."""
    return line(("it", node(kind, "it", content, **attributes)), roots=roots)


def scripted(text: str, **attributes: str) -> bytes:
    return line(("compute", script(text, **attributes)))


def with_process(*content: str) -> bytes:
    """A plain process with more in front of its nodes."""
    return diagram(
        *content,
        node("startEvent", "begin"),
        user_task(),
        node("endEvent", "finish"),
        flows("begin", "do_it", "finish"),
    )


def several(content: str, form: str = "", stored_as: str = "", **attributes: str) -> bytes:
    """A user task `do_it` done several times."""
    repeat = "".join(f' {name}="{value}"' for name, value in attributes.items())
    marks = f"<bpmn:multiInstanceLoopCharacteristics{repeat}>{content}"
    values = {"candidateGroups": "PJMO", **({"formKey": form} if form else {})}
    own = properties(values)
    if stored_as:
        own = own.replace(
            "</bpmn:extensionElements>",
            f"<spiffworkflow:variableName>{stored_as}</spiffworkflow:variableName>"
            "</bpmn:extensionElements>",
        )
    closed = marks + "</bpmn:multiInstanceLoopCharacteristics>"
    return line(("do_it", node("userTask", "do_it", own + closed, name="作業")))


def repeated(content: str = "", **attributes: str) -> bytes:
    """A user task `do_it` with a loop marker."""
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    loop = f"<bpmn:standardLoopCharacteristics{marks}>{content}</bpmn:standardLoopCharacteristics>"
    return line(("do_it", user_task(content=loop)))


OVER_LIST = "<bpmn:loopDataInputRef>対象一覧</bpmn:loopDataInputRef>"
INTO_LIST = "<bpmn:loopDataOutputRef>回答一覧</bpmn:loopDataOutputRef>"
ITEM = '<bpmn:inputDataItem id="対象"/>'
RESULT = '<bpmn:outputDataItem id="答え"/>'
TIMES = "<bpmn:loopCardinality>3</bpmn:loopCardinality>"

PROPERTIES: dict[str, tuple[bytes, Places]] = {
    "unknown property of a user task": (task(colour="red"), {("unknown_property", "do_it")}),
    "unknown property of a gateway": (
        one("parallelGateway", properties({"formKey": "x"})),
        {("unknown_property", "it")},
    ),
    "unknown property of a service task": (
        line(
            (
                "it",
                node(
                    "serviceTask",
                    "it",
                    operator("test.echo").replace(
                        "</bpmn:extensionElements>",
                        "<spiffworkflow:properties>"
                        '<spiffworkflow:property name="retries" value="3"/>'
                        "</spiffworkflow:properties></bpmn:extensionElements>",
                    ),
                ),
            )
        ),
        {("unknown_property", "it")},
    ),
    "unknown property of the process": (
        with_process(properties({"owner": "x"})),
        {("unknown_property", KEY)},
    ),
    "property written twice": (
        line(
            (
                "do_it",
                user_task().replace(
                    "</spiffworkflow:properties>",
                    '<spiffworkflow:property name="candidateGroups" value="PJMO"/>'
                    "</spiffworkflow:properties>",
                ),
            )
        ),
        {("duplicate_property", "do_it")},
    ),
    "form that does not exist": (task(formKey="gone"), {("missing_form", "do_it")}),
    "start form that does not exist": (
        diagram(
            node("startEvent", "begin", properties({"formKey": "gone"})),
            user_task(),
            node("endEvent", "finish"),
            flows("begin", "do_it", "finish"),
        ),
        {("missing_form", "begin")},
    ),
    "role that does not exist": (
        task(candidateGroups="PJMO,KEIRI"),
        {("unknown_role", "do_it")},
    ),
    "rank that does not exist": (
        task(candidateGroups="PJMO:deputy"),
        {("unknown_role", "do_it")},
    ),
    "starters that do not exist": (
        with_process(properties({"starters": "KEIRI"})),
        {("unknown_role", KEY)},
    ),
    "register that does not exist": (
        task(writeRegisters="R01,R99"),
        {("unknown_register", "do_it")},
    ),
    "two due dates": (
        task(dueWorkingDays="3", dueDate="today()"),
        {("two_due_dates", "do_it")},
    ),
    "due days that are no number": (task(dueWorkingDays="soon"), {("bad_number", "do_it")}),
    "priority out of range": (task(priority="6"), {("bad_number", "do_it")}),
    "broken due date": (task(dueDate="today() +"), {("broken_feel", "do_it")}),
    "broken candidates": (task(candidateGroups="=[1,"), {("broken_feel", "do_it")}),
    "empty assignee": (task(assignee=""), {("empty_expression", "do_it")}),
    "row that is none": (task(trace="1-01,？"), {("bad_trace", "do_it")}),
    "prefix with signs": (with_process(properties({"prefix": "リハ-"})), {("bad_prefix", KEY)}),
    "broken subject": (with_process(properties({"subject": "件名 +"})), {("broken_feel", KEY)}),
    "property of another tool": (
        line(
            ("do_it", user_task().replace("<bpmn:userTask ", '<bpmn:userTask other:assignee="x" '))
        ),
        {("foreign_attribute", "do_it")},
    ),
    "extension of another tool": (
        one("task", extensions("<other:formData/>")),
        {("foreign_extension", "it")},
    ),
    "instructions of another product": (
        one(
            "task",
            extensions(
                "<spiffworkflow:instructionsForEndUser>手順</spiffworkflow:instructionsForEndUser>"
            ),
        ),
        {("unknown_extension", "it")},
    ),
    "resource of a task": (
        one("userTask", '<bpmn:potentialOwner id="o"/>'),
        {("unsupported_element", "it")},
    ),
    "lane that is no role": (
        with_process(
            '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="経理">'
            "<bpmn:flowNodeRef>do_it</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
        ),
        {("unknown_lane", "lane_x")},
    ),
    "lane around nothing": (
        with_process(
            '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="PJMO">'
            "<bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
        ),
        {("missing_ref", "lane_x")},
    ),
    "interface with a bad name": (
        with_process(
            '<bpmn:ioSpecification><bpmn:dataInput id="i" name="開始 日"/>'
            "<bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"
        ),
        {("bad_name", KEY)},
    ),
    "interface with one name twice": (
        with_process(
            '<bpmn:ioSpecification><bpmn:dataInput id="i" name="期限"/>'
            '<bpmn:dataInput id="j" name="期限"/>'
            "<bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"
        ),
        {("duplicate_interface_name", KEY)},
    ),
}

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
    "receive task that starts an instance": (
        one("receiveTask", roots=MESSAGE, messageRef="m", instantiate="true"),
        {("instantiate", "it")},
    ),
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
    "input and output of a task": (
        one(
            "task", "<bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"
        ),
        {("unsupported_element", "it")},
    ),
    "data association": (
        one(
            "task",
            '<bpmn:dataOutputAssociation id="d"><bpmn:targetRef>data</bpmn:targetRef>'
            "</bpmn:dataOutputAssociation>",
        ),
        {("data_association", "it")},
    ),
}

REPEATS: dict[str, tuple[bytes, Places]] = {
    "behaviour One": (several(TIMES, behavior="One"), {("multi_instance_behavior", "do_it")}),
    "behaviour None": (several(TIMES, behavior="None"), {("multi_instance_behavior", "do_it")}),
    "neither number nor list": (several(""), {("multi_instance_count", "do_it")}),
    "number and list": (several(TIMES + OVER_LIST), {("multi_instance_count", "do_it")}),
    "negative number": (
        several(TIMES.replace("3", "-1")),
        {("bad_count", "do_it")},
    ),
    "too many": (several(TIMES.replace("3", "1000000")), {("bad_count", "do_it")}),
    "broken number": (several(TIMES.replace("3", "count(")), {("broken_feel", "do_it")}),
    "output without a list": (
        several(OVER_LIST + ITEM + RESULT),
        {("multi_instance_output", "do_it")},
    ),
    "item named like a product name": (
        several(OVER_LIST + ITEM.replace("対象", "案件")),
        {("reserved_name", "do_it")},
    ),
    "item named like a field": (
        several(OVER_LIST + INTO_LIST + ITEM.replace("対象", "回答") + RESULT, "answer", "答え"),
        {("multi_instance_name", "do_it")},
    ),
    "answers that overwrite each other": (
        several(OVER_LIST + ITEM, "answer"),
        {("multi_instance_answers", "do_it")},
    ),
    "answers stored elsewhere": (
        several(OVER_LIST + INTO_LIST + ITEM + RESULT, "answer", "別の名"),
        {("multi_instance_answers", "do_it")},
    ),
    "broken completion condition": (
        several(
            TIMES
            + "<bpmn:completionCondition>done ></bpmn:completionCondition>".replace(
                " >", " &gt;", 1
            )
        ),
        {("broken_feel", "do_it")},
    ),
    "loop without an end": (repeated(), {("loop_without_end", "do_it")}),
    "negative loop maximum": (repeated(loopMaximum="-1"), {("bad_count", "do_it")}),
    "broken loop condition": (
        repeated("<bpmn:loopCondition>x =</bpmn:loopCondition>"),
        {("broken_feel", "do_it")},
    ),
}


def rows(table: dict[str, tuple[bytes, Places]]) -> list[object]:
    return [pytest.param(*row, id=name) for name, row in table.items()]


@pytest.mark.parametrize(("drawn", "expected"), rows({**PROPERTIES, **TASKS, **REPEATS}))
def test_a_task_that_would_not_run_as_drawn_is_refused(drawn: bytes, expected: Places) -> None:
    findings = [found for found in refused(drawn, answer=FORM) if found.code != "unused_form"]

    assert places(findings) == expected
    for found in findings:
        assert is_sentence(found.message), found.message
        assert found.line > 1


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


def test_answers_collected_under_the_name_of_the_result_are_accepted() -> None:
    drawn = several(OVER_LIST + INTO_LIST + ITEM + RESULT, "answer", "答え")

    assert refused(drawn, answer=FORM) == []


def test_a_lane_may_bear_the_code_or_the_name_of_a_role() -> None:
    for name in ("GYOMU", "業務実施部門"):
        drawn = with_process(
            f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="{name}">'
            "<bpmn:flowNodeRef>do_it</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
        )
        assert refused(drawn) == []
