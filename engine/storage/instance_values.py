"""The values by which instances are looked for, and how far the history has been read for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.domain.instance_values import ValueRow
from engine.storage.schema import history, process_instance
from engine.storage.schema_values import instance_value as table
from engine.storage.schema_values import instance_value_cursor as cursor
from engine.storage.unit_of_work import UnitOfWork

ONLY = 1  # id of the one row
_later = history.alias("later")
_ENDS = sa.select(
    sa.select(sa.func.max(history.c.id)).scalar_subquery().label("newest"),
    sa.select(cursor.c.history_id).where(cursor.c.id == ONLY).scalar_subquery().label("read"),
)
_NEXT = (
    sa.select(history.c.id, history.c.instance_id)
    .where(
        history.c.id > sa.bindparam("after"),
        history.c.id <= sa.bindparam("until"),
        history.c.live.is_not(None),
    )
    .order_by(history.c.id)
    .limit(sa.bindparam("most"))
)
# Of an instance that moves on in the lines to come, nothing need be read yet.
_STATES = (
    sa.select(
        history.c.instance_id,
        history.c.event,
        history.c.live,
        process_instance.c.definition_id,
        process_instance.c.root_id,
    )
    .join(process_instance, process_instance.c.id == history.c.instance_id)
    .where(
        history.c.id.in_(sa.bindparam("ids", expanding=True)),
        ~sa.exists().where(
            _later.c.instance_id == history.c.instance_id,
            _later.c.id > history.c.id,
            _later.c.live.is_not(None),
        ),
    )
)
_KNOWN = sa.select(
    table.c.instance_id, table.c.name, table.c.place, table.c.key, table.c.text
).where(
    table.c.root_id.in_(sa.bindparam("roots", expanding=True)),
    table.c.instance_id.in_(sa.bindparam("ids", expanding=True)),
)
_DROP = sa.delete(table).where(
    table.c.name == sa.bindparam("of_name"),
    table.c.instance_id == sa.bindparam("of_instance"),
    table.c.place == sa.bindparam("of_place"),
)
_PUT = insert(table)
_PUT = _PUT.on_conflict_do_update(  # both databases know it
    index_elements=[table.c.name, table.c.instance_id, table.c.place],
    set_={"key": _PUT.excluded.key, "text": _PUT.excluded.text},
)
_READ = insert(cursor)
_READ = _READ.on_conflict_do_update(
    index_elements=[cursor.c.id], set_={"history_id": _READ.excluded.history_id}
)
# From one name to the next one, so that 500,000 rows cost no more than the names they have.
_NAMES = sa.text(
    "with recursive names(name) as ("
    "select min(name) from instance_value union all "
    "select (select min(name) from instance_value where name > names.name) "
    "from names where names.name is not null) "
    "select name from names where name is not null limit :most"
)
# Lines that are written at the same time are not always seen in the order of their numbers.
# Whoever writes one keeps this lock to the end; other databases and other tables do not matter.
_WRITERS = sa.text(
    "select virtualtransaction from pg_locks where locktype = 'relation' and granted "
    "and mode = 'RowExclusiveLock' and relation = cast('history' as regclass) "
    "and database = (select oid from pg_database where datname = current_database())"
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The newest line of the history at some moment; `writers`: who may still add earlier ones."""

    history_id: int
    writers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class State:
    """Where an instance stands after its newest step."""

    instance_id: str
    root_id: str
    definition_id: str
    event: str
    live: bytes


def reach(unit: UnitOfWork) -> tuple[int, int]:
    """Up to which line the values are known, and the newest line there is."""
    row = unit.row(_ENDS)
    return row.read or 0, row.newest or 0


def mark(unit: UnitOfWork) -> Mark | None:
    """Something to read up to; None when all is read."""
    read, newest = reach(unit)
    if newest <= read:
        return None
    return Mark(history_id=newest, writers=_writers(unit))


def is_settled(unit: UnitOfWork, mark: Mark) -> bool:
    """Whether no line up to the mark can still appear.

    SQLite has one writer at a time.  In PostgreSQL whoever wrote lines at the moment of the mark
    must have ended: the lock is taken before a number is drawn, and given back only when the lines
    are there for others to see.
    """
    return not mark.writers or mark.writers.isdisjoint(_writers(unit))


def _writers(unit: UnitOfWork) -> frozenset[str]:
    """The transactions that are writing lines now."""
    if unit.dialect != "postgresql":
        return frozenset()
    return frozenset(str(row[0]) for row in unit.rows(_WRITERS))


def next_steps(unit: UnitOfWork, after: int, until: int, most: int) -> list[tuple[int, str]]:
    """Line and instance of the steps after that line, oldest first."""
    found = unit.rows(_NEXT, {"after": after, "until": until, "most": most})
    return [(row.id, row.instance_id) for row in found]


def states(unit: UnitOfWork, lines: Sequence[int]) -> list[State]:
    """The states these lines lead to, of instances that have gone no further."""
    return [
        State(
            instance_id=row.instance_id,
            root_id=row.root_id,
            definition_id=row.definition_id,
            event=row.event,
            live=bytes(row.live),
        )
        for row in unit.rows(_STATES, {"ids": list(lines)})
    ]


def known(unit: UnitOfWork, roots: Mapping[str, str]) -> dict[str, set[ValueRow]]:
    """The rows there are of each instance.  `roots`: instance -> outermost caller."""
    found: dict[str, set[ValueRow]] = {id_: set() for id_ in roots}
    values = {"ids": list(roots), "roots": sorted(set(roots.values()))}
    for row in unit.rows(_KNOWN, values) if found else ():
        one = ValueRow(name=row.name, place=row.place, key=row.key, text=row.text)
        found[row.instance_id].add(one)
    return found


def put(
    unit: UnitOfWork, roots: Mapping[str, str], old: Mapping[str, set[ValueRow]],
    new: Mapping[str, set[ValueRow]],
) -> None:  # fmt: skip
    """Note what differs.  `roots`: instance -> outermost caller."""
    for id_, rows in new.items():
        places = {(row.name, row.place) for row in rows}
        for row in old[id_]:
            if (row.name, row.place) not in places:
                gone = {"of_name": row.name, "of_instance": id_, "of_place": row.place}
                unit.note_together(_DROP, gone)
    for id_, rows in new.items():
        for row in rows - old[id_]:
            unit.note_together(_PUT, {**vars(row), "instance_id": id_, "root_id": roots[id_]})


def read(unit: UnitOfWork, history_id: int) -> None:
    """Note that the values are known up to that line."""
    unit.note(_READ, {"id": ONLY, "history_id": history_id})


def names(unit: UnitOfWork, most: int) -> list[str]:
    """The names of all items that any instance has a value of."""
    return [row.name for row in unit.rows(_NAMES, {"most": most})]
