"""One definition is shared by all its instances and all threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine.execution.bundle import Bundle
from tests.execution.drawing import line, node, user_task
from tests.execution.running import Case, House, draw
from tests.execution.test_running_repeats import ITEMS, each, finish_all, many, repeat

SUM = node(
    "scriptTask", "each", repeat() + "<bpmn:script>回答 = item * 2</bpmn:script>", name="計算"
)


def run_one(bundle: Bundle, size: int) -> list[Decimal]:
    case = Case(bundle, House(), reloads=size % 2 == 0).begin({"items": list(range(size))})
    case.complete("after")
    results: list[Decimal] = case.variables["results"]
    return results


def test_instances_on_many_threads_do_not_mix_their_results() -> None:
    bundle = draw(many(SUM))
    sizes = [3 + n % 7 for n in range(60)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda size: run_one(bundle, size), sizes))

    assert found == [[Decimal(2 * n) for n in range(size)] for size in sizes]


def test_two_instances_of_one_definition_keep_their_data_apart() -> None:
    bundle = draw(many(each(repeat())))
    one = Case(bundle, House(), reloads=False).begin({"items": ITEMS})
    other = Case(bundle, House(), reloads=False).begin({"items": ITEMS[:1]})

    finish_all(one, [0, 1, 2])
    finish_all(other, [0])

    one.complete("after")
    other.complete("after")
    assert [len(case.variables["results"]) for case in (one, other)] == [3, 1]


def test_a_value_that_is_changed_in_place_is_found() -> None:
    one_task = line(("one", user_task("one")))
    case = Case(draw(one_task), House(), reloads=False).begin({"値": {"甲": [1]}})
    task = next(t for t in case.live.workflow.tasks.values() if t.data)

    task.data["値"]["甲"].append(2)

    with pytest.raises(AssertionError):
        case.untouched.look(case.live)


def test_variables_that_two_tasks_share_are_found() -> None:
    one_task = line(("one", user_task("one")))
    case = Case(draw(one_task), House(), reloads=False).begin()
    first, second, *_ = case.live.workflow.tasks.values()

    second.data = first.data

    with pytest.raises(AssertionError):
        case.untouched.look(case.live)
