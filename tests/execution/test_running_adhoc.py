"""Ad hoc sub-processes: people choose what is done next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.domain.errors import NotFoundError
from engine.execution import runner
from engine.execution.adhoc import Choices, NotYetOverError, OneAtATimeError
from engine.execution.step import EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import flow, flows, line, node, properties, script, timer, user_task
from tests.execution.running import Case


def ad_hoc(*content: str, condition: str = "", **attributes: str) -> bytes:
    inner = properties({"candidateGroups": "PJMO"}) + "".join(content)
    if condition:
        inner += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    part = node("adHocSubProcess", "part", inner, name="随時の作業", **attributes)
    return line(("part", part), ("after", user_task("after")))


def start(case: Case, element_id: str) -> None:
    case.take(runner.choose(case.live, case.id_of("part"), element_id, case.house))


def choices(case: Case) -> Choices:
    found = runner.choices_of(case.live, case.id_of("part"), case.house)
    assert found is not None
    return found


A, B = user_task("a"), user_task("b")


def test_a_person_starts_what_is_to_be_done_and_ends_it(begin: Begin) -> None:
    case = begin(ad_hoc(A, B))
    assert case.open_tasks() == ["part"]
    assert [(one.element_id, one.done, one.running) for one in choices(case).activities] == [
        ("a", 0, 0),
        ("b", 0, 0),
    ]

    start(case, "a")
    start(case, "a")
    start(case, "b")
    assert case.open_tasks() == ["a", "a", "b", "part"]
    case.complete("a", x=1)
    assert [(one.element_id, one.done, one.running) for one in choices(case).activities] == [
        ("a", 1, 1),
        ("b", 0, 1),
    ]
    case.complete("a", y=2)
    case.complete("b", z=3)
    case.complete("part")

    assert case.open_tasks() == ["after"]
    case.complete("after")
    assert case.variables == {"x": 1, "y": 2, "z": 3}
    assert case.trace == ["begin", "a", "a", "b", "part", "after", "finish"]
    assert case.cancelled == []


def test_what_one_changed_the_next_one_and_the_choice_see(begin: Begin) -> None:
    case = begin(ad_hoc(A, B), {"n": 1})
    start(case, "a")
    case.complete("a", n=2)

    start(case, "b")

    assert runner.variables_of(case.live, case.id_of("b"))["n"] == 2
    assert runner.variables_of(case.live, case.id_of("part"))["n"] == 2


def test_an_older_change_does_not_come_back_with_a_later_activity(begin: Begin) -> None:
    case = begin(ad_hoc(A, B), {"n": 1, "m": 1})
    start(case, "a")
    start(case, "b")
    case.complete("a", n=2)
    case.complete("b", m=2)

    case.complete("part")

    case.complete("after")
    assert case.variables == {"n": 2, "m": 2}


def test_the_condition_is_asked_after_each_activity(begin: Begin) -> None:
    case = begin(ad_hoc(A, B, condition="counts.a &gt;= 2"))
    start(case, "a")
    case.complete("a")
    with pytest.raises(NotYetOverError):
        runner.complete(case.live, case.id_of("part"), {}, case.house, "kato")
    assert not choices(case).may_finish
    start(case, "a")
    start(case, "b")

    case.complete("a")

    assert case.open_tasks() == ["after"]
    assert case.cancelled == ["b"]
    case.complete("after")
    assert case.trace == ["begin", "a", "a", "part", "after", "finish"]


def test_what_is_under_way_may_be_let_to_its_end(begin: Begin) -> None:
    case = begin(ad_hoc(A, B, condition="counts.a = 1", cancelRemainingInstances="false"))
    start(case, "b")
    start(case, "a")

    case.complete("a", x=1)
    assert case.open_tasks() == ["b"]
    case.complete("b", y=2)

    assert case.open_tasks() == ["after"]
    case.complete("after")
    assert case.variables == {"x": 1, "y": 2}


def test_ended_by_a_person_it_cancels_what_is_under_way_or_not(begin: Begin) -> None:
    for cancels, left in (("true", ["after"]), ("false", ["b"])):
        case = begin(ad_hoc(A, B, cancelRemainingInstances=cancels))
        start(case, "b")

        case.complete("part")

        assert case.open_tasks() == left


def test_in_sequence_one_is_done_at_a_time(begin: Begin) -> None:
    case = begin(ad_hoc(A, B, ordering="Sequential"))
    start(case, "a")
    assert not choices(case).may_start
    before = runner.pack(case.live)
    with pytest.raises(OneAtATimeError):
        start(case, "b")
    case.live = runner.unpack(case.bundle, before)

    case.complete("a")
    start(case, "b")

    assert case.open_tasks() == ["b", "part"]


def test_what_a_flow_leads_to_is_started_by_the_flow_alone(begin: Begin) -> None:
    case = begin(ad_hoc(A, B, script("n = n + 1"), flows("a", "compute", "b")), {"n": 0})
    assert [one.element_id for one in choices(case).activities] == ["a"]
    with pytest.raises(NotFoundError):
        runner.choose(case.live, case.id_of("part"), "b", case.house)

    start(case, "a")
    case.complete("a", n=5)
    assert case.open_tasks() == ["b", "part"]
    case.complete("b")
    case.complete("part")
    case.complete("after")

    assert case.variables == {"n": Decimal(6)}
    assert case.trace == ["begin", "a", "compute", "b", "part", "after", "finish"]


@pytest.mark.parametrize("cancels", ["true", "false"])
def test_a_condition_that_holds_stops_the_flow_behind_the_activity(
    begin: Begin, cancels: str
) -> None:
    case = begin(
        ad_hoc(A, B, flows("a", "b"), condition="n = 1", cancelRemainingInstances=cancels),
        {"n": 0},
    )
    start(case, "a")

    case.complete("a", n=1)

    assert case.open_tasks() == ["after"]


def gateways(condition: str = "", **attributes: str) -> bytes:
    return ad_hoc(
        A,
        node("parallelGateway", "fork"),
        B,
        user_task("c"),
        node("parallelGateway", "join"),
        user_task("d"),
        flows("a", "fork", "b", "join", "d"),
        flows("fork", "c", "join"),
        condition=condition,
        **attributes,
    )


def test_flows_inside_may_part_and_meet(begin: Begin) -> None:
    case = begin(gateways())
    start(case, "a")
    start(case, "a")
    for name in ("a", "b", "c", "d", "a", "b", "c", "d"):
        case.complete(name, **{name: 1})

    case.complete("part")

    case.complete("after")
    assert case.variables == dict.fromkeys("abcd", 1)


def test_a_join_that_waits_does_not_keep_it_open(begin: Begin) -> None:
    case = begin(gateways("counts.b = 1", cancelRemainingInstances="false"))
    start(case, "a")
    case.complete("a")

    case.complete("b")
    assert case.open_tasks() == ["c"]
    case.complete("c")

    assert case.open_tasks() == ["after"]


def rim(interrupts: str) -> str:
    return (
        node(
            "boundaryEvent",
            "late",
            timer("timeDuration", "PT1H"),
            attachedToRef="a",
            cancelActivity=interrupts,
        )
        + B
        + flow("late", "b")
    )


def test_activities_inside_may_have_boundary_events(begin: Begin) -> None:
    case = begin(ad_hoc(A, rim("true")))
    start(case, "a")
    case.ring()
    assert case.open_tasks() == ["b", "part"]
    case.complete("b")
    start(case, "a")
    case.complete("a")
    assert case.timers == {}

    case.complete("part")

    assert case.open_tasks() == ["after"]


@pytest.mark.parametrize("cancels", ["true", "false"])
def test_a_boundary_event_inside_is_gone_when_it_is_over(begin: Begin, cancels: str) -> None:
    case = begin(ad_hoc(A, rim("false"), user_task("c"), cancelRemainingInstances=cancels))
    start(case, "a")
    start(case, "c")
    case.ring()

    case.complete("part")
    while case.open_tasks() != ["after"]:
        case.complete(case.open_tasks()[0] if "a" not in case.open_tasks() else "a")

    assert case.timers == {}
    case.complete("after")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_boundary_event_of_the_whole_ends_it(begin: Begin) -> None:
    content = ad_hoc(A, B).replace(
        b"</bpmn:process>",
        (
            node("boundaryEvent", "late", timer("timeDuration", "PT1H"), attachedToRef="part")
            + flow("late", "finish")
        ).encode()
        + b"</bpmn:process>",
    )
    case = begin(content)
    start(case, "a")

    case.ring()

    assert case.ended.kind == EndKind.COMPLETED
    assert case.tasks == {}
    assert sorted(case.cancelled) == ["a", "part"]


def test_one_per_item_and_in_a_sub_process(begin: Begin) -> None:
    repeat = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    part = node("adHocSubProcess", "part", repeat + A + B, name="随時")
    outer = node(
        "subProcess",
        "outer",
        node("startEvent", "in_begin")
        + part
        + node("endEvent", "in_finish")
        + flows("in_begin", "part", "in_finish"),
    )
    case = begin(line(("outer", outer)))
    assert case.open_tasks() == ["part", "part"]

    for _ in range(2):
        start(case, "a")
        case.complete("a")
        case.complete("part")

    assert case.ended.kind == EndKind.COMPLETED
    assert case.trace.count("part") == 2


def test_a_failing_condition_is_tried_again_and_counts_once(begin: Begin) -> None:
    case = begin(ad_hoc(A, B, condition="counts.a = 1 and ready"))
    start(case, "a")
    case.complete("a")
    assert [f.code for f in case.failures.values()] == ["unknown_name"]
    case.retry()
    assert choices(case).activities[0].done == 0
    start(case, "b")
    case.complete_id(case.id_of("b"), ready=True)
    assert case.open_tasks() == ["part"]

    case.retry()

    assert case.open_tasks() == ["after"]


def test_a_long_run_stays_small(begin: Begin) -> None:
    case = begin(ad_hoc(A, B))
    sizes: set[Any] = set()
    for n in range(30):
        start(case, "a")
        case.complete("a", n=n)
        sizes.add(sum(len(part.tasks) for part in case.live.workflow.active_parts()))

    assert max(sizes) - min(sizes) <= 3
    assert choices(case).activities[0].done == 30


def test_an_activity_that_failed_is_ended_with_the_rest(begin: Begin) -> None:
    case = begin(ad_hoc(script("x = missing"), A))
    start(case, "compute")
    assert case.failures

    case.complete("part")

    assert case.failures == {}
    assert case.open_tasks() == ["after"]
