"""Pairs of bars: from zero, with lines at whole numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from web import charts


@pytest.mark.parametrize(
    ("most", "highest"),
    [(0, 4), (3, 4), (4, 4), (5, 8), (38, 40), (41, 80), (900, 2000)],
)
def test_the_lines_stand_at_whole_numbers_above_all_bars(most: int, highest: int) -> None:
    figures = [int(text.replace(",", "")) for _, text in charts.bars([("6月", most, 0)]).grid]

    assert figures == [highest * n // 4 for n in range(5)]
    assert figures[-1] >= most


def test_bars_begin_at_zero_and_are_as_high_as_their_figures() -> None:
    chart = charts.bars([("6月", 4, 2), ("7月", 1, 0)])
    base = chart.grid[0][0]

    assert [bar.y + bar.height for bar in chart.bars] == pytest.approx([base] * 4)
    assert [bar.height for bar in chart.bars] == pytest.approx(
        [(base - chart.grid[-1][0]) * part for part in (1, 0.5, 0.25, 0)], abs=0.1
    )
    assert [bar.value for bar in chart.bars] == ["4", "2", "1", ""]
    assert [bar.series for bar in chart.bars] == [1, 2, 1, 2]


def test_bars_stay_within_the_picture_and_apart() -> None:
    chart = charts.bars([(f"{n}月", 1_200, 900) for n in range(1, 13)])

    edges = [(bar.x, bar.x + bar.width) for bar in chart.bars]
    assert all(charts.LEFT <= left < right <= charts.RIGHT for left, right in edges)
    assert all(right <= left for (_, right), (left, _) in pairwise(edges))
    assert {bar.value for bar in chart.bars} == {""}  # no room for four figures
