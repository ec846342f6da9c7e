"""The tables of `engine/execution/README.md`, as values.

A line is `| `name` | runs, refused or carried | how |`.  A name that ends in `, *` stands for every
event definition in that place that has no line of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

README = Path(__file__).parents[2] / "engine" / "execution" / "README.md"
ROWS, PARTS = "## What of BPMN 2.0 runs", "## Attributes and children"
LINE = re.compile(r"\| `([^`]+)` \| (\w+) \| ?(.*?) ?\|")
REST = ", *"


@dataclass(frozen=True, kw_only=True)
class Line:
    """`answer`: `runs`, `refused` or `carried` (it may stand there and changes nothing)."""

    name: str
    answer: str
    how: str

    @property
    def proofs(self) -> list[str]:
        """The rows the line names as its proof."""
        return re.findall(r"`([^`]+)`", self.how)


@cache
def lines(heading: str) -> dict[str, Line]:
    """Name -> line of the table under that heading."""
    text = README.read_text(encoding="utf-8").split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]
    table = [line for line in text.splitlines() if line.startswith("|")][2:]
    found: dict[str, Line] = {}
    for line in table:
        match = LINE.fullmatch(line)
        assert match is not None, f"no line of the table: {line}"
        name, answer, how = match.groups()
        assert name not in found, f"two lines for {name}"
        found[name] = Line(name=name, answer=answer, how=how)
    return found


def line_of_event(name: str) -> Line | None:
    """The line for an event definition in a place: its own, or that for the rest."""
    table = lines(ROWS)
    return table.get(name) or table.get(name.split(", ", maxsplit=1)[0] + REST)
