"""Failures that the modeller has a BPMN error for, and errors an operation answers with."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.errors import InvalidError
from engine.execution import runner
from engine.execution.step import EndKind, Failure
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    flows,
    line,
    node,
    operator,
    places,
    properties,
    read,
    refused,
    user_task,
)
from tests.execution.running import House

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
ERROR = (
    '<bpmn:error id="e1" name="誤り" errorCode="E1"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>理由</spiffworkflow:variableName>"
    "</bpmn:extensionElements></bpmn:error>"
)
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e1"/>'
SEVERAL = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


class RefusedByPeerError(InvalidError):
    code = "peer_refuses"


def on_rim(work: str) -> bytes:
    """The task `work` with an error event that leads to a task of a person."""
    return diagram(
        BEGIN,
        work,
        node("boundaryEvent", "rim", ON_ERROR, attachedToRef="work"),
        user_task("repair"),
        FINISH,
        node("endEvent", "repaired"),
        flows("begin", "work", "finish"),
        flows("rim", "repair", "repaired"),
        roots=ERROR,
    )


def scripted(codes: str, more: str = "") -> str:
    body = properties({"errorCode": codes}) + more + "<bpmn:script>x = missing</bpmn:script>"
    return node("scriptTask", "work", body)


def service(name: str, **values: str) -> str:
    called = operator(name, **({"value": "1"} if name == "test.echo" else {"register": '"R01"'}))
    entries = properties(values).replace("<bpmn:extensionElements>", "")
    return node("serviceTask", "work", called.replace("</bpmn:extensionElements>", "") + entries)


@pytest.mark.parametrize("codes", ["E1", "unknown_name=E1", "operation_failed=E9, *=E1"])
def test_a_failure_with_a_code_goes_the_way_of_its_error(begin: Begin, codes: str) -> None:
    case = begin(on_rim(scripted(codes)))

    assert (case.open_tasks(), case.failures) == (["repair"], {})
    reason = runner.variables_of(case.live, case.id_of("repair"))["理由"]
    assert reason["コード"] == "unknown_name"
    assert "missing" in reason["内容"]


def test_a_failure_without_a_code_waits_to_be_tried_again(begin: Begin) -> None:
    case = begin(on_rim(scripted("operation_failed=E1")))

    assert [f.code for f in case.step.failures] == ["unknown_name"]
    assert case.open_tasks() == []


def test_an_error_nobody_catches_ends_the_instance_with_its_code(begin: Begin) -> None:
    case = begin(line(("work", scripted("E7"))))

    assert (case.ended.kind, case.ended.code) == (EndKind.ERROR, "E7")


def test_one_failing_run_ends_the_others(begin: Begin) -> None:
    case = begin(on_rim(scripted("E1", SEVERAL)))

    assert (case.open_tasks(), case.failures) == (["repair"], {})
    case.complete("repair")
    assert case.ended.kind == EndKind.COMPLETED


def test_what_an_operation_inside_refuses_is_an_error(begin: Begin) -> None:
    def refuses(**_: Any) -> Any:
        raise RefusedByPeerError("no")

    house = House(operations={"register.count": refuses})
    case = begin(on_rim(service("register.count", errorCode="peer_refuses=E1")), house=house)

    assert case.open_tasks() == ["repair"]


def test_an_operation_that_has_failed_for_good_is_an_error(begin: Begin) -> None:
    case = begin(on_rim(service("test.echo", errorCode="operation_failed=E1")))
    [parked] = case.step.parked
    failure = Failure(
        id=parked.id, element_id="", name="", code="operation_failed", text="失敗。", detail=""
    )

    case.take(runner.fail_operation(case.live, parked.id, failure, case.house))

    assert (case.open_tasks(), case.failures) == (["repair"], {})


@pytest.mark.parametrize("name", ["register.count", "test.echo"])
def test_a_result_can_be_an_error(begin: Begin, name: str) -> None:
    answers = {"可否": "否", "コード": "E1"}
    drawn = on_rim(service(name, errorExpression='if 結果.可否 = "否" then 結果.コード else null'))
    house = House(operations={"register.count": lambda **_: answers})
    case = begin(drawn, house=house)
    if name == "test.echo":
        [parked] = case.step.parked
        case.take(runner.finish_operation(case.live, parked.id, answers, case.house))

    assert case.open_tasks() == ["repair"]
    assert runner.variables_of(case.live, case.id_of("repair"))["理由"] == answers


@pytest.mark.parametrize("name", ["register.count", "test.echo"])
def test_a_result_that_is_none_goes_on(begin: Begin, name: str) -> None:
    drawn = on_rim(service(name, errorExpression="結果.コード"))
    house = House(operations={"register.count": lambda **_: {"コード": None}})
    case = begin(drawn, house=house)
    if name == "test.echo":
        [parked] = case.step.parked
        result = {"コード": None}
        case.take(runner.finish_operation(case.live, parked.id, result, case.house))

    assert case.ended.kind == EndKind.COMPLETED


def test_a_code_that_is_no_text_is_a_failure(begin: Begin) -> None:
    house = House(operations={"register.count": lambda **_: 7})
    case = begin(on_rim(service("register.count", errorExpression="結果")), house=house)

    assert [f.code for f in case.step.failures] == ["error_not_text"]


def test_an_error_is_caught_by_an_event_sub_process_around(begin: Begin) -> None:
    inner = (
        node("startEvent", "go", ON_ERROR)
        + user_task("repair")
        + node("endEvent", "done")
        + flows("go", "repair", "done")
    )
    drawn = line(
        ("work", scripted("E1")),
        roots=ERROR,
        more=node("subProcess", "apart", inner, triggeredByEvent="true"),
    )
    case = begin(drawn)

    assert (case.open_tasks(), case.failures) == (["repair"], {})


@pytest.mark.parametrize("codes", ["E1 E2", "a=", "=E1", "a=E1,a=E2", "a=E1, E2"])
def test_codes_that_cannot_be_read_are_refused(codes: str) -> None:
    assert places(refused(on_rim(scripted(codes)))) == {("bad_error_code", "work")}


def test_a_code_nobody_catches_is_told() -> None:
    told = [w for w in read(on_rim(scripted("a=E1, *=E2"))).warnings if w.element_id == "work"]

    assert "error_not_caught" in {one.code for one in told}


def test_an_event_that_catches_all_catches_every_code() -> None:
    every = on_rim(scripted("E2")).replace(ON_ERROR.encode(), b"<bpmn:errorEventDefinition/>")

    assert "error_not_caught" not in {one.code for one in read(every).warnings}


def test_only_work_that_runs_by_itself_has_codes() -> None:
    drawn = line(("do_it", user_task(errorCode="E1")))

    assert places(refused(drawn)) == {("unknown_property", "do_it")}
