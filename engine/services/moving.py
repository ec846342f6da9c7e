"""進む場所を変える: who answers for a process lets an instance go on at another element.

One step as any other: what is given up and what is begun stands in the history, and going back to
the line before undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.access import Actor, may_move, may_see_instance
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.instance import InstanceEndedError, InstanceHead, InstanceSuspendedError
from engine.execution import moving
from engine.execution.moving import NotMovableError, Spot, Target
from engine.services import running
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import instances

__all__ = [
    "MayNotMoveError",
    "Move",
    "MovePage",
    "MovedOnError",
    "NotMovableError",
    "ReasonError",
    "Spot",
    "Target",
    "move",
    "page",
]

MOVED = "instance_moved"


class MayNotMoveError(ForbiddenError):
    """Only process owners and administrators let an instance go on elsewhere."""

    code = "may_not_move"


class MovedOnError(ConflictError):
    """The instance has moved on since the page was opened."""

    code = "person_changed"


class ReasonError(InvalidError):
    """The history needs a reason."""

    code = "reason_missing"


@dataclass(frozen=True, kw_only=True)
class Move:
    """What is to go on where.  `version`: of the instance the person has seen."""

    spot_id: str
    element_id: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """Everything open in the instance, and where each may go."""

    head: InstanceHead
    spots: tuple[Spot, ...]


def page(unit: Unit, instance_id: str, actor: Actor) -> MovePage:
    """What the page offers.

    Raises:
        NotFoundError, MayNotMoveError, InstanceEndedError, InstanceSuspendedError.
    """
    head = _allowed(unit, instance_id, actor)
    return MovePage(head=head, spots=moving.spots(running.peek(unit, head)))


def move(unit: Unit, instance_id: str, wanted: Move, actor: Actor) -> None:
    """Give up what is open there, and let the instance go on at the other element.

    Raises:
        NotFoundError, MayNotMoveError, InstanceEndedError, InstanceSuspendedError, ReasonError.
        MovedOnError: the instance is not as the person has seen it.
        NotMovableError: the diagram could not stand like that.
    """
    head = _allowed(unit, instance_id, actor)
    if not wanted.reason.strip():
        raise ReasonError("a reason is needed")
    if head.version != wanted.version:
        raise MovedOnError(f"process instance {instance_id} has moved on")
    spot, target = _found(moving.spots(running.peek(unit, head)), wanted)
    taken = running.take(unit, head, actor)
    step = moving.move(taken.live, spot.id, target.element_id, taken.host)
    detail = {
        "reason": wanted.reason.strip(),
        "from": spot.name,
        "to": target.name or target.element_id,
        "from_element": spot.element_id,
        "to_element": target.element_id,
    }
    running.record(unit, taken, step, Cause(event=MOVED, actor=actor, detail=detail))


def _found(spots: tuple[Spot, ...], wanted: Move) -> tuple[Spot, Target]:
    spot = next((one for one in spots if one.id == wanted.spot_id), None)
    if spot is None or spot.obstacle:
        raise NotMovableError("gone" if spot is None else spot.obstacle)
    target = next((one for one in spot.targets if one.element_id == wanted.element_id), None)
    if target is None:
        raise NotMovableError("parallel")
    return spot, target


def _allowed(unit: Unit, instance_id: str, actor: Actor) -> InstanceHead:
    head = instances.get_head(unit, instance_id)
    if not may_see_instance(actor, head.started_by, head.project_id):
        raise NotFoundError("process_instance", instance_id)
    if not may_move(actor):
        raise MayNotMoveError(f"{actor.user_id} may not move {instance_id}")
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    if head.is_suspended:
        raise InstanceSuspendedError(head.id, head.suspend_reason)
    return head
