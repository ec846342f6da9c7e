"""What the engine puts between drawn elements is told at those elements, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.execution import runner
from engine.execution.normalising import normalised
from engine.execution.resolving import resolved
from engine.execution.step import Outcome, Passed
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    KNOWN,
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    read,
    script,
    user_task,
)
from tests.execution.running import Case

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
MANY = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def asking(task: str, condition: str = "金額 > 10") -> bytes:
    """A task with a conditional flow to `a` named 高い, and a default flow to `b` named 安い."""
    return diagram(
        BEGIN,
        task.replace('id="ask"', 'id="ask" default="ask_to_b"', 1),
        user_task("a"),
        user_task("b"),
        FINISH,
        flow("begin", "ask"),
        flow("ask", "a", condition, name="高い"),
        flow("ask", "b", name="安い"),
        flow("a", "finish"),
        flow("b", "finish"),
    )


def told(case: Case, element_id: str) -> list[Mapping[str, Any] | None]:
    return [p.why for p in passed(case) if p.element_id == element_id]


def passed(case: Case) -> list[Passed]:
    return [p for step in case.steps for p in step.passed]


def test_why_a_conditional_flow_was_taken_is_told_at_the_activity(begin: Begin) -> None:
    case = begin(asking(user_task("ask")), {"金額": 20})

    case.complete("ask")

    conditions = [{"label": "高い", "text": "金額 > 10", "values": {"金額": "20"}}]
    assert told(case, "ask") == [{"conditions": conditions, "otherwise": False}]
    assert case.open_tasks() == ["a"]


def test_why_the_default_flow_was_taken_is_told_at_the_activity(begin: Begin) -> None:
    case = begin(asking(user_task("ask")), {"金額": 5})

    case.complete("ask")

    (why,) = told(case, "ask")
    assert why is not None
    assert (why["otherwise"], why["label"]) == (True, "安い")


def test_why_is_told_at_the_last_run_of_a_repeated_activity(begin: Begin) -> None:
    case = begin(asking(user_task("ask", MANY)), {"金額": 20})

    case.complete("ask")
    case.complete("ask")

    first, last = told(case, "ask")
    assert first is None
    assert last is not None
    assert last["otherwise"] is False


def test_a_condition_that_fails_stops_the_activity_it_leaves(begin: Begin) -> None:
    case = begin(asking(user_task("ask"), "ない > 10"))

    case.complete("ask")

    (failure,) = case.failures.values()
    assert (failure.element_id, failure.name, failure.code) == ("ask", "作業", "unknown_name")
    assert [p.outcome for p in passed(case) if p.element_id == "ask"] == [
        Outcome.COMPLETED,
        Outcome.ERROR,
    ]
    assert [(one.element_id, one.state) for one in runner.outline(case.live)] == [("ask", "failed")]


def test_what_waits_for_more_tokens_is_shown_at_its_activity(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        user_task("a"),
        user_task("b"),
        node("manualTask", "sign", startQuantity="2"),
        FINISH,
        flows("begin", "a", "sign", "finish"),
        flows("begin", "b", "sign"),
    )
    case = begin(content)

    case.complete("a")

    shown = {(one.element_id, one.state) for one in runner.outline(case.live)}
    assert shown == {("b", "ready"), ("sign", "waiting")}


def test_a_join_that_is_tried_again_keeps_the_data_of_all_paths(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        user_task("a"),
        user_task("b"),
        node("inclusiveGateway", "meet", default="meet_to_finish"),
        user_task("c"),
        FINISH,
        flows("begin", "a", "meet", "finish"),
        flows("begin", "b", "meet"),
        flow("meet", "c", "設定.高い"),
        flow("c", "finish"),
    )
    case = begin(content)
    case.house.settings = {"高い": "たぶん"}
    case.complete("a", 一=1)
    case.complete("b", 二=2)
    assert [failure.element_id for failure in case.failures.values()] == ["meet"]

    case.house.settings = {"高い": False}
    case.retry()

    assert case.variables == {"一": 1, "二": 2}


def test_only_drawn_elements_are_told(begin: Begin) -> None:
    content = diagram(
        node("manualTask", "a", completionQuantity="2"),
        node("manualTask", "b", startQuantity="2"),
        flow("a", "b", id_="one"),
    )
    case = begin(content)

    case.complete("a")
    case.complete("b")

    assert [p.element_id for p in passed(case)] == ["a", "b"]
    assert {p.kind for p in passed(case)} == {"manualTask"}


def test_the_drawing_stays_as_it_is() -> None:
    root = etree.fromstring(asking(user_task("ask")))
    before = etree.tostring(root)

    made = normalised(resolved(root))

    assert etree.tostring(root) == before
    assert etree.tostring(made) != before


def test_a_diagram_without_such_flows_gets_no_further_nodes() -> None:
    root = etree.fromstring(line(("do_it", user_task())))

    assert resolved(root) is root
    assert etree.tostring(normalised(root)) == etree.tostring(root)


def test_what_the_call_activity_says_itself_goes_before_the_global_task() -> None:
    properties = (
        "<spiffworkflow:properties><spiffworkflow:property name={} value={}/>"
        "</spiffworkflow:properties>"
    )
    shared = node(
        "globalUserTask",
        "shared",
        extensions(
            properties.format('"candidateGroups"', '"GYOMU"').replace(
                "</", '<spiffworkflow:property name="priority" value="2"/></', 1
            )
        ),
    )
    call = node(
        "callActivity",
        "call",
        extensions(properties.format('"candidateGroups"', '"PJMO"')),
        calledElement="shared",
        name="確認",
    )

    bundle = read(line(("call", call), roots=shared), KNOWN)

    assert bundle.user_tasks["call"].candidate_groups == frozenset({"PJMO"})
    assert bundle.user_tasks["call"].priority == 2
    assert (bundle.elements["call"].kind, bundle.elements["call"].name) == ("userTask", "確認")
    assert bundle.called == frozenset()


def test_what_begins_and_ends_by_itself_beside_drawn_events_is_mentioned() -> None:
    bundle = read(line(("do_it", user_task()), more=user_task("lost")), KNOWN)

    assert {(one.code, one.element_id) for one in bundle.warnings} >= {
        ("begins_by_itself", "lost"),
        ("ends_by_itself", "lost"),
    }


def test_messages_that_begin_instances_are_listened_for() -> None:
    got = node("receiveTask", "got", messageRef="m", instantiate="true")
    content = diagram(
        got, script("n = 1"), flow("got", "compute"), roots='<bpmn:message id="m" name="order"/>'
    )

    assert read(content, KNOWN).message_starts == (("order", "got"),)
