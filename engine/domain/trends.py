"""What do the figures of an indicator tell together?  Ratios, a moving average and a forecast.

Everything is arithmetic on the figures alone, so that people can check it with a calculator.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

AVERAGED = 3  # periods of the moving average
LINE = 6  # figures the forecast draws its line through
FEWEST = 3  # figures below which a line would only be a guess
_CENT, _TENTH = Decimal("0.01"), Decimal("0.1")
_HUNDRED = Decimal(100)


def ratio(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """`now` in per cent of `then`, one decimal; None without both, or when `then` is 0."""
    if now is None or not then:
        return None
    return (now / then * _HUNDRED).quantize(_TENTH).normalize() + 0


def moving_average(values: Sequence[Decimal | None]) -> Decimal | None:
    """The mean of the last three periods, two decimals; periods without a figure do not count."""
    known = [value for value in values[-AVERAGED:] if value is not None]
    return _rounded(sum(known, Decimal()) / len(known)) if known else None


def forecast(values: Sequence[Decimal | None]) -> Decimal | None:
    """The next figure, if it goes on as in the last six periods; two decimals.

    A straight line (least squares) through the figures of these periods; one that is missing
    leaves its place empty.  None with fewer than three figures.
    """
    recent = values[-LINE:]
    points = [(Decimal(place), value) for place, value in enumerate(recent) if value is not None]
    if len(points) < FEWEST:
        return None
    count = len(points)
    middle = sum((x for x, _ in points), Decimal()) / count
    mean = sum((y for _, y in points), Decimal()) / count
    spread = sum(((x - middle) ** 2 for x, _ in points), Decimal())
    slope = sum(((x - middle) * (y - mean) for x, y in points), Decimal()) / spread
    return _rounded(mean + slope * (len(recent) - middle))


def _rounded(value: Decimal) -> Decimal:
    """Without zeros behind the last digit: 20, not 20.00 and not 2E+1."""
    return value.quantize(_CENT).normalize() + 0
