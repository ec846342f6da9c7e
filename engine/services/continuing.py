"""What the clock, messages and finished work do to a running instance.

Every command here may come twice or too late (jobs run at least once); then it changes nothing.
Of an instance that is suspended it raises `InstanceSuspendedError`, and the job waits until it is
resumed; a message is kept for the instance, and so is a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain.access import CLOCK, MESSAGES, WORKER
from engine.domain.instance import InstanceHead
from engine.execution import runner
from engine.execution.step import Ended, EndKind, Failure, Step
from engine.services import running
from engine.services.recording import Cause
from engine.services.running import Running
from engine.services.unit import Unit
from engine.storage import instances, jobs, messages
from engine.storage.jobs import NewJob


def _head(unit: Unit, instance_id: str) -> InstanceHead | None:
    """The instance, unless it has ended meanwhile."""
    head = instances.find_head(unit, instance_id)
    return None if head is None or head.is_ended else head


def _save(unit: Unit, taken: Running, step: Step | None, cause: Cause) -> bool:
    """Note the step; without one nobody waited any more, and the instance goes back as it was."""
    if step is None or step == Step():
        unit.office.live.put(taken.head.id, taken.head.version, taken.live)
        return False
    running.record(unit, taken, step, cause)
    return True


def fire_timer(unit: Unit, instance_id: str, timer_id: str, due_at: datetime) -> bool:
    """Let a timer of an instance fire; False if nobody waits for it any more."""
    head = _head(unit, instance_id)
    if head is None:
        return False
    taken = running.take(unit, head, CLOCK)
    step = runner.fire_timer(taken.live, timer_id, due_at, taken.host)
    cause = Cause(
        event="timer_fired", actor=CLOCK, element_instance_id=timer_id, detail={"due_at": due_at}
    )
    return _save(unit, taken, step, cause)


def deliver(
    unit: Unit, instance_id: str, subscription_id: str, payload: Any, detail: Mapping[str, Any]
) -> bool:
    """Give a message or signal to an instance; False if it does not wait any more.

    One that is suspended gets it when it is resumed.
    """
    head = _head(unit, instance_id)
    if head is None:
        return False
    if head.is_suspended:
        args = {"subscription_id": subscription_id, "payload": payload, "detail": dict(detail)}
        _keep(unit, "deliver_kept", head, args)
        return True
    taken = running.take(unit, head, MESSAGES)
    step = runner.deliver(taken.live, subscription_id, payload, taken.host)
    cause = Cause(
        event="message_received",
        actor=MESSAGES,
        element_instance_id=subscription_id,
        detail=detail,
    )
    if not _save(unit, taken, step, cause):
        return False
    waits = {id_ for kind, id_ in taken.live.known if kind in ("message", "signal")}
    if subscription_id not in waits:  # a non-interrupting event goes on waiting
        messages.unsubscribe(unit, subscription_id)
    return True


def _keep(unit: Unit, kind: str, head: InstanceHead, args: Mapping[str, Any]) -> None:
    """Note a job that waits until the instance is resumed."""
    instances.expect_suspended(unit, head.id)
    job = NewJob(
        kind=kind, args={"instance_id": head.id, **args}, instance_id=head.id, is_held=True
    )
    jobs.enqueue(unit, job)


def keep_result(unit: Unit, instance_id: str, element_instance_id: str, result: Any) -> None:
    """As `finish_operation`, also for an instance that is suspended: it gets the result later."""
    head = _head(unit, instance_id)
    if head is not None and head.is_suspended:
        args = {"element_instance_id": element_instance_id, "result": result}
        _keep(unit, "finish_operation", head, args)
        return
    finish_operation(unit, instance_id, element_instance_id, result)


def finish_operation(unit: Unit, instance_id: str, element_instance_id: str, result: Any) -> bool:
    """Bring the result of an operation that ran after the commit."""
    head = _head(unit, instance_id)
    if head is None:
        return False
    taken = running.take(unit, head, WORKER)
    step = runner.finish_operation(taken.live, element_instance_id, result, taken.host)
    cause = Cause(event="operation_finished", actor=WORKER, element_instance_id=element_instance_id)
    return _save(unit, taken, step, cause)


def fail_operation(
    unit: Unit, instance_id: str, element_instance_id: str, code: str, detail: str
) -> bool:
    """Say that an operation has failed for good: the instance stops there with an incident."""
    head = _head(unit, instance_id)
    if head is None:
        return False
    taken = running.take(unit, head, WORKER)
    failure = Failure(
        id=element_instance_id,
        element_id="",
        name="",
        code=code,
        text="外部への処理が繰り返し失敗しました。",
        detail=detail,
    )
    step = runner.fail_operation(taken.live, element_instance_id, failure, taken.host)
    cause = Cause(event="operation_failed", actor=WORKER, element_instance_id=element_instance_id)
    return _save(unit, taken, step, cause)


def resume_caller(unit: Unit, instance_id: str, call_id: str, ended: Ended) -> bool:
    """Bring the end of a called instance to its caller."""
    head = _head(unit, instance_id)
    if head is None:
        return False
    taken = running.take(unit, head, WORKER)
    step = runner.resume_call(taken.live, call_id, ended, taken.host)
    cause = Cause(
        event="call_ended",
        actor=WORKER,
        element_instance_id=call_id,
        detail={"kind": ended.kind, "code": ended.code or ""},
    )
    return _save(unit, taken, step, cause)


def escalate_call(unit: Unit, instance_id: str, call_id: str, code: str | None, name: str) -> bool:
    """Bring an escalation of a called instance that goes on to its caller."""
    head = _head(unit, instance_id)
    if head is None:
        return False
    taken = running.take(unit, head, WORKER)
    step = runner.escalate_call(taken.live, call_id, code, name, taken.host)
    cause = Cause(
        event="call_escalated",
        actor=WORKER,
        element_instance_id=call_id,
        detail={"code": code or "", "name": name},
    )
    return _save(unit, taken, step, cause)


def ended_of(args: Mapping[str, Any]) -> Ended:
    """The end of an instance as it stands in a job."""
    return Ended(
        kind=EndKind(args["kind"]),
        code=args["code"],
        name=args["name"],
        variables=args["variables"],
    )
