"""Twenty seconds of what `make fuzz` does for longer."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from tests.fuzz import fuzz

SECONDS = 20.0


@pytest.mark.slow
def test_only_errors_of_our_own_come_out(record_property: Callable[[str, object], None]) -> None:
    seed = int(os.environ.get("UNEI_TEST_SEED") or random.randrange(1 << 32))
    record_property("seed", seed)

    report = fuzz(SECONDS, seed)

    assert report.failures == {}
    assert report.expressions > 1_000
    assert report.files > 10
    assert report.diagrams > 10
