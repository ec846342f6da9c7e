"""Turning a step of the runner into rows: tasks, timers, subscriptions, history, incidents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.records import Incident
from engine.domain.user_task import TaskState, UserTask
from engine.execution.step import OpenedTask, Outcome, Step, ThrownSignal
from engine.services import incident_rows
from engine.services.unit import Unit
from engine.storage import history, incidents, jobs, messages, outbox, tasks
from engine.storage.history import Line
from engine.storage.jobs import NewJob

EVENTS = {
    Outcome.COMPLETED: "element_completed",
    Outcome.CANCELLED: "element_cancelled",
    Outcome.ERROR: "element_failed",
}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why an instance moves: the line of history the command is about.

    `event`: task_completed, instance_started, timer_fired, message_received and the like.  For
    task_completed the line also stands for the element itself.
    """

    event: str
    actor: Actor
    element_id: str = ""
    element_name: str = ""
    element_kind: str = ""
    element_instance_id: str | None = None
    detail: Mapping[str, Any] | None = None


def rows_of(unit: Unit, head: InstanceHead, step: Step, cause: Cause) -> None:
    """Note everything of the step but the instance itself, its calls and its end."""
    _tasks(unit, head, step, cause.actor)
    _timers(unit, head, step)
    _subscriptions(unit, head, step)
    _operations(unit, head, step)
    _failures(unit, head, step, cause)
    for signal in step.signals:
        args = _broadcast(unit, head, signal)
        jobs.enqueue(unit, NewJob(kind="broadcast_signal", args=args))
        unit.wake_worker()
    for taken in step.decisions:
        row = {
            "instance_id": head.id,
            "element_id": taken.element_id,
            "decision": taken.decision_id,
            "decision_version_id": taken.version_id,
            "inputs": taken.inputs,
            "value": taken.value,
            "matched": [_plain(match) for match in taken.matched],
        }
        history.add_decision(unit, row)


def _broadcast(unit: Unit, head: InstanceHead, signal: ThrownSignal) -> dict[str, Any]:
    """What the job that hands a signal on must know."""
    return {
        "id": uuid.uuid4().hex,
        "name": signal.name,
        "payload": signal.payload,
        "project_id": head.project_id,
        "system_id": head.system_id,
        "instance_id": head.id,
        "heard_by": list(signal.heard_by),
        "thrown_at": unit.now,
    }


def _plain(match: Any) -> dict[str, Any]:
    return {
        "decision": match.decision,
        "rule_id": match.rule_id,
        "index": match.index,
        "annotation": match.annotation,
    }


def _tasks(unit: Unit, head: InstanceHead, step: Step, actor: Actor) -> None:
    opened = [_opened(unit, head, _barring(unit, head, task, actor)) for task in step.opened]
    for task in opened:
        tasks.add(unit, task)
    for task in opened:
        tasks.add_candidates(unit, task)
    if step.closed:
        tasks.cancel(unit, step.closed)


def _barring(unit: Unit, head: InstanceHead, task: OpenedTask, actor: Actor) -> OpenedTask:
    """The task that also bars those for whom a barred person has worked: they drafted through him.

    The completion that opens the task is not in the table yet, so `actor` is asked as well.
    """
    if not task.excluded_users:
        return task
    represented = tasks.represented(unit, head.root_id or head.id, task.excluded_users)
    if actor.on_behalf_of is not None and actor.user_id in task.excluded_users:
        represented |= {actor.on_behalf_of}
    return replace(task, excluded_users=task.excluded_users | represented)


def _opened(unit: Unit, head: InstanceHead, task: OpenedTask) -> UserTask:
    return UserTask(
        id=task.id,
        instance_id=head.id,
        project_id=head.project_id,
        element_id=task.element_id,
        name=task.name,
        form_key=task.form_key,
        state=TaskState.OPEN if task.assignee is None else TaskState.CLAIMED,
        assignee=task.assignee,
        candidate_groups=task.candidate_groups,
        candidate_users=task.candidate_users,
        excluded_users=task.excluded_users,
        priority=task.priority,
        created_at=unit.now,
        due_at=task.due_at,
        follow_up_at=task.follow_up_at,
    )


def _timers(unit: Unit, head: InstanceHead, step: Step) -> None:
    for gone in (*step.timers_gone, *(timer.id for timer in step.timers)):
        # a timer may be set again with a later moment: the waiting job goes in any case
        jobs.drop_of_element(unit, head.id, gone, "fire_timer")
    for timer in step.timers:
        args = {"instance_id": head.id, "timer_id": timer.id, "due_at": timer.due_at}
        job = NewJob(
            kind="fire_timer",
            args=args,
            run_at=timer.due_at,
            key=f"timer {head.id} {timer.id} {timer.due_at.isoformat()}",
            instance_id=head.id,
            element_instance_id=timer.id,
        )
        jobs.enqueue(unit, job)
        unit.wake_worker()


