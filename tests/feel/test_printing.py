"""Printed and read again, a tree is the same tree."""

from __future__ import annotations

from itertools import islice

import pytest

from engine.feel import properties
from engine.feel.builtins.registry import BUILTINS
from engine.feel.errors import FeelSyntaxError
from engine.feel.evaluation import DEFAULT_LIMITS, Limits
from engine.feel.names import KnownNames
from engine.feel.parser import Parser
from engine.feel.tokens import Tokens
from engine.feel.tree import Node, UnaryTests
from tests.feel.generator import Generator
from tests.feel.printing import printed, without_places

ROOMY = Limits(source=100_000, depth=DEFAULT_LIMITS.depth * 3)  # brackets nest as well
WRITTEN = [
    "a - b - c",
    "a - (b - c)",
    "2 ** 3 ** 2",
    "-(2 ** 2)",
    "(-2) ** 2",
    "--1",
    "not(a) and (b or c) and d",
    "(a and b) and c",
    "a and (b and c)",
    "a = b = c",
    "(a = b) != (c < d)",
    "1 + 2 * 3 between 4 and 5 + 6",
    "x in (1, > 2, [3..4])",
    "x in [3..4]",
    "x in (> 2)",
    "(> 2) = (> 2)",
    "if a then b else c + 1",
    "(if a then b else c) + 1",
    "for x in 1..3, y in [x, 2] return x + y",
    "for x in (1 + 2)..(3 * 4) return partial",
    "some x in a satisfies every y in x satisfies y > 1",
    "function(a: number, b: list<string>) a + b",
    "(function(a) a)(1)",
    "function(a) external {java: 1}",
    "substring(string: \"あ𠮷\", start position: 2)",
    "a[b > 1][1].c.d",
    "(1).a",
    "{a: 1, \"b c\": {d: [1, 2]}}",
    "[1..a[1]]",
    "(1..2]",
    "]1..2[",
    "@\"2026-04-01\" instance of date and time",
    "f instance of function<number, string> -> list<context<a: number>>",
    "\"\\\"quoted\\\\\\n\"",
    "1e300 + .5",
]  # fmt: skip


def parsed(text: str, *, is_cell: bool = False) -> Node:
    known = KnownNames((*BUILTINS, *properties.NAMES))
    parser = Parser(Tokens(text, known, ROOMY))
    return parser.whole_tests() if is_cell else parser.whole_expression()


def again(text: str, *, is_cell: bool = False) -> tuple[Node, Node]:
    tree = parsed(text, is_cell=is_cell)
    return without_places(tree), without_places(parsed(printed(tree), is_cell=is_cell))


@pytest.mark.parametrize("text", WRITTEN)
def test_a_printed_tree_is_read_as_the_same_tree(text: str) -> None:
    before, after = again(text)

    assert after == before


@pytest.mark.parametrize("text", ["-", "< 50", "1, 2, > 3", "not(1, [2..3])", "? > a and ? < b"])
def test_a_printed_cell_is_read_as_the_same_tests(text: str) -> None:
    before, after = again(text, is_cell=True)

    assert isinstance(before, UnaryTests)
    assert after == before


@pytest.mark.parametrize(
    "text", ["a - (b - c)", "a = b and c", "-(1 + 2)", "(if a then b else c).d"]
)
def test_brackets_stand_only_where_they_are_needed(text: str) -> None:
    assert printed(parsed(text)) == text


@pytest.mark.parametrize("seed", range(1, 5))
def test_random_trees_come_back_the_same(seed: int) -> None:
    read = 0
    for text in islice(Generator(seed).texts(), 500):
        try:
            tree = parsed(text)
        except FeelSyntaxError:
            continue  # broken on purpose
        assert without_places(parsed(printed(tree))) == without_places(tree)
        read += 1
    assert read > 400
