"""What stands in a cell of a spreadsheet -> the value of a register's column, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.register_search import ColumnKind
from engine.domain.sentence import Sentence
from engine.domain.values import MAX_TEXT, TOKYO, number
from engine.forms.dates import read_date, read_time
from engine.services.register_layout import READ_ONLY, Column, heading_key
from engine.services.spreadsheets import CUT, NO, YES, cell_text

_WITH_ID = re.compile(r"(?s).*[（(]([^（）()]+)[）)]\s*")
_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}", re.A)
_TRUE = frozenset({YES, "true", "1", "○", "有"})
_FALSE = frozenset({NO, "false", "0", "×", "無"})


@dataclass(frozen=True)
class Choosable:
    """Things that a cell may name: by 名前（ID）, by the id, or by a name that is the only one."""

    names: Mapping[str, str]  # id -> name
    _by_name: dict[str, list[str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for id_, name in self.names.items():
            self._by_name.setdefault(heading_key(name), []).append(id_)

    def find(self, text: str) -> str | Sentence:
        """The id that is meant."""
        if text in self.names:
            return text
        inside = _WITH_ID.fullmatch(text)
        if inside and inside[1] in self.names:
            return inside[1]
        ids = self._by_name.get(heading_key(text), [])
        if len(ids) == 1:
            return ids[0]
        if ids:
            return Sentence(
                "「%(value)s」は%(count)s件あります。名前（ID）の形で入力してください。",
                value=text,
                count=len(ids),
            )
        return Sentence(
            "「%(value)s」は見つかりません。名前（ID）の形で入力してください。", value=text
        )


@dataclass(frozen=True, kw_only=True)
class Known:
    """What cells may refer to; `records` by the code of their register."""

    people: Choosable
    organisations: Choosable
    projects: Choosable
    systems: Choosable
    project_of: Mapping[str, str | None]  # of a system
    records: Mapping[str, Choosable]

    def of(self, column: Column) -> Choosable:
        if column.kind is ColumnKind.PERSON:
            return self.people
        if column.kind is ColumnKind.ORGANISATION:
            return self.organisations
        return self.records[column.register]


def words_of(cell: Any) -> Iterable[str]:
    """What a cell may name a record by: the whole text, and an id in brackets."""
    text = cell_text(cell).strip()
    if text:
        yield text
        if inside := _WITH_ID.fullmatch(text):
            yield inside[1]


def value_of(column: Column, cell: Any, known: Known) -> Any | Sentence:
    """The typed value; None for an empty cell."""
    if column.kind in READ_ONLY or column.kind is ColumnKind.ROWS:
        return Sentence(
            "この列は取り込めません。書き出したときの値に戻すか、列ごと消してください。"
        )
    text = cell_text(cell).strip()
    if not text:
        return None
    if text.endswith(CUT) or len(text) > MAX_TEXT:
        return Sentence(
            "長すぎて途中までしか入っていません。記録の画面で直すか、CSVで書き出してください。"
        )
    if column.kind in (ColumnKind.PERSON, ColumnKind.ORGANISATION, ColumnKind.RECORD):
        return known.of(column).find(text)
    reader = _READERS.get(column.kind)
    return _words(column, text) if reader is None else reader(cell, text)


def _words(column: Column, text: str) -> Any | Sentence:
    if column.kind is ColumnKind.TEXT:
        return text
    items = [text]
    if column.kind in (ColumnKind.CHOICES, ColumnKind.TEXTS):
        items = [line.strip() for line in text.split("\n") if line.strip()]
    offered = {heading_key(choice): choice for choice in column.choices}
    if offered:
        for place, item in enumerate(items):
            if heading_key(item) not in offered:
                return Sentence(
                    "「%(value)s」は選択肢にありません。%(choices)sから選んでください。",
                    value=item,
                    choices="・".join(column.choices),
                )
            items[place] = offered[heading_key(item)]
    return items[0] if column.kind is ColumnKind.CHOICE else items


def _number(cell: Any, text: str) -> Decimal | Sentence:
    if isinstance(cell, Decimal):
        return cell
    try:
        return number(text.replace(",", "").replace("，", "").removesuffix("円"))
    except InvalidError:
        return Sentence("数字で入力してください。例：1200")


def _date(cell: Any, text: str) -> date | Sentence:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = read_date("", text, "", "")
    if isinstance(found, Sentence):
        return Sentence("日付として読めません。2026-04-01 のように入力してください。")
    return found


def _moment(cell: Any, text: str) -> datetime | Sentence:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=TOKYO)
    day, _, clock = text.replace("T", " ").partition(" ")
    on, at = read_date("", day, "", ""), _clock(clock.strip() or "00:00")
    if isinstance(on, Sentence) or isinstance(at, Sentence):
        return Sentence("日時として読めません。2026-04-01 09:30 のように入力してください。")
    return datetime.combine(on, at, TOKYO)


def _clock(text: str) -> time | Sentence:
    if _CLOCK.fullmatch(text):
        try:
            return time.fromisoformat(text.rjust(8, "0"))
        except ValueError:
            return read_time("", "x")
    return read_time("", text)


def _time(cell: Any, text: str) -> time | Sentence:
    if isinstance(cell, time):
        return cell
    found = _clock(text)
    if isinstance(found, Sentence):
        return Sentence("時刻として読めません。09:30 のように入力してください。")
    return found


def _bool(cell: Any, text: str) -> bool | Sentence:
    if isinstance(cell, bool):
        return cell
    if heading_key(text) in _TRUE | _FALSE:
        return heading_key(text) in _TRUE
    return Sentence("「はい」か「いいえ」を入力してください。")


_READERS: Mapping[ColumnKind, Callable[[Any, str], Any]] = {
    ColumnKind.NUMBER: _number,
    ColumnKind.YEN: _number,
    ColumnKind.DATE: _date,
    ColumnKind.MOMENT: _moment,
    ColumnKind.TIME: _time,
    ColumnKind.BOOL: _bool,
}
