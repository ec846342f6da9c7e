"""一時停止 and 再開: an instance rests, with all it has called, until somebody resumes it.

While it rests nobody completes its tasks and nothing that comes moves it on: timers, results and
messages are kept for it and have their turn when it is resumed.  Deadlines stay as they are.
"""

from __future__ import annotations

from engine.domain.access import Actor, may_see_instance, may_suspend
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.instance import InstanceEndedError, InstanceHead, InstanceSuspendedError
from engine.services.unit import Unit
from engine.storage import history, instances, jobs
from engine.storage.history import Line

SUSPENDED, RESUMED = "instance_suspended", "instance_resumed"


class MayNotSuspendError(ForbiddenError):
    """The actor neither started the instance nor belongs to the project's PJMO."""

    code = "may_not_suspend"


class NotSuspendedError(ConflictError):
    """The instance does not rest (any more)."""

    code = "not_suspended"


class CallerSuspendedError(ConflictError):
    """It rests with the instance that has called it, and is resumed with that one."""

    code = "caller_suspended"

    def __init__(self, caller: InstanceHead) -> None:
        super().__init__(f"the caller {caller.business_key} is suspended")
        self.caller = caller


class ReasonError(InvalidError):
    """The history needs a reason."""

    code = "reason_missing"


def suspend(unit: Unit, instance_id: str, reason: str, actor: Actor) -> None:
    """Let the instance rest, and all it has called.

    Raises:
        NotFoundError, MayNotSuspendError, InstanceEndedError.
        ReasonError: no reason was given.
        InstanceSuspendedError: it rests already.
    """
    head = _allowed(unit, instance_id, reason, actor)
    if head.is_suspended:
        raise InstanceSuspendedError(head.id, head.suspend_reason)
    _suspend(unit, head, head, reason.strip(), actor)


def _suspend(unit: Unit, head: InstanceHead, of: InstanceHead, reason: str, actor: Actor) -> None:
    if not head.is_suspended:
        instances.suspend(unit, head, of.id, reason)
        jobs.hold_all(unit, head.id)
        _enter(unit, SUSPENDED, head, of, reason, actor)
    for child in instances.children(unit, head.id):
        if not child.is_ended:
            _suspend(unit, child, of, reason, actor)


def resume(unit: Unit, instance_id: str, reason: str, actor: Actor) -> None:
    """Let the instance go on, and those that rest because of it; what is past its time is done.

    Raises:
        NotFoundError, MayNotSuspendError, InstanceEndedError.
        ReasonError: no reason was given.
        NotSuspendedError, CallerSuspendedError.
    """
    head = _allowed(unit, instance_id, reason, actor)
    if not head.is_suspended:
        raise NotSuspendedError(f"process instance {instance_id} is not suspended")
    caller = None if head.parent_id is None else instances.get_head(unit, head.parent_id)
    if caller is not None and caller.is_suspended:
        raise CallerSuspendedError(caller)
    _resume(unit, head, head, reason.strip(), actor)
    unit.wake_worker()


def _resume(unit: Unit, head: InstanceHead, of: InstanceHead, reason: str, actor: Actor) -> None:
    """Those below that somebody has suspended by themselves go on resting, and theirs with them."""
    if head.suspended_with != of.id:
        return
    instances.resume(unit, head)
    jobs.release_all(unit, head.id)
    _enter(unit, RESUMED, head, of, reason, actor)
    for child in instances.children(unit, head.id):
        if not child.is_ended:
            _resume(unit, child, of, reason, actor)


def _allowed(unit: Unit, instance_id: str, reason: str, actor: Actor) -> InstanceHead:
    head = instances.get_head(unit, instance_id)
    if not may_see_instance(actor, head.started_by, head.project_id):
        raise NotFoundError("process_instance", instance_id)
    if not may_suspend(actor, head.started_by, head.project_id):
        raise MayNotSuspendError(f"{actor.user_id} may not suspend {instance_id}")
    if not reason.strip():
        raise ReasonError("a reason is needed")
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    return head


def _enter(
    unit: Unit, event: str, head: InstanceHead, of: InstanceHead, reason: str, actor: Actor
) -> None:
    """One line, with the state as it stands: the next step counts from here."""
    detail = {"reason": reason}
    if head.id != of.id:
        detail["caller"] = of.business_key
    line = Line(
        event=event,
        actor=actor,
        instance_id=head.id,
        version=head.version + 1,
        detail=detail,
        live=instances.live_state(unit, head),
    )
    history.add(unit, line)
    unit.after_commit(lambda: unit.office.live.drop(head.id))
