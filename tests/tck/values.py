"""How the kit writes values, and when a result counts as the expected one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree

from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation
from engine.feel.expression import compile_expression

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TEMPORALS = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
}
# The kit's own expected values are rounded at will ("0.33333333"), results are not.
_TOLERANCE = Decimal("1e-8")


def evaluation() -> Evaluation:
    return Evaluation(now=NOW, calendar=Calendar(closures=frozenset()))


def read_value(element: etree._Element) -> Any:
    """The value in a `valueType` element: null, simple value, list, or context of components."""
    if element.get(_NIL) in ("true", "1"):
        return None
    listed = element.find("{*}list")
    if listed is not None:
        if listed.get(_NIL) in ("true", "1"):
            return None
        return [read_value(item) for item in listed.iterfind("{*}item")]
    components = element.findall("{*}component")
    if components:
        return {one.get("name", ""): read_value(one) for one in components}
    value = element.find("{*}value")
    return None if value is None or value.get(_NIL) in ("true", "1") else _simple(value)


def _simple(element: etree._Element) -> Any:
    kind = element.get(_TYPE, "string").rpartition(":")[2]
    text = element.text or ""
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return Decimal(text.strip())
    if kind in _TEMPORALS:
        return _temporal(_TEMPORALS[kind], text.strip())
    return text


@cache
def _temporal(function: str, text: str) -> Any:
    value = compile_expression(f'{function}("{text}")').evaluate({}, evaluation())
    # Unreadable temporals must never look like an expected null.
    return f"unreadable {function} {text}" if value is None else value


def same(expected: Any, actual: Any) -> bool:
    """Whether a result counts as the expected value; numbers within 1e-8 of their size."""
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(expected - actual) <= _TOLERANCE * max(1, abs(expected))
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict):
        return expected.keys() == actual.keys() and all(
            same(value, actual[key]) for key, value in expected.items()
        )
    return bool(expected == actual)
