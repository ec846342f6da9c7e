"""The engine keeps its share of the public kit; the kit itself is no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tck.__main__ import BOUNDS, is_below_bound
from tests.tck.cases import list_levels
from tests.tck.running import run

_SHARED = os.environ.get("UNEI_SHARED", "")


@pytest.mark.slow
@pytest.mark.skipif(not _SHARED, reason="UNEI_SHARED names no folder with data/dmn-tck")
@pytest.mark.parametrize("level", sorted(BOUNDS))
def test_the_kit_passes_at_least_to_the_bound(level: int) -> None:
    cases = list_levels(Path(_SHARED) / "data" / "dmn-tck")[level]

    score = run(cases)

    listed = "\n".join(str(failure) for failure in score.failures)
    assert not is_below_bound(level, score), f"{score.passed}/{score.total}\n{listed}"
