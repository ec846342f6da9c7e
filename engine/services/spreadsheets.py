"""Tables that leave the house and come back: Excel (.xlsx) and CSV files.

Text stays text whatever it begins with: no cell is ever a formula.  In CSV, where the reading
program guesses, such a text gets an apostrophe in front, which `read_table` takes off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from engine.domain.sentence import Sentence
from engine.domain.values import TOKYO, to_json
from engine.services.spreadsheet_reading import (
    GUARDED,
    ROW_LIMIT,
    SpreadsheetError,
    Table,
    TableRow,
    read_table,
    tidy,
)

__all__ = [
    "CellKind",
    "ExcelFile",
    "Sheet",
    "SheetColumn",
    "SpreadsheetError",
    "Table",
    "TableRow",
    "cell_text",
    "fitting",
    "read_table",
    "write_csv",
    "write_excel",
]

CellKind = Literal["text", "number", "yen", "date", "datetime", "time", "bool", "list"]
YES, NO = "はい", "いいえ"
CUT = "…（以下略）"
EXCEL_ROWS = 1_048_575  # below the headings
_CELL_UNITS = 32_767  # UTF-16, what Excel keeps in a cell
_CUT_AT = 16_000
_EXACT_DIGITS = 15  # of a number in Excel
_FIRST_YEAR = 1901  # before, Excel knows no days (and takes 1900 for a leap year)
_WIDTHS = {"text": 24, "list": 24, "datetime": 18, "date": 12, "yen": 14}
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\]")
_FORMATS = {"yen": "#,##0", "date": "yyyy/mm/dd", "datetime": "yyyy/mm/dd hh:mm"}


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """`kind` says how values are laid out; `width` in letters, 0 by kind.

    `choices`: what Excel offers for the cells of this column; others may still be typed.
    """

    heading: str
    kind: CellKind = "text"
    width: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    name: str
    columns: tuple[SheetColumn, ...]


def cell_text(value: Any) -> str:
    """A value as one text, exact enough to be read back; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if isinstance(value, (list, tuple)):
        return "\n".join(cell_text(item) for item in value)
    return tidy(str(to_json(value)))


class ExcelFile:
    """An Excel file that is written row by row, in memory that does not grow with it."""

    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._names: set[str] = set()
        self._heading = self._book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        plain = {"valign": "top", "text_wrap": True}
        self._text = self._book.add_format({**plain, "num_format": "@"})
        self._formats = {
            kind: self._book.add_format({"valign": "top", "num_format": layout})
            for kind, layout in _FORMATS.items()
        }

    def add(self, sheet: Sheet) -> ExcelSheet:
        """A further sheet with its headings."""
        made = self._book.add_worksheet(self._free_name(sheet.name))
        made.freeze_panes(1, 0)
        for number, column in enumerate(sheet.columns):
            layout = self._formats.get(column.kind, self._text if column.kind == "text" else None)
            made.set_column(number, number, column.width or _WIDTHS.get(column.kind, 10), layout)
            made.write_string(0, number, fitting(column.heading), self._heading)
        return ExcelSheet(made, sheet, self._formats, self._text)

    def _free_name(self, wanted: str) -> str:
        """As Excel allows it: at most 31 letters, no signs of addresses, not twice."""
        base = _SHEET_SIGNS.sub("・", wanted).strip("'")[:31] or "Sheet"
        name, count = base, 1
        while name.casefold() in self._names:
            count += 1
            name = f"{base[:27]} {count}"
        self._names.add(name.casefold())
        return name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._book.close()


class ExcelSheet:
    """One sheet of an `ExcelFile`."""

    def __init__(
        self, made: Worksheet, sheet: Sheet, formats: dict[str, Format], text: Format
    ) -> None:
        self.name = made.get_name()
        self.count = 0  # rows below the headings
        self._made = made
        self._kinds = [column.kind for column in sheet.columns]
        self._formats = formats
        self._text = text

    def write(self, row: Sequence[Any]) -> None:
        """The next row.

        Raises:
            SpreadsheetError: Excel has no more rows.
        """
        self.count += 1
        if self.count > EXCEL_ROWS:
            raise SpreadsheetError(
                Sentence(
                    "Excelの1シートに入るのは%(most)s行までです。条件で絞り込むか、CSVで書き出してください。",
                    most=f"{EXCEL_ROWS:,}",
                )
            )
        for number, value in enumerate(row):
            if value is not None and value != "":
                self._cell(number, self._kinds[number], value)

    def offer(self, column: int, source: str | list[str]) -> None:
        """Offer choices for a column: a few as a list, many as a range of cells."""
        self._made.data_validation(
            1,
            column,
            ROW_LIMIT,
            column,
            {"validate": "list", "source": source, "error_type": "information"},
        )

    def range(self, column: int, count: int) -> str:
        """The address of the first cells below a heading, as `offer` takes it."""
        letters = xl_col_to_name(column, col_abs=True)
        return f"='{self.name}'!{letters}$2:{letters}${count + 1}"

    def _cell(self, column: int, kind: CellKind, value: Any) -> None:
        if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool):
            if _is_exact(value):
                self._made.write_number(self.count, column, float(value), self._formats.get(kind))
                return
        elif isinstance(value, date) and value.year >= _FIRST_YEAR:
            moment = isinstance(value, datetime)
            layout = self._formats["datetime" if moment else "date"]
            self._made.write_datetime(self.count, column, _naive(value), layout)
            return
        self._made.write_string(self.count, column, fitting(cell_text(value)), self._text)


def _is_exact(value: Decimal | int | float) -> bool:
    number = Decimal(str(value))
    return len(number.normalize().as_tuple().digits) <= _EXACT_DIGITS and abs(number) < 10**15


def _naive(value: date) -> date:
    if not isinstance(value, datetime):
        return value
    local = value.astimezone(TOKYO) if value.tzinfo else value
    return local.replace(tzinfo=None, microsecond=0)


def fitting(text: str) -> str:
    """The text, or its beginning when a cell of Excel cannot keep all of it."""
    if len(text) <= _CUT_AT or len(text.encode("utf-16-le")) <= _CELL_UNITS * 2:
        return text
    return text[:_CUT_AT] + CUT


def write_excel(path: Path, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    """Write an Excel file of one sheet; how many rows stand below the headings."""
    with ExcelFile(path) as file:
        made = file.add(sheet)
        for row in rows:
            made.write(row)
    return made.count


def write_csv(path: Path, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    """Write a CSV file in UTF-8 with its mark, as Excel in Japan reads it; how many rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow([_guarded(column.heading) for column in sheet.columns])
        for row in rows:
            out.writerow([_guarded(value) for value in row])
            count += 1
    return count


def _guarded(value: Any) -> str:
    text = cell_text(value)
    is_text = isinstance(value, (str, list, tuple, dict))
    return f"'{text}" if is_text and GUARDED.match(text) else text
