"""Signals (一斉通知): all who wait for one in the project get it, and processes start by it.

Those get it who waited when it was thrown; each just once, however often its job is tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.access import MESSAGES
from engine.services import continuing, running
from engine.services.running import Beginning
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage import signals as rows


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A subscription of an instance, or (`instance_id` None) a process that starts."""

    id: str
    instance_id: str | None = None


def receivers(unit: Unit, args: Mapping[str, Any]) -> list[Receiver]:
    """Who is still to get the signal of that job."""
    had = rows.had_by(unit, args["id"]) if "id" in args else frozenset()
    thrown_at: datetime = args.get("thrown_at", unit.now)
    found = [
        Receiver(id=subscription_id, instance_id=instance_id)
        for instance_id, subscription_id in rows.waiting(
            unit, args["name"], args["project_id"], thrown_at
        )
        if instance_id != args.get("instance_id") or subscription_id in args["heard_by"]
    ]
    # Its own from the outside to the inside: what waits inside may end what is around it
    places = {id_: place for place, id_ in enumerate(args.get("heard_by", ()), 1)}
    found.sort(key=lambda receiver: places.get(receiver.id, 0))
    found += [Receiver(id=key) for key in rows.started_by(unit, args["name"])]
    return [receiver for receiver in found if receiver.id not in had]


def deliver(unit: Unit, args: Mapping[str, Any], receiver: Receiver) -> bool:
    """Hand the signal to one receiver; False if it has had it or waits no more."""
    signal_id = args.get("id")
    if signal_id is not None and receiver.id in rows.had_by(unit, signal_id):
        return False
    if receiver.instance_id is None:
        _start(unit, args, receiver.id)
    else:
        detail = {"name": args["name"], "kind": "signal"}
        if not continuing.deliver(unit, receiver.instance_id, receiver.id, args["payload"], detail):
            return False
    if signal_id is not None:
        rows.add_delivery(unit, signal_id, receiver.id)
    return True


def _start(unit: Unit, args: Mapping[str, Any], key: str) -> None:
    payload = args["payload"]
    beginning = Beginning(
        definition=definitions.versions(unit, key)[0],
        actor=MESSAGES,
        project_id=args["project_id"],
        system_id=args.get("system_id"),
        variables=payload if isinstance(payload, Mapping) else {},
        signal=args["name"],
        detail={"signal": args["name"], "from": args.get("instance_id", "")},
    )
    running.begin(unit, beginning)
