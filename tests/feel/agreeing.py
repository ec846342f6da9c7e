"""Do two implementations of the language give the same value, and if not, why not?

The other one is feelin on Node, whose numbers are binary.  `python -m tests.feel.agreeing COUNT
[SEED]` prints what they disagree on.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from engine.domain.values import YearsMonths, storable
from engine.feel import tree
from engine.feel.errors import FeelError
from engine.feel.expression import compile_expression
from engine.feel.temporal_text import temporal_text
from engine.feel.tree import Node
from engine.feel.values import Range
from tests.feel.language import make_evaluation
from tests.feel.printing import printed
from tests.feel.test_printing import parsed
from tests.feel.typed_generator import SCOPE, TypedGenerator

MODULES = Path(__file__).parents[2] / "web/frontend/node_modules"
SCRIPT = Path(__file__).with_name("feelin.mjs")
CLOSE = 1e-9  # relative
Told = Any  # a value as both sides write it down: {"number": "1"}, {"list": [...]}, true, null


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One expression and its two values."""

    text: str
    ours: Told
    theirs: Told

    @property
    def tree(self) -> Node:
        return parsed(self.text)


def told(value: Any) -> Told:
    """A value of ours in the form that keeps types apart."""
    if value is None or isinstance(value, bool):
        return value
    for types, name, written in _FORMS:
        if isinstance(value, types):
            return {name: written(value)}
    return {"function": True}


def _range(value: Range) -> list[Told]:
    return [value.low_included, told(value.low), told(value.high), value.high_included]


_FORMS: Sequence[tuple[Any, str, Callable[[Any], Told]]] = (
    (Decimal, "number", str),
    (str, "string", str),
    (list, "list", lambda value: [told(one) for one in value]),
    (dict, "context", lambda value: {key: told(one) for key, one in value.items()}),
    (Range, "range", _range),
    (datetime, "date and time", temporal_text),
    (date, "date", temporal_text),
    (time, "time", temporal_text),
    ((timedelta, YearsMonths), "duration", temporal_text),
)


def ours(text: str) -> Told:
    scope = {name: storable(_ready(value), name) for name, value in SCOPE.items()}
    try:
        return told(compile_expression(text, tuple(SCOPE)).evaluate(scope, make_evaluation()))
    except FeelError:
        return None


