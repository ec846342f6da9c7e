"""What an import would do: new and changed records, those left as they are, and every fault.

A cell that reads like the value it was exported from is no change, whatever its type; so an export
that is imported again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from engine.domain.access import Actor, may_edit_register
from engine.domain.records import Register, RegisterEntry
from engine.domain.register import STATE, VALID, EntryRefusedError, check
from engine.domain.register_search import NUMBER, ColumnKind
from engine.domain.sentence import Sentence
from engine.services import register_layout as layout
from engine.services.register_cells import Known, value_of
from engine.services.register_layout import Column, Names, heading_key, same_text
from engine.services.spreadsheets import Table, cell_text, fitting

NEW = "新規"  # what stands for the number of a record that is yet to be
MAX_STATE = 50


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`row` as the program shows it; `sheet` empty: the first one."""

    row: int
    column: str
    text: Sentence
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A record to write.  `before` and `after`: what the cells of the changed columns read."""

    row: int
    entry: RegisterEntry | None
    values: Mapping[str, Any]
    state: str
    project_id: str | None
    system_id: str | None
    before: Mapping[str, str] = made_by(default_factory=dict)
    after: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged_count: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def row_count(self) -> int:
        return len(self.new) + len(self.changed) + self.unchanged_count


@dataclass(kw_only=True)
class Line:
    """One row of the first sheet on its way: its cells by heading, and what became of it."""

    row: int
    cells: Mapping[str, Any]
    entry: RegisterEntry | None = None
    tables: dict[str, list[tuple[int, Mapping[str, Any]]]] = made_by(default_factory=dict)

    def text(self, heading: str) -> str:
        return cell_text(self.cells.get(heading)).strip()

    @property
    def mark(self) -> str:
        """What rows of tables name this record by."""
        return self.text(layout.RECORD_ID) or self.text(NUMBER)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a plan is made against."""

    register: Register
    columns: Sequence[Column]
    entries: Sequence[RegisterEntry]
    names: Names
    known: Known
    actor: Actor