def _subscriptions(unit: Unit, head: InstanceHead, step: Step) -> None:
    for gone in step.subscriptions_gone:
        messages.unsubscribe(unit, gone)
    for wanted in step.subscriptions:
        row = {
            "id": wanted.id,
            "kind": wanted.kind,
            "name": wanted.name,
            "key": wanted.key,
            "instance_id": head.id,
            "project_id": head.project_id,
            "definition_key": head.key,
        }
        messages.subscribe(unit, row)
    for wanted in step.subscriptions:
        if wanted.kind != "message":
            continue
        # What was sent before is looked for after this commit: a message sent at the very same
        # moment is seen either by this job or by the job that routes the message.
        args = {"subscription_id": wanted.id, "name": wanted.name}
        jobs.enqueue(unit, NewJob(kind="match_subscription", args=args))
        unit.wake_worker()


def _operations(unit: Unit, head: InstanceHead, step: Step) -> None:
    for gone in step.parked_gone:
        jobs.drop_of_element(unit, head.id, gone, "run_operation")
    for parked in step.parked:
        args = {
            "instance_id": head.id,
            "element_instance_id": parked.id,
            "operation": parked.operation,
            "params": dict(parked.params),
            "attempt": parked.attempt,
        }
        job = NewJob(
            kind="run_operation",
            args=args,
            key=f"operation {head.id} {parked.id} {parked.attempt}",
            instance_id=head.id,
            element_instance_id=parked.id,
        )
        jobs.enqueue(unit, job)
        unit.wake_worker()


def _failures(unit: Unit, head: InstanceHead, step: Step, cause: Cause) -> None:
    for gone in step.failures_gone:
        incidents.resolve_element(unit, head.id, gone, cause.actor.user_id)
    for failure in step.failures:
        incident = Incident(
            id=0,
            kind="element",
            code=failure.code,
            text=failure.text,
            detail=failure.detail,
            opened_at=unit.now,
            instance_id=head.id,
            project_id=head.project_id,
            element_id=failure.element_id,
            element_name=failure.name,
            element_instance_id=failure.id,
        )
        incident_rows.note(unit, incident, head.definition_id)


def lines_of(unit: Unit, head: InstanceHead, step: Step, cause: Cause, live: bytes) -> None:
    """Note the history of the step; its first line carries the state the step leads to."""
    actor, version = cause.actor, head.version
    first = Line(
        event=cause.event,
        actor=actor,
        instance_id=head.id,
        element_id=cause.element_id,
        element_name=cause.element_name,
        element_kind=cause.element_kind,
        element_instance_id=cause.element_instance_id,
        version=version,
        detail=cause.detail,
        live=live,
    )
    history.add(unit, first)
    itself = cause.element_instance_id if cause.event == "task_completed" else None
    for passed in step.passed:
        if passed.id == itself:
            continue
        line = Line(
            event=EVENTS[passed.outcome],
            actor=actor,
            instance_id=head.id,
            element_id=passed.element_id,
            element_name=passed.name,
            element_kind=passed.kind,
            element_instance_id=passed.id,
            version=version,
            detail={"why": passed.why} if passed.why else None,
        )
        history.add(unit, line)
    _endings(unit, head, step, actor)


def _endings(unit: Unit, head: InstanceHead, step: Step, actor: Actor) -> None:
    for failure in step.failures:
        line = Line(
            event="incident_opened",
            actor=actor,
            instance_id=head.id,
            element_id=failure.element_id,
            element_name=failure.name,
            element_instance_id=failure.id,
            version=head.version,
            detail={"code": failure.code, "text": failure.text},
        )
        history.add(unit, line)
    if step.ended is not None:
        ended = step.ended
        line = Line(
            event="instance_ended",
            actor=actor,
            instance_id=head.id,
            version=head.version,
            detail={
                "kind": ended.kind,
                "code": ended.code or "",
                "name": ended.name,
                "variables": ended.variables,
            },
        )
        history.add(unit, line)


def feed(unit: Unit, head: InstanceHead, cause: Cause) -> None:
    """Note the one row of the outbox that tells other systems of the step."""
    body = {
        "event": cause.event,
        "instance_id": head.id,
        "business_key": head.business_key,
        "process": head.key,
        "version": head.version,
        "element_id": cause.element_id,
    }
    outbox.add(unit, "event", body, head.id)
