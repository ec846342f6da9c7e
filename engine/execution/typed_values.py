"""How are values that JSON does not know kept in a state, so that no user's data can pose as one?

A typed value is an object with the single key `TAG`.  A user's own key may begin with the tag as
well: then, and only then, every such key is escaped by doubling the tag.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.domain.values import YearsMonths

TAG: Final = "\x00"  # no form, expression or file can type it, and JSON writes it visibly
WRITTEN: Final = b"\\u0000"  # the tag as JSON writes it, wherever it stands


def to_tagged(value: Any) -> dict[str, str]:
    """A typed value as JSON.

    Raises:
        TypeError: values of this type are never stored; the boundary has let it through.
    """
    kind = type(value)
    write = _WRITE.get(kind)
    if write is None:
        raise TypeError(f"cannot be stored in process data: {kind.__name__}")
    return {TAG: write(value)}


def restore(value: Any) -> Any:
    """The value of what was read from JSON; containers are changed in place."""
    if type(value) is dict:
        if len(value) == 1 and TAG in value:
            text = value[TAG]
            return _READ[text[0]](text[1:])
        for key in value:
            value[key] = restore(value[key])
        if any(key.startswith(TAG) for key in value):
            return {key.removeprefix(TAG): item for key, item in value.items()}
        return value
    if type(value) is list:
        for n, item in enumerate(value):
            value[n] = restore(item)
    return value


def escape(value: Any) -> Any:
    """A copy in which every key that begins with the tag begins with two."""
    if type(value) is dict:
        return {
            (TAG + key if key.startswith(TAG) else key): escape(item) for key, item in value.items()
        }
    if type(value) in (list, tuple):
        return [escape(item) for item in value]
    return value


def _zoned(text: str, moment: datetime | time) -> str:
    """ISO text; the name of a time zone stands behind @, since its rules are part of the value."""
    zone = moment.tzinfo
    return f"{text}@{zone.key}" if isinstance(zone, ZoneInfo) else text


def _moment(text: str) -> datetime:
    iso, _, zone = text.partition("@")
    moment = datetime.fromisoformat(iso)
    return moment.astimezone(ZoneInfo(zone)) if zone else moment


def _clock(text: str) -> time:
    iso, _, zone = text.partition("@")
    clock = time.fromisoformat(iso)
    return clock.replace(tzinfo=ZoneInfo(zone)) if zone else clock


_MICROSECOND: Final = timedelta(microseconds=1)
_WRITE: Final[dict[type, Callable[[Any], str]]] = {
    Decimal: lambda v: f"n{v}",
    datetime: lambda v: "m" + _zoned(v.isoformat(), v),
    date: lambda v: "d" + v.isoformat(),
    time: lambda v: "t" + _zoned(v.isoformat(), v),
    timedelta: lambda v: f"s{v // _MICROSECOND}",
    YearsMonths: lambda v: f"y{v.months}",
}
_READ: Final[dict[str, Callable[[str], Any]]] = {
    "n": Decimal,
    "m": _moment,
    "d": date.fromisoformat,
    "t": _clock,
    "s": lambda text: int(text) * _MICROSECOND,
    "y": lambda text: YearsMonths(int(text)),
}
