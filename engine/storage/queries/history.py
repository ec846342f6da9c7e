"""The whole history, newest first: of some people, of some kinds of events, of a span of time.

Half a million lines are read without sorting them: each person and each event is walked along its
own index for as many lines as the page shows, and a span of time is turned into a span of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.instance import HistoryEntry
from engine.storage.history import NEWEST
from engine.storage.schema import history as table
from engine.storage.schema import process_instance as instance
from engine.storage.schema_people import person
from engine.storage.unit_of_work import UnitOfWork

_COLUMNS = [column for column in table.c if column.name not in ("live", "values")]
_LINES = (
    sa.select(*_COLUMNS, person.c.name.label("actor_name"), instance.c.business_key)
    .join(person, person.c.id == table.c.actor, isouter=True)
    .join(instance, instance.c.id == table.c.instance_id, isouter=True)
    .where(table.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(table.c.id.desc())
)
_FROM = sa.select(table.c.id, table.c.at).where(table.c.id >= sa.bindparam("low"))
_NEXT = _FROM.order_by(table.c.id).limit(1)
# in one question for both, SQLite would read the whole table
_ENDS = sa.select(
    sa.select(sa.func.min(table.c.id)).scalar_subquery(),
    sa.select(sa.func.max(table.c.id)).scalar_subquery(),
)
_NAMED = (
    sa.select(person.c.id)
    .where(sa.or_(person.c.name == sa.bindparam("word"), person.c.login == sa.bindparam("word")))
    .order_by(person.c.id)
    .limit(20)
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines.  `actors`, `events`: None for all; `without`: events that are left out.

    `first_id` and `last_id` bound the span of time; `before_id` and `after_id` say where the page
    lies.
    """

    actors: tuple[str, ...] | None = None
    events: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    first_id: int = 0
    last_id: int = NEWEST
    before_id: int = NEWEST  # older ones only
    after_id: int = 0  # newer ones only, the oldest of them first


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """A line with the number of its instance, where it has one."""

    entry: HistoryEntry
    business_key: str = ""
    thing_id: str | None = None  # what it is about, where that is no instance


def lines(unit: UnitOfWork, wanted: Wanted, most: int) -> list[HistoryLine]:
    """The newest that fit, newest first; with `after_id` those that follow it."""
    rises = wanted.after_id > 0
    branches = [_branch(wanted, most, *one) for one in _ways(wanted)]
    found = sa.union_all(*branches).subquery() if len(branches) > 1 else branches[0].subquery()
    order = found.c.id if rises else found.c.id.desc()
    ids = [row.id for row in unit.rows(sa.select(found.c.id).order_by(order).limit(most))]
    return [_line(row) for row in unit.rows(_LINES, {"ids": ids})] if ids else []


def _ways(wanted: Wanted) -> Sequence[tuple[str | None, str | None]]:
    """(actor, event) of each index to walk along; both None: the whole table."""
    if wanted.actors is not None:
        return [(actor, None) for actor in wanted.actors] or [("", None)]
    if wanted.events is not None:
        return [(None, event) for event in wanted.events]
    return [(None, None)]


def _branch(
    wanted: Wanted, most: int, actor: str | None, event: str | None
) -> sa.Select[tuple[int]]:
    query = sa.select(table.c.id).where(
        table.c.id >= max(wanted.first_id, wanted.after_id + 1),
        table.c.id <= min(wanted.last_id, wanted.before_id - 1),
    )
    if actor is not None:
        query = query.where(table.c.actor == actor)
    if event is not None:
        query = query.where(table.c.event == event)
    elif wanted.events is not None:
        # as an expression, so that nothing is tempted to walk along the index of the events
        query = query.where((table.c.event + "").in_(wanted.events))
    elif wanted.without:
        query = query.where(table.c.event.not_in(wanted.without))
    rises = wanted.after_id > 0
    ordered = query.order_by(table.c.id if rises else table.c.id.desc()).limit(most)
    return sa.select(ordered.subquery().c.id)


def first_since(unit: UnitOfWork, at: datetime) -> int:
    """Id of the first line of that moment or later; one more than the last when there is none.

    Lines are written in the order of time, but for the seconds that commands of one moment take.
    """
    low, high = unit.row(_ENDS)
    if low is None:
        return 1
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = unit.row(_NEXT, {"low": middle})
        if row.at >= at:
            high = middle
        else:
            low = row.id + 1
    return int(low)


def named(unit: UnitOfWork, word: str) -> tuple[str, ...]:
    """Ids of those who bear this name or login name."""
    return tuple(row.id for row in unit.rows(_NAMED, {"word": word}))


def _line(row: Any) -> HistoryLine:
    entry = HistoryEntry(
        id=row.id,
        at=row.at,
        event=row.event,
        actor=row.actor,
        actor_name=row.actor_name or "",
        on_behalf_of=row.on_behalf_of,
        instance_id=row.instance_id,
        element_id=row.element_id,
        element_name=row.element_name,
        element_kind=row.element_kind,
        detail=typed_json.decode(row.detail) or {},
    )
    thing_id = row.element_instance_id if row.instance_id is None else None
    return HistoryLine(entry=entry, business_key=row.business_key or "", thing_id=thing_id)
