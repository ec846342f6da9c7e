"""Does a value that could be read keep the rules of its field?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import re2

from engine.domain.sentence import Sentence
from engine.forms.allowed import EMAIL
from engine.forms.fields import Field, Kind

_CHOSEN = frozenset({Kind.SELECT, Kind.RADIO, Kind.CHECKLIST, Kind.TAGLIST})


def missing(field: Field) -> Sentence:
    """What to say when a required value is not there."""
    if field.kind in _CHOSEN:
        return Sentence("%(label)sを選んでください。", label=field.label)
    if field.kind is Kind.FILE:
        return Sentence("%(label)sを添付してください。", label=field.label)
    if field.kind is Kind.LIST:
        return Sentence("%(label)sを1件以上入力してください。", label=field.label)
    if field.kind is Kind.CHECKBOX:
        return Sentence("%(label)sを確かめて、印を付けてください。", label=field.label)
    return Sentence("%(label)sを入力してください。", label=field.label)


def is_missing(value: Any) -> bool:
    """A tick box not ticked counts as missing; a chosen 無 does not."""
    return value is None or value in ("", [])


def broken(field: Field, value: Any) -> Sentence | None:
    """The first rule of the field that the value breaks, if any."""
    if isinstance(value, Decimal):
        return _bounds(field, value)
    if isinstance(value, str) and field.kind in (Kind.TEXT, Kind.AREA):
        return _length(field, value) or _pattern(field, value)
    return None


def _bounds(field: Field, value: Decimal) -> Sentence | None:
    low, high = field.rules.minimum, field.rules.maximum
    if low is not None and value < low:
        return Sentence(
            "%(label)sは%(low)s以上で入力してください。", label=field.label, low=f"{low:f}"
        )
    if high is not None and value > high:
        return Sentence(
            "%(label)sは%(high)s以下で入力してください。", label=field.label, high=f"{high:f}"
        )
    return None


def _length(field: Field, value: str) -> Sentence | None:
    shortest, longest = field.rules.shortest, field.rules.longest or 100_000
    if shortest is not None and len(value) < shortest:
        return Sentence(
            "%(label)sは%(count)s文字以上で入力してください。", label=field.label, count=shortest
        )
    if len(value) > longest:
        return Sentence(
            "%(label)sは%(count)s文字以内で入力してください（今は%(now)s文字です）。",
            label=field.label,
            count=longest,
            now=len(value),
        )
    return None


def _pattern(field: Field, value: str) -> Sentence | None:
    pattern = field.rules.pattern
    if not pattern or re2.fullmatch(pattern, value):
        return None
    if field.rules.pattern_message:
        return Sentence("%(message)s", message=field.rules.pattern_message)
    if pattern == EMAIL:
        return Sentence(
            "%(label)sはメールアドレスの形で入力してください。例：hanako@example.go.jp",
            label=field.label,
        )
    return Sentence(
        "%(label)sの書き方が決まりと違います。説明にある形で入力してください。", label=field.label
    )
