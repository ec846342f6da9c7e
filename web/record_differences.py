"""Two versions of a record: text marked, tables row by row, values before → after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.differences import Part, marked, paired
from engine.domain.records import Register, RegisterEntry
from engine.domain.register import STATE
from engine.domain.register_search import ColumnKind, kinds_of
from web import formats

LONG = 30  # letters; shorter texts read better as before → after


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A row of a table: `kind` kept, gone, come or changed; the cells, marked."""

    kind: str
    cells: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ColumnChange:
    """One column that differs.  `shape`: text (`parts`), table (`headings`, `rows`) or value."""

    column: str
    shape: str
    before: str = ""
    after: str = ""
    parts: tuple[Part, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()


def between(
    register: Register, old: RegisterEntry, new: RegisterEntry, names: Mapping[str, str]
) -> list[ColumnChange]:
    """What differs, in the order of the columns; the state first."""
    return list(_changes(register, old, new, names))


def _changes(
    register: Register, old: RegisterEntry, new: RegisterEntry, names: Mapping[str, str]
) -> Iterator[ColumnChange]:
    if old.state != new.state:
        yield ColumnChange(column=STATE, shape="value", before=old.state, after=new.state)
    for column, kind in kinds_of(register).items():
        before, after = old.values.get(column), new.values.get(column)
        if before == after or (not before and not after and kind is not ColumnKind.BOOL):
            continue
        yield change_of(column, before, after, names)


def change_of(column: str, before: Any, after: Any, names: Mapping[str, str]) -> ColumnChange:
    """How one value became another; None: there was none, or there is none any more."""
    if _is_table(before) or _is_table(after):
        return _table(column, before, after, names)
    texts = [_text(value, names) for value in (before, after)]
    if max(map(len, texts)) > LONG and all(value for value in (before, after)):
        return ColumnChange(column=column, shape="text", parts=marked(*texts))
    return ColumnChange(column=column, shape="value", before=texts[0], after=texts[1])


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(row, Mapping) and "名前" not in row for row in value
    )


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(names.get(item, item) for item in value)
    return "" if value is None else formats.shown(value)


def _table(column: str, before: Any, after: Any, names: Mapping[str, str]) -> ColumnChange:
    old, new = _rows(before), _rows(after)
    headings = tuple(dict.fromkeys(key for row in (*old, *new) for key in row))
    rows = []
    for pair in paired(old, new):
        left = {} if pair.old is None else old[pair.old]
        right = {} if pair.new is None else new[pair.new]
        kind = "kept" if left == right else "changed"
        if pair.old is None or pair.new is None:
            kind = "come" if pair.old is None else "gone"
        cells = tuple(
            marked(_text(left.get(key), names), _text(right.get(key), names)) for key in headings
        )
        rows.append(RowChange(kind=kind, cells=cells))
    return ColumnChange(column=column, shape="table", headings=headings, rows=tuple(rows))


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value or [] if isinstance(row, Mapping)]
