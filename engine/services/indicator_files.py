"""Figures of indicators from an attached file (Excel or CSV): what it holds, and which rows fail.

The first row names the columns: 指標 (or 指標名, 管理番号) and 実績値 (or 実績), and if wanted
期間, 出典 and 備考.  A row without figure needs a 備考: it says why there is none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.domain import periods
from engine.domain.errors import InvalidError
from engine.domain.values import number
from engine.services.indicators import names_of
from engine.services.lookups import may_use
from engine.services.operation import Call
from engine.services.spreadsheet_reading import SpreadsheetError, Table, TableRow, read_table
from engine.storage import attachments

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "指標": ("指標", "指標名", "管理番号"),
    "実績値": ("実績値", "実績"),
    "期間": ("期間",),
    "出典": ("出典",),
    "備考": ("備考",),
}
NEEDED = ("指標", "実績値")
MOST_FAULTS = 50


def read(call: Call) -> dict[str, Any]:
    """{実績: figures of the files, 誤り: [{ファイル, 行, 内容}]} for the indicators in `rows`.

    A figure is {指標, 期間, 実績値, 未収集, 出典, 備考}; with a fault anywhere there is none, so
    that nobody works on half a file.
    """
    rows = call.contexts("rows")
    files = call.params.get("files") or []
    found = Found(rows)
    for file in files:
        _read_file(call, str(file["id"]), str(file["名前"]), found)
    faults = found.faults[:MOST_FAULTS]
    return {"実績": [] if faults else list(found.figures.values()), "誤り": faults}


@dataclass
class Found:
    """What the files have given so far."""

    wanted: Sequence[Mapping[str, Any]]
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def fault(self, file: str, line: int | None, text: str) -> None:
        place = None if line is None else Decimal(line)
        self.faults.append({"ファイル": file, "行": place, "内容": text})


def _read_file(call: Call, file_id: str, name: str, found: Found) -> None:
    kept = attachments.find(call.unit, file_id)
    if kept is None or not may_use(call.actor, kept, call.head.project_id):
        found.fault(name, None, "ファイルを開けません。もう一度添付してください。")
        return
    try:
        content = (call.unit.office.files / kept.sha256).read_bytes()
        table = read_table(content, kept.name)
    except SpreadsheetError as error:
        found.fault(name, None, str(error.reason))
        return
    take(table, name, found)


def take(table: Table, file: str, found: Found) -> None:
    """Take the figures of a table, and note what is wrong with it."""
    places = _places(table.header)
    lacking = [column for column in NEEDED if column not in places]
    if lacking:
        names = "」「".join(lacking)
        found.fault(file, 1, f"列「{names}」がありません。1行目に列の名前を書いてください。")
        return
    ids = names_of(
        (one["指標"], one.get("管理番号"), _plain(one.get("指標名"))) for one in found.wanted
    )
    rows = {str(one["指標"]): one for one in found.wanted}
    for line in table.rows:
        cells = {column: line.cells[place] for column, place in places.items()}
        id_ = ids.get(_plain(cells["指標"]))
        if id_ is None:
            text = f"「{_plain(cells['指標'])}」は、この月に集める指標にありません。"
            found.fault(file, line.number, text)
            continue
        _take_row(rows[id_], cells, (file, line), found)


def _places(header: Sequence[str]) -> dict[str, int]:
    """Column -> place in the row; the first heading that fits."""
    plain = [_plain(heading) for heading in header]
    return {
        column: plain.index(word)
        for column, words in COLUMNS.items()
        for word in reversed(words)
        if word in plain
    }


def _take_row(
    wanted: Mapping[str, Any], cells: Mapping[str, Any], place: tuple[str, TableRow], found: Found
) -> None:
    file, line = place
    id_ = str(wanted["指標"])
    faults = list(_faults(wanted, cells))
    if id_ in found.lines:
        faults.append(f"{found.lines[id_]}行目と同じ指標です。1行にしてください。")
    found.lines.setdefault(id_, line.number)
    for text in faults:
        found.fault(file, line.number, text)
    if not faults:
        value = _figure(cells["実績値"])
        found.figures[id_] = {
            "指標": id_,
            "期間": wanted["期間"],
            "実績値": value,
            "未収集": value is None,
            "出典": _plain(cells.get("出典")) or wanted.get("出典") or file,
            "備考": _plain(cells.get("備考")) or None,
        }


def _faults(wanted: Mapping[str, Any], cells: Mapping[str, Any]) -> Iterator[str]:
    period = _plain(cells.get("期間"))
    if period and periods.read(period) != periods.read(wanted["期間"]):
        yield f"期間「{period}」が、集める期間「{wanted['期間']}」と違います。"
    try:
        value = _figure(cells["実績値"])
    except InvalidError:
        yield f"実績値「{_plain(cells['実績値'])}」は数ではありません。"
        return
    if value is None and not _plain(cells.get("備考")):
        yield "実績値がありません。集められないときは、備考に理由を書いてください。"


def _figure(cell: Any) -> Decimal | None:
    """1,234 and 98.5% are numbers as well; an empty cell is none."""
    if isinstance(cell, Decimal):
        return cell
    text = _plain(cell).replace(",", "").removesuffix("%")
    return number(text) if text else None


def _plain(cell: Any) -> str:
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()
