"""Properties, lanes, extensions and interfaces that could not be kept to are refused."""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    KEY,
    check_refusal,
    diagram,
    extensions,
    flows,
    line,
    node,
    operator,
    properties,
    refused,
    rows,
    user_task,
)

Places = set[tuple[str, str]]


def task(**values: str) -> bytes:
    """A line with one user task `do_it` that has these properties."""
    return line(("do_it", user_task(**values)))


def one(kind: str, content: str = "", roots: str = "", **attributes: str) -> bytes:
    """A line with one element `it`."""
    return line(("it", node(kind, "it", content, **attributes)), roots=roots)


def with_process(*content: str) -> bytes:
    """A plain process with more in front of its nodes."""
    return diagram(
        *content,
        node("startEvent", "begin"),
        user_task(),
        node("endEvent", "finish"),
        flows("begin", "do_it", "finish"),
    )


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
    "property without a value": (
        line(("do_it", user_task().replace(' value="PJMO"', ""))),
        {("bad_property", "do_it")},
    ),
    "one extension twice": (
        one(
            "callActivity",
            extensions("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>" * 2),
            calledElement="approval",
        ),
        {("duplicate_extension", "it")},
    ),
    "node in two lanes": (
        with_process(
            '<bpmn:laneSet id="lanes">'
            + "".join(
                f'<bpmn:lane id="lane_{role}" name="{role}">'
                "<bpmn:flowNodeRef>do_it</bpmn:flowNodeRef></bpmn:lane>"
                for role in ("PJMO", "GYOMU")
            )
            + "</bpmn:laneSet>"
        ),
        {("two_lanes", "lane_GYOMU")},
    ),
    "interface that refers to nothing": (
        with_process(
            "<bpmn:ioSpecification><bpmn:inputSet><bpmn:dataInputRefs>gone</bpmn:dataInputRefs>"
            "</bpmn:inputSet><bpmn:outputSet/></bpmn:ioSpecification>"
        ),
        {("missing_ref", KEY)},
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
    "role written into an expression": (
        task(candidateGroups='=["PJMO", "KEIRI"]'),
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
    "empty assignee": (task(assignee=""), {("bad_property", "do_it")}),
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


@pytest.mark.parametrize(("drawn", "expected"), rows(PROPERTIES))
def test_a_property_that_could_not_be_kept_to_is_refused(drawn: bytes, expected: Places) -> None:
    check_refusal(refused(drawn), expected)


def test_a_lane_may_bear_the_code_or_the_name_of_a_role() -> None:
    for name in ("GYOMU", "業務実施部門"):
        drawn = with_process(
            f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane_x" name="{name}">'
            "<bpmn:flowNodeRef>do_it</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
        )
        assert refused(drawn) == []
