"""Messages, who waits for them, and who got them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.domain import typed_json
from engine.domain.errors import NotFoundError
from engine.domain.records import MessageRow
from engine.storage.columns import is_word
from engine.storage.schema import message as table
from engine.storage.schema import message_delivery as delivery
from engine.storage.schema import process_instance as instance
from engine.storage.schema import subscription
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_SUBSCRIBE = insert(subscription)
# the same wait with another key replaces it
_SUBSCRIBE = _SUBSCRIBE.on_conflict_do_update(
    index_elements=[subscription.c.id, subscription.c.kind, subscription.c.name],
    set_={"key": _SUBSCRIBE.excluded.key},
)
_UNSUBSCRIBE = sa.delete(subscription).where(subscription.c.id == sa.bindparam("of_id"))
_same_project = sa.or_(
    subscription.c.project_id == sa.bindparam("project"),
    subscription.c.project_id.is_(None),
    sa.bindparam("project", type_=sa.Text).is_(None),
)
_RECEIVERS = (
    sa.select(subscription)
    .where(
        subscription.c.kind == sa.bindparam("kind"),
        subscription.c.name == sa.bindparam("name"),
        subscription.c.key == sa.bindparam("key"),
        _same_project,
    )
    .order_by(subscription.c.opened_at, subscription.c.id)
)
_SUBSCRIPTION = sa.select(subscription).where(
    subscription.c.id == sa.bindparam("id"), subscription.c.name == sa.bindparam("name")
)
_MESSAGES = sa.select(table, instance.c.business_key).join(
    instance, instance.c.id == table.c.from_instance_id, isouter=True
)
_ONE = _MESSAGES.where(table.c.id == sa.bindparam("id"))
_WAITING_FOR = (
    sa.select(table.c.id)
    .where(
        is_word(table.c.state, "waiting"),
        table.c.name == sa.bindparam("name"),
        table.c.key == sa.bindparam("key"),
        table.c.valid_until_at > sa.bindparam("now"),
        sa.or_(
            table.c.project_id == sa.bindparam("project"),
            table.c.project_id.is_(None),
            sa.bindparam("project", type_=sa.Text).is_(None),
        ),
    )
    .order_by(table.c.sent_at, table.c.id)
)
_UNDELIVERED = (
    _MESSAGES.where(is_word(table.c.state, "waiting"))
    .order_by(table.c.sent_at, table.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_STATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), is_word(table.c.state, "waiting"))
    .values(state=sa.bindparam("new_state"), reason=sa.bindparam("new_reason"))
)
_EXPIRE = (
    sa.update(table)
    .where(is_word(table.c.state, "waiting"), table.c.valid_until_at <= sa.bindparam("now"))
    .values(state="discarded", reason="期限切れ")
)
_DELIVERED_TO = sa.select(delivery.c.definition_key).where(
    delivery.c.message_id == sa.bindparam("id")
)
_DELIVER = sa.insert(delivery)
_TAKE_AWAY = sa.delete(delivery).where(
    delivery.c.message_id == sa.bindparam("of_id"),
    delivery.c.instance_id == sa.bindparam("of_instance"),
)
_WAITS_AGAIN = (
    sa.update(table)
    .where(
        table.c.id == sa.bindparam("of_id"),
        is_word(table.c.state, "delivered"),
        ~sa.exists().where(delivery.c.message_id == table.c.id),
    )
    .values(state="waiting")
)


def add(unit: UnitOfWork, message: MessageRow, system_id: str | None) -> None:
    unit.note(
        _INSERT,
        {
            "id": message.id,
            "name": message.name,
            "key": message.key,
            "project_id": message.project_id,
            "system_id": system_id,
            "payload": typed_json.encode(message.payload),
            "state": message.state,
            "sent_at": message.sent_at,
            "valid_until_at": message.valid_until_at,
            "from_instance_id": message.from_instance_id,
        },
        "message",
    )


def find(unit: UnitOfWork, message_id: str) -> MessageRow | None:
    row = unit.row(_ONE, {"id": message_id})
    return None if row is None else message_of(row)


def get(unit: UnitOfWork, message_id: str) -> MessageRow:
    found = find(unit, message_id)
    if found is None:
        raise NotFoundError("message", message_id)
    return found


def system_of(unit: UnitOfWork, message_id: str) -> str | None:
    """The information system the message was sent for."""
    row = unit.row(_ONE, {"id": message_id})
    return None if row is None else row.system_id


def waiting_for(unit: UnitOfWork, name: str, key: str, project_id: str | None) -> list[str]:
    """Ids of the messages that still wait for such a receiver, oldest first."""
    values = {"name": name, "key": key, "project": project_id, "now": unit.now}
    return [row.id for row in unit.rows(_WAITING_FOR, values)]


def undelivered(unit: UnitOfWork, first: int, most: int) -> list[MessageRow]:
    return [message_of(row) for row in unit.rows(_UNDELIVERED, {"first": first, "most": most})]


def set_state(unit: UnitOfWork, message_id: str, state: str, reason: str = "") -> None:
    values = {"of_id": message_id, "new_state": state, "new_reason": reason}
    unit.note(_STATE, values)


def expire(unit: UnitOfWork) -> None:
    """Set aside what nobody has received within its validity."""
    unit.note(_EXPIRE, {"now": unit.now})


def delivered_to(unit: UnitOfWork, message_id: str) -> frozenset[str]:
    """Keys of the definitions that have had this message."""
    return frozenset(row.definition_key for row in unit.rows(_DELIVERED_TO, {"id": message_id}))


def add_delivery(
    unit: UnitOfWork, message_id: str, definition_key: str, instance_id: str | None
) -> None:
    """Note who got it; a second delivery to the same definition makes the command stale."""
    row = {"message_id": message_id, "definition_key": definition_key, "at": unit.now}
    unit.note(_DELIVER, {**row, "instance_id": instance_id}, "message_delivery")


def give_back(unit: UnitOfWork, message_id: str, instance_id: str) -> None:
    """Note that an instance it was kept for has no use for it: others may have it."""
    unit.note(_TAKE_AWAY, {"of_id": message_id, "of_instance": instance_id})
    unit.note(_WAITS_AGAIN, {"of_id": message_id})


def subscribe(unit: UnitOfWork, row: dict[str, Any]) -> None:
    """`row`: the columns of `subscription` but `opened_at`."""
    unit.note(_SUBSCRIBE, {**row, "opened_at": unit.now})


def unsubscribe(unit: UnitOfWork, subscription_id: str) -> None:
    unit.note(_UNSUBSCRIBE, {"of_id": subscription_id})


def receivers(
    unit: UnitOfWork, kind: str, name: str, key: str, project_id: str | None
) -> list[tuple[str, str, str]]:
    """(definition key, instance id, subscription id) of all that wait, oldest first."""
    values = {"kind": kind, "name": name, "key": key, "project": project_id}
    rows = unit.rows(_RECEIVERS, values)
    return [(row.definition_key, row.instance_id, row.id) for row in rows]


def subscription_of(
    unit: UnitOfWork, subscription_id: str, name: str
) -> tuple[str, str, str | None] | None:
    """(instance id, key, project id) of a subscription that is still open."""
    row = unit.row(_SUBSCRIPTION, {"id": subscription_id, "name": name})
    return None if row is None else (row.instance_id, row.key, row.project_id)


def message_of(row: Any) -> MessageRow:
    return MessageRow(
        id=row.id,
        name=row.name,
        key=row.key,
        project_id=row.project_id,
        payload=typed_json.decode(row.payload),
        state=row.state,
        sent_at=row.sent_at,
        valid_until_at=row.valid_until_at,
        from_instance_id=row.from_instance_id,
        from_business_key=row.business_key or "",
        reason=row.reason,
    )
