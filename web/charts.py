"""Rows -> the geometry of an accessible SVG: a line over time, with its goal as a dashed line, or
pairs of bars.

Every size is an attribute, since pages allow no inline style; a template writes the elements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 470, 220
LEFT, RIGHT, TOP, BOTTOM = 54, 458, 20, 192
STEPS = 4  # lines of the grid above the axis
MARGIN = Decimal("0.1")  # of the span, above and below the values
NICE = (1, 2, 5, 10)
WIDEST_BAR = 22
LETTER = 7.5  # width of a figure, in the units of the picture
Point = tuple[str, Decimal | None]
_Height = Callable[[Decimal], float]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One moment on the line.  `y` None: there is no value; `value` empty: no room for it."""

    label: str
    x: float
    y: float | None
    value: str
    value_y: float = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line chart.  `grid`: y and figure of each line; `path` has gaps where values lack."""

    marks: tuple[Mark, ...]
    grid: tuple[tuple[float, str], ...]
    path: str
    goal_y: float | None
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, kw_only=True)
class Bar:
    """`series`: 1 or 2; `value` empty: there is no room for the figure."""

    series: int
    x: float
    y: float
    width: float
    height: float
    value: str


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Pairs of bars, from zero.  `labels`: x and text below each pair."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str], ...]
    grid: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


def bars(pairs: Sequence[tuple[str, int, int]]) -> Bars:
    """The chart of pairs of counts, each with its label, oldest first."""
    most = max((value for _, *values in pairs for value in values), default=0)
    step = _whole_step(most)
    room = (RIGHT - LEFT) / max(len(pairs), 1)
    width = round(min(room * 0.32, WIDEST_BAR), 1)
    has_room = len(f"{most:,}") * LETTER <= room / 2

    def y(value: float) -> float:
        return round(BOTTOM - value / (step * STEPS) * (BOTTOM - TOP), 1)

    made = [
        Bar(
            series=series,
            x=round(_x(number, len(pairs)) + (1 if series == 2 else -1 - width), 1),  # noqa: PLR2004
            y=y(value),
            width=width,
            height=round(BOTTOM - y(value), 1),
            value=f"{value:,}" if has_room and value else "",
        )
        for number, (_, *values) in enumerate(pairs)
        for series, value in enumerate(values, 1)
    ]
    return Bars(
        bars=tuple(made),
        labels=tuple((_x(n, len(pairs)), label) for n, (label, *_) in enumerate(pairs)),
        grid=tuple((y(step * n), f"{step * n:,}") for n in range(STEPS + 1)),
    )


def _whole_step(most: int) -> int:
    """The distance of the lines: a whole number that is easy to read."""
    rough = max(most / STEPS, 1)
    size = int("1" + "0" * (len(str(int(rough))) - 1))
    return next(size * nice for nice in NICE if size * nice >= rough)


def line(points: Sequence[Point], goal: Decimal | None) -> Line | None:
    """The chart of a run of values, oldest first; None when there is no value at all."""
    values = [value for _, value in points if value is not None]
    if not values:
        return None
    low, step = _scale([*values, *([] if goal is None else [goal])])
    high = low + step * STEPS

    def y(value: Decimal) -> float:
        return round(BOTTOM - float((value - low) / (high - low)) * (BOTTOM - TOP), 1)

    return Line(
        marks=_marks(points, y),
        grid=tuple((y(low + step * n), _figure(low + step * n)) for n in range(STEPS + 1)),
        path=_path(points, y),
        goal_y=None if goal is None else y(goal),
    )


def _scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The lowest figure of the axis and the step between its lines, both easy to read."""
    bottom, top = min(values), max(values)
    span = (top - bottom) or abs(top) or Decimal(1)
    bottom, top = bottom - span * MARGIN, top + span * MARGIN
    if min(values) >= 0:
        bottom = max(bottom, Decimal(0))
    rough = (top - bottom) / STEPS
    size = Decimal(1).scaleb(rough.adjusted())
    for nice in NICE:
        step = size * nice
        low = bottom // step * step - (step if bottom < 0 and bottom % step else 0)
        if low + step * STEPS >= top:
            return low, step
    return bottom // (size * 20) * size * 20, size * 20


def _x(number: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * (number + 0.5) / count, 1)


def _marks(points: Sequence[Point], y: _Height) -> tuple[Mark, ...]:
    """Of values that would run into each other, every second or third is printed, and the last."""
    texts = ["" if value is None else _figure(value) for _, value in points]
    room = (RIGHT - LEFT) / len(points)
    every = int(max(map(len, texts)) * LETTER // room) + 1
    last = len(points) - 1
    return tuple(
        Mark(
            label=label if (last - number) % (int(LETTER * 4 // room) + 1) == 0 else "",
            x=_x(number, len(points)),
            y=None if value is None else y(value),
            value=texts[number] if (last - number) % every == 0 else "",
            value_y=0 if value is None else max(y(value) - 9, 11),
        )
        for number, (label, value) in enumerate(points)
    )


def _path(points: Sequence[Point], y: _Height) -> str:
    parts, pen = [], "M"
    for number, (_, value) in enumerate(points):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{_x(number, len(points))} {y(value)}")
        pen = "L"
    return "".join(parts)


def _figure(value: Decimal) -> str:
    text = f"{value.normalize():,f}"
    return text.replace("-", "−")
