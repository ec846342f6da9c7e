"""How the values of a record are looked for and put in order: one plain text for each.

Texts are compared as people read them: full and half width, capitals and white space make no
difference.  Numbers and temporals become texts that stand in their order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

WHOLE = ""  # the column of the row that holds all texts of a record
KEY_LENGTH = 100
TEXT_LENGTH = 20_000  # of one column
WHOLE_LENGTH = 60_000
_EXPONENT_ZERO = 10_000  # exponents of decimal128 stay within 6144
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


@dataclass(frozen=True, kw_only=True)
class SearchRow:
    """What is kept of one column: `key` to compare and sort by, `text` what did not fit into it.

    Several values (a list of texts) stand in `text`, each between line ends.
    """

    column: str
    key: str
    text: str = ""


def plain(text: str) -> str:
    """The text as it is compared: NFKC, no capitals, white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def key_of(value: Any) -> str:
    """The text that stands for a single value in comparisons; empty for nothing."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (Decimal, int)):
        return number_key(Decimal(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return plain(value)[:KEY_LENGTH] if isinstance(value, str) else ""


def number_key(number: Decimal) -> str:
    """A text for each number, in the order of the numbers."""
    if not number:
        return "1"
    digits = "".join(map(str, number.normalize().as_tuple().digits))
    body = f"{number.adjusted() + _EXPONENT_ZERO:05d}{digits}"
    return f"2{body}" if number > 0 else f"0{body.translate(_COMPLEMENT)}~"


def item_text(item: str) -> str:
    """How one of several values stands in `SearchRow.text`."""
    return f"\n{plain(item)}\n"


def search_rows(values: Mapping[str, Any], number: str) -> list[SearchRow]:
    """The rows for a record: one for each column that can be filtered or sorted, and one of all.

    A column without a value has an empty row, which takes the place of an older one.
    """
    rows = [_row(column, value) for column, value in values.items() if _is_simple(value)]
    words = " ".join([number, *_texts(values)])
    return [*rows, SearchRow(column=WHOLE, key="", text=plain(words)[:WHOLE_LENGTH])]


def _is_simple(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return not isinstance(value, Mapping)


def _row(column: str, value: Any) -> SearchRow:
    if isinstance(value, list):
        text = "".join(item_text(item) for item in value)[:TEXT_LENGTH]
        return SearchRow(column=column, key=plain(" ".join(value))[:KEY_LENGTH], text=text)
    long = isinstance(value, str) and len(text := plain(value)) > KEY_LENGTH
    return SearchRow(column=column, key=key_of(value), text=text[:TEXT_LENGTH] if long else "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, (Decimal, date, time)) and not isinstance(value, datetime):
        yield format(value, "f") if isinstance(value, Decimal) else value.isoformat()
