"""How two points or ranges lie to each other: before, meets, overlaps, includes and the rest.

A point is taken as the closed range from it to itself; the rules of DMN 1.5, table 78, come out
the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.builtins.signature import builtin
from engine.feel.errors import OperationFailed
from engine.feel.values import Range, less

_Edge = tuple[int, Any]  # -1 and 1: unbounded below and above; 0: at the value


def _order(a: _Edge, b: _Edge) -> int:
    if a[0] or b[0]:
        return (a[0] > b[0]) - (a[0] < b[0])
    smaller, larger = less(a[1], b[1]), less(b[1], a[1])
    if smaller is None or larger is None:
        raise OperationFailed("比べられない値です。")
    return larger - smaller


class _Span:
    """A range by its edges."""

    def __init__(self, value: Any) -> None:
        range_ = value if type(value) is Range else Range(value, value, True, True)  # noqa: FBT003
        if range_.operator == "!=":
            raise OperationFailed("!= の範囲には前後がありません。")
        self.start: _Edge = (-1 if range_.low is None else 0, range_.low)
        self.end: _Edge = (1 if range_.high is None else 0, range_.high)
        self.has_start = range_.low_included
        self.has_end = range_.high_included


def _before(a: _Span, b: _Span) -> bool:
    order = _order(a.end, b.start)
    return order < 0 or (order == 0 and not (a.has_end and b.has_start))


def _meets(a: _Span, b: _Span) -> bool:
    return a.has_end and b.has_start and _order(a.end, b.start) == 0


def _starts_first(a: _Span, b: _Span) -> bool:
    order = _order(a.start, b.start)
    return order < 0 or (order == 0 and a.has_start and not b.has_start)


def _ends_within(a: _Span, b: _Span) -> bool:
    order = _order(a.end, b.end)
    return order < 0 or (order == 0 and (not a.has_end or b.has_end))


def _starts_within(a: _Span, b: _Span) -> bool:
    order = _order(a.start, b.start)
    return order > 0 or (order == 0 and (not a.has_start or b.has_start))


def _overlaps(a: _Span, b: _Span) -> bool:
    return not _before(a, b) and not _before(b, a)


def _overlaps_before(a: _Span, b: _Span) -> bool:
    return _starts_first(a, b) and not _before(a, b) and _ends_within(a, b)


def _overlaps_after(a: _Span, b: _Span) -> bool:
    return _starts_first(b, a) and not _before(b, a) and _ends_within(b, a)


def _finishes(a: _Span, b: _Span) -> bool:
    return a.has_end == b.has_end and _order(a.end, b.end) == 0 and _starts_within(a, b)


def _starts(a: _Span, b: _Span) -> bool:
    return a.has_start == b.has_start and _order(a.start, b.start) == 0 and _ends_within(a, b)


def _during(a: _Span, b: _Span) -> bool:
    return _starts_within(a, b) and _ends_within(a, b)


def _coincides(a: _Span, b: _Span) -> bool:
    return (
        (a.has_start, a.has_end) == (b.has_start, b.has_end)
        and _order(a.start, b.start) == 0
        and _order(a.end, b.end) == 0
    )


Relation = Callable[[_Span, _Span], bool]
_ANY = ("point1: any, point2: any", "point: any, range: any", "range: any, point: any")
_RANGES = "range1: range, range2: range"
_POINT_RANGE = "point: any, range: range"
_RANGE_POINT = "range: range, point: any"


def _relation(relation: Relation) -> Callable[[Any, Any], bool]:
    return lambda a, b: relation(_Span(a), _Span(b))


def _reverse(relation: Relation) -> Callable[[Any, Any], bool]:
    return lambda a, b: relation(_Span(b), _Span(a))


FUNCTIONS = (
    builtin("before", _relation(_before), *_ANY, "range1: any, range2: any"),
    builtin("after", _reverse(_before), *_ANY, "range1: any, range2: any"),
    builtin("meets", _relation(_meets), _RANGES),
    builtin("met by", _reverse(_meets), _RANGES),
    builtin("overlaps", _relation(_overlaps), _RANGES),
    builtin("overlaps before", _relation(_overlaps_before), _RANGES),
    builtin("overlaps after", _relation(_overlaps_after), _RANGES),
    builtin("finishes", _relation(_finishes), _POINT_RANGE, "range1: any, range2: range"),
    builtin("finished by", _reverse(_finishes), _RANGE_POINT, "range1: range, range2: any"),
    builtin("includes", _reverse(_during), _RANGE_POINT, "range1: range, range2: any"),
    builtin("during", _relation(_during), _POINT_RANGE, "range1: any, range2: range"),
    builtin("starts", _relation(_starts), _POINT_RANGE, "range1: any, range2: range"),
    builtin("started by", _reverse(_starts), _RANGE_POINT, "range1: range, range2: any"),
    builtin(
        "coincides", _relation(_coincides), "point1: any, point2: any", "range1: any, range2: any"
    ),
)
