"""Taking an instance out, letting it run, and noting where it stands: the core of all commands."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import (
    MAX_NESTING,
    InstanceEndedError,
    InstanceHead,
    InstanceState,
    InstanceSuspendedError,
    TooDeepError,
)
from engine.domain.records import DefinitionHead
from engine.domain.working_days import business_key, fiscal_year
from engine.execution import runner
from engine.execution.bundle import Bundle
from engine.execution.runner import Live
from engine.execution.step import Ended, EndKind, Escalation, StartedCall, Step
from engine.services import message_rows, recording
from engine.services.host import CommandHost
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import incidents, instances, jobs, messages, start_keys
from engine.storage.instances import Change
from engine.storage.jobs import NewJob

_STATES = {
    EndKind.ERROR: InstanceState.FAILED,
    EndKind.CANCELLED: InstanceState.CANCELLED,
}


@dataclass(frozen=True, kw_only=True)
class Running:
    """An instance in the hands of one command."""

    head: InstanceHead
    bundle: Bundle
    live: Live
    host: CommandHost


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What a new instance starts as.  `caller`: head of the calling instance, and the call."""

    definition: DefinitionHead
    actor: Actor
    project_id: str | None
    system_id: str | None
    variables: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    message: str | None = None
    signal: str | None = None
    caller: InstanceHead | None = None
    call: StartedCall | None = None
    detail: Mapping[str, Any] | None = None


def begin(unit: Unit, beginning: Beginning) -> InstanceHead:
    """Start an instance, run it to its first wait, and note it with all its rows."""
    head = _new_head(unit, beginning)
    bundle = unit.office.models.bundle(unit, head.definition_id)
    host = CommandHost(unit, head, beginning.actor)
    variables = dict(beginning.variables)
    if (
        beginning.message is None and beginning.signal is None
    ):  # declared inputs that nobody gave are null, whoever starts it
        variables = {**dict.fromkeys(bundle.inputs or ()), **variables}
    live, step = runner.start(
        bundle, variables, host, start_message=beginning.message, start_signal=beginning.signal
    )
    if beginning.subject:  # what a person wrote stands until the data say something else
        step = replace(step, subject=None)
    running = Running(head=head, bundle=bundle, live=live, host=host)
    cause = Cause(event="instance_started", actor=beginning.actor, detail=beginning.detail)
    packed = runner.pack(live)
    head = instances.add(unit, head, packed, _change(unit, step))
    _note(unit, replace(running, head=head), step, cause, packed)
    return head


def _new_head(unit: Unit, beginning: Beginning) -> InstanceHead:
    of, caller, call = beginning.definition, beginning.caller, beginning.call
    id_, year = uuid.uuid4().hex, fiscal_year(unit.today)
    prefix = of.prefix or of.key
    number = unit.next_number(f"{beginning.project_id or ''}/{prefix}", year)
    return InstanceHead(
        id=id_,
        version=1,
        state=InstanceState.RUNNING,
        definition_id=of.id,
        key=of.key,
        process_name=of.name,
        process_version=of.version,
        business_key=business_key(prefix, year, number),
        subject=beginning.subject,
        project_id=beginning.project_id,
        system_id=beginning.system_id,
        fiscal_year=year,
        started_by=beginning.actor.user_id,
        started_at=unit.now,
        parent_id=caller.id if caller else None,
        parent_element_instance_id=call.id if call else None,
        parent_element_id=call.element_id if call else None,
        root_id=caller.root_id if caller else id_,
        depth=caller.depth + 1 if caller else 0,
    )


def take(unit: Unit, head: InstanceHead, actor: Actor) -> Running:
    """The live instance, for this command alone.

    Raises:
        InstanceEndedError: there is nothing left to run.
        InstanceSuspendedError: it rests.
        StaleError: it has moved on since `head` was read.
    """
    if head.is_suspended:
        raise InstanceSuspendedError(head.id, head.suspend_reason)
    return take_resting(unit, head, actor)


def take_resting(unit: Unit, head: InstanceHead, actor: Actor) -> Running:
    """As `take`, also of an instance that is suspended: for what is done to it from outside."""
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    unit.take_turn(head.id)
    bundle = unit.office.models.bundle(unit, head.definition_id)
    cached = unit.office.live.pop(head.id)
    if cached is not None and cached[0] == head.version:
        live = cached[1]
    else:
        live = runner.unpack(bundle, instances.live_state(unit, head))
    return Running(head=head, bundle=bundle, live=live, host=CommandHost(unit, head, actor))


def peek(unit: Unit, head: InstanceHead) -> Live:
    """A copy of the instance to look at; the one in the cache stays where it is."""
    bundle = unit.office.models.bundle(unit, head.definition_id)
    return runner.unpack(bundle, instances.live_state(unit, head))


def record(unit: Unit, running: Running, step: Step, cause: Cause) -> None:
    """Note where the instance stands after the step, and all that follows from it."""
    packed = runner.pack(running.live)
    instances.save(unit, running.head, packed, _change(unit, step))
    head = replace(running.head, version=running.head.version + 1)
    if step.subject is not None:
        head = replace(head, subject=step.subject)
    _note(unit, replace(running, head=head), step, cause, packed)


