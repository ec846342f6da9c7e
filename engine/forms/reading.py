"""One field of a post -> its typed value, or the sentence that says why it cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import TOKYO, number
from engine.forms.dates import read_date, read_time
from engine.forms.fields import SEVERAL, Field, Kind
from engine.forms.lookups import Choice, Lookups
from engine.forms.posts import Post, first

YEAR, MONTH, DAY, CLOCK = "年", "月", "日", "時刻"
PARTS = (YEAR, MONTH, DAY)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,20})(\.\d{1,10})?", re.A)
_TRUE = "true"
_FALSE = "false"


def raw_of(field: Field, post: Post, path: str) -> tuple[str, ...]:
    """What was typed or chosen, as it goes back onto the page when something else is wrong."""
    if field.kind in (Kind.DATE, Kind.MOMENT):
        parts = (*PARTS, CLOCK) if field.kind is Kind.MOMENT else PARTS
        typed = tuple(first(post, f"{path}/{part}").strip() for part in parts)
        whole = first(post, path).strip()
        return _spread(whole, len(parts)) if whole and not any(typed) else typed
    values = tuple(post.get(path, ()))
    if field.kind in SEVERAL or field.kind is Kind.FILE:
        return tuple(value for value in values if value)
    if field.kind is Kind.AREA:
        return tuple(value.replace("\r\n", "\n") for value in values[:1])
    return tuple(value.strip() for value in values[:1])


def _spread(whole: str, parts: int) -> tuple[str, ...]:
    """A whole date, or date and time in ISO form, on the parts of a date field."""
    day, _, clock = whole.partition("T")
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", day, re.A)
    dated = found.groups() if found else (day, "", "")
    return (*dated, clock[:5])[:parts]


def is_blank(raw: Sequence[str]) -> bool:
    return not any(part for part in raw)


def value_of(
    field: Field, raw: Sequence[str], choices: Sequence[Choice], lookups: Lookups
) -> Any | Sentence:
    """The typed value of what was typed; a `Sentence` when it cannot be one."""
    if field.kind is Kind.CHECKBOX:
        return not is_blank(raw) and raw[0] != _FALSE
    if field.kind is Kind.FILE:
        return _files(field, raw, lookups)
    if field.kind in SEVERAL:
        return _several(field, raw, choices)
    if is_blank(raw):
        return None
    return _single(field, raw, choices)


def _single(field: Field, raw: Sequence[str], choices: Sequence[Choice]) -> Any | Sentence:
    if field.kind in (Kind.TEXT, Kind.AREA):
        return raw[0]
    reader = _READERS.get(field.kind)
    return reader(field, raw) if reader is not None else _chosen(field, raw[0], choices)


def _number(field: Field, raw: Sequence[str]) -> Decimal | Sentence:
    text = unicodedata.normalize("NFKC", raw[0]).replace("−", "-").strip()
    text = text.removesuffix(field.unit).strip() if field.unit else text
    if not _NUMBER.fullmatch(text):
        return Sentence("%(label)sは数字で入力してください。例：1200", label=field.label)
    try:
        made = number(text.replace(",", ""))
    except InvalidError:
        return Sentence("%(label)sは数字で入力してください。例：1200", label=field.label)
    limit = field.rules.decimals
    if limit is not None and -int(made.as_tuple().exponent) > limit:
        if limit == 0:
            return Sentence("%(label)sは整数で入力してください。", label=field.label)
        return Sentence(
            "%(label)sは小数点以下%(digits)s桁までで入力してください。",
            label=field.label,
            digits=limit,
        )
    return made


def _date(field: Field, raw: Sequence[str]) -> date | Sentence:
    year, month, day = (*raw, "", "", "")[:3]
    return read_date(field.label, year, month, day)


def _time(field: Field, raw: Sequence[str]) -> time | Sentence:
    return read_time(field.label, raw[0])


def _moment(field: Field, raw: Sequence[str]) -> datetime | Sentence:
    year, month, day, clock = (*raw, "", "", "", "")[:4]
    day_read = read_date(field.label, year, month, day)
    if isinstance(day_read, Sentence):
        return day_read
    clock_read = read_time(field.label, clock)
    if isinstance(clock_read, Sentence):
        return clock_read
    return datetime.combine(day_read, clock_read, TOKYO)


def _not_offered(field: Field) -> Sentence:
    return Sentence("%(label)sは、表示された選択肢から選んでください。", label=field.label)


def _chosen(field: Field, raw: str, choices: Sequence[Choice]) -> str | bool | Sentence:
    offered = {choice.value for choice in choices}
    if raw not in offered:
        return _not_offered(field)
    return raw == _TRUE if offered == {_TRUE, _FALSE} else raw


def _several(field: Field, raw: Sequence[str], choices: Sequence[Choice]) -> list[str] | Sentence:
    offered = [choice.value for choice in choices]
    if not set(raw) <= set(offered):
        return _not_offered(field)
    return [value for value in offered if value in raw]


def _files(field: Field, raw: Sequence[str], lookups: Lookups) -> list[Any] | Sentence:
    found = [lookups.attachment(identity) for identity in dict.fromkeys(raw)]
    known = [dict(file) for file in found if file is not None]
    if len(known) != len(found):
        return Sentence(
            "%(label)sのファイルが見つかりません。もう一度添付してください。", label=field.label
        )
    if len(known) > 1 and not field.multiple:
        return Sentence("%(label)sに添付できるファイルは1件です。", label=field.label)
    if any(not accepts(field, str(file.get("名前", ""))) for file in known):
        return Sentence(
            "%(label)sに添付できる種類は %(endings)s です。",
            label=field.label,
            endings="、".join(field.accept),
        )
    return known


def accepts(field: Field, file_name: str) -> bool:
    """Whether the ending of the file is one the field takes."""
    endings = [ending for ending in field.accept if ending.startswith(".")]
    return not endings or file_name.lower().endswith(tuple(endings))


_READERS: Mapping[Kind, Callable[[Field, Sequence[str]], Any]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
}


def raw_from(value: Any) -> tuple[str, ...]:
    """How a variable's value stands in the controls of its field."""
    if value is None:
        return ()
    if isinstance(value, (date, time)):
        return _temporal(value)
    if isinstance(value, bool):
        return (_TRUE if value else _FALSE,)
    if isinstance(value, Decimal):
        return (format(value, "f"),)
    if isinstance(value, list):
        return tuple(
            str(item.get("id", "")) if isinstance(item, Mapping) else str(item) for item in value
        )
    return (str(value),)


def _temporal(value: date | time) -> tuple[str, ...]:
    if isinstance(value, time):
        return (f"{value:%H:%M}",)
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO)
        return (*_temporal(local.date()), f"{local:%H:%M}")
    return (str(value.year), str(value.month), str(value.day))
