"""When was an instance where?  The geometry of an accessible SVG: a row for each element.

Every size is an attribute, since pages allow no inline style; a template writes the elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.instance import InstanceHead
from web.context import Clock
from web.durations import Took
from web.path import Stay
from web.progress import Line, Progress

WIDTH, LEFT, RIGHT = 470, 150, 385
TOP, ROW, BAR = 8, 26, 14
MOST_ROWS = 18
LEAST = 2.0  # width of a bar that can still be seen


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: float
    width: float
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """`y`: top of its bars; `text_y`: base line of its words."""

    name: str
    y: int
    text_y: int
    bars: tuple[Bar, ...]
    took: Took


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`more`: elements for which there is no room."""

    rows: tuple[Row, ...]
    more: int
    began_at: datetime
    ended_at: datetime
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.rows) + 26

    @property
    def axis_y(self) -> int:
        return TOP + ROW * len(self.rows) + 2


def timeline(progress: Progress, head: InstanceHead, clock: Clock) -> Timeline | None:
    """The bars of all work with a beginning, in the order in which it began; None without any."""
    began_at, end = head.started_at, head.ended_at or clock.now
    lines = [(line, line.took) for line in progress.work if line.took is not None]
    lines.sort(key=lambda one: _first(one[0]))
    rows = [
        _row(number, line, took, tuple(_bars(line.stays, began_at, end)))
        for number, (line, took) in enumerate(lines[:MOST_ROWS])
    ]
    if not rows:
        return None
    more = max(len(lines) - MOST_ROWS, 0)
    return Timeline(rows=tuple(rows), more=more, began_at=began_at, ended_at=end)


def _first(line: Line) -> datetime:
    return min(stay.began_at for stay in line.stays if stay.began_at)


def _row(number: int, line: Line, took: Took, bars: tuple[Bar, ...]) -> Row:
    top = TOP + ROW * number
    return Row(
        name=line.element.name,
        y=top + (ROW - BAR) // 2,
        text_y=top + ROW // 2 + 5,
        bars=bars,
        took=took,
    )


def _bars(stays: Sequence[Stay], began_at: datetime, end: datetime) -> list[Bar]:
    span = max((end - began_at).total_seconds(), 1.0)

    def x(moment: datetime) -> float:
        share = (moment - began_at).total_seconds() / span
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)

    found = []
    for stay in stays:
        if stay.began_at is None:
            continue
        start, stop = x(stay.began_at), x(stay.ended_at or end)
        width = max(stop - start, LEAST)
        found.append(Bar(x=min(start, RIGHT - width), width=width, is_now=stay.ended_at is None))
    return found