def _ready(value: Any) -> Any:
    """A value of JSON as our variables hold it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, list):
        return [_ready(one) for one in value]
    return {key: _ready(one) for key, one in value.items()} if isinstance(value, dict) else value


def theirs(texts: Sequence[str]) -> Iterator[Told]:
    """The values on the other side; an error there is null."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    scope = json.dumps(SCOPE, ensure_ascii=False)
    lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    done = subprocess.run(
        [node, str(SCRIPT), str(MODULES), scope],
        input=lines,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    for line in done.stdout.splitlines():
        yield json.loads(line).get("value")


def pairs(count: int, seed: int) -> list[Pair]:
    texts = list(islice(TypedGenerator(seed).texts(), count))
    return [
        Pair(text=text, ours=ours(text), theirs=other)
        for text, other in zip(texts, theirs(texts), strict=True)
    ]


# --- known disagreements


def same(a: Told, b: Told) -> bool:
    """Equal, numbers by value."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        [(kind, x)], [(_, y)] = a.items(), b.items()
        if kind == "number":
            return Decimal(x) == Decimal(y)
        if kind in ("list", "range"):
            return len(x) == len(y) and all(map(same, x, y))
        if kind == "context":
            return bool(x.keys() == y.keys()) and all(same(x[key], y[key]) for key in x)
        return bool(x == y)
    return type(a) is type(b) and bool(a == b)


def nodes(node: Node) -> Iterator[Node]:
    """A tree's nodes, itself first."""
    yield node
    for part in tree.parts_of(node):
        yield from nodes(part)


def is_decimal(pair: Pair) -> bool:
    """Binary numbers are a little off: within a billionth."""
    a, b = _inside(pair, "number")
    return None not in (a, b) and math.isclose(float(a), float(b), rel_tol=CLOSE)


def _inside(pair: Pair, kind: str) -> tuple[Any, Any]:
    """Both values if they are of that kind, else None in their place."""
    a, b = (one.get(kind) if isinstance(one, dict) else None for one in (pair.ours, pair.theirs))
    return a, b


def is_beyond_the_end(pair: Pair) -> bool:
    """A position that is not there: null here, as the standard says; empty or ignored there."""
    return any(
        _is_call(node, "substring", "sublist", "remove", "insert before") and _value(node) is None
        for node in nodes(pair.tree)
    )


def is_day_and_hours(pair: Pair) -> bool:
    """A day plus hours is a day here, as the standard says; a moment there."""
    return any(
        isinstance(node, tree.Arithmetic)
        and isinstance(left := _value(node.left), dict)
        and "date" in left
        and "T" in str(_value(node.right))
        for node in nodes(pair.tree)
    )


def is_span_of_months(pair: Pair) -> bool:
    """Whole months here; days are left over there."""
    return any(_is_call(node, "years and months duration") for node in nodes(pair.tree))


def is_backward_range(pair: Pair) -> bool:
    """A range whose end lies before its start holds nothing here; both ways there."""
    return any(
        isinstance(node, (tree.RangeLiteral, tree.Between))
        and _number(node.low) > _number(node.high)
        for node in nodes(pair.tree)
    )


_OPERATIONS = (
    tree.Call,
    tree.Arithmetic,
    tree.Comparison,
    tree.UnaryComparison,
    tree.Between,
    tree.In,
)


def is_about_null(pair: Pair) -> bool:
    """An operand or argument is null: null here; left out or smaller than all there."""
    return any(
        _value(part) is None
        for node in nodes(pair.tree)
        if isinstance(node, _OPERATIONS)
        for part in tree.parts_of(node)
        if not (isinstance(part, tree.Name) and isinstance(node, tree.Call))
    )


def is_equality_of_lists(pair: Pair) -> bool:
    """Lists of different lengths are not equal here; not comparable there."""
    return any(
        isinstance(node, tree.Comparison) and "list" in (_value(node.left) or {})
        for node in nodes(pair.tree)
        if isinstance(node, tree.Comparison) and isinstance(_value(node.left), dict)
    )


def is_decimal_in_a_list(pair: Pair) -> bool:
    """The same among the entries of a list."""
    ours_, theirs_ = _inside(pair, "list")
    return (
        isinstance(ours_, list)
        and isinstance(theirs_, list)
        and len(ours_) == len(theirs_)
        and all(
            same(a, b) or is_decimal(Pair(text=pair.text, ours=a, theirs=b))
            for a, b in zip(ours_, theirs_, strict=True)
        )
    )


def is_rest(pair: Pair) -> bool:
    """The rest of a division is rounded to nine decimals there."""
    a, b = _inside(pair, "number")
    if a is None or b is None or not any(_is_call(node, "modulo") for node in nodes(pair.tree)):
        return False
    return math.isclose(float(a), float(b), abs_tol=10 * CLOSE)


def is_median(pair: Pair) -> bool:
    """Numbers are put in the order of their digits there: 12 before 5."""
    return any(_is_call(node, "median") for node in nodes(pair.tree))


def _is_call(node: Node, *names: str) -> bool:
    return (
        isinstance(node, tree.Call)
        and isinstance(node.function, tree.Name)
        and node.function.name in names
    )


def _value(node: Node) -> Told:
    """What a part of an expression is by itself; null where it needs names bound around it."""
    return ours(printed(node))


def _number(node: Node) -> float:
    found = _value(node)
    return float(found["number"]) if isinstance(found, dict) and "number" in found else math.nan


CLASSES: Mapping[str, Callable[[Pair], bool]] = {
    "decimal": is_decimal,
    "decimal in a list": is_decimal_in_a_list,
    "rest": is_rest,
    "beyond the end": is_beyond_the_end,
    "day and hours": is_day_and_hours,
    "span of months": is_span_of_months,
    "backward range": is_backward_range,
    "equality of lists": is_equality_of_lists,
    "about null": is_about_null,
    "median": is_median,
}


def class_of(pair: Pair) -> str | None:
    """The name of the first class the disagreement belongs to."""
    return next((name for name, holds in CLASSES.items() if holds(pair)), None)


def main(count: int, seed: int) -> int:
    found = pairs(count, seed)
    apart = [pair for pair in found if not same(pair.ours, pair.theirs)]
    full = sum(pair.ours is not None and pair.theirs is not None for pair in found)
    counted = Counter(class_of(pair) or "unclassified" for pair in apart)
    sys.stdout.write(f"seed {seed}: {full} of {count} with values; {dict(counted)}\n")
    unclassified = [pair for pair in apart if class_of(pair) is None]
    different = {one.text: one for one in unclassified}.values()
    for pair in sorted(different, key=lambda one: len(one.text))[:60]:
        sys.stdout.write(f"{pair.text}\n    ours {pair.ours}\n    theirs {pair.theirs}\n")
    return 1 if unclassified else 0


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    sys.exit(main(int(sys.argv[1]), chosen))
