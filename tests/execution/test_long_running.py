"""Loops, long runs and deep trees: what SpiffWorkflow alone gets wrong stays right.

Each test names the finding of the library it guards against.
"""

from __future__ import annotations

import itertools
import logging
from decimal import Decimal
from time import thread_time
from typing import Any

import pytest

from engine.execution import compaction, runner
from engine.execution.bundle import reload_bundle
from engine.execution.compaction import TreeTooDeepError
from engine.execution.step import EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import (
    KEY,
    KNOWN,
    diagram,
    flow,
    flows,
    line,
    node,
    places,
    refused,
    script,
    timer,
    user_task,
)
from tests.execution.running import Case, House, draw

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
ROUND = diagram(
    BEGIN,
    node("exclusiveGateway", "meet"),
    user_task("work"),
    script("n = n + 1"),
    node("exclusiveGateway", "again", default="again_to_finish"),
    FINISH,
    flows("begin", "meet", "work", "compute", "again", "finish"),
    flow("again", "meet", "n < most"),
)


def tree_size(case: Case) -> int:
    return sum(len(part.tasks) for part in case.live.workflow.active_parts())


def test_a_loop_of_a_thousand_rounds_ends_after_a_thousand(begin: Begin) -> None:
    case = begin(ROUND, {"n": 0, "most": 1000})

    for n in range(1000):
        assert case.step.ended is None, n
        case.complete("work")

    assert case.variables["n"] == Decimal(1000)


def test_a_round_costs_the_same_however_many_went_before(begin: Begin) -> None:
    case = begin(ROUND, {"n": 0, "most": 300})
    sizes, lengths = set(), []

    for _ in range(299):
        case.complete("work")
        sizes.add(tree_size(case))
        lengths.append(len(runner.pack(case.live)))

    assert len(sizes) == 1
    assert lengths[-1] - lengths[10] < 10


@pytest.mark.slow
def test_ten_thousand_rounds_are_flat_and_right() -> None:
    case = Case(draw(ROUND), House(), reloads=False).begin({"n": 0, "most": 10_000})
    marks = [thread_time()]

    for n in range(1, 10_001):
        case.complete("work")
        case.steps.clear() if n < 10_000 else None
        if n % 1000 == 0:
            marks.append(thread_time())

    assert case.variables["n"] == Decimal(10_000)
    spent = [after - before for before, after in itertools.pairwise(marks)]
    assert spent[-1] <= 1.5 * spent[0]


PAIRED = diagram(
    BEGIN,
    node("exclusiveGateway", "meet"),
    node("parallelGateway", "split"),
    user_task("pa"),
    user_task("pb"),
    node("parallelGateway", "join"),
    user_task("check"),
    node("exclusiveGateway", "again", default="again_to_finish"),
    FINISH,
    flows("begin", "meet", "split", "pa", "join", "check", "again", "finish"),
    flows("split", "pb", "join"),
    flow("again", "meet", "続ける = true"),
)


@pytest.mark.parametrize("first", ["ab", "ba"])
@pytest.mark.parametrize("second", ["ab", "ba"])
def test_a_join_in_a_loop_waits_for_both_paths_in_every_round(
    begin: Begin, first: str, second: str
) -> None:
    case = begin(PAIRED)

    for order in (first, second, first):
        case.complete(f"p{order[0]}")
        assert case.open_tasks() == [f"p{order[1]}"]
        case.complete(f"p{order[1]}")
        assert case.open_tasks() == ["check"]
        case.complete("check", 続ける=True)


def test_a_join_in_a_loop_costs_the_same_in_every_round(begin: Begin) -> None:
    case = begin(PAIRED)
    sizes = set()

    for _ in range(60):
        for name in ("pb", "pa"):
            case.complete(name)
        case.complete("check", 続ける=True)
        sizes.add(tree_size(case))

    assert len(sizes) == 1


def test_a_loop_beside_a_path_that_stands_still_stays_small_and_right(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "outer"),
        user_task("still"),
        node("exclusiveGateway", "meet"),
        node("parallelGateway", "split"),
        user_task("pa"),
        user_task("pb"),
        node("parallelGateway", "join"),
        script("n = n + 1"),
        node("exclusiveGateway", "again", default="again_to_rest"),
        user_task("rest"),
        node("parallelGateway", "end_join"),
        FINISH,
        flows("begin", "outer", "still", "end_join", "finish"),
        flows("outer", "meet", "split", "pa", "join", "compute", "again", "rest", "end_join"),
        flows("split", "pb", "join"),
        flow("again", "meet", "n < 50"),
    )
    case = begin(content, {"n": 0, "側": 0})
    sizes = set()

    for n in range(50):
        order = ("pa", "pb") if n % 2 else ("pb", "pa")
        case.complete(order[0])
        assert case.open_tasks() == sorted(["still", order[1]])
        case.complete(order[1])
        sizes.add(tree_size(case))

    assert max(sizes) < 40
    case.complete("still", 側=1)
    case.complete("rest")
    assert case.variables == {"n": Decimal(50), "側": Decimal(1)}


