"""Records of a register that fit a search: one page after or before a record, and how many.

Each condition is asked of `register_value` on its own; pages go by the key of the order and the
id, so that a page far back costs no more than the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.domain.records import RegisterEntry
from engine.domain.register_keys import KEY_LENGTH, WHOLE, item_text, plain
from engine.domain.register_search import (
    NUMBER,
    RANGES,
    WRITTEN_AT,
    ColumnKind,
    Condition,
    Cursor,
    Search,
)
from engine.domain.values import TOKYO, utc
from engine.storage.registers import entry_of
from engine.storage.schema import register_entry as entry
from engine.storage.schema_registers import register_value as value
from engine.storage.unit_of_work import UnitOfWork

COUNT_LIMIT = 1_000
_OF_IDS = sa.select(entry).where(entry.c.id.in_(sa.bindparam("ids", expanding=True)))
_HAS_KEY: sa.ColumnElement[bool] = sa.literal_column(
    "register_value.key <> ''"
)  # in these words the index says it
_WITH_KEY: sa.ColumnElement[bool] = sa.literal_column("sorted.key <> ''")


@dataclass(frozen=True, kw_only=True)
class Found:
    """`count` stops behind COUNT_LIMIT; `before` and `after` lead to the neighbouring pages."""

    entries: list[RegisterEntry]
    count: int
    before: Cursor | None = None
    after: Cursor | None = None


def _conditions(register: str, search: Search) -> list[sa.ColumnElement[bool]]:
    """What an entry has to fulfil, but for the words."""
    wanted: list[sa.ColumnElement[bool]] = [entry.c.register == register]
    if search.project_ids is not None:
        wanted.append(entry.c.project_id.in_(sorted(search.project_ids)))
    if search.system_id:
        wanted.append(entry.c.system_id == search.system_id)
    if search.state:
        wanted.append(entry.c.state == search.state)
    if search.written_from_on:
        start = datetime.combine(search.written_from_on, time(), TOKYO)
        wanted.append(entry.c.written_at >= utc(start))
    if search.written_to_on:
        end = datetime.combine(search.written_to_on + timedelta(days=1), time(), TOKYO)
        wanted.append(entry.c.written_at < utc(end))
    wanted += [_fits(register, one) for one in search.conditions]
    return wanted


def _with_words(
    unit: UnitOfWork, register: str, search: Search
) -> tuple[list[sa.ColumnElement[bool]], list[str] | None]:
    """The conditions, those on words worked out first where few records hold them.

    The texts of all records are read once for rare words; for frequent ones, a page is full and
    the count has stopped long before the end.  With few, their ids are the second answer.
    """
    wanted = _conditions(register, search)
    words = plain(search.text).split()
    if not words:
        return wanted, None
    holds = [_contains(value.c.text, word) for word in words]
    whole = (value.c.register == register, value.c.column_name == WHOLE)
    some = sa.select(value.c.entry_id).where(*whole, *holds).limit(COUNT_LIMIT + 1)
    ids = [row.entry_id for row in unit.rows(some)]
    if len(ids) <= COUNT_LIMIT:
        return [*wanted, entry.c.id.in_(ids)], ids
    return [*wanted, _in(register, WHOLE, *holds)], None


def _in(register: str, column: str, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return entry.c.id.in_(
        sa.select(value.c.entry_id).where(
            value.c.register == register, value.c.column_name == column, *more
        )
    )


def _contains(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return column.like(f"%{escaped}%", escape="!")


def _fits(register: str, one: Condition) -> sa.ColumnElement[bool]:
    if one.kind in RANGES:
        limits = [value.c.key >= one.low] if one.low else []
        limits += [value.c.key <= one.high] if one.high else []
        return _in(register, one.column, _HAS_KEY, *limits)
    if one.kind is ColumnKind.CHOICES:
        return _in(register, one.column, _contains(value.c.text, item_text(one.value)))
    if one.kind in (ColumnKind.TEXT, ColumnKind.TEXTS):
        words = plain(one.value)
        inside = sa.or_(_contains(value.c.key, words), _contains(value.c.text, words))
        return _in(register, one.column, inside)
    return _in(register, one.column, _HAS_KEY, value.c.key == plain(one.value)[:KEY_LENGTH])


def page(
    unit: UnitOfWork, register: str, search: Search, size: int, start: Cursor | None = None
) -> Found:
    """The records after (or right before) a record, in the order of the search."""
    wanted, ids = _with_words(unit, register, search)
    order = _order(register, search, wanted, ids)
    is_backward = start is not None and start.is_backward
    rows = order.rows(unit, start, size + 1)
    more, rows = len(rows) > size, rows[:size]
    is_all = start is None and not more
    if is_backward:
        rows = rows[::-1]
    has_before = more if is_backward else start is not None
    has_after = is_backward or more
    return Found(
        entries=[entry_of(one.row) for one in rows],
        count=len(rows) if is_all else _count(unit, wanted),
        before=order.cursor(rows[0], is_backward=True) if rows and has_before else None,
        after=order.cursor(rows[-1]) if rows and has_after else None,
    )


def count_all(unit: UnitOfWork, register: str, search: Search) -> int:
    """How many fit, to the last one."""
    wanted, _ = _with_words(unit, register, search)
    row = unit.row(sa.select(sa.func.count()).select_from(entry).where(*wanted))
    return 0 if row is None else int(row[0])


def _count(unit: UnitOfWork, wanted: Sequence[sa.ColumnElement[bool]]) -> int:
    some = sa.select(entry.c.id).where(*wanted).limit(COUNT_LIMIT + 1).subquery()
    row = unit.row(sa.select(sa.func.count()).select_from(some))
    return 0 if row is None else int(row[0])


def _order(
    register: str,
    search: Search,
    wanted: Sequence[sa.ColumnElement[bool]],
    ids: Sequence[str] | None,
) -> _Order:
    if search.order_by == WRITTEN_AT:
        return _Order(wanted, entry.c.written_at, is_descending=search.is_descending)
    if search.order_by == NUMBER:
        return _Order(wanted, entry.c.number, is_descending=search.is_descending)
    return _ColumnOrder(register, search, wanted, ids)


def _whole(unit: UnitOfWork, chosen: sa.Select[Any]) -> list[_Placed]:
    """The records behind the chosen ids, in their order.

    Looking and sorting go by narrow indexes; the wide rows are fetched for one page alone.
    """
    places = {row.id: (number, row.order_key) for number, row in enumerate(unit.rows(chosen))}
    rows = unit.rows(_OF_IDS, {"ids": list(places)}) if places else []
    found = sorted(rows, key=lambda row: places[row.id][0])
    return [_Placed(row=row, key=places[row.id][1]) for row in found]


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A row of an entry and its key in the order."""

    row: Any
    key: Any


