"""Are two stored values the same in every respect, not only equal?  And how is one copied?

`1 = true`, `1.0 = 1.00` and two spellings of one moment are equal in Python; kept and shown they
are different values.
"""

from __future__ import annotations

from decimal import Decimal
from operator import is_
from typing import Any


def same(one: Any, other: Any) -> bool:
    """True if one value can stand for the other without anybody noticing."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is dict:
        return len(one) == len(other) and all(
            name in other and same(value, other[name]) for name, value in one.items()
        )
    if kind is list:  # a list handed on from task to task holds the very same entries
        return len(one) == len(other) and (all(map(is_, one, other)) or all(map(same, one, other)))
    if kind is Decimal:
        return bool(one.compare_total(other) == 0)
    return bool(one == other) and getattr(one, "tzinfo", None) == getattr(other, "tzinfo", None)


def handed_on(data: dict[str, Any]) -> dict[str, Any]:
    """The data for what follows: containers are copied one level deep, as the library does."""
    return {k: v.copy() if type(v) in (dict, list) else v for k, v in data.items()}


def copied(value: Any) -> Any:
    """The stored value with containers of its own."""
    if type(value) is dict:
        return {name: copied(item) for name, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return value