def _change(unit: Unit, step: Step) -> Change:
    if step.ended is None:
        return Change(subject=step.subject)
    return Change(
        subject=step.subject,
        state=_STATES.get(step.ended.kind, InstanceState.COMPLETED),
        ended_at=unit.now,
        outcome=step.ended.code or "",
    )


def _note(unit: Unit, running: Running, step: Step, cause: Cause, packed: bytes) -> None:
    head = running.head
    recording.rows_of(unit, head, step, cause)
    sent = [message_rows.thrown(head, message) for message in step.messages]
    for sending in sent:
        message_rows.note(unit, sending)
    recording.lines_of(unit, head, step, cause, packed)
    for sending in sent:
        message_rows.enter(unit, sending, cause.actor)
    recording.feed(unit, head, cause)
    for gone in step.calls_gone:
        _cancel_children(unit, head, gone, cause.actor)
    for call in step.calls:
        _call(unit, running, call, cause.actor)
    for number, escalation in enumerate(step.escalations):
        _escalate(unit, head, escalation, number)
    if step.ended is not None:
        _free_keys(unit, running)
        _end(unit, running, step.ended)
        return
    cache, live = unit.office.live, running.live
    unit.after_commit(lambda: cache.put(head.id, head.version, live))


def _free_keys(unit: Unit, running: Running) -> None:
    """A message that has waited for this end may start the next instance of its key."""
    if not any(
        running.bundle.starts_once_per_key(name) for name, _ in running.bundle.message_starts
    ):
        return
    for key in start_keys.of_instance(unit, running.head.id):
        waiting = messages.waiting_for(unit, key.name, key.key, key.project_id)
        for message_id in waiting[:1]:
            job = NewJob(kind="route_message", args={"message_id": message_id})
            jobs.enqueue(unit, job)
            unit.wake_worker()


def _end(unit: Unit, running: Running, ended: Ended) -> None:
    if running.head.parent_id is None:
        return
    outputs = running.bundle.outputs
    names = ("結果",) if outputs is None else outputs
    variables = {name: ended.variables.get(name) for name in names}
    tell_caller(unit, running.head, replace(ended, variables=variables))


def tell_caller(unit: Unit, head: InstanceHead, ended: Ended) -> None:
    """Note the job that brings the end of a called instance to its caller."""
    args = {
        "instance_id": head.parent_id,
        "call_id": head.parent_element_instance_id,
        "kind": ended.kind,
        "code": ended.code,
        "name": ended.name,
        "variables": dict(ended.variables),
    }
    key = f"resume {head.id}"
    jobs.enqueue(unit, NewJob(kind="resume_caller", args=args, key=key, instance_id=head.parent_id))
    unit.wake_worker()


def _escalate(unit: Unit, head: InstanceHead, escalation: Escalation, number: int) -> None:
    if head.parent_id is None:
        return
    args = {
        "instance_id": head.parent_id,
        "call_id": head.parent_element_instance_id,
        "code": escalation.code,
        "name": escalation.name,
    }
    key = f"escalate {head.id} {head.version} {number}"
    jobs.enqueue(unit, NewJob(kind="escalate_call", args=args, key=key, instance_id=head.parent_id))
    unit.wake_worker()


def _call(unit: Unit, running: Running, call: StartedCall, actor: Actor) -> None:
    head = running.head
    if head.depth >= MAX_NESTING:
        raise TooDeepError(call.called)
    models = unit.office.models
    target = models.pins(unit, head.definition_id)[("process", call.called)]
    inputs = models.bundle(unit, target).inputs
    variables = dict(call.variables)
    if inputs is not None:
        variables = {name: call.variables.get(name) for name in inputs}
    beginning = Beginning(
        definition=models.head(unit, target),
        actor=actor,
        project_id=head.project_id,
        system_id=head.system_id,
        variables=variables,
        caller=head,
        call=call,
        detail={"caller": head.business_key},
    )
    begin(unit, beginning)


def _cancel_children(unit: Unit, head: InstanceHead, call_id: str, actor: Actor) -> None:
    for child in instances.children_of_call(unit, head.id, call_id):
        if not child.is_ended:
            cancel(unit, child, actor, "呼び出し元の取りやめ")


def cancel(unit: Unit, head: InstanceHead, actor: Actor, reason: str) -> None:
    """End the instance and all it has called; the caller is not told."""
    running = take_resting(unit, head, actor)
    step = replace(runner.cancel(running.live, running.host), ended=None)
    packed = runner.pack(running.live)
    change = Change(state=InstanceState.CANCELLED, ended_at=unit.now, cancel_reason=reason)
    instances.save(unit, head, packed, change)
    _free_keys(unit, running)
    after = replace(head, version=head.version + 1)
    cause = Cause(event="instance_cancelled", actor=actor, detail={"reason": reason})
    recording.rows_of(unit, after, step, cause)
    recording.lines_of(unit, after, step, cause, packed)
    recording.feed(unit, after, cause)
    incidents.resolve_instance(unit, head.id, actor.user_id)
    if head.is_suspended:
        jobs.release_all(unit, head.id)  # they find nobody; messages kept for it go elsewhere
        unit.wake_worker()
    for child in instances.children(unit, head.id):
        if not child.is_ended:
            cancel(unit, child, actor, reason)
