"""Any value as text, as `string()` and people want to read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.evaluation import Evaluation
from engine.feel.far import FarDay, FarMoment
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
    writer = _Writer(evaluation)
    writer.value(value)
    return "".join(writer.parts)


class _Writer:
    def __init__(self, evaluation: Evaluation) -> None:
        self.parts: list[str] = []
        self._length = 0
        self._evaluation = evaluation

    def text(self, text: str) -> None:
        self._length += len(text)
        self.parts.append(text)
        if self._length > self._evaluation.limits.text:
            self._evaluation.letters(self._length)

    def value(self, value: Any) -> None:
        self._evaluation.charge(1)
        write = _COMPOUND.get(type(value))
        if write is None:
            self.text(_single(value))
        else:
            write(self, value)

    def items(self, items: list[Any]) -> None:
        self.text("[")
        for number, item in enumerate(items):
            if number:
                self.text(", ")
            self.value(item)
        self.text("]")

    def entries(self, context: dict[str, Any]) -> None:
        self.text("{")
        for number, (key, item) in enumerate(context.items()):
            if number:
                self.text(", ")
            self.text((key if is_plain(key) else _single(key)) + ": ")
            self.value(item)
        self.text("}")

    def range(self, value: Range) -> None:
        if value.operator:
            self.text(value.operator + " ")
            self.value(value.high if value.low is None else value.low)
            return
        self.text("[" if value.low_included else "(")
        self.value(value.low)
        self.text("..")
        self.value(value.high)
        self.text("]" if value.high_included else ")")


_COMPOUND: dict[type, Callable[[_Writer, Any], None]] = {
    list: _Writer.items,
    dict: _Writer.entries,
    Range: _Writer.range,
}


def _single(value: Any) -> str:
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is str:
        return '"' + _QUOTED.sub(r"\\\g<0>", value) + '"'
    if type(value) is Decimal:
        return format(value, "f")
    if isinstance(value, (date, time, timedelta, YearsMonths, FarDay, FarMoment)):
        return temporal_text(value)
    return f"function({', '.join(value.parameters)})"
