"""Values of variables as plain JSON and back, without losing their types.

What JSON lacks becomes an object with one key that begins with `@`; an object of the office that
has such a key itself is wrapped as `@entries`, so that no data can pass for a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import YearsMonths

_MICROSECOND = timedelta(microseconds=1)


def encode(value: Any) -> Any:
    """The value as null, bool, text, list and dict only."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Mapping):
        made = {key: encode(item) for key, item in value.items()}
        if any(key.startswith("@") for key in made):
            return {"@entries": [[key, item] for key, item in made.items()]}
        return made
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return _tagged(value)


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, (int, float, Decimal)):
        return {"@number": str(value)}
    if isinstance(value, datetime):
        return {"@moment": value.isoformat()}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"@microseconds": value // _MICROSECOND}
    if isinstance(value, YearsMonths):
        return {"@months": value.months}
    raise TypeError(f"no value of a variable: {type(value).__name__}")


def decode(plain: Any) -> Any:
    """What `encode` was given."""
    if isinstance(plain, list):
        return [decode(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if len(plain) == 1:
        [(tag, item)] = plain.items()
        if tag in _READERS:
            return _READERS[tag](item)
    return {key: decode(item) for key, item in plain.items()}


_READERS: dict[str, Callable[[Any], Any]] = {
    "@number": Decimal,
    "@moment": datetime.fromisoformat,
    "@date": date.fromisoformat,
    "@time": time.fromisoformat,
    "@microseconds": lambda count: count * _MICROSECOND,
    "@months": YearsMonths,
    "@entries": lambda pairs: {key: decode(item) for key, item in pairs},
}
