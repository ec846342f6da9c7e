"""Messages between processes: sending, finding their receivers, and those nobody received."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.access import MESSAGES, Actor, may_administer, may_see_project
from engine.domain.errors import ConflictError, ForbiddenError, NotFoundError
from engine.domain.records import MessageRow
from engine.domain.working_days import close_of, tokyo_date
from engine.services import continuing, message_rows, running, schedules
from engine.services.message_rows import Sending
from engine.services.running import Beginning
from engine.services.unit import Unit
from engine.storage import definitions, history, instances, jobs, people, start_keys
from engine.storage import messages as rows
from engine.storage.history import Line
from engine.storage.jobs import NewJob
from engine.storage.start_keys import StartKey

OPERATION_STARTED = "msg.operation_started"
RECEIVER = "schedules"  # the engine's own receiver of that message


class MayNotHandleMessageError(ForbiddenError):
    """Only administrators and the project's PJMO deliver again or discard."""

    code = "may_not_handle_message"


class NoLongerWaitingError(ConflictError):
    """The message has been received or discarded meanwhile."""

    code = "no_longer_waiting"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One receiver of a message: a waiting instance, or a definition that starts with it."""

    definition_key: str
    instance_id: str | None = None
    subscription_id: str | None = None


def send(  # noqa: PLR0913 - what a message is made of
    unit: Unit,
    name: str,
    *,
    project_id: str | None,
    key: str,
    payload: Mapping[str, Any],
    actor: Actor,
    message_id: str | None = None,
) -> str:
    """Send a message from outside; its id.  The same `message_id` again changes nothing."""
    id_ = message_id or uuid.uuid4().hex
    if message_id is not None and rows.find(unit, message_id) is not None:
        return message_id
    _, _, system_id = key.partition("/")
    known = _systems(unit, project_id)
    sending = Sending(
        id=id_,
        name=name,
        key=key,
        project_id=project_id,
        system_id=system_id if system_id in known else None,
        payload=payload,
    )
    message_rows.note(unit, sending)
    message_rows.enter(unit, sending, actor)
    return id_


def _systems(unit: Unit, project_id: str | None) -> set[str]:
    return {place.id for place in people.systems(unit) if place.project_id == project_id}


def receivers(unit: Unit, message_id: str) -> list[Delivery]:
    """Who should get the message now: at most one instance for each definition."""
    message = rows.find(unit, message_id)
    if message is None or message.state == "discarded" or message.valid_until_at <= unit.now:
        return []
    had = rows.delivered_to(unit, message_id)
    found: dict[str, Delivery] = {}
    waiting = rows.receivers(unit, "message", message.name, message.key, message.project_id)
    for definition_key, instance_id, subscription_id in waiting:
        one = Delivery(
            definition_key=definition_key,
            instance_id=instance_id,
            subscription_id=subscription_id,
        )
        found.setdefault(definition_key, one)
    for definition_key in definitions.started_by_message(unit, message.name):
        found.setdefault(definition_key, Delivery(definition_key=definition_key))
    if message.name == OPERATION_STARTED:
        found[RECEIVER] = Delivery(definition_key=RECEIVER)
    return [delivery for key, delivery in found.items() if key not in had]


def deliver(unit: Unit, message_id: str, delivery: Delivery) -> bool:
    """Hand the message to one receiver; False if it has it already or waits no more."""
    message = rows.get(unit, message_id)
    key = delivery.definition_key
    if key in rows.delivered_to(unit, message_id):
        return False
    system_id = rows.system_of(unit, message_id)
    if key == RECEIVER:
        schedules.operation_started(unit, message.project_id, system_id)
        instance_id: str | None = None
    elif delivery.instance_id is None:
        instance_id = _start(unit, message, system_id, key)
        if instance_id is None:
            return False  # it waits until the instance of its key has ended
    else:
        instance_id = delivery.instance_id
        detail = {"name": message.name, "key": message.key, "message_id": message.id}
        subscription = delivery.subscription_id or ""
        if not continuing.deliver(unit, instance_id, subscription, message.payload, detail):
            return False
    rows.set_state(unit, message_id, "delivered")
    rows.add_delivery(unit, message_id, key, instance_id)
    return True


def deliver_kept(unit: Unit, kept: Mapping[str, Any]) -> None:
    """Hand over what came while an instance was suspended; a message nobody wants goes on."""
    instance_id, detail = kept["instance_id"], kept["detail"]
    if continuing.deliver(unit, instance_id, kept["subscription_id"], kept["payload"], detail):
        return
    message_id = detail.get("message_id")
    if message_id is not None:
        rows.give_back(unit, message_id, instance_id)
        args = {"message_id": message_id}
        jobs.enqueue(unit, NewJob(kind="route_message", args=args, key=f"route {message_id}"))
        unit.wake_worker()


def _start(unit: Unit, message: MessageRow, system_id: str | None, key: str) -> str | None:
    """The new instance; None where one runs for the key and the process wants no second."""
    definition = definitions.versions(unit, key)[0]
    once = unit.office.models.bundle(unit, definition.id).starts_once_per_key(message.name)
    start_key = StartKey(
        definition_key=key, name=message.name, project_id=message.project_id, key=message.key
    )
    before = start_keys.holder(unit, start_key) if once else None
    if before is not None and before[1]:
        return None
    beginning = Beginning(
        definition=definition,
        actor=MESSAGES,
        project_id=message.project_id,
        system_id=system_id,
        variables=message.payload,
        message=message.name,
        detail={"message": message.name, "message_id": message.id},
    )
    instance_id = running.begin(unit, beginning).id
    if once:
        start_keys.take(unit, start_key, instance_id, before[0] if before else None)
    return instance_id


def waiting_for(unit: Unit, subscription_id: str, name: str) -> tuple[list[str], Delivery] | None:
    """Messages that were sent before the subscription opened, oldest first, and the receiver."""
    found = rows.subscription_of(unit, subscription_id, name)
    if found is None:
        return None
    instance_id, key, project_id = found
    head = instances.get_head(unit, instance_id)
    delivery = Delivery(
        definition_key=head.key, instance_id=instance_id, subscription_id=subscription_id
    )
    return rows.waiting_for(unit, name, key, project_id), delivery


def undelivered(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[MessageRow]:
    """Messages nobody has received after a working day, or whose name nobody knows."""
    known = definitions.listened_names(unit) | {OPERATION_STARTED}
    late = unit.office.policy.overdue_working_days
    shown = []
    for row in rows.undelivered(unit, (page - 1) * size, size):
        is_known = row.name in known
        overdue_at = close_of(unit.calendar.add(tokyo_date(row.sent_at), late))
        if may_see_project(actor, row.project_id) and (not is_known or unit.now >= overdue_at):
            shown.append(replace(row, is_known=is_known))
    return shown


def waiting(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[MessageRow]:
    """All messages that still wait for a receiver, oldest first."""
    known = definitions.listened_names(unit) | {OPERATION_STARTED}
    return [
        replace(row, is_known=row.name in known)
        for row in rows.undelivered(unit, (page - 1) * size, size)
        if may_see_project(actor, row.project_id)
    ]


def state_of(unit: Unit, message_id: str) -> str:
    return rows.get(unit, message_id).state


def check(unit: Unit, message_id: str, actor: Actor) -> MessageRow:
    """The message, if the actor may handle it.

    Raises:
        NotFoundError, MayNotHandleMessageError
    """
    message = rows.get(unit, message_id)
    if not may_see_project(actor, message.project_id):
        raise NotFoundError("message", message_id)
    if not (may_administer(actor) or actor.holds("PJMO", message.project_id)):
        raise MayNotHandleMessageError(f"{actor.user_id} may not handle message {message_id}")
    return message


def redeliver(unit: Unit, message_id: str, actor: Actor) -> None:
    """Look for receivers again."""
    message = check(unit, message_id, actor)
    args = {"message_id": message.id}
    jobs.enqueue(unit, NewJob(kind="route_message", args=args, key=f"route {message.id}"))
    unit.wake_worker()


def discard(unit: Unit, message_id: str, reason: str, actor: Actor) -> None:
    """Set the message aside for good, with a reason.

    Raises:
        NoLongerWaitingError: somebody has received it, or it was discarded before.
    """
    message = check(unit, message_id, actor)
    if message.state != "waiting":
        raise NoLongerWaitingError(f"message {message_id} is {message.state}")
    rows.set_state(unit, message.id, "discarded", reason)
    line = Line(
        event="message_discarded",
        actor=actor,
        instance_id=message.from_instance_id,
        detail={"name": message.name, "message_id": message.id, "reason": reason},
    )
    history.add(unit, line)
