"""Calls, operations and decisions: what other parts of the house do for an instance."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.model import read as read_decision
from engine.domain.errors import ConflictError, InvalidError, StaleError
from engine.execution import runner
from engine.execution.step import Ended, EndKind, Failure
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    operator,
    timer,
    user_task,
)
from tests.execution.running import House, is_empty
from tests.execution.test_running_events import ERROR, ESCALATION, ON_ERROR, ON_ESCALATION
from tests.execution.test_running_repeats import many, repeat

CALL = node("callActivity", "call", name="承認", calledElement="approval")


def rimmed(rim: str, *, interrupts: bool = True) -> bytes:
    return diagram(
        node("startEvent", "begin"),
        CALL,
        node(
            "boundaryEvent",
            "rim",
            rim,
            attachedToRef="call",
            cancelActivity="true" if interrupts else "false",
        ),
        user_task("after"),
        user_task("handle"),
        node("endEvent", "finish"),
        node("endEvent", "handled"),
        flows("begin", "call", "after", "finish"),
        flows("rim", "handle", "handled"),
        roots=ERROR + ESCALATION,
    )


def test_a_call_waits_for_its_instance_and_takes_its_outputs(begin: Begin) -> None:
    scripts = extensions(
        '<spiffworkflow:preScript>件名 = 題 + "の承認"</spiffworkflow:preScript>'
        '<spiffworkflow:postScript>可 = 結果 = "承認"</spiffworkflow:postScript>'
    )
    content = node("callActivity", "call", scripts, name="承認", calledElement="approval")
    case = begin(line(("call", content)), {"題": "計画"})
    (call,) = case.step.calls
    assert (call.called, call.name, call.attempt) == ("approval", "承認", 1)
    assert call.variables == {"題": "計画", "件名": "計画の承認"}

    case.resume("approval", 結果="承認")

    assert case.variables == {"題": "計画", "件名": "計画の承認", "結果": "承認", "可": True}
    again = Ended(kind=EndKind.COMPLETED)
    assert is_empty(runner.resume_call(case.live, call.id, again, case.house))


def test_an_error_of_the_called_instance_fires_the_event_on_the_rim(begin: Begin) -> None:
    case = begin(rimmed(ON_ERROR))

    case.resume("approval", Ended(kind=EndKind.ERROR, code="E1", name="誤り"))

    assert case.open_tasks() == ["handle"]
    assert case.step.calls_gone == ()
    assert case.cancelled == ["call"]


def test_an_error_nobody_catches_is_a_failure_and_a_retry_calls_again(begin: Begin) -> None:
    case = begin(rimmed(ON_ERROR))

    case.resume("approval", Ended(kind=EndKind.ERROR, code="E2", name="別の誤り"))
    assert [(f.element_id, f.code) for f in case.step.failures] == [("call", "call_failed")]
    case.retry()

    assert [call.attempt for call in case.step.calls] == [2]
    case.resume("approval")
    assert case.open_tasks() == ["after"]


def test_a_cancelled_called_instance_is_a_failure(begin: Begin) -> None:
    case = begin(line(("call", CALL)))

    case.resume("approval", Ended(kind=EndKind.CANCELLED))

    assert [f.code for f in case.step.failures] == ["call_cancelled"]


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_escalation_of_a_called_instance_that_goes_on(begin: Begin, interrupts: bool) -> None:
    case = begin(rimmed(ON_ESCALATION, interrupts=interrupts))
    (call_id,) = case.calls

    case.take(runner.escalate_call(case.live, call_id, "C1", "上申", case.house))

    assert case.open_tasks() == ["handle"]
    assert case.step.calls_gone == ((call_id,) if interrupts else ())


def test_an_escalation_that_ends_the_called_instance(begin: Begin) -> None:
    ended = Ended(kind=EndKind.ESCALATED, code="C1", variables={"結果": "上申"})
    case = begin(rimmed(ON_ESCALATION))
    case.resume("approval", ended)
    assert case.open_tasks() == ["handle"]

    going_on = begin(rimmed(ON_ESCALATION, interrupts=False))
    going_on.resume("approval", ended)
    assert going_on.open_tasks() == ["after", "handle"]


def test_a_deadline_on_a_call_says_which_instance_is_not_needed_any_more(begin: Begin) -> None:
    case = begin(rimmed(timer("timeDuration", "P1D")))
    (call_id,) = case.calls

    case.ring()

    assert case.step.calls_gone == (call_id,)
    assert case.open_tasks() == ["handle"]


def test_calls_over_a_list_are_one_instance_each_with_results_in_order(begin: Begin) -> None:
    body = node("callActivity", "each", repeat(), name="調査", calledElement="approval")
    case = begin(many(body), {"items": ["甲", "乙"]})
    first, second = sorted(case.step.calls, key=lambda call: call.item_index or 0)
    assert [first.variables["item"], second.variables["item"]] == ["甲", "乙"]

    for call in (second, first):
        outputs = {"回答": f"{call.variables['item']}の答え"}
        outcome = Ended(kind=EndKind.COMPLETED, variables=outputs)
        case.take(runner.resume_call(case.live, call.id, outcome, case.house))

    case.complete("after")
    assert case.variables["results"] == ["甲の答え", "乙の答え"]


def write(**parameters: str) -> bytes:
    service = node("serviceTask", "work", operator("register.write", **parameters), name="記録")
    return line(("work", service), ("after", user_task("after")))


def test_an_operation_inside_runs_in_the_step(begin: Begin) -> None:
    house = House(operations={"register.write": lambda register, values: {"id": 7, **values}})
    case = begin(write(register='"R03"', values="{件名: 題}"), {"題": "例"}, house=house)

    case.complete("after")

    assert house.asked == [("register.write", {"register": "R03", "values": {"件名": "例"}})]
    assert case.variables["結果"] == {"id": Decimal(7), "件名": "例"}


def test_an_operation_that_fails_stays_and_can_be_tried_again(begin: Begin) -> None:
    answers: list[Any] = [InvalidError("列がありません。"), {"id": "1"}]

    def answer(**_: Any) -> Any:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    house = House(operations={"register.write": answer})
    case = begin(write(register='"R03"', values="{}"), house=house)
    (failure,) = case.step.failures
    assert (failure.element_id, failure.code, failure.detail) == (
        "work",
        "invalid",
        "列がありません。",
    )

    step = case.retry()

    assert step.failures_gone == (failure.id,)
    assert case.open_tasks() == ["after"]


def test_a_conflict_of_an_operation_ends_the_command(begin: Begin) -> None:
    def answer(**_: Any) -> Any:
        raise StaleError("register", "R03")

    with pytest.raises(ConflictError):
        begin(
            write(register='"R03"', values="{}"),
            house=House(operations={"register.write": answer}),
        )


ECHO = node("serviceTask", "work", operator("test.echo", value="n + 1"), name="反響")


def test_an_operation_after_the_commit_is_parked(begin: Begin) -> None:
    case = begin(line(("work", ECHO)), {"n": 1})
    (parked,) = case.step.parked
    assert (parked.operation, parked.params, parked.attempt) == (
        "test.echo",
        {"value": Decimal(2)},
        1,
    )

    case.take(runner.finish_operation(case.live, parked.id, 2.5, case.house))

    assert case.variables == {"n": Decimal(1), "結果": Decimal("2.5")}
    assert is_empty(runner.finish_operation(case.live, parked.id, 3, case.house))


def test_a_parked_operation_that_fails_for_good_can_be_tried_again(begin: Begin) -> None:
    case = begin(line(("work", ECHO)), {"n": 1})
    (parked,) = case.step.parked
    failure = Failure(
        id=parked.id, element_id="work", name="反響", code="refused", text="断られました。"
    )

    case.take(runner.fail_operation(case.live, parked.id, failure, case.house))
    assert [(f.code, f.text) for f in case.step.failures] == [("refused", "断られました。")]
    case.retry()

    assert [(p.id, p.attempt) for p in case.step.parked] == [(parked.id, 2)]


def test_a_parked_operation_vanishes_with_its_element(begin: Begin) -> None:
    content = diagram(
        node("startEvent", "begin"),
        ECHO,
        node("boundaryEvent", "rim", timer("timeDuration", "PT1H"), attachedToRef="work"),
        node("endEvent", "finish"),
        node("endEvent", "late"),
        flows("begin", "work", "finish"),
        flow("rim", "late"),
    )
    case = begin(content, {"n": 1})
    (parked,) = case.step.parked

    case.ring()

    assert case.step.parked_gone == (parked.id,)
    assert is_empty(runner.finish_operation(case.live, parked.id, 3, case.house))


DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="d99_grade" name="等級"><variable name="等級"/>
<decisionTable id="t" hitPolicy="FIRST">
<input id="i1" label="点"><inputExpression id="e1" typeRef="number">
<text>点</text></inputExpression></input>
OUTPUTS
<rule id="r1"><inputEntry id="c1"><text>&gt;= 80</text></inputEntry>FIRST</rule>
<rule id="r2"><inputEntry id="c2"><text>&gt;= 50</text></inputEntry>SECOND</rule>
</decisionTable></decision></definitions>"""


