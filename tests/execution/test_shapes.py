"""Long, wide and deep instances end right, and a step asks for no more than its size allows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from engine.execution import runner
from engine.execution.step import EndKind
from tests.execution.running import Case, House, draw
from tests.execution.shapes import SHAPES, Shape


def opened(shape: Shape, size: int, *, reloads: bool) -> Case:
    return Case(draw(shape.draw(size)), House(), reloads=reloads).begin()


def finish(case: Case, shape: Shape, *, latest_first: bool = False, often: int = 0) -> Case:
    """Complete all tasks in the order they were opened, or the last one opened first.

    `often`: reload after so many completions.
    """
    places = {id_: place for place, id_ in enumerate(case.tasks)}
    while case.step.ended is None:
        ids = list(case.tasks)
        id_ = ids[-1] if latest_first else ids[0]
        place = places.setdefault(id_, len(places))
        case.complete_id(id_, **shape.values(place))
        case.steps = case.steps[-1:]
        if often and place % often == 0:
            case.reload()
    return case


def check(case: Case, shape: Shape, size: int) -> None:
    assert case.ended.kind == EndKind.COMPLETED
    assert case.variables == shape.result(size)
    assert (case.tasks, case.failures) == ({}, {})


@pytest.mark.parametrize("latest_first", [False, True], ids=["in order", "latest first"])
@pytest.mark.parametrize("reloads", [False, True], ids=["cached", "reloaded"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_ends_right(name: str, *, reloads: bool, latest_first: bool) -> None:
    shape, size = SHAPES[name], max(SHAPES[name].full // 10, 10)

    case = finish(opened(shape, size, reloads=reloads), shape, latest_first=latest_first)

    check(case, shape, size)


@pytest.mark.slow
@pytest.mark.parametrize("often", [0, 25], ids=["cached", "reloaded now and then"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_of_full_size_ends_right(name: str, often: int) -> None:
    shape, size = SHAPES[name], SHAPES[name].full
    case = opened(shape, size, reloads=False)

    finish(case, shape, often=often)

    check(case, shape, size)


def calls(run: Callable[[], Any]) -> int:
    """How many functions are called, of Python and of C."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def calls_of_a_step(shape: Shape, size: int) -> int:
    """In the middle of an instance: of the dearest of three completions and storing it."""
    case = opened(shape, size, reloads=False)
    places = {id_: place for place, id_ in enumerate(case.tasks)}
    ids = list(case.tasks)[: size // 2 + 3]

    def step(id_: str) -> None:
        runner.complete(case.live, id_, shape.values(places[id_]), case.house, "kato")
        runner.pack(case.live)

    for id_ in ids[:-3]:
        step(id_)
    return max(calls(partial(step, id_)) for id_ in ids[-3:])


@pytest.mark.parametrize("name", ["items_at_once", "branches"])
def test_a_step_in_ten_times_the_breadth_asks_for_at_most_ten_times_as_much(name: str) -> None:
    assert calls_of_a_step(SHAPES[name], 200) <= 10 * calls_of_a_step(SHAPES[name], 20)


def test_a_loop_asks_for_the_same_in_every_round() -> None:
    bundles = {rounds: draw(SHAPES["loop"].draw(rounds)) for rounds in (100, 200, 1_000)}

    def asked(rounds: int) -> int:
        return calls(lambda: runner.start(bundles[rounds], {}, House()))

    asked(100)  # what is compiled on first use
    start = asked(100)
    one_round = (asked(200) - start) / 100

    assert asked(1_000) <= start + 900 * one_round * 1.01
