"""The records that fit a search as an Excel or CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.domain import typed_json
from engine.domain.access import Actor
from engine.domain.errors import InvalidError
from engine.domain.records import Register, RegisterEntry
from engine.domain.register_search import ColumnKind, Condition, Cursor, Search
from engine.services import register_layout as layout
from engine.services import registers
from engine.services.register_choices import of_columns
from engine.services.register_layout import Column, Names
from engine.services.spreadsheets import ExcelFile, Sheet, SheetColumn, write_csv
from engine.services.unit import Unit
from engine.storage import people
from engine.storage import registers as rows

KIND = "registers.export"  # of the batch
EXCEL, CSV = "xlsx", "csv"
AT_ONCE = 500  # records read in one question; up to so many are exported without waiting
CONTENT_TYPES = {
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
Ask = Callable[..., Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Export:
    """What to export: the records of a register that fit, as one kind of file."""

    code: str
    search: Search
    ending: str  # xlsx or csv

    def to_args(self) -> dict[str, Any]:
        """As a batch keeps it."""
        plain = {
            name: value
            for name, value in vars(self.search).items()
            if name not in ("project_ids", "conditions")
        }
        projects = self.search.project_ids
        return {
            "code": self.code,
            "ending": self.ending,
            "search": typed_json.encode(plain),
            "projects": None if projects is None else sorted(projects),
            "conditions": [{**vars(one), "kind": str(one.kind)} for one in self.search.conditions],
        }

    @staticmethod
    def from_args(args: Mapping[str, Any]) -> Export:
        projects = args["projects"]
        conditions = tuple(
            Condition(**{**one, "kind": ColumnKind(one["kind"])}) for one in args["conditions"]
        )
        search = Search(
            **typed_json.decode(args["search"]),
            project_ids=None if projects is None else frozenset(projects),
            conditions=conditions,
        )
        return Export(code=str(args["code"]), search=search, ending=str(args["ending"]))


def file_name(register: Register, ending: str, on: date) -> str:
    return f"{register.code}_{register.name}_{on:%Y%m%d}.{ending}".replace("／", "・")


def names_for(unit: Unit, entries: Sequence[RegisterEntry], columns: Sequence[Column]) -> Names:
    """The names behind the ids in the records."""
    by_kind: dict[ColumnKind, set[str]] = {}
    for entry in entries:
        for column in columns:
            _gather(by_kind, column, entry.values.get(column.name))
    writers = {entry.written_by for entry in entries}
    known = {place.id: place.name for place in (*people.projects(unit), *people.systems(unit))}
    return Names(
        people=people.names(unit, by_kind.get(ColumnKind.PERSON, set()) | writers),
        organisations={place.id: place.name for place in people.organisations(unit)},
        places=known,
        records=rows.numbers(unit, by_kind.get(ColumnKind.RECORD, set())),
    )


def _gather(found: dict[ColumnKind, set[str]], column: Column, value: Any) -> None:
    if column.kind is ColumnKind.ROWS:
        for row in layout.rows_in(value):
            for inner in column.inner:
                _gather(found, inner, row.get(inner.name))
    elif isinstance(value, str) and value:
        found.setdefault(column.kind, set()).add(value)


def chunk(
    unit: Unit, export: Export, actor: Actor, start: Cursor | None
) -> tuple[list[RegisterEntry], Names, Cursor | None]:
    """The next records, their names, and where the following ones begin."""
    register = registers.register(unit, export.code)
    found = registers.search(unit, export.code, actor, export.search, AT_ONCE, start)
    columns = layout.columns_of(register)
    return found.entries, names_for(unit, found.entries, columns), found.after


def write(
    ask: Ask, export: Export, actor: Actor, path: Path, progress: Progress | None = None
) -> int:
    """Write the file; how many records it holds.

    `ask` puts questions, each with a short reading of its own: a long export holds nothing open.
    """
    register: Register = ask(registers.register, export.code)
    total: int = ask(registers.count_all, export.code, actor, export.search)
    chunks = _chunks(ask, export, actor, total, progress)
    if export.ending == CSV:
        columns = layout.columns_of(register)
        sheet = layout.main_sheet(register, columns, with_tables=True)
        return write_csv(path, sheet, _csv_rows(chunks, columns))
    return _write_excel(path, register, chunks)


def _chunks(
    ask: Ask, export: Export, actor: Actor, total: int, progress: Progress | None
) -> Iterator[tuple[list[RegisterEntry], Names]]:
    start, done = None, 0
    while True:
        entries, names, start = ask(chunk, export, actor, start)
        yield entries, names
        done += len(entries)
        if progress is not None:
            progress(done, max(total, done))
        if start is None:
            return


def _csv_rows(
    chunks: Iterable[tuple[list[RegisterEntry], Names]], columns: Sequence[Column]
) -> Iterator[list[Any]]:
    for entries, names in chunks:
        for entry in entries:
            yield layout.main_row(entry, columns, names, with_tables=True)


def _write_excel(
    path: Path, register: Register, chunks: Iterable[tuple[list[RegisterEntry], Names]]
) -> int:
    columns = layout.columns_of(register)
    tables = [one for one in columns if one.kind is ColumnKind.ROWS]
    with ExcelFile(path) as file:
        main = file.add(layout.main_sheet(register, columns, with_tables=False))
        beside = [(one, file.add(layout.table_sheet(one))) for one in tables]
        for entries, names in chunks:
            for entry in entries:
                main.write(layout.main_row(entry, columns, names, with_tables=False))
                for column, sheet in beside:
                    for row in layout.table_rows(entry, column, names):
                        sheet.write(row)
    return main.count


# The empty file for new records


def write_template(unit: Unit, code: str, actor: Actor, path: Path) -> None:
    """An Excel file with headings alone, explanations, and the choices where there are some."""
    register = registers.register(unit, code)
    registers.check_editable(register, actor)
    columns = layout.columns_of(register)
    offered = of_columns(unit, register)
    choices = {
        name: [layout.labelled(c.value, {c.value: _bare(c.label, c.value)}) for c in found]
        for name, found in offered.items()
    }
    with ExcelFile(path) as file:
        sheet = layout.main_sheet(register, columns, with_tables=False)
        main = file.add(sheet)
        tables = [one for one in columns if one.kind is ColumnKind.ROWS]
        beside = [(one, file.add(layout.table_sheet(one))) for one in tables]
        _explain(file, columns)
        ranges = _choice_ranges(file, choices)
        for number, column in enumerate(sheet.columns):
            if column.heading in ranges:
                main.offer(number, ranges[column.heading])
        for table, made in beside:
            for number, inner in enumerate(table.inner, 3):
                if f"{table.name}/{inner.name}" in ranges:
                    made.offer(number, ranges[f"{table.name}/{inner.name}"])


def _bare(label: str, value: str) -> str:
    """The name alone; words that stand for themselves have none."""
    return "" if label == value else label.partition("（")[0]


def _choice_ranges(file: ExcelFile, choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Column -> the cells that hold its choices, on a sheet of their own."""
    if not choices:
        return {}
    headings = tuple(SheetColumn(heading=name) for name in choices)
    sheet = file.add(Sheet(name="選択肢", columns=headings))
    longest = max(len(found) for found in choices.values())
    for place in range(longest):
        sheet.write([found[place] if place < len(found) else None for found in choices.values()])
    return {
        name: sheet.range(number, len(found))
        for number, (name, found) in enumerate(choices.items())
    }


