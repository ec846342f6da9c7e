"""Writing messages: each is a row, and a job that finds its receivers after the commit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.records import MessageRow
from engine.execution.step import ThrownMessage
from engine.services.unit import Unit
from engine.storage import history, jobs, messages
from engine.storage.history import Line
from engine.storage.jobs import NewJob


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A message to send.  `id`: the same one again changes nothing."""

    name: str
    key: str
    project_id: str | None
    system_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    from_instance_id: str | None = None


def thrown(head: InstanceHead, message: ThrownMessage) -> Sending:
    """The message an instance has thrown."""
    return Sending(
        name=message.name,
        key=message.key,
        project_id=head.project_id,
        system_id=head.system_id,
        payload=message.payload if isinstance(message.payload, Mapping) else {},
        from_instance_id=head.id,
    )


def note(unit: Unit, sending: Sending) -> None:
    """Note the row and the job that routes it; what nobody waits for is an entry only."""
    informs = sending.name in unit.office.policy.information_only
    row = MessageRow(
        id=sending.id,
        name=sending.name,
        key=sending.key,
        project_id=sending.project_id,
        payload=sending.payload,
        state="informed" if informs else "waiting",
        sent_at=unit.now,
        valid_until_at=unit.now + timedelta(days=unit.office.policy.message_valid_days),
        from_instance_id=sending.from_instance_id,
    )
    messages.add(unit, row, sending.system_id)
    if not informs:
        job = NewJob(
            kind="route_message",
            args={"message_id": sending.id},
            key=f"route {sending.id}",
        )
        jobs.enqueue(unit, job)
        unit.wake_worker()


def enter(unit: Unit, sending: Sending, actor: Actor) -> None:
    """Note in the history that the message was sent."""
    line = Line(
        event="message_sent",
        actor=actor,
        instance_id=sending.from_instance_id,
        detail={"name": sending.name, "key": sending.key, "message_id": sending.id},
    )
    history.add(unit, line)
