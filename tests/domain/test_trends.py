"""Ratio, moving average and forecast, against figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain.trends import forecast, moving_average, ratio


def figures(*values: float | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(str(value)) for value in values]


@pytest.mark.parametrize(
    ("now", "then", "percent"),
    [(52, 50, "104"), (1, 3, "33.3"), (0, 8, "0"), (5, 0, None), (None, 5, None), (5, None, None)],
)
def test_a_ratio_is_in_per_cent_of_the_figure_before(
    now: int | None, then: int | None, percent: str | None
) -> None:
    made = ratio(*figures(now, then))

    assert made == (None if percent is None else Decimal(percent))


def test_the_moving_average_takes_the_last_three_periods() -> None:
    assert moving_average(figures(100, 10, 20, 33)) == Decimal("21")


def test_a_period_without_figure_does_not_count_in_the_average() -> None:
    assert moving_average(figures(10, None, 20)) == Decimal("15")
    assert moving_average(figures(10, None, None, None)) is None


def test_a_steady_rise_goes_on_in_the_forecast() -> None:
    assert forecast(figures(10, 12, 14, 16)) == Decimal("18")


def test_the_forecast_is_the_line_of_least_squares_through_six_figures() -> None:
    # 1, 3, 2, 5, 4, 6 at 0 to 5: mean 3.5, slope 15.5 / 17.5, so 3.5 + 15.5 / 17.5 * 3.5 = 6.6
    assert forecast(figures(99, 1, 3, 2, 5, 4, 6)) == Decimal("6.6")


def test_a_missing_figure_leaves_its_place_empty_in_the_line() -> None:
    assert forecast(figures(10, None, 14, 16)) == Decimal("18")


def test_two_figures_are_too_few_for_a_forecast() -> None:
    assert forecast(figures(10, None, 12)) is None


def test_whole_numbers_are_written_without_an_exponent() -> None:
    assert str(moving_average(figures(20, 20, 20))) == "20"
