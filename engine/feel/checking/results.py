"""Of which kind is what a built-in function gives back?  Null is not counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.feel.checking.kinds import (
    BOOLEAN,
    CONTEXT,
    DATE,
    LIST,
    MOMENT,
    MONTHS,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    UNKNOWN,
    Kind,
    list_of,
)

_GROUPS: Final[tuple[tuple[Kind, tuple[str, ...]], ...]] = (
    (
        NUMBER,
        (
            *("count", "sum", "mean", "product", "median", "stddev", "number", "decimal"),
            *("floor", "ceiling", "round up", "round down", "round half up", "round half down"),
            *("modulo", "sqrt", "log", "exp", "string length", "day of year", "week of year"),
            *("working days between", "営業日数", "fiscal year", "年度"),
            *("fiscal quarter", "四半期", "half year", "半期"),
        ),
    ),
    (
        STRING,
        (
            *("string", "substring", "upper case", "lower case", "substring before"),
            *("substring after", "replace", "string join", "day of week", "month of year"),
            *("era", "和暦年度", "era date", "和暦"),
        ),
    ),
    (
        BOOLEAN,
        (
            *("not", "all", "any", "odd", "even", "contains", "starts with", "ends with"),
            *("matches", "list contains", "is", "before", "after", "meets", "met by"),
            *("overlaps", "overlaps before", "overlaps after", "finishes", "finished by"),
            *("includes", "during", "starts", "started by", "coincides"),
            *("is working day", "営業日か"),
        ),
    ),
    (
        DATE,
        (
            *("date", "today", "next working day", "翌営業日", "previous working day"),
            *("前営業日", "add working days", "営業日加算", "nth working day", "月の営業日"),
            *("last working day", "月の最終営業日", "fiscal year start", "年度初日"),
            *("fiscal year end", "年度末日", "last day of month", "月末日"),
            *("same day last year", "前年同日"),
        ),
    ),
    (TIME, ("time",)),
    (MOMENT, ("date and time", "now")),
    (MONTHS, ("years and months duration",)),
    (RANGE, ("range",)),
    (CONTEXT, ("context", "context put", "context merge")),
    (
        LIST,
        (
            *("sublist", "append", "concatenate", "insert before", "remove", "reverse"),
            *("union", "distinct values", "flatten", "list replace", "sort", "mode"),
        ),
    ),
    (list_of(NUMBER), ("index of",)),
    (list_of(STRING), ("split",)),
    (list_of(CONTEXT), ("get entries",)),
)
_RESULTS: Final[Mapping[str, Kind]] = {name: kind for kind, names in _GROUPS for name in names}


def result_of(name: str, kinds: Sequence[Kind]) -> Kind:
    """The kind of what the function gives for arguments of these kinds."""
    if name == "abs" and kinds:
        return kinds[0] if kinds[0].name != "list" else UNKNOWN
    if name == "sum" and not all(map(_is_numeric, kinds)):
        return UNKNOWN
    return _RESULTS.get(name, UNKNOWN)


def _is_numeric(kind: Kind) -> bool:
    """Whether it is a number or a list of them, so that its sum is surely one."""
    return kind.name == "number" or (kind.element is not None and kind.element.name == "number")
