"""Records from a spreadsheet: first what would happen, then all of it in one transaction.

The file is kept as a draft attachment between the two; importing it links it, so that no file is
imported twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.domain.access import Actor, may_see_project
from engine.domain.errors import ConflictError, InvalidError, NotFoundError
from engine.domain.person import Attachment
from engine.domain.records import Register
from engine.domain.register import STATE
from engine.domain.register_search import NUMBER, WRITTEN_AT, ColumnKind
from engine.domain.sentence import Sentence
from engine.services import attachments, places, register_writing, registers
from engine.services import register_layout as layout
from engine.services.register_cells import Choosable, Known, words_of
from engine.services.register_export import names_for
from engine.services.register_layout import Column, heading_key
from engine.services.register_plan import (
    NEW,
    Around,
    Change,
    Fault,
    Line,
    Plan,
    Planner,
    cells_by_heading,
)
from engine.services.spreadsheets import Table, cell_text, read_table
from engine.services.unit import Unit
from engine.storage import attachments as files
from engine.storage import history, people
from engine.storage import registers as rows
from engine.storage.history import Line as HistoryLine

KIND = "registers.import"  # of the batch
AT_ONCE_ROWS = 200  # up to so many are imported without waiting
MOST_ROWS = 5_000
MOST_PEOPLE = 10_000
_IGNORED = (WRITTEN_AT, layout.WRITTEN_BY)  # told by an export, never read


class FaultyImportError(InvalidError):
    """The file has faults, so nothing of it was imported."""

    code = "faulty_import"

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"{len(plan.faults)} faults")
        self.plan = plan


class AlreadyImportedError(ConflictError):
    """The file has been imported before."""

    code = "already_imported"


@dataclass(frozen=True, kw_only=True)
class Imported:
    new: int
    changed: int


def plan(unit: Unit, code: str, content: bytes, file_name: str, actor: Actor) -> Plan:
    """What importing the file would do.

    Raises:
        MayNotEnterError: the actor may not write records of this register by hand.
        SpreadsheetError: the file cannot be read.
    """
    register = registers.register(unit, code)
    registers.check_editable(register, actor)
    return compare(unit, register, content, file_name, actor)


def compare(unit: Unit, register: Register, content: bytes, file_name: str, actor: Actor) -> Plan:
    """The plan itself; asks for no right but those of the rows that change something."""
    columns = layout.columns_of(register)
    faults: list[Fault] = []
    headings = (*layout.BEFORE, *(c.name for c in columns), *_IGNORED, layout.RECORD_ID)
    wanted = {heading_key(name): name for name in headings}
    table = _chosen(read_table(content, file_name), wanted, content, file_name, register)
    lines = [
        Line(row=row, cells=cells) for row, cells in cells_by_heading(table, wanted, "", faults)
    ]
    if len(lines) > MOST_ROWS:
        text = Sentence(
            "1回に取り込めるのは%(most)s行までです。ファイルを分けてください。", most=MOST_ROWS
        )
        return Plan(faults=(Fault(row=lines[MOST_ROWS].row, column=NUMBER, text=text),))
    for column in columns:
        if column.kind is ColumnKind.ROWS:
            _join(column, read_sheet(content, file_name, column), lines, faults)
    around = _around(unit, register, columns, lines, actor)
    return _planned(lines, Planner(around, faults))


def read_sheet(content: bytes, file_name: str, column: Column) -> Table:
    """The sheet of a table; empty in a file without it."""
    if not content.startswith(b"PK"):
        return Table(header=(), rows=())
    return read_table(content, file_name, layout.table_sheet(column).name)


def _chosen(
    first: Table, wanted: Mapping[str, str], content: bytes, file_name: str, register: Register
) -> Table:
    """The first sheet, or the one with the register's name where people have moved it."""
    if any(heading_key(one) in wanted for one in first.header):
        return first
    named = read_table(content, file_name, register.name[:31])
    return named if named.header else first


def _join(column: Column, table: Table, lines: list[Line], faults: list[Fault]) -> None:
    """Give each record its rows of the table; a sheet that is missing changes nothing."""
    if not table.header:
        return
    keys = (NUMBER, layout.RECORD_ID, layout.ROW)
    wanted = {heading_key(name): name for name in (*keys, *(c.name for c in column.inner))}
    by_mark: dict[str, Line] = {}
    for line in lines:
        line.tables[column.name] = []
        for mark in (line.text(NUMBER), line.text(layout.RECORD_ID)):
            by_mark.setdefault(mark, line)
    for row, cells in cells_by_heading(table, wanted, column.name, faults):
        marks = [cell_text(cells.get(key)).strip() for key in (layout.RECORD_ID, NUMBER)]
        owner = next((by_mark[one] for one in marks if one and one in by_mark), None)
        if owner is None:
            text = Sentence(
                "1枚目のシートに、この管理番号の行がありません。管理番号を直してください。"
            )
            faults.append(Fault(row=row, column=NUMBER, text=text, sheet=column.name))
        else:
            owner.tables[column.name].append((row, cells))


