"""進む場所を変える: a path goes on elsewhere where the diagram could stand, and nowhere else."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.execution import moving
from engine.execution.moving import NotMovableError, Spot
from engine.execution.step import EndKind, Step
from tests.execution.drawing import diagram, flow, flows, line, node, script, timer, user_task
from tests.execution.running import Case, House, draw
from tests.execution.test_random_processes import block, drawn

AFTER = timer("timeDuration", '"P3D"')
RIM = (
    node("boundaryEvent", "late", AFTER, attachedToRef="b", cancelActivity="false")
    + user_task("remind")
    + node("endEvent", "reminded")
    + flows("late", "remind", "reminded")
)
THREE = line(*((id_, user_task(id_)) for id_ in ("a", "b", "c")), more=RIM)
MESSAGE = '<bpmn:message id="m1" name="msg.ready"/>'
HEAR = '<bpmn:messageEventDefinition messageRef="m1"/>'


def going(content: bytes, **variables: object) -> Case:
    return Case(draw(content), House(), reloads=True).begin(variables)


def spot(case: Case, element_id: str) -> Spot:
    return next(one for one in moving.spots(case.live) if one.element_id == element_id)


def targets(case: Case, element_id: str) -> set[str]:
    return {one.element_id for one in spot(case, element_id).targets}


def move(case: Case, source: str, to: str) -> Step:
    id_ = spot(case, source).id
    case.tasks.pop(id_, None)
    return case.take(moving.move(case.live, id_, to, case.house))


def refused(case: Case, source: str, to: str) -> str:
    known = dict(case.live.known)
    with pytest.raises(NotMovableError) as caught:
        moving.move(case.live, spot(case, source).id, to, case.house)
    assert case.live.known == known
    return caught.value.obstacle


def test_a_path_goes_on_further_ahead_or_further_back() -> None:
    case = going(THREE, 件名="x")
    assert targets(case, "a") == {"b", "c", "finish", "remind", "reminded"}

    move(case, "a", "c")
    assert (case.open_tasks(), case.cancelled) == (["c"], ["a"])
    move(case, "c", "b")
    assert (case.open_tasks(), len(case.timers)) == (["b"], 1)
    case.complete("b", 印=1)
    case.complete("c")

    assert case.ended.kind == EndKind.COMPLETED
    assert case.variables == {"件名": "x", "印": 1}
    assert case.timers == {}


def test_what_waits_beside_it_goes_with_it_and_what_has_begun_beside_it_stays() -> None:
    case = going(THREE)
    move(case, "a", "b")
    case.ring()
    assert case.open_tasks() == ["b", "remind"]

    move(case, "b", "c")

    assert (case.open_tasks(), case.timers) == (["c", "remind"], {})
    case.complete("remind")
    case.complete("c")
    assert case.ended.kind == EndKind.COMPLETED


def test_a_path_may_be_brought_to_its_end() -> None:
    case = going(THREE)

    move(case, "a", "finish")

    assert case.ended.kind == EndKind.COMPLETED


def test_what_has_failed_may_be_passed_by() -> None:
    compute = script("計 = ない * 2").replace('"compute"', '"sum"')
    case = going(line(("sum", compute), ("b", user_task("b"))))
    assert len(case.failures) == 1

    step = move(case, "sum", "b")

    assert (len(step.failures_gone), case.open_tasks()) == (1, ["b"])


def parallel() -> bytes:
    """Two ways side by side, and a way back from behind them to before them."""
    return diagram(
        node("startEvent", "begin"),
        node("exclusiveGateway", "again"),
        *(user_task(id_) for id_ in ("plan", "left", "then", "right", "decide", "report")),
        node("parallelGateway", "split"),
        node("parallelGateway", "meet"),
        node("exclusiveGateway", "good", default="good_to_report"),
        node("endEvent", "finish"),
        flows(
            "begin", "again", "plan", "split", "left", "then", "meet", "decide", "good", "report"
        ),
        flows("report", "finish"),
        flows("split", "right", "meet"),
        flow("good", "again", "やり直し"),
    )


def test_beside_others_a_path_stays_between_the_fork_and_the_join() -> None:
    case = going(parallel(), やり直し=False)
    case.complete("plan")

    assert targets(case, "left") == {"then"}
    assert targets(case, "right") == set()
    assert spot(case, "right").barred > 0
    for to in ("decide", "plan", "right"):
        assert refused(case, "left", to) == "parallel"
    move(case, "left", "then")
    move(case, "then", "left")
    for element in ("left", "then", "right"):
        case.complete(element)
    assert case.open_tasks() == ["decide"]


def test_one_alone_goes_past_what_runs_side_by_side_but_not_into_it() -> None:
    case = going(parallel(), やり直し=False)
    assert targets(case, "plan") == {"split", "decide", "good", "report", "finish"} - {"split"}
    assert refused(case, "plan", "left") == "parallel"
    assert refused(case, "plan", "meet") == "elsewhere"

    move(case, "plan", "decide")
    move(case, "decide", "plan")
    case.complete("plan")

    assert case.open_tasks() == ["left", "right"]


def test_the_last_one_of_several_paths_still_has_the_others_at_the_join() -> None:
    case = going(parallel(), やり直し=False)
    case.complete("plan")
    case.complete("right")

    assert targets(case, "left") == {"then"}
    assert refused(case, "left", "decide") == "parallel"


def waiting() -> bytes:
    return diagram(
        node("startEvent", "begin"),
        node("intermediateCatchEvent", "hear", HEAR),
        node("eventBasedGateway", "which"),
        node("intermediateCatchEvent", "told", HEAR),
        node("intermediateCatchEvent", "day", timer("timeDuration", '"P9D"')),
        node("exclusiveGateway", "either"),
        user_task("read"),
        node("endEvent", "finish"),
        flows("begin", "hear", "which", "told", "either", "read", "finish"),
        flows("which", "day", "either"),
        roots=MESSAGE,
    )


def test_what_waits_for_something_waits_no_more() -> None:
    case = going(waiting())
    assert "told" not in targets(case, "hear")

    move(case, "hear", "which")
    assert (len(case.subscriptions), len(case.timers)) == (1, 1)
    move(case, "which", "read")
    assert (case.subscriptions, case.timers, case.open_tasks()) == ({}, {}, ["read"])
    move(case, "read", "hear")

    assert (len(case.subscriptions), case.open_tasks()) == (1, [])


def each() -> bytes:
    many = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = node("startEvent", "s1") + user_task("draft") + user_task("check")
    inner += node("endEvent", "e1") + flows("s1", "draft", "check", "e1")
    return line(
        ("a", user_task("a")),
        ("each", user_task("each", many)),
        ("team", node("subProcess", "team", inner)),
        ("call", node("callActivity", "call", calledElement="approval")),
    )


def test_nothing_goes_into_or_out_of_a_part_or_one_run_of_many() -> None:
    case = going(each())
    assert targets(case, "a") == {"each", "team", "call", "finish"}
    assert refused(case, "a", "draft") == "elsewhere"

    move(case, "a", "each")
    assert {one.obstacle for one in moving.spots(case.live)} == {"inside", "repeated"}
    for id_ in case.tasks_of("each"):
        case.complete_id(id_)

    assert spot(case, "team").obstacle == "inside"
    assert targets(case, "draft") == {"check", "e1"}
    assert refused(case, "draft", "a") == "elsewhere"
    move(case, "draft", "check")
    case.complete("check")
    assert spot(case, "call").obstacle == "outside"


def test_what_is_over_stays_where_it_is() -> None:
    case = going(THREE)
    id_ = spot(case, "a").id
    case.complete("a")

    for wrong in (id_, "nothing"):
        with pytest.raises(NotMovableError) as caught:
            moving.move(case.live, wrong, "c", case.house)
        assert caught.value.obstacle == "gone"


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_wherever_a_path_of_any_process_is_put_it_comes_to_the_end(seed: int) -> None:
    chance = Random(seed)
    content = drawn([block(chance) for _ in range(chance.randint(1, 3))])
    case = Case(draw(content), House(), reloads=seed % 3 == 0)
    case.begin({"n": chance.randint(0, 2), **{f"runs_entry{n}": 0 for n in range(100)}})
    moves = 0
    for _ in range(2_000):
        if case.step.ended is not None:
            break
        assert case.failures == {}
        free = [one for one in moving.spots(case.live) if one.targets]
        if moves < 5 and free and chance.random() < 0.3:
            one = chance.choice(free)
            case.tasks.pop(one.id, None)
            to = chance.choice(one.targets).element_id
            case.take(moving.move(case.live, one.id, to, case.house))
            moves += 1
        elif case.timers and (not case.tasks or chance.random() < 0.3):
            case.ring()
        else:
            case.complete_id(chance.choice(sorted(case.tasks)))
    assert case.ended.kind == EndKind.COMPLETED
    assert (case.tasks, case.timers) == ({}, {})
