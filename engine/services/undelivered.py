"""届いていないメッセージ: why nobody has received them; delivered again or discarded."""

from __future__ import annotations

from collections.abc import Collection

from engine.domain.access import Actor, may_mend, mended_projects
from engine.domain.errors import ConflictError, NotFoundError
from engine.domain.records import MessageRow
from engine.domain.undelivered import Undelivered, explained
from engine.services import batches, messages
from engine.services.incidents import MANY, CountError
from engine.services.messages import OPERATION_STARTED, MayNotHandleMessageError
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage.queries import messages as queries

REDELIVER, DISCARD = "messages.redeliver", "messages.discard"  # kinds of batches
STATES = ("waiting", "discarded")


class NobodyWaitsError(ConflictError):
    """The message was offered again, and nobody has taken it."""

    code = "nobody_waits"


def _projects(actor: Actor) -> frozenset[str] | None:
    if not may_mend(actor):
        raise MayNotHandleMessageError(f"{actor.user_id} handles no messages")
    return mended_projects(actor)


def listing(
    unit: Unit, actor: Actor, state: str, *, page: int = 1, size: int = 25
) -> list[Undelivered]:
    """Messages of that state with the reason why nobody has them."""
    found = queries.page(unit, state, _projects(actor), (page - 1) * size, size)
    known = definitions.listened_names(unit) | {OPERATION_STARTED}
    names = {row.name for row in found if row.state == "waiting"}
    waiting = queries.waiting_for(unit, names)
    return [
        explained(
            row,
            [one for one in waiting if one.name == row.name],
            unit.now,
            is_known=row.name in known,
        )
        for row in found
    ]


def counts(unit: Unit, actor: Actor) -> dict[str, int]:
    projects = _projects(actor)
    return {state: queries.count(unit, state, projects) for state in STATES}


def chosen(unit: Unit, ids: Collection[str], actor: Actor) -> list[MessageRow]:
    """Those of these ids that still wait and that the actor may handle."""
    return queries.named(unit, ids, _projects(actor))


def redeliver_all(unit: Unit, ids: Collection[str], actor: Actor) -> str:
    """Begin to offer them again; the batch's id.

    Raises:
        NotFoundError: none of them waits any more.
    """
    return batches.begin(unit, REDELIVER, actor, items=_items(chosen(unit, ids, actor)))


def discard_all(
    unit: Unit, ids: Collection[str], reason: str, actor: Actor, typed: int | None = None
) -> str:
    """Begin to discard them for good; the batch's id.

    Raises:
        CountError: they are many, and `typed` is not how many.
        NotFoundError: none of them waits any more.
    """
    found = chosen(unit, ids, actor)
    if len(found) > MANY and typed != len(found):
        raise CountError(len(found))
    return batches.begin(unit, DISCARD, actor, args={"reason": reason}, items=_items(found))


def _items(found: list[MessageRow]) -> list[tuple[str, str]]:
    if not found:
        raise NotFoundError("message", "")
    return [(row.id, f"{row.name} {row.from_business_key}".strip()) for row in found]


def offer(unit: Unit, message_id: str, actor: Actor) -> list[messages.Delivery]:
    """Who should have it now; rights are checked."""
    messages.check(unit, message_id, actor)
    return messages.receivers(unit, message_id)


def expect_delivered(unit: Unit, message_id: str) -> None:
    """
    Raises:
        NobodyWaitsError: it still waits.
    """
    if messages.state_of(unit, message_id) != "delivered":
        raise NobodyWaitsError(f"nobody has taken message {message_id}")
