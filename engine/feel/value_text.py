"""Any value as text, as `string()` and people want to read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.evaluation import Evaluation
from engine.feel.names import is_plain
from engine.feel.temporal_text import temporal_text
from engine.feel.values import Range

_QUOTED = re.compile(r'["\\]')


def text_of(value: Any, evaluation: Evaluation) -> str:
    """The text of a value; a text itself stays as it is.

    Raises:
        BudgetExceededError: it would be too long.
    """
    if type(value) is str:
        return value
    parts: list[str] = []
    length = 0
    for part in _parts(value):
        length += len(part)
        if length > evaluation.limits.text:
            break
        evaluation.charge(1)
        parts.append(part)
    evaluation.letters(length)
    return "".join(parts)


def _parts(value: Any) -> Iterator[str]:
    if type(value) is list:
        yield from _listed(value)
    elif type(value) is dict:
        yield from _entries(value)
    elif type(value) is Range:
        yield from _range(value)
    else:
        yield _single(value)


def _single(value: Any) -> str:
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is str:
        return '"' + _QUOTED.sub(r"\\\g<0>", value) + '"'
    if type(value) is Decimal:
        return format(value, "f")
    if isinstance(value, (date, time, timedelta, YearsMonths)):
        return temporal_text(value)
    return f"function({', '.join(value.parameters)})"


def _listed(items: list[Any]) -> Iterator[str]:
    yield "["
    for number, item in enumerate(items):
        if number:
            yield ", "
        yield from _parts(item)
    yield "]"


def _entries(context: dict[str, Any]) -> Iterator[str]:
    yield "{"
    for number, (key, item) in enumerate(context.items()):
        if number:
            yield ", "
        yield (key if is_plain(key) else _single(key)) + ": "
        yield from _parts(item)
    yield "}"


def _range(value: Range) -> Iterator[str]:
    if value.operator:
        yield value.operator + " "
        yield from _parts(value.high if value.low is None else value.low)
        return
    yield "[" if value.low_included else "("
    yield from _parts(value.low)
    yield ".."
    yield from _parts(value.high)
    yield "]" if value.high_included else ")"
