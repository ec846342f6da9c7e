"""Elements, flows, gateways and events that could not be run exactly are refused.

One row per construct: the diagram, and every (code, element id) it is refused for.  Supported, and
therefore run by the tests of the runtime instead of standing here: user, manual and plain tasks;
script, service, send, receive and business rule tasks; call activities; embedded sub-processes;
transactions with cancel; exclusive, parallel, inclusive and event-based gateways, also in loops;
parallel and sequential multi-instance, completion conditions, standard loops; none, message,
signal, timer, conditional, error, escalation, terminate and cancel events in the places BPMN gives
them, signal end events included; boundary events that interrupt or do not; message starts.
"""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    KEY,
    check_refusal,
    diagram,
    flow,
    flows,
    line,
    node,
    places,
    refused,
    rows,
    script,
    timer,
    user_task,
    valid,
)

MESSAGE = '<bpmn:message id="m" name="msg.x"/>'
ERROR = '<bpmn:error id="e" name="誤り" errorCode="E1"/>'
BEGIN, FINISH, TASK = node("startEvent", "begin"), node("endEvent", "finish"), user_task()
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
TIMER = timer("timeDuration", "P1D")
Places = set[tuple[str, str]]


def sub_process(content: str, kind: str = "subProcess", **attributes: str) -> bytes:
    """A line with one sub-process `part`."""
    return line(("part", node(kind, "part", content, **attributes)))


INNER = node("startEvent", "in_begin") + node("endEvent", "in_end") + flow("in_begin", "in_end")
LEFT, RIGHT = flow("which", "left", "x = 1"), flow("which", "right")

STRUCTURE: dict[str, tuple[bytes, Places]] = {
    "no start event": (
        diagram(TASK, FINISH, flow("do_it", "do_it"), flow("do_it", "finish")),
        {("no_start", KEY), ("unreachable", "do_it"), ("unreachable", "finish")},
    ),
    "two plain start events": (
        diagram(
            BEGIN,
            node("startEvent", "other"),
            TASK,
            FINISH,
            flow("other", "do_it"),
            flows("begin", "do_it", "finish"),
        ),
        {("several_starts", "other")},
    ),
    "unreachable task": (
        line(("do_it", TASK), more=user_task("lost") + flows("lost", "lost", "finish")),
        {("unreachable", "lost")},
    ),
    "no way to an end": (
        diagram(BEGIN, TASK, flows("begin", "do_it", "do_it")),
        {("no_end", KEY)},
    ),
    "condition on a flow out of a task": (
        diagram(BEGIN, TASK, FINISH, flow("begin", "do_it"), flow("do_it", "finish", "x = 1")),
        {("condition_on_only_flow", "do_it_to_finish")},
    ),
    "default flow of a task": (
        line(("do_it", user_task().replace('id="do_it"', 'id="do_it" default="do_it_to_finish"'))),
        {("default_without_condition", "do_it")},
    ),
    "flow to nowhere": (
        line(("do_it", TASK), more=flow("do_it", "nowhere")),
        {("missing_ref", "do_it_to_nowhere")},
    ),
    "flow across the frame of a sub-process": (
        line(("part", node("subProcess", "part", INNER)), more=flow("in_begin", "finish")),
        {("flow_crosses_scope", "in_begin_to_finish")},
    ),
    "flow into a start event": (
        line(("do_it", TASK), more=node("exclusiveGateway", "g") + flow("g", "begin")),
        {("flow_into_start", "begin"), ("unreachable", "g")},
    ),
    "flow out of an end event": (
        line(("do_it", TASK), more=flow("finish", "do_it")),
        {("flow_out_of_end", "finish")},
    ),
    "flow into a boundary event": (
        line(
            ("do_it", TASK),
            more=node("boundaryEvent", "it", TIMER, attachedToRef="do_it")
            + node("parallelGateway", "g")
            + flow("it", "g")
            + flow("g", "it"),
        ),
        {
            ("flow_into_boundary", "it"),
        },
    ),
    "id used twice": (
        line(("do_it", TASK), more=node("textAnnotation", "do_it")),
        {("duplicate_id", "do_it")},
    ),
    **{
        f"reserved id {id_}": (
            line((id_, user_task(id_))),
            {("reserved_id", id_)},
        )
        for id_ in (
            "Start",
            "End",
            "Root",
            f"{KEY}.EndJoin",
            "x.BoundaryEventSplit",
            "x.BoundaryEventJoin",
            "StartEventSplit",
        )
    },
    "element without id": (
        line(("do_it", TASK), more="<bpmn:userTask name='?'/>"),
        {("missing_id", KEY)},
    ),
    "flow that would not be immediate": (
        line(("do_it", TASK)).replace(
            b'<bpmn:sequenceFlow id="do_it', b'<bpmn:sequenceFlow isImmediate="false" id="do_it'
        ),
        {("not_immediate", "do_it_to_finish")},
    ),
    "flow that a node names but nobody drew": (
        line(("do_it", user_task(content="<bpmn:outgoing>lost</bpmn:outgoing>"))),
        {("missing_ref", "do_it")},
    ),
    "ad hoc sub-process": (
        line(("part", node("adHocSubProcess", "part", node("dataObject", "inner")))),
        {("nothing_to_choose", "part")},
    ),
    "compensation task": (
        line(("do_it", node("task", "do_it", isForCompensation="true"))),
        {("unused_compensation_handler", "do_it"), ("flow_at_compensation_handler", "do_it")},
    ),
    "data store": (
        line(("do_it", TASK), more=node("dataStoreReference", "store", name="倉庫")),
        {("unknown_register", "store")},
    ),
    "correlation key of a collaboration": (
        line(
            ("do_it", TASK),
            roots='<bpmn:collaboration id="c"><bpmn:correlationKey name="k"/></bpmn:collaboration>',
        ),
        {("unsupported_element", "c")},
    ),
    "two sub-process starts": (
        sub_process(INNER + node("startEvent", "again") + flow("again", "in_end")),
        {("several_starts", "again")},
    ),
    "empty sub-process": (
        sub_process(""),
        {("no_start", "part"), ("no_end", "part")},
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), rows(STRUCTURE))
def test_elements_that_do_not_hang_together_are_refused(drawn: bytes, expected: Places) -> None:
    check_refusal(refused(drawn), expected)


def test_the_smallest_valid_diagram_has_no_finding() -> None:
    assert refused(valid()) == []


def test_all_findings_come_at_once() -> None:
    drawn = line(
        ("do_it", user_task(colour="red")),
        ("compute", script("n == 1")),
        more=user_task("lost") + flows("lost", "lost", "finish"),
    )

    findings = refused(drawn)

    assert places(findings) == {
        ("unknown_property", "do_it"),
        ("broken_feel", "compute"),
        ("unreachable", "lost"),
    }


def test_a_finding_names_the_element_and_its_line() -> None:
    drawn = line(("do_it", user_task(priority="9")))

    (found,) = refused(drawn)

    assert found.element_name == "作業"
    assert b'id="do_it"' in drawn.splitlines()[found.line - 1]


def test_yes_and_no_may_be_written_as_figures() -> None:
    drawn = diagram(
        BEGIN, TASK, FINISH, flows("begin", "do_it", "finish"), attributes='isExecutable="1"'
    )

    assert refused(drawn) == []