def table(*outputs: str) -> bytes:
    def cells(rule: int) -> str:
        return "".join(
            f'<outputEntry id="o{rule}{n}"><text>"{name}{rule}"</text></outputEntry>'
            for n, name in enumerate(outputs)
        )

    columns = "".join(
        f'<output id="out{n}" name="{name}" typeRef="string"/>' for n, name in enumerate(outputs)
    )
    text = DECISION.replace("OUTPUTS", columns).replace("FIRST</rule>", cells(1) + "</rule>")
    return text.replace("SECOND</rule>", cells(2) + "</rule>").encode()


def decide(begin: Begin, points: int, *outputs: str) -> Any:
    from dataclasses import replace

    from tests.execution.drawing import KNOWN, read
    from tests.execution.running import Case

    model = read_decision(table(*outputs), "d99_grade.dmn")
    rule = extensions("<spiffworkflow:calledDecisionId>d99_grade</spiffworkflow:calledDecisionId>")
    content = line(
        ("judge", node("businessRuleTask", "judge", rule, name="判定")),
        ("after", user_task("after")),
    )
    bundle = read(content, replace(KNOWN, decisions={"d99_grade": model}))
    house = House(decisions={"d99_grade": model})
    return Case(bundle, house, reloads=True).begin({"点": points})


def test_a_single_output_is_a_variable_and_the_rule_is_kept(begin: Begin) -> None:
    case = decide(begin, 60, "区分")

    (taken,) = case.step.decisions
    assert (taken.decision_id, taken.version_id, taken.value) == (
        "d99_grade",
        "version-1",
        "区分2",
    )
    assert taken.inputs == {"点": Decimal(60)}
    assert [rule.index for rule in taken.matched] == [2]
    case.complete("after")
    assert case.variables == {"点": Decimal(60), "区分": "区分2"}


def test_several_outputs_are_a_variable_each(begin: Begin) -> None:
    case = decide(begin, 90, "区分", "色")

    case.complete("after")

    assert case.variables == {"点": Decimal(90), "区分": "区分1", "色": "色1"}


def test_no_matching_rule_is_a_failure(begin: Begin) -> None:
    case = decide(begin, 10, "区分")

    assert [(f.element_id, f.code) for f in case.step.failures] == [("judge", "no_rule_matched")]


def test_the_shipped_decisions_can_be_asked() -> None:
    shipped = Path("bpmn/_decisions")
    models = {p.stem: read_decision(p.read_bytes(), p.name) for p in shipped.glob("*.dmn")}

    assert all(model.decisions for model in models.values())
