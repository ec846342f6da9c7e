"""Expressions and decision files at random: only errors of our own may come out.

`python -m tests.fuzz SECONDS [SEED]` prints what fails otherwise, and the seed, so that a run can
be repeated; half of the time goes to either.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.dmn.test_robustness import ask_everything, damaged
from tests.feel.generator import Generator, attempt

CELL_SHARE = 0.1


@dataclass(kw_only=True)
class Report:
    """How much was tried, and one example of each kind of failure."""

    expressions: int = 0
    files: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def attempt(self, act: Callable[[], object], what: str) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - any kind is what is looked for
            self.failures.setdefault(f"{type(error).__name__}: {error}", what)


def fuzz(seconds: float, seed: int) -> Report:
    report = Report()
    generator = Generator(seed)
    texts = generator.texts()
    end = time.monotonic() + seconds / 2
    while time.monotonic() < end:
        text, is_cell = next(texts), generator.random.random() < CELL_SHARE
        report.attempt(lambda: attempt(text, as_cell=is_cell), text)  # noqa: B023 - called at once
        report.expressions += 1
    end = time.monotonic() + seconds / 2
    while time.monotonic() < end:
        one = seed + report.files
        report.attempt(lambda: ask_everything(damaged(one)), f"damaged({one})")  # noqa: B023
        report.files += 1
    return report


def main(seconds: float, seed: int) -> int:
    sys.stdout.write(f"seed {seed}\n")
    report = fuzz(seconds, seed)
    for kind, example in report.failures.items():
        sys.stdout.write(f"{kind}\n    {example}\n")
    sys.stdout.write(
        f"{report.expressions} expressions, {report.files} decision files,"
        f" {len(report.failures)} kinds of failure\n"
    )
    return 1 if report.failures else 0


if __name__ == "__main__":
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    sys.exit(main(float(sys.argv[1]), chosen))
