"""Activities that run several times."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.execution.step import EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    script,
    timer,
    user_task,
)

ITEMS = [{"名": "甲"}, {"名": "乙"}, {"名": "丙"}]
ANSWER = extensions("<spiffworkflow:variableName>回答</spiffworkflow:variableName>")


def repeat(condition: str = "", *, in_turn: bool = False, over: str = "items") -> str:
    """Over a list with results; `over` empty: three times without a list."""
    source = (
        f"<bpmn:loopDataInputRef>{over}</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item"/><bpmn:outputDataItem id="回答"/>'
        if over
        else "<bpmn:loopCardinality>n</bpmn:loopCardinality>"
    )
    if condition:
        source += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    sequential = "true" if in_turn else "false"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">{source}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def many(body: str, more: str = "") -> bytes:
    """A process around a repeated element `each`, with a task behind."""
    return diagram(
        node("property", "items") + node("property", "results"),
        node("startEvent", "begin"),
        body,
        user_task("after"),
        node("endEvent", "finish"),
        flows("begin", "each", "after", "finish"),
        more,
    )


def each(loop: str, content: str = ANSWER) -> str:
    return node("userTask", "each", content + loop, name="各自")


def finish_all(case: Any, order: list[int]) -> None:
    """Answer the runs in that order of their places; run n answers n * 10."""
    ids = [id_ for id_, task in case.tasks.items() if task.element_id == "each"]
    for place in order:
        case.complete_id(ids[place], 値=place * 10)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_results_stand_in_the_order_of_the_items(begin: Begin, order: list[int]) -> None:
    case = begin(many(each(repeat())), {"items": ITEMS})
    assert case.open_tasks() == ["each", "each", "each"]

    finish_all(case, order)

    assert case.open_tasks() == ["after"]
    case.complete("after")
    assert [one["値"] for one in case.variables["results"]] == [0, 10, 20]
    assert case.trace == ["begin", "each", "each", "each", "after", "finish"]


def test_each_run_sees_its_own_item(begin: Begin) -> None:
    from engine.execution import runner

    case = begin(many(each(repeat())), {"items": ITEMS, "item": "外の値"})

    seen = [runner.variables_of(case.live, id_)["item"]["名"] for id_ in case.tasks]

    assert seen == ["甲", "乙", "丙"]
    finish_all(case, [0, 1, 2])
    case.complete("after")
    assert case.variables["item"] == "外の値"


def test_one_after_the_other_opens_the_next_when_one_is_done(begin: Begin) -> None:
    case = begin(many(each(repeat(in_turn=True))), {"items": [*ITEMS, None]})

    for n in range(4):
        assert case.open_tasks() == ["each"]
        case.complete("each", 値=n)

    case.complete("after")
    assert [one["値"] for one in case.variables["results"]] == [0, 1, 2, 3]


def test_an_empty_list_goes_straight_on(begin: Begin) -> None:
    for in_turn in (True, False):
        case = begin(many(each(repeat(in_turn=in_turn))), {"items": []})

        assert case.open_tasks() == ["after"]
        case.complete("after")
        assert case.variables == {"items": [], "results": []}
        assert case.trace == ["begin", "each", "after", "finish"]


@pytest.mark.parametrize("value", [None, "文字", 3])
def test_what_is_no_list_is_a_failure(begin: Begin, value: Any) -> None:
    case = begin(many(each(repeat())), {"items": value})

    assert [(f.element_id, f.code) for f in case.step.failures] == [("each", "not_a_list")]


def test_a_quorum_sees_how_many_are_done_and_what_they_said(begin: Begin) -> None:
    condition = 'count(results[item.値 = "可"]) &gt;= 2 and done &lt; total'
    case = begin(many(each(repeat(condition))), {"items": ITEMS})
    ids = list(case.tasks)

    case.complete_id(ids[2], 値="可")
    assert case.open_tasks() == ["each", "each"]
    case.complete_id(ids[0], 値="可")

    assert case.open_tasks() == ["after"]
    assert case.cancelled == ["each"]
    assert case.step.closed == (ids[1],)
    case.complete("after")
    assert case.variables["results"] == [{"値": "可"}, {"値": "可"}]


@pytest.mark.parametrize("in_turn", [True, False])
def test_a_number_of_runs_merges_what_each_changed(begin: Begin, in_turn: bool) -> None:
    case = begin(many(each(repeat(over="", in_turn=in_turn), "")), {"n": 3, "a": 0, "b": 0})

    names = iter("abc")
    while "each" in case.open_tasks():
        case.complete("each", **{next(names): 1})

    case.complete("after")
    assert case.variables == {
        "n": Decimal(3),
        "a": Decimal(1),
        "b": Decimal(1),
        "c": Decimal(1),
    }


@pytest.mark.parametrize(
    ("n", "code"), [(-1, "not_a_count"), ("二", "not_a_count"), (1001, "too_many_items")]
)
def test_the_number_of_runs_is_bounded(begin: Begin, n: Any, code: str) -> None:
    case = begin(many(each(repeat(over=""), "")), {"n": n})

    assert [f.code for f in case.step.failures] == [code]


def test_a_thousand_runs_are_possible(begin: Begin) -> None:
    body = node("scriptTask", "each", repeat() + "<bpmn:script>回答 = item + 1</bpmn:script>")
    case = begin(many(body), {"items": list(range(1000))})

    case.complete("after")

    assert case.variables["results"] == [Decimal(n) for n in range(1, 1001)]


def test_a_repeated_sub_process_runs_once_per_item(begin: Begin) -> None:
    inner = (
        node("startEvent", "in_begin")
        + user_task("ask")
        + script('回答 = item.名 + "：" + 意見')
        + node("endEvent", "in_finish")
        + flows("in_begin", "ask", "compute", "in_finish")
    )
    case = begin(many(node("subProcess", "each", repeat() + inner, name="各課")), {"items": ITEMS})
    ids = list(case.tasks)

    for place in (1, 2, 0):
        case.complete_id(ids[place], 意見="可")

    case.complete("after")
    assert case.variables["results"] == ["甲：可", "乙：可", "丙：可"]
    assert "意見" not in case.variables


def test_a_rim_around_repeated_sub_processes_leaves_nothing_alive_in_them(begin: Begin) -> None:
    inner = (
        node("startEvent", "in_begin")
        + user_task("ask")
        + node("endEvent", "in_finish")
        + flows("in_begin", "ask", "in_finish")
    )
    rim = (
        node("boundaryEvent", "rim", timer("timeDuration", "P1D"), attachedToRef="each")
        + node("endEvent", "late")
        + flow("rim", "late")
    )
    body = node("subProcess", "each", repeat() + inner, name="各課")
    case = begin(many(body, rim), {"items": ITEMS})

    case.ring()

    assert case.ended.kind == EndKind.COMPLETED
    assert case.tasks == {}
    assert case.cancelled.count("ask") == 3


def test_a_standard_loop_repeats_while_its_condition_holds(begin: Begin) -> None:
    loop = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>続ける = true"
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    case = begin(line(("each", node("manualTask", "each", loop, name="各回"))), {"回": 0})

    case.complete("each", 続ける=True, 回=1)
    assert case.open_tasks() == ["each"]
    case.complete("each", 続ける=False, 回=2)

    assert case.variables["回"] == Decimal(2)


def test_a_standard_loop_stops_at_its_maximum_and_may_test_first(begin: Begin) -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="3" testBefore="true">'
        "<bpmn:loopCondition>回 &lt; 最大</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    body = node("scriptTask", "each", loop + "<bpmn:script>回 = 回 + 1</bpmn:script>")

    for most, runs in ((99, 3), (2, 2), (0, 0)):
        case = begin(line(("each", body)), {"回": 0, "最大": most})
        assert case.variables["回"] == Decimal(runs)


def test_a_second_round_over_a_list_starts_with_an_empty_result(begin: Begin) -> None:
    content = diagram(
        node("property", "items") + node("property", "results"),
        node("startEvent", "begin"),
        node("exclusiveGateway", "meet"),
        each(repeat()),
        user_task("check"),
        node("exclusiveGateway", "again", default="again_to_finish"),
        node("endEvent", "finish"),
        flows("begin", "meet", "each", "check", "again", "finish"),
        flow("again", "meet", "差戻し = true"),
    )
    case = begin(content, {"items": ITEMS})
    finish_all(case, [0, 1, 2])
    case.complete("check", 差戻し=True, items=ITEMS[:2])

    finish_all(case, [1, 0])

    case.complete("check", 差戻し=False)
    assert [one["値"] for one in case.variables["results"]] == [0, 10]


def failing_for_one(condition: str = "") -> str:
    """Everybody is asked; the name of one is no name."""
    return user_task("each", repeat(condition), assignee="item.名")


def test_a_run_that_failed_is_ended_with_the_others_when_enough_have_answered(
    begin: Begin,
) -> None:
    items = [{"名": "甲"}, {"名": Decimal(5)}]
    case = begin(many(failing_for_one("done &gt;= 1")), {"items": items})
    assert [f.code for f in case.step.failures] == ["bad_property"]

    case.complete("each", 回答=1)

    assert (case.open_tasks(), case.failures) == (["after"], {})


def test_a_run_that_failed_is_ended_with_its_activity(begin: Begin) -> None:
    rim = node("boundaryEvent", "rim", timer("timeDuration", "PT1H"), attachedToRef="each")
    items = [{"名": "甲"}, {"名": Decimal(5)}]
    case = begin(many(failing_for_one(), rim + flow("rim", "finish")), {"items": items})

    case.ring()

    assert case.failures == {}
    assert case.ended.kind == EndKind.COMPLETED


def test_a_failing_completion_condition_is_tried_again_without_counting_twice(begin: Begin) -> None:
    case = begin(many(each(repeat("done = missing.n"))), {"items": ITEMS})
    case.complete("each", 値=1)
    for _ in range(2):
        assert [f.code for f in case.failures.values()] == ["unknown_name"]
        case.retry()

    for task in case.live.workflow.tasks.values():
        task.data["missing"] = {"n": Decimal(2)}
    case.complete("each", 値=1)

    assert case.open_tasks() == ["after", "each"][:1]
    case.complete("after")
    assert len(case.variables["results"]) == 2


def test_a_failing_loop_condition_is_tried_again_without_counting_twice(begin: Begin) -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="2"><bpmn:loopCondition>missing'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    case = begin(line(("each", node("manualTask", "each", loop, name="各回"))))
    case.complete("each")
    assert case.open_tasks() == []
    case.retry()

    for task in case.live.workflow.tasks.values():
        task.data["missing"] = True
    case.retry()
    assert case.open_tasks() == ["each"]

    case.complete("each")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_signal_of_a_repeated_activity_goes_to_others_but_not_twice_to_its_own_boundary(
    begin: Begin,
) -> None:
    roots = (
        '<bpmn:signal id="moved" name="進んだ"/>'
        '<bpmn:signalEventDefinition id="on_move" signalRef="moved"/>'
    )
    told = (
        node(
            "boundaryEvent",
            "told",
            '<bpmn:signalEventDefinition id="told_d" signalRef="moved"/>',
            attachedToRef="each",
            cancelActivity="false",
        )
        + node("endEvent", "seen")
        + flow("told", "seen")
    )
    loop = repeat().replace(
        "isSequential=", 'behavior="None" noneBehaviorEventRef="on_move" isSequential='
    )
    content = many(each(loop), told).replace(b"<bpmn:process", roots.encode() + b"<bpmn:process")
    case = begin(content, {"items": ITEMS})
    waiting = {i for i, (kind, *_) in case.subscriptions.items() if kind == "signal"}

    case.complete("each", 値=1)

    (signal,) = case.step.signals
    assert waiting
    assert not waiting & set(signal.heard_by)
    assert signal.payload["numberOfCompletedInstances"] == 1
    assert case.trace.count("told") == 1