def _explain(file: ExcelFile, columns: Sequence[Column]) -> None:
    heads = ("シート・列", "書き方")
    sheet = file.add(
        Sheet(name="説明", columns=tuple(SheetColumn(heading=one, width=60) for one in heads))
    )
    for line in _EXPLANATIONS:
        sheet.write(line)
    for column in columns:
        sheet.write([column.name, _how(column)])
        for inner in column.inner:
            sheet.write([f"{column.name}／{inner.name}", _how(inner)])


_EXPLANATIONS = (
    (
        "管理番号",
        "新しい記録は空けておきます（表のある記録は「新規1」のように仮の番号を書きます）。",
    ),
    ("版", "書き出したときの版のままにします。新しい記録は空けておきます。"),
    ("状態", "空けておくと、新しい記録は「有効」になります。"),
    ("プロジェクト・情報システム", "名前かIDを書きます。1つしか担当していないときは空けられます。"),
    ("記入日時・記入者・記録ID", "取り込むときに決まります。新しい記録は空けておきます。"),
)
_HOW = {
    ColumnKind.NUMBER: "数字",
    ColumnKind.YEN: "円の単位の数字",
    ColumnKind.DATE: "日付（2026-04-01、R8.4.1 など）",
    ColumnKind.MOMENT: "日付と時刻（2026-04-01 09:30）",
    ColumnKind.TIME: "時刻（09:30）",
    ColumnKind.BOOL: "はい か いいえ",
    ColumnKind.PERSON: "氏名（ID）、氏名かID",
    ColumnKind.ORGANISATION: "名前（ID）、名前かID",
    ColumnKind.RECORD: "管理番号（ID）、管理番号かID",
    ColumnKind.CHOICE: "選択肢の1つ",
    ColumnKind.CHOICES: "選択肢のいくつか。1行に1つ",
    ColumnKind.TEXTS: "1行に1つ",
    ColumnKind.FILES: "取り込めません。記録の画面で添付します。",
    ColumnKind.OTHER: "取り込めません。業務フローが書き込みます。",
    ColumnKind.ROWS: "同じ名前のシートに1行ずつ書きます。",
}


def _how(column: Column) -> str:
    text = _HOW.get(column.kind, "文字")
    return f"{text}（必須）" if column.is_required else text


def is_known_ending(ending: str) -> str:
    """The ending, when there is such a file.

    Raises:
        InvalidError
    """
    if ending not in CONTENT_TYPES:
        raise InvalidError(f"no file kind {ending}")
    return ending
