"""How a register lies on the sheets of a spreadsheet, and how its values read in the cells.

The first sheet has a row for each record; in Excel each column that holds a table has a sheet of
its own, in CSV it is one cell for reading.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.records import Register, RegisterEntry
from engine.domain.register_search import NUMBER, WRITTEN_AT, ColumnKind, choices_of, kind_of
from engine.domain.values import number
from engine.services.spreadsheets import CellKind, Sheet, SheetColumn, cell_text

VERSION, STATE, PROJECT, SYSTEM = "版", "状態", "プロジェクト", "情報システム"
WRITTEN_BY, RECORD_ID, ROW = "記入者", "記録ID", "行"
BEFORE = (NUMBER, VERSION, STATE, PROJECT, SYSTEM)
BEHIND = (WRITTEN_AT, WRITTEN_BY, RECORD_ID)
READ_ONLY = frozenset({ColumnKind.FILES, ColumnKind.OTHER})
_CELLS: Mapping[ColumnKind, CellKind] = {
    ColumnKind.NUMBER: "number",
    ColumnKind.YEN: "yen",
    ColumnKind.DATE: "date",
    ColumnKind.MOMENT: "datetime",
    ColumnKind.TIME: "time",
    ColumnKind.BOOL: "bool",
    ColumnKind.CHOICES: "list",
    ColumnKind.TEXTS: "list",
}
_NAMED = frozenset({ColumnKind.PERSON, ColumnKind.ORGANISATION, ColumnKind.RECORD})


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a register, or of a table inside it."""

    name: str
    kind: ColumnKind
    is_required: bool = False
    choices: tuple[str, ...] = ()
    register: str = ""  # of the records it names
    inner: tuple[Column, ...] = ()

    @property
    def sheet_column(self) -> SheetColumn:
        kind = _CELLS.get(self.kind, "text")
        return SheetColumn(heading=self.name, kind=kind, choices=self.choices)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Id -> what people read: people, organisations, projects, systems and records."""

    people: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: ColumnKind) -> Mapping[str, str]:
        known = {
            ColumnKind.PERSON: self.people,
            ColumnKind.ORGANISATION: self.organisations,
            ColumnKind.RECORD: self.records,
        }
        return known[kind]


def columns_of(register: Register) -> tuple[Column, ...]:
    properties = register.schema["properties"]
    return tuple(_column(c, properties[c], c in register.required) for c in register.columns)


def _column(name: str, rule: Mapping[str, Any], is_required: bool = False) -> Column:  # noqa: FBT001, FBT002
    kind = kind_of(rule)
    inner = rule["items"]["properties"] if kind is ColumnKind.ROWS else {}
    return Column(
        name=name,
        kind=kind,
        is_required=is_required,
        choices=choices_of(rule),
        register=str(rule.get("x-register", "")),
        inner=tuple(_column(key, one) for key, one in inner.items()),
    )


def main_sheet(register: Register, columns: Sequence[Column], *, with_tables: bool) -> Sheet:
    """The sheet with a row for each record; `with_tables`: tables stand in it for reading."""
    shown = [one for one in columns if with_tables or one.kind is not ColumnKind.ROWS]
    return Sheet(
        name=register.name,
        columns=(
            *(SheetColumn(heading=name, width=16) for name in BEFORE),
            *(one.sheet_column for one in shown),
            SheetColumn(heading=WRITTEN_AT, kind="datetime"),
            SheetColumn(heading=WRITTEN_BY),
            SheetColumn(heading=RECORD_ID, width=36),
        ),
    )


def table_sheet(column: Column) -> Sheet:
    """The sheet of a column that holds tables."""
    keys = (
        SheetColumn(heading=NUMBER, width=16),
        SheetColumn(heading=RECORD_ID, width=36),
        SheetColumn(heading=ROW, kind="number"),
    )
    return Sheet(name=column.name, columns=(*keys, *(one.sheet_column for one in column.inner)))


def main_row(
    entry: RegisterEntry, columns: Sequence[Column], names: Names, *, with_tables: bool
) -> list[Any]:
    shown = [one for one in columns if with_tables or one.kind is not ColumnKind.ROWS]
    places = [labelled(one, names.places) for one in (entry.project_id, entry.system_id)]
    return [
        entry.number,
        Decimal(entry.version),
        entry.state,
        *places,
        *(in_cell(one, entry.values.get(one.name), names) for one in shown),
        entry.written_at,
        labelled(entry.written_by, names.people),
        entry.id,
    ]


def table_rows(entry: RegisterEntry, column: Column, names: Names) -> list[list[Any]]:
    """The rows of one table of a record."""
    return [
        [entry.number, entry.id, Decimal(place)]
        + [in_cell(one, row.get(one.name), names) for one in column.inner]
        for place, row in enumerate(rows_in(entry.values.get(column.name)), 1)
    ]


def rows_in(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else []
    return [row for row in items if isinstance(row, Mapping)]


def in_cell(column: Column, value: Any, names: Names) -> Any:
    """What stands in the cell for a value."""
    if column.kind in _NAMED:
        return labelled(value, names.of(column.kind))
    if isinstance(value, Mapping) or (isinstance(value, list) and rows_in(value)):
        return _described(value)
    return value


def labelled(id_: Any, names: Mapping[str, str]) -> str:
    """氏名（ID）: readable, and still only one person."""
    if id_ is None or id_ == "":
        return ""
    name = names.get(str(id_))
    return f"{name}（{id_}）" if name else str(id_)


def _described(value: Any) -> str:
    """A value of no simple kind for reading: 名前：値, rows on lines of their own."""
    if isinstance(value, Mapping):
        if "名前" in value and "id" in value:
            return str(value["名前"])
        return "、".join(f"{key}：{_described(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(_described(item) for item in value)
    return cell_text(value)


def same_text(kind: ColumnKind, cell: Any) -> str:
    """The text by which two cells are compared, whatever program has written them."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, datetime) and kind is ColumnKind.DATE:
        cell = cell.date()
    elif isinstance(cell, date) and not isinstance(cell, datetime) and kind is ColumnKind.MOMENT:
        return f"{cell_text(cell)} 00:00"
    text = cell_text(cell).strip()
    if kind in (ColumnKind.NUMBER, ColumnKind.YEN) or isinstance(cell, Decimal):
        try:
            return format(number(text).normalize(), "f")
        except InvalidError:
            return text
    return text


def heading_key(text: str) -> str:
    """A heading as it is compared: width, capitals and white space make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
