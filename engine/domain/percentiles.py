"""Medians and other percentiles of a few or many figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MEDIAN, UPPER, HIGH = 50, 75, 90


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How figures lie: how many they are, and their percentiles."""

    count: int
    median: float
    upper: float  # 75th
    high: float  # 90th


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The figure below which that share lies; between two neighbours on a straight line.

    It is what spreadsheets call PERCENTILE.INC.  `values` are in order, and not empty.
    """
    place = (len(values) - 1) * per_cent / 100
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def spread(values: Sequence[float]) -> Spread | None:
    """The percentiles of figures in any order; None when there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return Spread(
        count=len(ordered),
        median=percentile(ordered, MEDIAN),
        upper=percentile(ordered, UPPER),
        high=percentile(ordered, HIGH),
    )