def _around(
    unit: Unit, register: Register, columns: tuple[Column, ...], lines: list[Line], actor: Actor
) -> Around:
    marks = {line.text(layout.RECORD_ID) for line in lines}
    marks |= {line.text(NUMBER) for line in lines if not line.text(NUMBER).startswith(NEW)}
    entries = [
        entry
        for entry in rows.named(unit, register.code, marks - {""})
        if may_see_project(actor, entry.project_id)
    ]
    return Around(
        register=register,
        columns=columns,
        entries=entries,
        names=names_for(unit, entries, columns),
        known=_known(unit, columns, lines, actor),
        actor=actor,
    )


def _known(unit: Unit, columns: tuple[Column, ...], lines: list[Line], actor: Actor) -> Known:
    everybody = people.page(unit, 0, MOST_PEOPLE)
    systems = places.systems_of(unit, actor)
    return Known(
        people=Choosable({one.id: one.name for one in everybody}),
        organisations=Choosable({one.id: one.name for one in people.organisations(unit)}),
        projects=Choosable({one.id: one.name for one in places.projects_of(unit, actor)}),
        systems=Choosable({one.id: one.name for one in systems}),
        project_of={one.id: one.project_id for one in systems},
        records=_records(unit, columns, lines, actor),
    )


def _records(
    unit: Unit, columns: tuple[Column, ...], lines: list[Line], actor: Actor
) -> dict[str, Choosable]:
    """The records of other registers that the cells name."""
    words: dict[str, set[str]] = {}
    for column in columns:
        if column.kind is ColumnKind.RECORD:
            named = words.setdefault(column.register, set())
            named.update(word for one in lines for word in words_of(one.cells.get(column.name)))
        for inner in column.inner:
            if inner.kind is ColumnKind.RECORD:
                named = words.setdefault(inner.register, set())
                cells = (cells for line in lines for _, cells in line.tables.get(column.name, ()))
                named.update(word for one in cells for word in words_of(one.get(inner.name)))
    return {
        code: Choosable(
            {
                entry.id: entry.number
                for entry in rows.named(unit, code, named)
                if may_see_project(actor, entry.project_id)
            }
        )
        for code, named in words.items()
    }


def _planned(lines: list[Line], planner: Planner) -> Plan:
    changes: list[Change] = []
    unchanged = 0
    for line in lines:
        count = len(planner.faults)
        made = planner.change(line) if planner.find(line) else None
        if made is not None:
            changes.append(made)
        elif len(planner.faults) == count:
            unchanged += 1
    return Plan(
        new=tuple(one for one in changes if one.entry is None),
        changed=tuple(one for one in changes if one.entry is not None),
        unchanged_count=unchanged,
        faults=tuple(sorted(planner.faults, key=lambda one: (one.sheet, one.row))),
    )


def of_file(unit: Unit, code: str, attachment_id: str, actor: Actor) -> tuple[Attachment, Plan]:
    """The plan of a file that the actor has handed in."""
    found, content = _content(unit, attachment_id, actor)
    return found, plan(unit, code, content, found.name, actor)


def _content(unit: Unit, attachment_id: str, actor: Actor) -> tuple[Attachment, bytes]:
    found, path = attachments.path(unit, attachment_id, actor)
    if found.uploaded_by != actor.user_id:
        raise NotFoundError("attachment", attachment_id)
    return found, Path(path).read_bytes()


def is_imported(unit: Unit, attachment_id: str, actor: Actor) -> bool:
    return attachments.attachment(unit, attachment_id, actor).state != "draft"


def execute(unit: Unit, code: str, attachment_id: str, actor: Actor) -> Imported:
    """Write all records of the file, or none.

    Raises:
        FaultyImportError: there are faults; `plan` holds them.
        AlreadyImportedError
    """
    found, content = _content(unit, attachment_id, actor)
    if found.state != "draft":
        raise AlreadyImportedError(attachment_id)
    made = plan(unit, code, content, found.name, actor)
    if made.faults:
        raise FaultyImportError(made)
    register = registers.register(unit, code)
    reason = f"表計算ファイルの取り込み：{found.name}"
    for change in (*made.new, *made.changed):
        _write(unit, register, change, actor, reason)
    files.link_once(unit, attachment_id)
    done = Imported(new=len(made.new), changed=len(made.changed))
    detail = {
        "register": code,
        "file": found.name,
        "sha256": found.sha256,
        "new": done.new,
        "changed": done.changed,
    }
    history.add(unit, HistoryLine(event="register_imported", actor=actor, detail=detail))
    return done


def _write(unit: Unit, register: Register, change: Change, actor: Actor, reason: str) -> None:
    source = registers.OwnBooks(project_id=change.project_id, system_id=change.system_id)
    values = {**change.values, STATE: change.state}
    if change.entry is None:
        values = {name: value for name, value in values.items() if value is not None}
    else:
        unit.entries.setdefault(change.entry.id, change.entry)  # read already
    by_hand = register_writing.ByHand(
        entry_id=change.entry.id if change.entry else None, reason=reason
    )
    register_writing.write_by_hand(unit, register, values, source, actor, by_hand)
