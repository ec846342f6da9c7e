"""Which combinations of inputs does no rule cover, and which do two rules share?

A rule is a box: per column a bit mask over the column's representative values.  Everything here
works on boxes and knows neither FEEL nor XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

Box = tuple[int, ...]
Point = tuple[int, ...]  # per column the number of a representative value
MAX_NODES: Final = 50_000


class TooLargeError(Exception):
    """The table has too many combinations to be looked through."""


def shared_point(left: Box, right: Box) -> Point | None:
    """A combination that lies in both boxes."""
    common = [a & b for a, b in zip(left, right, strict=True)]
    return tuple(map(_lowest, common)) if all(common) else None


def uncovered(boxes: Sequence[Box], space: Box, most: int) -> list[Point]:
    """Up to `most` combinations inside `space` that lie in none of the boxes.

    Values of a column that the same boxes contain are one case, so a table with few distinct
    cells stays small however many columns it has.

    Raises:
        TooLargeError: more than 50,000 cases.
    """
    found: list[Point] = []
    for point in _Search(boxes, space).points():
        found.append(point)
        if len(found) == most:
            break
    return found


class _Search:
    def __init__(self, boxes: Sequence[Box], space: Box) -> None:
        self.boxes = boxes
        self.space = space
        self.nodes = 0
        self.covered: set[tuple[int, int]] = set()
        self.columns = [self._cases(column) for column in range(len(space))]

    def _cases(self, column: int) -> list[tuple[int, int]]:
        """(number of the first value, which boxes contain it) of each distinct case."""
        cases: dict[int, int] = {}
        for value in _bits(self.space[column]):
            boxes = sum(
                1 << number for number, box in enumerate(self.boxes) if box[column] >> value & 1
            )
            cases.setdefault(boxes, value)
        return [(value, boxes) for boxes, value in cases.items()]

    def points(self) -> Iterator[Point]:
        return self._below(0, (1 << len(self.boxes)) - 1)

    def _below(self, column: int, live: int) -> Iterator[Point]:
        """`live`: the boxes that contain the values chosen so far."""
        if (column, live) in self.covered:
            return
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLargeError
        if column == len(self.columns):
            if not live:
                yield ()
            return
        if not live:
            rest = self.columns[column:]
            yield tuple(cases[0][0] for cases in rest)
            return
        found = False
        for point in self._within(column, live):
            found = True
            yield point
        if not found:
            self.covered.add((column, live))

    def _within(self, column: int, live: int) -> Iterator[Point]:
        for value, boxes in self.columns[column]:
            for rest in self._below(column + 1, live & boxes):
                yield (value, *rest)


def _bits(mask: int) -> Iterator[int]:
    value = 0
    while mask:
        if mask & 1:
            yield value
        mask >>= 1
        value += 1


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
