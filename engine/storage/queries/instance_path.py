"""The way an instance has gone: what it passed and when, its states, its messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.domain.instance import InstanceHead, Visit
from engine.storage import instances
from engine.storage.history import stands
from engine.storage.schema import history, message, message_delivery, user_task
from engine.storage.schema import process_instance as instance
from engine.storage.schema_people import person
from engine.storage.unit_of_work import UnitOfWork

OVER = ("element_completed", "task_completed", "element_cancelled")
_VISITS = (
    sa.select(
        history.c.id,
        history.c.at,
        history.c.event,
        history.c.actor,
        person.c.name.label("actor_name"),
        history.c.element_id,
        user_task.c.created_at,
    )
    .join(person, person.c.id == history.c.actor, isouter=True)
    .join(
        user_task,
        sa.and_(
            user_task.c.id == history.c.element_instance_id,
            user_task.c.instance_id == history.c.instance_id,
        ),
        isouter=True,
    )
    .where(
        history.c.instance_id == sa.bindparam("of_instance"),
        history.c.event.in_(OVER),
        stands(sa.bindparam("of_instance")),
    )
    .order_by(history.c.id.desc())
    .limit(sa.bindparam("most"))
)
_STEPS = (
    sa.select(history.c.id, history.c.event, history.c.live)
    .where(
        history.c.instance_id == sa.bindparam("of_instance"),
        history.c.live.is_not(None),
        history.c.id <= sa.bindparam("newest"),
    )
    .order_by(history.c.id.desc())
    .limit(sa.bindparam("most"))
)
_NEXT = sa.select(sa.func.min(history.c.id)).where(
    history.c.instance_id == sa.bindparam("of_instance"),
    history.c.live.is_not(None),
    history.c.id > sa.bindparam("line"),
)
_NUMBERS = (
    sa.select(history.c.id)
    .where(
        history.c.instance_id == sa.bindparam("of_instance"),
        history.c.live.is_not(None),
        history.c.id >= sa.bindparam("oldest"),
    )
    .order_by(history.c.id.desc())
    .limit(sa.bindparam("most"))
)
_receiver = message_delivery.c.instance_id
_PARTNERS = (
    sa.select(
        message.c.name,
        message.c.from_instance_id.label("sender"),
        _receiver.label("receiver"),
    )
    .join(message_delivery, message_delivery.c.message_id == message.c.id, isouter=True)
    .where(message.c.id.in_(sa.bindparam("ids", expanding=True)))
)
_HEADS = instances.HEADS.where(instance.c.id.in_(sa.bindparam("ids", expanding=True)))
_VERSIONS = sa.select(user_task.c.id, user_task.c.version).where(
    user_task.c.instance_id == sa.bindparam("of_instance"),
    user_task.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'claimed'")]),
)


@dataclass(frozen=True, kw_only=True)
class PastState:
    """Line of the history and the state it leads to."""

    line: int
    event: str
    live: bytes


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A message by its name, between two instances; None: somebody outside, or nobody yet."""

    name: str
    sender: str | None
    receiver: str | None


def visits(unit: UnitOfWork, instance_id: str, most: int) -> list[Visit]:
    """The newest so many visits to elements that are over, oldest first."""
    rows = unit.rows(_VISITS, {"of_instance": instance_id, "most": most})
    return [
        Visit(
            element_id=row.element_id,
            ended_at=row.at,
            began_at=row.created_at,
            actor=(row.actor_name or row.actor) if row.event == "task_completed" else "",
            is_cancelled=row.event == "element_cancelled",
        )
        for row in reversed(rows)
    ]


def states(unit: UnitOfWork, instance_id: str, newest: int, most: int) -> list[PastState]:
    """The states after the steps up to that line, newest first."""
    values = {"of_instance": instance_id, "newest": newest, "most": most}
    return [
        PastState(line=row.id, event=row.event, live=bytes(row.live))
        for row in unit.rows(_STEPS, values)
    ]


def next_step(unit: UnitOfWork, instance_id: str, line: int) -> int | None:
    row = unit.row(_NEXT, {"of_instance": instance_id, "line": line})
    return None if row is None or row[0] is None else int(row[0])


def steps_since(unit: UnitOfWork, instance_id: str, oldest: int, most: int) -> list[int]:
    """The lines that carry a state, newest first."""
    values = {"of_instance": instance_id, "oldest": oldest, "most": most}
    return [row.id for row in unit.rows(_NUMBERS, values)]


def exchanges(unit: UnitOfWork, message_ids: Iterable[str]) -> list[Exchange]:
    ids = sorted(set(message_ids))
    return [
        Exchange(name=row.name, sender=row.sender, receiver=row.receiver)
        for row in (unit.rows(_PARTNERS, {"ids": ids}) if ids else ())
    ]


def heads(unit: UnitOfWork, ids: Iterable[str]) -> Mapping[str, InstanceHead]:
    wanted = sorted(set(ids))
    rows: Sequence[InstanceHead] = [
        instances.head_of(row) for row in (unit.rows(_HEADS, {"ids": wanted}) if wanted else ())
    ]
    return {head.id: head for head in rows}


def open_versions(unit: UnitOfWork, instance_id: str) -> list[tuple[str, int]]:
    """Id and version of each open task: another one as soon as anything happens to them."""
    rows = unit.rows(_VERSIONS, {"of_instance": instance_id})
    return sorted((row.id, row.version) for row in rows)
