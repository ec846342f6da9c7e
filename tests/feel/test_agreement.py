"""Another implementation says the same, or it is known why not."""

from __future__ import annotations

import pytest

from tests.feel.agreeing import CLASSES, Pair, class_of, pairs, same

COUNT, SEED = 5_000, 8  # `python -m tests.feel.agreeing COUNT` asks others


@pytest.fixture(scope="module")
def found() -> list[Pair]:
    return pairs(COUNT, SEED)


def test_most_expressions_have_a_value_on_both_sides(found: list[Pair]) -> None:
    full = sum(pair.ours is not None and pair.theirs is not None for pair in found)

    assert full >= 0.6 * COUNT


def test_every_disagreement_is_of_a_known_class(found: list[Pair]) -> None:
    apart = [pair for pair in found if not same(pair.ours, pair.theirs)]

    assert [pair for pair in apart if class_of(pair) is None] == []
    assert len(CLASSES) <= 10


def test_most_of_all_values_are_the_same(found: list[Pair]) -> None:
    """So that no class swallows everything."""
    assert sum(same(pair.ours, pair.theirs) for pair in found) >= 0.75 * COUNT


def test_a_made_up_difference_belongs_to_no_class() -> None:
    wrong = Pair(text="1 + 1", ours={"number": "2"}, theirs={"number": "3"})

    assert class_of(wrong) is None
    assert class_of(Pair(text='"a" + "b"', ours={"string": "ab"}, theirs=None)) is None