class _Order:
    """By a column of the entries themselves; of equals the newer (or the later id) stands first."""

    def __init__(
        self,
        wanted: Sequence[sa.ColumnElement[bool]],
        key: sa.ColumnElement[Any],
        *,
        is_descending: bool,
    ) -> None:
        self._query = sa.select(entry.c.id, key.label("order_key")).where(*wanted)
        self._key = key
        self._id: sa.ColumnElement[str] = entry.c.id
        self._is_descending = is_descending

    def rows(self, unit: UnitOfWork, start: Cursor | None, most: int) -> list[_Placed]:
        """At most so many rows, those next to `start` first."""
        return self._next(unit, start, most, is_backward=start is not None and start.is_backward)

    def _next(
        self, unit: UnitOfWork, start: Cursor | None, most: int, *, is_backward: bool
    ) -> list[_Placed]:
        down = self._is_descending != is_backward
        query = self._query
        if start is not None:
            key = sa.literal(self._bound(start.key), self._key.type)
            place = sa.tuple_(key, sa.literal(start.entry_id))
            here = sa.tuple_(self._key, self._id)
            query = query.where(here < place if down else here > place)
        columns = (self._key, self._id)
        order = [one.desc() if down else one.asc() for one in columns]
        return _whole(unit, query.order_by(*order).limit(most))

    def _bound(self, key: str) -> Any:
        if self._key is entry.c.written_at:
            return datetime.fromisoformat(key)
        return key

    def cursor(self, row: _Placed, *, is_backward: bool = False) -> Cursor:
        key = row.key
        text = key.isoformat() if isinstance(key, datetime) else str(key or "")
        return Cursor(key=text, entry_id=row.row.id, is_backward=is_backward)


class _ColumnOrder(_Order):
    """By the keys of a register's column; records without a value stand at the end."""

    def __init__(
        self,
        register: str,
        search: Search,
        wanted: Sequence[sa.ColumnElement[bool]],
        ids: Sequence[str] | None,
    ) -> None:
        keys = value.alias("sorted")
        here = sa.and_(keys.c.register == register, keys.c.column_name == search.order_by)
        few = [] if ids is None else [keys.c.entry_id.in_(ids)]
        super().__init__(wanted, keys.c.key, is_descending=search.is_descending)
        self._id = keys.c.entry_id
        self._query = (
            sa.select(entry.c.id, keys.c.key.label("order_key"))
            .select_from(keys)
            .join(entry, entry.c.id == keys.c.entry_id)
            .where(here, _WITH_KEY, *few, *wanted)
        )
        has_key = sa.exists().where(keys.c.entry_id == entry.c.id, here, _WITH_KEY)
        self._without = sa.select(entry.c.id, sa.literal("").label("order_key")).where(
            *wanted, ~has_key
        )

    def rows(self, unit: UnitOfWork, start: Cursor | None, most: int) -> list[_Placed]:
        """First those with a key, then those without; backwards the other way round."""
        blank = start if start is not None and not start.key else None
        if start is not None and start.is_backward:
            found = [] if blank is None else self._blank(unit, blank, most, is_backward=True)
            keyed_start = start if blank is None else None
            left = most - len(found)
            return found + self._next(unit, keyed_start, left, is_backward=True) if left else found
        found = [] if blank else self._next(unit, start, most, is_backward=False)
        left = most - len(found)
        return found + self._blank(unit, blank, left, is_backward=False) if left else found

    def _blank(
        self, unit: UnitOfWork, start: Cursor | None, most: int, *, is_backward: bool
    ) -> list[_Placed]:
        query, id_ = self._without, entry.c.id
        if start is not None:
            query = query.where(id_ < start.entry_id if is_backward else id_ > start.entry_id)
        query = query.order_by(id_.desc() if is_backward else id_)
        return _whole(unit, query.limit(most))


def states(unit: UnitOfWork, register: str) -> list[str]:
    """The states in which records of the register stand."""
    query = sa.select(entry.c.state).distinct().where(entry.c.register == register)
    return sorted(row.state for row in unit.rows(query) if row.state)
