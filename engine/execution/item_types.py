"""What kind of value does an item definition allow?  Null fits every kind: nothing is there yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from engine.domain.values import YearsMonths

Kind = str  # the local name of a structureRef; empty: any value
ANY: Final[Kind] = ""
_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_FEEL: Final = "/FEEL/"


def _whole(bits: int | None) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if type(value) is not Decimal or value != value.to_integral_value():
            return False
        return bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)

    return fits


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in types


_number, _span = _is(Decimal), _is(timedelta, YearsMonths)
_FITS: Final[dict[Kind, Callable[[Any], bool]]] = {
    "string": _is(str),
    "boolean": _is(bool),
    "number": _number,
    "decimal": _number,
    "double": _number,
    "float": _number,
    "integer": _whole(None),
    "long": _whole(64),
    "int": _whole(32),
    "short": _whole(16),
    "date": _is(date),
    "dateTime": _is(datetime),
    "time": _is(time),
    "duration": _span,
    "dayTimeDuration": _is(timedelta),
    "yearMonthDuration": _is(YearsMonths),
    "context": _is(dict),
}
_ALL: Final = frozenset({"anyType", "anySimpleType", "Any", "any"})


def kind_of(definition: etree._Element | None) -> Kind | None:
    """The kind an item definition names; None for a type nobody here knows."""
    written = "" if definition is None else definition.get("structureRef", "").strip()
    if definition is None or not written:
        return ANY
    prefix, _, name = written.rpartition(":")
    space = definition.nsmap.get(prefix or None, "") or ""
    if prefix and space != _SCHEMA and _FEEL not in space:
        return None
    if name in _ALL:
        return ANY
    return name if name in _FITS else None


def fits(kind: Kind, value: Any, *, is_collection: bool) -> bool:
    """Whether the value may stand in an item of that kind; of a collection, each of its entries."""
    if value is None:
        return True
    if is_collection:
        return type(value) is list and all(fits(kind, one, is_collection=False) for one in value)
    return kind == ANY or _FITS[kind](value)
