"""What stands in an Excel or CSV file that somebody hands in?

A file is taken only whole: one that is too large, packed to burst, protected or of another kind is
refused with a sentence that says what to do instead.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from engine.domain.errors import InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import MAX_TEXT, number

ROW_LIMIT = 20_000
COLUMN_LIMIT = 500
CELL_LIMIT = 2_000_000
BYTE_LIMIT = 20 * 1024 * 1024
UNPACKED_LIMIT = 150 * 1024 * 1024
PART_LIMIT = 1_000
GUARDED = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # Excel in Japan takes the wide signs as well
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and whatever has a password
_PACKED = b"PK\x03\x04"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be"))
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    NotImplementedError,
    SyntaxError,  # what the XML library raises for broken parts
)


class SpreadsheetError(InvalidError):
    """The file cannot be taken or made; `reason` is the sentence for the person."""

    code = "spreadsheet"

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """`number`: as the program shows it, the headings being row 1.

    A cell holds text, Decimal, bool, date, datetime (no zone: as the clock on the wall), time or
    None.
    """

    number: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(content: bytes, file_name: str, sheet: str = "") -> Table:
    """The first sheet (or the one named `sheet`; an empty table when it is missing).

    Blank rows are left out; every row has as many cells as there are headings, or more.

    Raises:
        SpreadsheetError: not a file that can be read; says why and what to do.
    """
    if not content.strip(b"\x00 \r\n\t"):
        raise SpreadsheetError(
            Sentence("ファイルが空です。見出しの行とデータのあるファイルを選んでください。")
        )
    if len(content) > BYTE_LIMIT:
        raise SpreadsheetError(
            Sentence(
                "ファイルが大きすぎます。%(most)s MBまでに分けてください。", most=BYTE_LIMIT >> 20
            )
        )
    if content.startswith(_OLD_OFFICE):
        raise SpreadsheetError(
            Sentence(
                "古い形式（.xls）か、パスワードの付いたファイルです。"
                "パスワードを外し、.xlsx で保存し直してください。"
            )
        )
    if content.startswith(_PACKED):
        return _table(_excel_rows(content, sheet), wants_header=not sheet)
    if not file_name.lower().endswith(".csv"):
        raise SpreadsheetError(
            Sentence(
                "Excel（.xlsx）かCSV（.csv）のファイルではありません。どちらかで保存し直してください。"
            )
        )
    return _table(_csv_rows(content))


def tidy(text: str) -> str:
    """Line ends as one sign; without the control characters that no cell can hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _table(lines: Iterator[tuple[int, Sequence[Any]]], *, wants_header: bool = True) -> Table:
    header: tuple[str, ...] | None = None
    rows: list[TableRow] = []
    cells_read = 0
    for line, cells in lines:
        trimmed = _trimmed(cells)
        if not trimmed:
            continue
        if len(trimmed) > COLUMN_LIMIT:
            raise SpreadsheetError(
                Sentence(
                    "列が多すぎます（%(line)s行目）。%(most)s列までにしてください。",
                    line=line,
                    most=COLUMN_LIMIT,
                )
            )
        if header is None:
            header = tuple("" if cell is None else str(cell) for cell in trimmed)
            continue
        cells_read += len(trimmed)
        if len(rows) >= ROW_LIMIT or cells_read > CELL_LIMIT:
            raise SpreadsheetError(
                Sentence(
                    "行が多すぎます。1回に取り込めるのは%(most)s行までです。ファイルを分けてください。",
                    most=f"{ROW_LIMIT:,}",
                )
            )
        missing = len(header) - len(trimmed)
        rows.append(TableRow(number=line, cells=(*trimmed, *[None] * missing)))
    if header is None and wants_header:
        raise SpreadsheetError(
            Sentence("見出しの行がありません。1行目に列の名前を書いてください。")
        )
    return Table(header=header or (), rows=tuple(rows))


def _trimmed(cells: Sequence[Any]) -> tuple[Any, ...]:
    kept = list(cells)
    while kept and (kept[-1] is None or (isinstance(kept[-1], str) and not kept[-1].strip())):
        kept.pop()
    return tuple(kept)


def _csv_rows(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    csv.field_size_limit(max(csv.field_size_limit(), MAX_TEXT * 50))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for line in count(1):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SpreadsheetError(
                Sentence(
                    'CSVとして読めません（%(line)s行目）。引用符「"」の閉じ忘れがないか確かめてください。',
                    line=line,
                )
            ) from error
        yield line, [_csv_cell(cell) for cell in cells]


def _csv_cell(text: str) -> str | None:
    if text.startswith("'") and GUARDED.match(text):
        text = text[1:]
    return tidy(text) or None


def _decoded(content: bytes) -> str:
    codings = ["utf-8-sig", "cp932"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    for coding in codings:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SpreadsheetError(
        Sentence(
            "文字コードを読めません。UTF-8かShift_JISのCSV、またはExcel（.xlsx）で保存し直してください。"
        )
    )


def _excel_rows(content: bytes, sheet: str) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        _inspect(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of a file that are not read here
            yield from _sheet_rows(content, sheet)
    except _BROKEN as error:
        raise SpreadsheetError(
            Sentence("Excelファイルとして読めません。Excelで開いて .xlsx で保存し直してください。")
        ) from error


def _inspect(content: bytes) -> None:
    """Look at the package before anything unpacks it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise SpreadsheetError(
                Sentence(
                    "中身が大きすぎるファイルです。要らないシートや書式を消すか、CSVで保存してください。"
                )
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                body = package.read(part)
                if any(mark in body for mark in _DOCTYPES):
                    raise SpreadsheetError(
                        Sentence(
                            "受け付けられない記述を含むファイルです。"
                            "Excelで開いて .xlsx で保存し直してください。"
                        )
                    )


def _sheet_rows(content: bytes, sheet: str) -> Iterator[tuple[int, Sequence[Any]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        if sheet and sheet not in book.sheetnames:
            return
        found = book[sheet] if sheet else book.worksheets[0]
        found.reset_dimensions()
        for line, cells in enumerate(found.iter_rows(), 1):
            yield line, [_excel_cell(cell.value) for cell in _shortened(cells)]
    finally:
        book.close()


def _shortened(cells: Iterable[Any]) -> Sequence[Any]:
    kept = list(cells)
    while kept and kept[-1].value is None:
        kept.pop()
    return kept


def _excel_cell(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, datetime):
        rounded = value + timedelta(milliseconds=500)
        return rounded.replace(microsecond=0)
    if isinstance(value, (date, time)):
        return value
    if isinstance(value, timedelta):
        return (datetime.min + value).time()  # noqa: DTZ901 - a time of day, of no day
    return tidy(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(value))) or None