def cells_by_heading(
    table: Table, wanted: Mapping[str, str], sheet: str, faults: list[Fault]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows with their cells by the register's own headings; faults of the headings."""
    places: dict[int, str] = {}
    for place, heading in enumerate(table.header):
        name = wanted.get(heading_key(heading))
        if name is None and not heading.strip():
            text = Sentence("見出しのない列に値があります。見出しを書くか、列ごと消してください。")
            if any(row.cells[place] is not None for row in table.rows):
                faults.append(Fault(row=1, column=f"{place + 1}列目", text=text, sheet=sheet))
        elif name is None:
            text = Sentence("この台帳にない列です。見出しを直すか、列ごと消してください。")
            faults.append(Fault(row=1, column=heading, text=text, sheet=sheet))
        elif name in places.values():
            text = Sentence("同じ見出しの列が2つあります。1つにしてください。")
            faults.append(Fault(row=1, column=heading, text=text, sheet=sheet))
        else:
            places[place] = name
    for row in table.rows:
        if len(row.cells) > len(table.header):
            text = Sentence("見出しより右に値があります。その値を消してください。")
            faults.append(
                Fault(row=row.number, column=f"{len(row.cells)}列目", text=text, sheet=sheet)
            )
        yield row.number, {name: row.cells[place] for place, name in places.items()}


class Planner:
    """Makes the plan, row by row; `faults` grows on the way."""

    def __init__(self, around: Around, faults: list[Fault]) -> None:
        self._around = around
        self._by_id = {entry.id: entry for entry in around.entries}
        self._seen: dict[str, int] = {}
        self.faults = faults

    def fault(self, line: Line, column: str, text: Sentence, sheet: str = "", row: int = 0) -> None:
        self.faults.append(Fault(row=row or line.row, column=column, text=text, sheet=sheet))

    def find(self, line: Line) -> bool:
        """Whether the row says which record it is about; sets `line.entry`, None for a new one."""
        id_, mark = line.text(layout.RECORD_ID), line.text(NUMBER)
        if not id_ and (not mark or mark.startswith(NEW)):
            return not self._is_twice(line, mark) if mark else True
        found = [
            entry
            for entry in self._around.entries
            if (entry.id == id_ if id_ else entry.number == mark and self._in_place(line, entry))
        ]
        if len(found) != 1:
            column = layout.RECORD_ID if id_ or found else NUMBER
            self.fault(line, column, _which(id_ or mark, len(found)))
            return False
        line.entry = found[0]
        return not self._is_twice(line, found[0].id)

    def _in_place(self, line: Line, entry: RegisterEntry) -> bool:
        project = line.text(layout.PROJECT)
        return not project or self._around.known.projects.find(project) == entry.project_id

    def _is_twice(self, line: Line, mark: str) -> bool:
        first = self._seen.setdefault(mark, line.row)
        if first != line.row:
            text = Sentence("%(row)s行目と同じ記録です。1行にまとめてください。", row=first)
            self.fault(line, NUMBER, text)
        return first != line.row

    def change(self, line: Line) -> Change | None:
        """The change the row asks for; None when there is none, or a fault."""
        count = len(self.faults)
        values: dict[str, Any] = {}
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for column in self._around.columns:
            for found, old, new in self._cell(line, column):
                values[column.name] = found
                before[column.name], after[column.name] = old, new
        state = self._state(line)
        if line.entry is not None and state != line.entry.state:
            before[STATE], after[STATE] = line.entry.state, state
        project_id, system_id = self._place(line)
        made = Change(
            row=line.row,
            entry=line.entry,
            values=values,
            state=state,
            project_id=project_id,
            system_id=system_id,
            before=before,
            after=after,
        )
        if line.entry is None or after:
            self._check(line, made, is_clean=len(self.faults) == count)
        is_change = line.entry is None or bool(after)
        return made if is_change and len(self.faults) == count else None

    def _cell(self, line: Line, column: Column) -> Iterator[tuple[Any, str, str]]:
        if column.name in line.tables:
            yield from self._table(line, column)
            return
        if column.name not in line.cells:
            return
        cell = line.cells[column.name]
        current = None if line.entry is None else line.entry.values.get(column.name)
        shown = layout.in_cell(column, current, self._around.names)
        if self._reads_alike(column, cell, shown):
            return
        value = value_of(column, cell, self._around.known)
        if isinstance(value, Sentence):
            self.fault(line, column.name, value)
        else:
            yield value, same_text(column.kind, shown), same_text(column.kind, cell)

    def _reads_alike(self, column: Column, cell: Any, shown: Any) -> bool:
        now, old = same_text(column.kind, cell), same_text(column.kind, shown)
        return now in (old, same_text(column.kind, fitting(cell_text(shown))))

    def _table(self, line: Line, column: Column) -> Iterator[tuple[Any, str, str]]:
        """A table, when any of its rows reads otherwise; entries of no column stay."""
        old = [] if line.entry is None else layout.rows_in(line.entry.values.get(column.name))
        new = line.tables[column.name]
        if len(old) == len(new) and all(
            self._same_row(column, cells, row) for (_, cells), row in zip(new, old, strict=True)
        ):
            return
        made = []
        for row, cells in new:
            place = same_text(ColumnKind.NUMBER, cells.get(layout.ROW))
            came_from = int(place) - 1 if place.isdecimal() else -1
            known = old[came_from] if 0 <= came_from < len(old) else {}
            made.append(self._row(line, column, row, (cells, known)))
        yield (
            made,
            "\n".join(map(str, range(1, len(old) + 1))),
            "\n".join(
                " ".join(cell_text(cells.get(one.name)) for one in column.inner) for _, cells in new
            ),
        )

    def _same_row(self, column: Column, cells: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
        return all(
            self._reads_alike(
                inner,
                cells.get(inner.name),
                layout.in_cell(inner, row.get(inner.name), self._around.names),
            )
            for inner in column.inner
            if inner.name in cells
        )

    def _row(
        self,
        line: Line,
        column: Column,
        row: int,
        pair: tuple[Mapping[str, Any], Mapping[str, Any]],
    ) -> dict[str, Any]:
        cells, known = pair
        made = dict(known)
        for inner in column.inner:
            shown = layout.in_cell(inner, known.get(inner.name), self._around.names)
            if inner.name not in cells or self._reads_alike(inner, cells[inner.name], shown):
                made.setdefault(inner.name, None)
                continue
            value = value_of(inner, cells[inner.name], self._around.known)
            if isinstance(value, Sentence):
                self.fault(line, inner.name, value, column.name, row)
            made[inner.name] = value
        return made

    def _state(self, line: Line) -> str:
        state = line.text(STATE) or (line.entry.state if line.entry else VALID)
        if len(state) > MAX_STATE:
            self.fault(
                line, STATE, Sentence("%(most)s文字までで入力してください。", most=MAX_STATE)
            )
        return state

    def _place(self, line: Line) -> tuple[str | None, str | None]:
        """Project and system: those of the record, or what a new row names."""
        known = self._around.known
        if line.entry is not None:
            old = (line.entry.project_id, line.entry.system_id)
            headings = (layout.PROJECT, layout.SYSTEM)
            for heading, id_, things in zip(
                headings, old, (known.projects, known.systems), strict=True
            ):
                text = line.text(heading)
                if text and text != id_ and things.find(text) != id_:
                    self.fault(
                        line, heading, Sentence("記録の所属は変えられません。元に戻してください。")
                    )
            return old
        return self._new_place(line)

    def _new_place(self, line: Line) -> tuple[str | None, str | None]:
        known = self._around.known
        project, system = line.text(layout.PROJECT), line.text(layout.SYSTEM)
        mine = [
            id_
            for id_ in known.projects.names
            if may_edit_register(self._around.actor, self._around.register.editors, id_)
        ]
        found: str | Sentence = known.projects.find(project) if project else ""
        if not project:
            found = (
                mine[0]
                if len(mine) == 1
                else Sentence("プロジェクトの名前かIDを入力してください。")
            )
        if isinstance(found, Sentence):
            self.fault(line, layout.PROJECT, found)
            return None, None
        place = known.systems.find(system) if system else None
        if isinstance(place, str) and known.project_of.get(place) != found:
            place = Sentence(
                "このプロジェクトの情報システムではありません。名前かIDを直してください。"
            )
        if isinstance(place, Sentence):
            self.fault(line, layout.SYSTEM, place)
            return found, None
        return found, place

    def _check(self, line: Line, made: Change, *, is_clean: bool) -> None:
        """Rights, version, and the register's own rules."""
        register, old = self._around.register, made.entry
        is_placed = old is not None or made.project_id is not None
        mine = may_edit_register(self._around.actor, register.editors, made.project_id)
        if is_placed and not mine:
            text = Sentence(
                "このプロジェクトの記録を書く権限がありません。行を消すか、PJMOに頼んでください。"
            )
            self.fault(line, NUMBER, text)
        if old is not None and same_text(ColumnKind.NUMBER, line.cells.get(layout.VERSION)) != str(
            old.version
        ):
            text = Sentence(
                "今は第%(version)s版です。書き出し直してから、もう一度直してください。",
                version=old.version,
            )
            self.fault(line, layout.VERSION, text)
        merged = {**(old.values if old else {}), **made.values}
        for column in self._around.columns:
            is_missing = column.is_required and merged.get(column.name) is None
            if is_missing and not any(
                f.row == line.row and f.column == column.name for f in self.faults
            ):
                self.fault(line, column.name, Sentence("必須の列です。値を入力してください。"))
                is_clean = False
        if is_clean:
            try:
                check(register, merged)
            except EntryRefusedError as error:
                self.fault(line, "", Sentence("%(message)s", message="".join(error.faults)))


def _which(mark: str, count: int) -> Sentence:
    if count:
        return Sentence(
            "管理番号「%(number)s」の記録は%(count)s件あります。記録IDを入力してください。",
            number=mark,
            count=count,
        )
    return Sentence(
        "「%(number)s」の記録は見つかりません。新しい記録なら、管理番号と記録IDを空けてください。",
        number=mark,
    )
