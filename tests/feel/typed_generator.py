"""Makes expressions at random that mean something: every operand has a type that fits.

Left out is what the other implementation does not know at all: exponents of numbers, products of
durations, sorting without a function.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

SCOPE: Mapping[str, object] = {
    "a": 7,
    "b": "高い山",
    "c": [3, 1, 2],
    "d": {"名前": "申請", "件数": 12},
    "達成率": 42.5,
    "済": True,
}
Kind = str
# Each shape: the text, and the kinds of what stands in its places in order.
SHAPES: Mapping[Kind, Sequence[tuple[str, str]]] = {
    "n": (
        ("{} + {}", "n n"),
        ("{} - {}", "n n"),
        ("{} * {}", "n n"),
        ("{} / {}", "n k"),
        ("({}) ** {}", "n k"),
        ("-({})", "n"),
        ("abs({})", "n"),
        ("floor({})", "n"),
        ("ceiling({})", "n"),
        ("modulo({}, {})", "n k"),
        ("decimal({}, {})", "n k"),
        ("round half up({}, {})", "n k"),
        ("round up({}, {})", "n k"),
        ("round down({}, {})", "n k"),
        ("sqrt(abs({}))", "n"),
        ("count({})", "l"),
        ("sum({})", "l"),
        ("min({})", "l"),
        ("max({})", "l"),
        ("mean({})", "l"),
        ("median({})", "l"),
        ("product({})", "l"),
        ("min({}, {})", "n n"),
        ("string length({})", "s"),
        ("if {} then {} else {}", "b n n"),
        ("({}).year", "d"),
        ("({}).month", "d"),
        ("({}).weekday", "d"),
        ("({})[1]", "l"),
        ("({})[-1]", "l"),
        ("{{x: {}, y: x + {}}}.y", "n n"),
        ("(function(x) x + {})({})", "n n"),
        ("({}).days", "u"),
        ("({}).years", "y"),
        ("day of year({})", "d"),
        ("index of({}, {})[1]", "l n"),
        ("number(string({}))", "i"),
        ("years and months duration({}, {}).months", "d d"),
    ),
    "s": (
        ("{} + {}", "s s"),
        ("upper case({})", "s"),
        ("lower case({})", "s"),
        ("substring({}, {})", "s k"),
        ("substring({}, {}, {})", "s k k"),
        ('substring before({}, "a")', "s"),
        ('substring after({}, "山")', "s"),
        ('replace({}, "[a-c]", "x")', "s"),
        ("string({})", "i"),
        ("string({})", "d"),
        ("string({})", "b"),
        ("if {} then {} else {}", "b s s"),
        ('string join([{}, {}], "・")', "s s"),
        ("day of week({})", "d"),
        ("month of year({})", "d"),
        ("d.名前", ""),
        ("get value(d, {})", "s"),
    ),
    "b": (
        ("{} < {}", "n n"),
        ("{} <= {}", "n n"),
        ("{} > {}", "n n"),
        ("{} = {}", "n n"),
        ("{} != {}", "s s"),
        ("{} = {}", "s s"),
        ("{} < {}", "d d"),
        ("{} = {}", "l l"),
        ("{} = null", "n"),
        ("({}) and ({})", "b b"),
        ("({}) or ({})", "b b"),
        ("not({})", "b"),
        ("({}) and null", "b"),
        ("{} in [{}..{}]", "n k n"),
        ("{} in ({}, > {})", "n n n"),
        ("{} between {} and {}", "n n n"),
        ("contains({}, {})", "s s"),
        ("starts with({}, {})", "s s"),
        ("ends with({}, {})", "s s"),
        ('matches({}, "^[a-z]+")', "s"),
        ("some x in {} satisfies x > {}", "l n"),
        ("every x in {} satisfies x > {}", "l n"),
        ("list contains({}, {})", "l n"),
        ("({}) instance of number", "n"),
        ("({}) instance of string", "n"),
        ("even({})", "i"),
        ("odd({})", "i"),
        ("all([{}, {}])", "b b"),
        ("any([{}, {}])", "b b"),
        ("before({}, {})", "n n"),
        ("overlaps([{}..9], [3..{}])", "k k"),
        ("{} = {}", "u u"),
        ("{} < {}", "u u"),
    ),
    "d": (
        ("date({}, {}, {})", "Y k k"),
        ("{} + {}", "d u"),
        ("{} - {}", "d u"),
        ("{} + {}", "d y"),
        ("if {} then {} else {}", "b d d"),
        ("date(string({}))", "d"),
    ),
    "u": (
        ("{} + {}", "u u"),
        ("{} - {}", "d d"),
    ),
    "y": (
        ("{} + {}", "y y"),
        ("years and months duration({}, {})", "d d"),
    ),
    "l": (
        ("[{}, {}]", "n n"),
        ("for x in {} return x + {}", "l n"),
        ("for x in {}..{} return x", "k k"),
        ("for x in {}, y in {} return x * y", "l l"),
        ("({})[item > {}]", "l n"),
        ("append({}, {})", "l n"),
        ("concatenate({}, {})", "l l"),
        ("reverse({})", "l"),
        ("sort({}, function(x, y) x > y)", "l"),
        ("distinct values({})", "l"),
        ("remove({}, 1)", "l"),
        ("insert before({}, 1, {})", "l n"),
        ("sublist({}, 1, {})", "l k"),
        ("flatten([{}, {}])", "l l"),
        ("union({}, {})", "l l"),
        ("[{{x: {}}}, {{x: {}}}].x", "n n"),
        ("if {} then {} else {}", "b l l"),
    ),
}
LEAVES: Mapping[Kind, Sequence[str]] = {
    "n": ("0", "1", "2.5", "0.1", "-3", "100", "a", "達成率", "d.件数"),
    "i": ("0", "7", "-12", "a"),
    "k": ("1", "2", "3"),
    "Y": ("2024", "2026", "1999"),
    "s": ('""', '"abc"', '"あ𠮷"', '"高い山"', "b", '"x y"'),
    "b": ("true", "false", "済"),
    "d": (
        'date("2026-04-01")',
        'date("2024-02-29")',
        'date("1999-12-31")',
        '@"2027-03-31"',
    ),
    "u": ('duration("P1D")', 'duration("PT36H")', '@"-P3DT4H"', '@"PT30M"'),
    "y": ('duration("P1Y2M")', '@"P14M"', '@"-P1Y"'),
    "l": ("[1, 2, 3]", "[]", "c", "[5]", "[2, 2, 0.5]"),
}
DEEPEST, LEAF_SHARE = 3, 0.25


class TypedGenerator:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def texts(self) -> Iterator[str]:
        while True:
            yield self.expression(self.random.choice(list(SHAPES)), DEEPEST)

    def expression(self, kind: Kind, depth: int) -> str:
        if depth == 0 or kind not in SHAPES or self.random.random() < LEAF_SHARE:
            return self.random.choice(LEAVES[kind])
        shape, places = self.random.choice(SHAPES[kind])
        return shape.format(*(self._operand(one, depth - 1) for one in places.split()))

    def _operand(self, kind: Kind, depth: int) -> str:
        """In brackets, so that it is what the shape takes it for."""
        text = self.expression(kind, depth)
        return text if text in LEAVES[kind] else f"({text})"
