"""What a variable may hold, and how values from outside become such values.

A variable holds null, bool, text, `Decimal`, date, time, aware date and time, the two durations
(`timedelta` for days and time, `YearsMonths` for years and months), a list, or a dict with text
keys; nothing else.  Forms, the API and the engine convert on their first line inside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.errors import InvalidError

TOKYO = ZoneInfo("Asia/Tokyo")
DIGITS = 34  # decimal128, as DMN asks for
MAX_TEXT = 100_000
MAX_ENTRIES = 10_000
MAX_DEPTH = 40
MAX_EXPONENT = 6144  # of decimal128
_DECIMAL128 = Context(prec=DIGITS)
_OPERATORS = frozenset("+-*/=<>!()[]{}\"'.,:;?@|&^~\\ \t\r\n")


@dataclass(frozen=True, order=True)
class YearsMonths:
    """A years-and-months duration; `months` is signed and holds the years as well."""

    months: int

    def __str__(self) -> str:
        sign, years, months = "-" if self.months < 0 else "", *divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{sign}P{body}"


class UnstorableError(InvalidError):
    """A value cannot be kept in a variable.  `path` names the place, e.g. `不具合[2].期限`."""

    code = "unstorable_value"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def name(text: str) -> str:
    """A variable, field or column name as it is kept: NFKC, trimmed.

    Raises:
        InvalidError: the name is empty or holds a FEEL operator sign or white space.
    """
    normal = unicodedata.normalize("NFKC", text).strip()
    if not normal or not _OPERATORS.isdisjoint(normal):
        raise InvalidError(f"「{text}」は名前に使えません。記号と空白を除いた名前にします。")
    return normal


def number(value: int | float | Decimal | str) -> Decimal:
    """A number with at most 34 digits, rounded half even.

    Raises:
        InvalidError: not a number, not finite, or beyond the range of decimal128.
    """
    try:
        made = _DECIMAL128.create_decimal(str(value) if isinstance(value, float) else value)
    except InvalidOperation as error:
        raise InvalidError(f"「{value}」は数値ではありません。") from error
    if not made.is_finite() or abs(made.adjusted()) > MAX_EXPONENT:
        raise InvalidError(f"「{value}」は扱える数値の範囲を超えています。")
    return made


def storable(value: Any, path: str = "") -> Any:
    """A deep copy of `value` in the types a variable may hold; nothing of it is shared.

    Raises:
        UnstorableError: the value or a part of it cannot be kept.
    """
    return _storable(value, path, 0)


def _storable(value: Any, path: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise UnstorableError(path, "入れ子が深すぎます。")
    if value is None or isinstance(value, (bool, date, time, timedelta, YearsMonths)):
        return _moment(value) if isinstance(value, datetime) else value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, (int, float, Decimal)):
        return _number(value, path)
    if isinstance(value, Mapping):
        return _entries(value, path, depth)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _items(list(value), path, depth)
    raise UnstorableError(path, f"この種類の値は保存できません（{type(value).__name__}）。")


def _moment(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=TOKYO)


def _number(value: int | float | Decimal, path: str) -> Decimal:
    try:
        return number(value)
    except InvalidError as error:
        raise UnstorableError(path, str(error)) from error


def _items(value: list[Any], path: str, depth: int) -> list[Any]:
    if len(value) > MAX_ENTRIES:
        raise UnstorableError(path, f"一覧は{MAX_ENTRIES}件までです。")
    return [_storable(item, f"{path}[{n}]", depth + 1) for n, item in enumerate(value, 1)]


def _entries(value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
    if len(value) > MAX_ENTRIES:
        raise UnstorableError(path, f"項目は{MAX_ENTRIES}件までです。")
    made: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise UnstorableError(path, "項目の名前は文字列に限ります。")
        _text(key, path)
        made[key] = _storable(item, f"{path}.{key}" if path else key, depth + 1)
    return made


def _text(value: str, path: str) -> str:
    if len(value) > MAX_TEXT:
        raise UnstorableError(path, f"文字数は{MAX_TEXT}字までです。")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise UnstorableError(path, "扱えない文字が含まれています。") from error
    return value


def to_json(value: Any) -> Any:
    """The value as JSON for people and other systems: numbers and temporals as their text."""
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    for kind, text in _TEXTS:
        if isinstance(value, kind):
            return text(value)
    return value


def duration_text(value: timedelta) -> str:
    """ISO 8601 text of a days-and-time duration, e.g. `P1DT2H`, `-PT0.5S`, `PT0S`."""
    micros = abs(value) // timedelta(microseconds=1)
    seconds, micros = divmod(micros, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    fraction = f".{micros:06d}".rstrip("0") if micros else ""
    clock = (
        (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{seconds}{fraction}S" if seconds or micros else "")
    )
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta(0) else "") + "P" + (body or "T0S")


_TEXTS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Decimal, lambda value: format(value, "f")),
    (date, lambda value: value.isoformat()),  # moments too
    (time, time.isoformat),
    (timedelta, duration_text),
    (YearsMonths, str),
)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
