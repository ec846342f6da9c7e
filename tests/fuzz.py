"""Expressions, decision files and diagrams at random: only errors of our own may come out.

`python -m tests.fuzz SECONDS [SEED] [PART ...]` prints what fails otherwise, and the seed, so that
a run can be repeated; each part (expressions, decisions, diagrams) gets the same share of the time.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.dmn.test_robustness import ask_everything, damaged
from tests.feel.generator import Generator, attempt
from tests.importing.damaging import damaged_diagram, take_in

CELL_SHARE = 0.1
LONGEST = 20.0  # seconds for one diagram, on a machine that does other things too


@dataclass(kw_only=True)
class Report:
    """How much was tried, and one example of each kind of failure."""

    expressions: int = 0
    files: int = 0
    diagrams: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def attempt(self, act: Callable[[], object], what: str) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - any kind is what is looked for
            self.failures.setdefault(f"{type(error).__name__}: {error}", what)


def fuzz(seconds: float, seed: int, parts: Sequence[str] = ()) -> Report:
    """`parts`: of `PARTS`, all of them if empty."""
    report, chosen = Report(), parts or tuple(PARTS)
    for part in chosen:
        PARTS[part](report, seconds / len(chosen), seed)
    return report


def fuzz_expressions(report: Report, seconds: float, seed: int) -> None:
    generator = Generator(seed)
    texts = generator.texts()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text, is_cell = next(texts), generator.random.random() < CELL_SHARE
        report.attempt(lambda: attempt(text, as_cell=is_cell), text)  # noqa: B023 - called at once
        report.expressions += 1


def fuzz_decisions(report: Report, seconds: float, seed: int) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one = seed + report.files
        report.attempt(lambda: ask_everything(damaged(one)), f"damaged({one})")  # noqa: B023
        report.files += 1


def fuzz_diagrams(report: Report, seconds: float, seed: int) -> None:
    """Damaged diagrams are read, imported and checked; none may take longer than people wait."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one, began = seed + report.diagrams, time.monotonic()
        report.attempt(lambda: take_in(damaged_diagram(one)), f"damaged_diagram({one})")  # noqa: B023
        if time.monotonic() - began > LONGEST:
            report.failures.setdefault("too slow", f"damaged_diagram({one})")
        report.diagrams += 1


PARTS: dict[str, Callable[[Report, float, int], None]] = {
    "expressions": fuzz_expressions,
    "decisions": fuzz_decisions,
    "diagrams": fuzz_diagrams,
}


def main(seconds: float, words: Sequence[str]) -> int:
    """`words`: a seed, parts, or both."""
    seeds = [int(word) for word in words if word.isdigit()]
    seed = seeds[0] if seeds else random.randrange(1 << 32)
    sys.stdout.write(f"seed {seed}\n")
    parts = [word for word in words if not word.isdigit()]
    if not PARTS.keys() >= set(parts):
        sys.stderr.write(f"parts are {', '.join(PARTS)}\n")
        return 2
    report = fuzz(seconds, seed, parts)
    for kind, example in report.failures.items():
        sys.stdout.write(f"{kind}\n    {example}\n")
    sys.stdout.write(
        f"{report.expressions} expressions, {report.files} decision files,"
        f" {report.diagrams} diagrams,"
        f" {len(report.failures)} kinds of failure\n"
    )
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
