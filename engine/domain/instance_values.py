"""How the data items of an instance are looked for: one row for each value, with a key to compare.

The first letter of a key tells the kind of the value, so that numbers are compared with numbers
and days with days: `n` number, `d` day or moment (in Tokyo), `b` yes or no, `t` text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.register_keys import KEY_LENGTH, number_key, plain
from engine.domain.values import TOKYO, number

NUMBER, DAY, TRUTH, TEXT = "n", "d", "b", "t"
END = "~"  # stands after every digit and letter of a key that is no text
TEXT_LENGTH = 2_000
MOST_ITEMS = 20  # of a list
MOST_ROWS = 200  # of an instance
YES, NO = frozenset({"はい", "有", "yes", "true"}), frozenset({"いいえ", "無", "no", "false"})


class Comparison(StrEnum):
    """How a value is compared with what somebody typed."""

    HAS = "has"  # the text stands in it
    IS = "is"
    FROM = "from"  # this number or day, or a later one
    TO = "to"


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """A value of the data item `name`; `place` from 0 in a list.  `text`: what a long one holds."""

    name: str
    place: int
    key: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody looks for: `typed` as it came, `day` if it can be read as one.

    Nothing typed: the item has any value at all.
    """

    name: str
    comparison: Comparison = Comparison.HAS
    typed: str = ""
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Spans:
    """A condition on the rows of one item: `word` inside a text, or a key within a span.

    Each span holds its ends; no span and no word fit nothing.
    """

    name: str
    word: str = ""
    spans: tuple[tuple[str, str], ...] = ()


def value_rows(variables: Mapping[str, Any]) -> list[ValueRow]:
    """The rows of what an instance holds, by name.

    Data items have Japanese names; the others are the diagram's own.  Tables and files are left
    out, and so is what is empty.
    """
    rows = [row for name in sorted(variables) for row in _rows(name, variables[name])]
    return rows[:MOST_ROWS]


def _rows(name: str, value: Any) -> Iterator[ValueRow]:
    if name.isascii():
        return
    items = value[:MOST_ITEMS] if isinstance(value, list) else [value]
    for place, item in enumerate(items):
        key = key_of(item)
        if key:
            long = plain(item) if isinstance(item, str) else ""
            text = long[:TEXT_LENGTH] if len(long) > KEY_LENGTH else ""
            yield ValueRow(name=name, place=place, key=key, text=text)


def key_of(value: Any) -> str:
    """The key of one value; empty for what is not looked for."""
    if isinstance(value, bool):
        return f"{TRUTH}{value:d}"
    if isinstance(value, (Decimal, int)):
        return NUMBER + number_key(Decimal(value))
    if isinstance(value, datetime):
        return DAY + value.astimezone(TOKYO).replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return DAY + value.isoformat()
    if isinstance(value, time):
        return TEXT + value.isoformat("minutes")
    found = plain(value)[:KEY_LENGTH] if isinstance(value, str) else ""
    return TEXT + found if found else ""


def spans_of(asked: Asked, ids: Sequence[str] = ()) -> Spans:
    """The condition as the rows know it.  `ids`: of the people who bear the name that was typed."""
    text = plain(asked.typed)
    if not text:
        return Spans(name=asked.name, spans=(("", chr(0x10FFFF)),))
    people = [(TEXT + plain(id_),) * 2 for id_ in ids]
    if asked.comparison is Comparison.HAS:
        return Spans(name=asked.name, word=text, spans=(*_exactly(asked, text), *people))
    if asked.comparison is Comparison.IS:
        whole = TEXT + text[:KEY_LENGTH]
        return Spans(name=asked.name, spans=((whole, whole), *_exactly(asked, text), *people))
    return Spans(name=asked.name, spans=tuple(_ranges(asked, text)))


def merged(conditions: Sequence[Spans]) -> tuple[Spans, ...]:
    """The same conditions; two ranges of one item as the one in which they overlap."""
    found: list[Spans] = []
    for one in conditions:
        before = next((old for old in found if _is_same_range(old, one)), None)
        if before is None:
            found.append(one)
        else:
            found[found.index(before)] = replace(before, spans=_overlap(before, one))
    return tuple(found)


def _is_same_range(one: Spans, other: Spans) -> bool:
    return one.name == other.name and not (one.word or other.word)


def _overlap(one: Spans, other: Spans) -> tuple[tuple[str, str], ...]:
    pairs = [(max(a, c), min(b, d)) for a, b in one.spans for c, d in other.spans]
    return tuple((low, high) for low, high in pairs if low <= high)


def _exactly(asked: Asked, text: str) -> Iterator[tuple[str, str]]:
    """A number, a day (with all its moments), yes or no."""
    figure = _number(text)
    if figure is not None:
        key = key_of(figure)
        yield key, key
    if asked.day is not None:
        yield key_of(asked.day), key_of(asked.day) + END
    if text in YES | NO:
        key = key_of(text in YES)
        yield key, key


def _ranges(asked: Asked, text: str) -> Iterator[tuple[str, str]]:
    is_from = asked.comparison is Comparison.FROM
    figure = _number(text)
    if figure is not None:
        key = key_of(figure)
        yield (key, NUMBER + END) if is_from else (NUMBER, key)
    if asked.day is not None:
        key = key_of(asked.day)
        yield (key, DAY + END) if is_from else (DAY, key + END)


def _number(text: str) -> Decimal | None:
    digits = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("円")
    try:
        return number(digits.replace("−", "-"))
    except InvalidError:
        return None
