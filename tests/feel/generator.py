"""Makes expressions at random: sound ones, senseless ones and broken ones."""

from __future__ import annotations

import random
from collections.abc import Iterator

from engine.feel.builtins.registry import BUILTINS
from engine.feel.builtins.signature import Builtin
from engine.feel.checking.kinds import NUMBER, STRING
from engine.feel.checking.looking import Surroundings, of_expression, of_tests
from engine.feel.errors import FeelError
from tests.feel.language import evaluate, passes

NUMBERS = ["1", "0", "-1", "2.5", "0.1", "9999", "1e300", "1e-300", "1e6144"]
TEXTS = [
    '"a"',
    '""',
    '"あ𠮷"',
    '"2026-04-01"',
    '"P1D"',
    '"10:00:00Z"',
    '"[a-z"',
    '"(a)|b"',
    '"a*"',
    '"$1"',
]
TIMES = [
    f'@"{text}"'
    for text in [
        "2026-04-01",
        "0001-01-01",
        "9999-12-31",
        "-0044-03-15",
        "10:00:00",
        "10:00:00@Asia/Tokyo",
        "23:59:59.999999+18:00",
        "2026-04-01T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-04-01T10:00:00@Europe/Paris",
        "12345-01-01T00:00:00Z",
        "P1D",
        "-P1Y2M",
        "PT0.000001S",
        "P999999999D",
    ]
]
OTHERS = [
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[1,2,3]",
    '["a",null]',
    "[[1],[2]]",
    "{a:1,b:{c:2}}",
    "[{a:1},{a:2}]",
    "[1..3]",
    "(>5)",
    "(!=3)",
    "[null..3)",
    "a",
    "b",
    "c",
    "sum",
    "item",
    "partial",
    "?",
]
FUNCTIONS = ["function(x) x", "function(x, y) x < y"]
ATOMS = [*NUMBERS, *TEXTS, *TIMES, *OTHERS, *FUNCTIONS]
OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
PARTS = ["a", "b", "year", "month", "hours", "start", "end", "timezone", "days", "years", "weekday"]
TYPES = ["number", "list<number>", "date", "context<a: string>", "function<Any> -> Any"]
SPLINTERS = ["", "(", ")", "[", "]", "..", '"', "@", "in ", "and", "{", "}", ":", ",", "?", "/*"]
SHAPES = (
    "({0} {operator} {1})",
    "({0} {operator} {1})",
    "{call}",
    "{call}",
    "{call}",
    "{0}[{1}]",
    "({0}).{part}",
    "for x in {0} return {1}",
    "for x in {0}..{1} return x",
    "some x in {0} satisfies {1}",
    "every x in {0} satisfies {1}",
    "if {0} then {1} else {2}",
    "[{0}..{1}]",
    "[{0}, {1}]",
    "{{a: {0}, b: {1}}}",
    "({0} between {1} and {2})",
    "({0} in ({1}, {2}))",
    "-{0}",
    "(function(x) {0})({1})",
    "({0} instance of {type})",
)
LEAF_SHARE, BROKEN_SHARE, NAMED_SHARE = 0.12, 0.1, 0.15


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def texts(self) -> Iterator[str]:
        while True:
            text = self.expression(self.random.randrange(1, 5))
            yield self.broken(text) if self.random.random() < BROKEN_SHARE else text

    def expression(self, depth: int) -> str:
        if depth == 0 or self.random.random() < LEAF_SHARE:
            return self.random.choice(ATOMS)
        operands = [self.expression(depth - 1) for _ in range(3)]
        return self.random.choice(SHAPES).format(
            *operands,
            operator=self.random.choice(OPERATORS),
            part=self.random.choice(PARTS),
            type=self.random.choice(TYPES),
            call=self.call(depth),
        )

    def call(self, depth: int) -> str:
        name = self.random.choice(list(BUILTINS))
        function = BUILTINS[name]
        assert isinstance(function, Builtin)
        slots = self.random.choice(function.overloads).slots
        values = [self.expression(depth - 1) for _ in slots]
        if self.random.random() < NAMED_SHARE:
            values = [f"{slot.name}: {v}" for slot, v in zip(slots, values, strict=True)]
        return f"{name}({', '.join(values)})"

    def broken(self, text: str) -> str:
        at = self.random.randrange(len(text))
        return text[:at] + self.random.choice(SPLINTERS) + text[at + self.random.randrange(3) :]


def attempt(text: str, *, as_cell: bool = False) -> None:
    """Check and evaluate; the language's own errors are right, all others are raised."""
    around = Surroundings(scope={"a": NUMBER, "b": STRING})
    try:
        if as_cell:
            of_tests(text, around)
            passes(text, None)
        else:
            of_expression(text, around)
            evaluate(text, a=1, b="x", c=[1, None, "a"])
    except FeelError:
        return
