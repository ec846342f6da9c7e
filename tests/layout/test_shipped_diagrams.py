"""Every shipped diagram can be read by the eye and is the one the tool draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.layout.check import check
from engine.layout.drawing import laid_out

DIAGRAMS = sorted(Path("bpmn").glob("*/*.bpmn"))
CROSSINGS = 1  # of a single diagram, counted over all its planes


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_shipped_diagram_has_no_fault(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    counts = check(text)

    assert counts.faults() == []
    assert counts.crossings <= CROSSINGS
    assert counts.bends < counts.flows


@pytest.mark.slow
@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_shipped_diagram_is_the_one_the_tool_draws(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    again = laid_out(text)

    assert again == text
