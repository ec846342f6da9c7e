"""What an instance has done since a moment that stays done when it goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.storage.columns import is_word
from engine.storage.schema import history, message, outbox, process_instance, register_entry
from engine.storage.unit_of_work import UnitOfWork

_LINE = sa.select(
    history.c.at, history.c.event, history.c.version, history.c.detail, history.c.live
).where(
    history.c.instance_id == sa.bindparam("of_instance"),
    history.c.id == sa.bindparam("of_line"),
    history.c.live.is_not(None),
)
_HAPPENED = sa.select(sa.func.count()).where(
    history.c.instance_id == sa.bindparam("of_instance"),
    history.c.id > sa.bindparam("of_line"),
    history.c.event == sa.bindparam("of_event"),
)
_MAILS = sa.select(sa.func.count()).where(
    outbox.c.instance_id == sa.bindparam("of_instance"),
    is_word(outbox.c.kind, "mail"),
    outbox.c.created_at > sa.bindparam("since"),
)
_MESSAGES = sa.select(sa.func.count()).where(
    message.c.from_instance_id == sa.bindparam("of_instance"),
    message.c.sent_at > sa.bindparam("since"),
)
_ENTRIES = sa.select(sa.func.count()).where(
    register_entry.c.written_by_instance == sa.bindparam("of_instance"),
    register_entry.c.written_at > sa.bindparam("since"),
)
_CALLED = sa.select(sa.func.count()).where(
    process_instance.c.parent_id == sa.bindparam("of_instance"),
    process_instance.c.started_at > sa.bindparam("since"),
    process_instance.c.state != "running",
)
_COUNTS = {
    "mails": _MAILS,
    "messages": _MESSAGES,
    "entries": _ENTRIES,
    "called": _CALLED,
}


@dataclass(frozen=True, kw_only=True)
class PastLine:
    """A line of the history with the state it leads to."""

    at: datetime
    event: str
    version: int
    detail: Mapping[str, Any]
    live: bytes


def line(unit: UnitOfWork, instance_id: str, number: int) -> PastLine | None:
    row = unit.row(_LINE, {"of_instance": instance_id, "of_line": number})
    if row is None:
        return None
    return PastLine(
        at=row.at,
        event=row.event,
        version=row.version or 0,
        detail=typed_json.decode(row.detail) or {},
        live=bytes(row.live),
    )


def lasting(unit: UnitOfWork, instance_id: str, number: int, since: datetime) -> dict[str, int]:
    """How many mails, messages, register entries, called instances and the like, by name."""
    found = {
        name: int(unit.row(query, {"of_instance": instance_id, "since": since})[0])
        for name, query in _COUNTS.items()
    }
    for name, event in (("received", "message_received"), ("operations", "operation_finished")):
        values = {"of_instance": instance_id, "of_line": number, "of_event": event}
        found[name] = int(unit.row(_HAPPENED, values)[0])
    return found
