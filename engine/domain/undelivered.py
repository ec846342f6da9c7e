"""A message nobody has received, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from engine.domain.records import MessageRow

NEAR = 3
EXPIRED_REASON = "期限切れ"  # as the daily tidying writes it


class Why(StrEnum):
    NO_LISTENER = "no_listener"  # no process in service knows the name
    NOBODY_WAITS = "nobody_waits"  # some process knows it, no instance waits at the moment
    OTHER_PROJECT = "other_project"  # who waits with this key is in another project
    OTHER_KEY = "other_key"  # instances wait, with other keys
    EXPIRED = "expired"
    DISCARDED = "discarded"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An instance that waits for a message of that name."""

    name: str
    key: str
    project_id: str | None
    instance_id: str
    business_key: str


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """`near`: those who wait with the keys most like it, best first."""

    message: MessageRow
    why: Why
    near: tuple[Waiting, ...] = ()


def explained(
    message: MessageRow, waiting: Sequence[Waiting], at: datetime, *, is_known: bool
) -> Undelivered:
    """Say why nobody has received the message.  `waiting`: all who wait for its name."""
    if message.state == "discarded":
        was_late = message.valid_until_at <= at and message.reason == EXPIRED_REASON
        return Undelivered(message=message, why=Why.EXPIRED if was_late else Why.DISCARDED)
    if message.valid_until_at <= at:
        return Undelivered(message=message, why=Why.EXPIRED)
    if not is_known:
        return Undelivered(message=message, why=Why.NO_LISTENER)
    if not waiting:
        return Undelivered(message=message, why=Why.NOBODY_WAITS)
    same_key = [one for one in waiting if one.key == message.key]
    if same_key:
        why = Why.OTHER_PROJECT
        return Undelivered(message=message, why=why, near=tuple(same_key[:NEAR]))
    found = sorted(waiting, key=lambda one: -_likeness(one.key, message.key))
    return Undelivered(message=message, why=Why.OTHER_KEY, near=tuple(found[:NEAR]))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