@pytest.mark.parametrize("order", ["abc", "acb", "bca", "cba"])
def test_a_join_of_nested_forks_remembers_who_has_come(begin: Begin, order: str) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "one"),
        user_task("a"),
        node("parallelGateway", "two"),
        user_task("b"),
        user_task("c"),
        node("parallelGateway", "join"),
        user_task("last"),
        FINISH,
        flows("begin", "one", "a", "join", "last", "finish"),
        flows("one", "two", "b", "join"),
        flows("two", "c", "join"),
    )
    case = begin(content)

    for name in order:
        assert "last" not in case.open_tasks()
        case.complete(name, **{name: 1})

    assert case.open_tasks() == ["last"]
    case.complete("last")
    assert case.variables == {"a": 1, "b": 1, "c": 1}


def test_two_reminders_under_way_at_once_do_not_take_each_others_paths(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        user_task("work"),
        node(
            "boundaryEvent",
            "rim",
            timer("timeCycle", "R2/PT1H"),
            attachedToRef="work",
            cancelActivity="false",
        ),
        node("parallelGateway", "split"),
        user_task("a"),
        user_task("b"),
        node("parallelGateway", "join"),
        script("回 = sum([回, 1])"),
        node("endEvent", "reminded"),
        FINISH,
        flows("begin", "work", "finish"),
        flows("rim", "split", "a", "join", "compute", "reminded"),
        flows("split", "b", "join"),
    )
    case = begin(content, {"回": 0})
    case.ring()
    case.ring()
    ids = {name: [i for i, t in case.tasks.items() if t.element_id == name] for name in "ab"}

    case.complete_id(ids["a"][0])
    case.complete_id(ids["a"][1])
    case.complete_id(ids["b"][1])
    assert case.trace.count("join") == 1
    case.complete_id(ids["b"][0])
    assert case.trace.count("join") == 2

    case.complete("work")
    assert case.ended.kind == EndKind.COMPLETED


@pytest.mark.parametrize("reloads", [False, True], ids=["cached", "reloaded"])
def test_a_join_that_is_entry_and_target_of_a_loop_goes_on_where_it_was_published(
    *, reloads: bool
) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "top"),
        user_task("work"),
        node("exclusiveGateway", "again", default="again_to_finish"),
        FINISH,
        flows("begin", "top", "work", "again", "finish"),
        flow("again", "top", "続ける = true"),
    )
    published = reload_bundle(KEY, {f"{KEY}.bpmn": content}, KNOWN)
    case = Case(published, House(), reloads=reloads).begin()

    for _ in range(3):
        case.complete("work", 続ける=True)

    assert case.open_tasks() == ["work"]
    assert ("join_never_opens", "top") in places(refused(content))


def test_automatic_work_of_ten_thousand_steps_ends_right(begin: Begin) -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="5000">'
        "<bpmn:loopCondition>true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    content = line(
        ("work", node("scriptTask", "work", loop + "<bpmn:script>n = n + 1</bpmn:script>"))
    )
    case = begin(content, {"n": 0})

    assert case.variables == {"n": Decimal(5000)}


def test_thirty_sub_processes_one_in_the_other(begin: Begin) -> None:
    inner = user_task("deep")
    name = "deep"
    for level in range(30):
        ids = (f"b{level}", name, f"e{level}")
        inner = node(
            "subProcess",
            f"s{level}",
            node("startEvent", ids[0]) + inner + node("endEvent", ids[2]) + flows(*ids),
            name="段",
        )
        name = f"s{level}"
    case = begin(line((name, inner)))

    case.complete("deep", 底="着いた")

    assert case.variables == {"底": "着いた"}


def test_a_tree_that_is_too_deep_is_refused_and_not_half_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compaction, "MAX_DEPTH", 20)
    tasks = [(f"t{n}", user_task(f"t{n}")) for n in range(30)]

    with pytest.raises(TreeTooDeepError):
        Case(draw(line(*tasks)), House(), reloads=False).begin()


def test_running_changes_nothing_in_the_shared_specification(begin: Begin) -> None:
    def looks(bundle: Any) -> list[Any]:
        scopes = [bundle.process, *bundle.subprocesses.values()]
        return [
            (name, list(spec._inputs), list(spec._outputs), spec.completed_event.hard_subscribers)
            for scope in scopes
            for name, spec in scope.task_specs.items()
        ]

    case = begin(PAIRED)
    before = looks(case.bundle)
    for name in ("pa", "pb", "check"):
        case.complete(name, 続ける=False)

    assert looks(case.bundle) == before
    assert case.ended.kind == EndKind.COMPLETED


def test_what_a_later_task_changes_does_not_change_what_another_path_sees(begin: Begin) -> None:
    content = diagram(
        BEGIN,
        node("parallelGateway", "split"),
        user_task("a"),
        user_task("b"),
        script('行 = put(行, "甲", 9)'),
        node("parallelGateway", "join"),
        FINISH,
        flows("begin", "split", "a", "compute", "join", "finish"),
        flows("split", "b", "join"),
    ).replace(b"put(", b"context put(")
    case = begin(content, {"行": {"甲": 1, "乙": {"丙": 2}}})

    case.complete("a")

    other = runner.variables_of(case.live, case.id_of("b"))
    assert other["行"] == {"甲": Decimal(1), "乙": {"丙": Decimal(2)}}
    case.complete("b")
    assert case.variables["行"] == {"甲": Decimal(9), "乙": {"丙": Decimal(2)}}


def test_the_librarys_loggers_are_kept_quiet(begin: Begin) -> None:
    begin(ROUND, {"n": 0, "most": 1})

    for name in ("spiff", "spiff.task", "spiff.workflow"):
        assert logging.getLogger(name).level == logging.WARNING
