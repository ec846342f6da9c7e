"""Medians and other percentiles."""

from __future__ import annotations

import statistics

import pytest

from engine.domain.percentiles import percentile, spread


@pytest.mark.parametrize(
    ("values", "per_cent", "expected"),
    [
        pytest.param([4.0], 90, 4.0, id="one figure"),
        pytest.param([1.0, 2.0], 50, 1.5, id="between two"),
        pytest.param([1.0, 2.0, 3.0, 4.0, 5.0], 75, 4.0, id="on a figure"),
        pytest.param([1.0, 2.0, 3.0, 4.0], 90, 3.7, id="between the last two"),
    ],
)
def test_percentiles_lie_on_a_line_between_neighbours(
    values: list[float], per_cent: float, expected: float
) -> None:
    assert percentile(values, per_cent) == pytest.approx(expected)


def test_it_agrees_with_the_standard_library() -> None:
    values = [float(n * n % 37) for n in range(40)]

    found = spread(values)

    quantiles = statistics.quantiles(values, n=20, method="inclusive")
    assert found is not None
    assert found.count == 40
    assert found.median == pytest.approx(statistics.median(values))
    assert found.upper == pytest.approx(quantiles[14])
    assert found.high == pytest.approx(quantiles[17])


def test_nothing_has_no_spread() -> None:
    assert spread([]) is None
