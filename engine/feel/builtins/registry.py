"""All built-in functions by name."""

from __future__ import annotations

from engine.feel.builtins import (
    contexts,
    conversion,
    days,
    intervals,
    lists,
    logic,
    numbers,
    office,
    statistics,
    text,
)
from engine.feel.functions import Function

STANDARD: dict[str, Function] = {
    function.name: function
    for family in (contexts, conversion, days, intervals, lists, logic, numbers, statistics, text)
    for function in family.FUNCTIONS
}
OFFICE: dict[str, Function] = {function.name: function for function in office.FUNCTIONS}
BUILTINS: dict[str, Function] = {**OFFICE, **STANDARD}
