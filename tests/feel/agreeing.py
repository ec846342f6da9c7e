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

from engine.dmn.cells import parts_of
from engine.domain.values import YearsMonths, storable
from engine.feel import tree
from engine.feel.errors import FeelError
from engine.feel.expression import compile_expression
from engine.feel.temporal_text import temporal_text
from engine.feel.tree import Node
from engine.feel.values import Range
from tests.feel.language import make_evaluation
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
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, str):
        return {"string": value}
    if isinstance(value, list):
        return {"list": [told(one) for one in value]}
    if isinstance(value, dict):
        return {"context": {key: told(one) for key, one in value.items()}}
    if isinstance(value, Range):
        ends = (value.low_included, told(value.low), told(value.high), value.high_included)
        return {"range": list(ends)}
    for types, name in _TEMPORAL:
        if isinstance(value, types):
            return {name: temporal_text(value)}
    return {"function": True}


_TEMPORAL: Sequence[tuple[Any, str]] = (
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    ((timedelta, YearsMonths), "duration"),
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
    for part in _parts(node):
        yield from nodes(part)


def _parts(node: Node) -> Iterator[Node]:
    yield from parts_of(node)
    if isinstance(node, tree.ContextLiteral):
        yield from (value for _, value in node.entries)
    if isinstance(node, (tree.For, tree.Quantified)):
        for one in node.iterators:
            yield one.source
            if one.end is not None:
                yield one.end


def calls(pair: Pair, *names: str) -> bool:
    return any(
        isinstance(node, tree.Call)
        and isinstance(node.function, tree.Name)
        and node.function.name in names
        for node in nodes(pair.tree)
    )


def is_decimal(pair: Pair) -> bool:
    """Binary numbers are a little off: within a billionth."""
    a, b = pair.ours, pair.theirs
    if not (isinstance(a, dict) and isinstance(b, dict) and "number" in a and "number" in b):
        return False
    return math.isclose(float(a["number"]), float(b["number"]), rel_tol=CLOSE)


CLASSES: Mapping[str, Callable[[Pair], bool]] = {"decimal": is_decimal}


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
    for pair in unclassified[:60]:
        sys.stdout.write(f"{pair.text}\n    ours {pair.ours}\n    theirs {pair.theirs}\n")
    return 1 if unclassified else 0


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    sys.exit(main(int(sys.argv[1]), chosen))
