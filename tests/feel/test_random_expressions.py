"""Whatever is written, only the language's own errors come out."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.feel.generator import Generator, attempt


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_expressions_fail_only_in_the_language_s_own_ways(seed: int) -> None:
    generator = Generator(seed)

    for text in islice(generator.texts(), 500):
        attempt(text)
        attempt(text, as_cell=True)
