"""Start, complete, fire, deliver, resume, cancel: every way to move an instance on.

Each function is one command: it gets a live instance and a `Host`, changes the instance, and
answers with a `Step`.  After any exception the instance is spoilt and must be thrown away.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import EngineError, NotFoundError, TaskClosedError
from engine.domain.values import storable, utc
from engine.execution import codec, objects
from engine.execution.act import COMPLETED_BY, REPRESENTED, Act
from engine.execution.adhoc import Choices, Choosing, NotYetOverError
from engine.execution.adopting import adopt
from engine.execution.definitions import (
    EscalationDefinition,
    MessageDefinition,
    SignalDefinition,
    catcher,
    due_of,
    raise_error,
    waits_of,
)
from engine.execution.elements import CallActivity, ServiceTask
from engine.execution.events import ring
from engine.execution.failing import RUNNING, ElementError, fail, try_again
from engine.execution.host import Host, Place
from engine.execution.live import Definition, Live, finished
from engine.execution.loops import MultiInstance
from engine.execution.sameness import copied
from engine.execution.scripting import FeelEngine
from engine.execution.step import Ended, EndKind, Escalation, Failure, LiveElement, Step
from engine.execution.workflow import FastWorkflow, quiet_library

__all__ = ["Host", "Live", "Place"]

READY, WAITING = TaskState.READY, TaskState.WAITING
STARTED, ERROR = TaskState.STARTED, TaskState.ERROR
STATES = {READY: "ready", WAITING: "waiting", STARTED: "started", ERROR: "failed"}


def start(
    bundle: Definition,
    variables: Mapping[str, Any],
    host: Host,
    *,
    start_message: str | None = None,
    start_signal: str | None = None,
) -> tuple[Live, Step]:
    """A new instance, run up to where it has to wait.

    `variables`: its first data.  With `start_message` or `start_signal` they are the payload of
    that: stored under the variable of the start event, or one by one if it has none.

    Raises:
        NotFoundError: no start event waits for that message or signal.
        UnstorableError, TooManyStepsError.
        WrongKindError: first data that a data object may not hold.
    """
    quiet_library()
    engine = FeelEngine()
    entry, slot = _entry(bundle.process, start_message, start_signal)
    engine.act = act = Act(host=host, entry=entry.name)
    workflow = FastWorkflow(bundle.process, bundle.subprocesses, script_engine=engine)
    given = storable(variables)
    if slot is not None and entry.takes_whole(slot):
        act.came = {slot: given}
    else:
        objects.begin(workflow, given)
        workflow.task_tree.data.update(given)
    live = Live(bundle=bundle, workflow=workflow, engine=engine)
    return live, finished(live)


def _entry(spec: Any, message: str | None, signal: str | None) -> tuple[Any, str | None]:
    """The start event to begin at, and the slot of the message or signal."""
    events = spec.bpmn_start_events
    name = message if message is not None else signal
    if name is not None:
        kind = MessageDefinition if message is not None else SignalDefinition
        for event in events:
            for slot, what, _ in event.definitions():
                if isinstance(what, kind) and what.name == name:
                    return event, slot
        raise NotFoundError("start event", name)
    plain = [e for e in events if isinstance(e.event_definition, NoneEventDefinition)]
    drawn = [e for e in plain if not e.is_implicit]
    return (drawn or plain or events)[0], None


def complete(
    live: Live,
    task_id: str,
    values: Mapping[str, Any],
    host: Host,
    completed_by: str,
    on_behalf_of: str | None = None,
) -> Step:
    """Finish a user task with its form's values.

    Raises:
        TaskClosedError: it is not open (any more).
        NotYetOverError: it is an ad hoc sub-process whose condition does not hold yet.
        UnstorableError, TooManyStepsError.
    """
    task = _task(live, task_id, READY)
    if task is None or not task.task_spec.manual:
        raise TaskClosedError(task_id, "closed", None, None)
    given = storable(values)
    live.engine.act = Act(host=host)
    if isinstance(task.task_spec, Choosing) and not task.task_spec.may_finish(task):
        raise NotYetOverError(f"{task.task_spec.bpmn_id}: the completion condition does not hold")
    variable = getattr(task.task_spec, "variable", None)
    task.data.update({variable: given} if variable else given)
    task.data[COMPLETED_BY] = completed_by
    if on_behalf_of is not None or REPRESENTED in task.data:
        task.data[REPRESENTED] = on_behalf_of
    task.run()
    return finished(live, task_id)


def choose(live: Live, task_id: str, element_id: str, host: Host) -> Step:
    """Start an activity of an ad hoc sub-process, whose open choice is the task of that id.

    Raises:
        TaskClosedError: nothing can be chosen there (any more).
        NotFoundError: it has no such activity, or a flow starts it.
        OneAtATimeError, TooManyStepsError.
    """
    task = _choosing(live, task_id)
    live.engine.act = Act(host=host)
    task.task_spec.start(task, element_id)
    return finished(live)


def choices_of(live: Live, task_id: str, host: Host) -> Choices | None:
    """What can be chosen at an open task; None if it is no choice of an ad hoc sub-process."""
    try:
        task = _choosing(live, task_id)
    except TaskClosedError:
        return None
    live.engine.act = Act(host=host)
    found: Choices = task.task_spec.choices(task)
    del live.engine.act
    return found


def _choosing(live: Live, task_id: str) -> Any:
    task = _task(live, task_id, READY)
    if task is None or not isinstance(task.task_spec, Choosing):
        raise TaskClosedError(task_id, "closed", None, None)
    return task


def fire_timer(live: Live, timer_id: str, due_at: datetime, host: Host) -> Step | None:
    """A timer's moment has come; None if it does not wait for that moment any more."""
    found = _wait(live, timer_id)
    if found is None or due_of(*found[2:]) != utc(due_at):
        return None
    live.engine.act = Act(host=host)
    ring(*found[:2])
    return finished(live, timer_id)


def deliver(live: Live, subscription_id: str, payload: Any, host: Host) -> Step | None:
    """A message or signal has come; None if nobody waits for it any more."""
    found = _wait(live, subscription_id)
    if found is None:
        return None
    task, slot, *_ = found
    live.engine.act = Act(host=host)
    task.task_spec.fire(task, slot, payload)
    return finished(live, subscription_id)


def finish_operation(live: Live, operation_id: str, result: Any, host: Host) -> Step:
    """A parked operation is done; an empty step if it does not wait any more."""
    task = _task(live, operation_id, STARTED)
    if task is None or not isinstance(task.task_spec, ServiceTask):
        return Step()
    live.engine.act = Act(host=host)
    try:
        task.task_spec.accept(task, result)
    except EngineError as error:
        task.task_spec.failed(task, RUNNING, error)
    else:
        task.complete()
    return finished(live, operation_id)


def fail_operation(live: Live, operation_id: str, failure: Failure, host: Host) -> Step:
    """A parked operation has failed for good: an error of the diagram, or it waits for `retry`."""
    task = _task(live, operation_id, STARTED)
    if task is None or not isinstance(task.task_spec, ServiceTask):
        return Step()
    live.engine.act = Act(host=host)
    error = ElementError(failure.code, failure.text, failure.detail)
    task.task_spec.failed(task, RUNNING, error)
    return finished(live, operation_id)


def retry(live: Live, element_instance_id: str, host: Host) -> Step:
    """Take up an element that failed; an empty step if it is not in error any more."""
    task = _task(live, element_instance_id, ERROR)
    if task is None:
        return Step()
    live.engine.act = Act(host=host)
    body = task.parent
    is_run = isinstance(body.task_spec, MultiInstance) and task.triggered
    try_again(task, body.task_spec.item_data(body, task) if is_run else {})
    return finished(live)


def resume_call(live: Live, call_id: str, outcome: Ended, host: Host) -> Step:
    """The called instance is over; `outcome.variables` are its outputs as mapped.

    An error is raised at the call activity, outwards; uncaught it is a failure of the call, and
    `retry` starts another instance.  An empty step if the call does not wait any more.
    """
    task = _call(live, call_id)
    if task is None:
        return Step()
    live.engine.act = Act(host=host)
    if outcome.kind == EndKind.ERROR:
        if not raise_error(task, outcome.code, None):
            fail(task, RUNNING, _call_failed(outcome))
    elif outcome.kind == EndKind.CANCELLED:
        fail(
            task, RUNNING, ElementError("call_cancelled", "呼び出した案件が取りやめになりました。")
        )
    elif not (outcome.kind == EndKind.ESCALATED and _escalate(task, outcome.code, outcome.name)):
        task.task_spec.accept(task, storable(outcome.variables))
        task.complete()
    return finished(live, call_id)


def escalate_call(live: Live, call_id: str, code: str | None, name: str, host: Host) -> Step:
    """A called instance that goes on has escalated: fires the event that catches it."""
    task = _call(live, call_id)
    if task is None:
        return Step()
    live.engine.act = Act(host=host)
    _escalate(task, code, name)
    return finished(live)


def _escalate(call: Any, code: str | None, name: str) -> bool:
    """Fire the escalation at the call; True if that ends the call."""
    event = catcher(call, EscalationDefinition, code)
    if event is None:
        call.workflow.script_engine.act.escalations.append(
            Escalation(code=code, name=name, element_id=call.task_spec.bpmn_id)
        )
        return False
    event.fire(None)
    return event.interrupts


def _call_failed(outcome: Ended) -> ElementError:
    shown = outcome.name or outcome.code or ""
    return ElementError(
        "call_failed",
        f"呼び出した業務フローがエラー「{shown}」で終わりました。",
        f"code {outcome.code}",
    )


def cancel(live: Live, host: Host) -> Step:
    """End the instance now, with everything in it."""
    live.engine.act = Act(host=host)
    live.workflow.cancel()
    live.is_cancelled = True
    return finished(live)


def variables_of(live: Live, task_id: str) -> dict[str, Any]:
    """A copy of the data an element sees.

    Raises:
        NotFoundError: no such element instance is alive.
    """
    task = live.workflow.find(_uuid(task_id))
    if task is None:
        raise NotFoundError("element instance", task_id)
    seen = {**objects.visible(task.workflow), **task.data}
    return {name: copied(value) for name, value in seen.items()}


def outline(live: Live) -> list[LiveElement]:
    """What is alive, in the order of the diagram's paths; for the viewer."""
    workflow = live.workflow
    if workflow.completed:
        return []
    return [
        LiveElement(
            id=task.id.hex,
            element_id=task.task_spec.bpmn_id or task.task_spec.drawn,
            name=task.task_spec.bpmn_name or task.task_spec.drawn_name,
            kind=task.task_spec.kind,
            state=STATES[task._state],
            since=datetime.fromtimestamp(task.last_state_change, UTC),
        )
        for task in workflow.walk(workflow.task_tree)
        if task._state in STATES and _stands(task)
    ]


def _stands(task: Any) -> bool:
    """Whether it is an element, or a node of the engine that holds a token of one."""
    spec = task.task_spec
    return spec.bpmn_id is not None or bool(getattr(spec, "drawn", "") and task._state != READY)


def pack(live: Live) -> bytes:
    """The instance as it is stored."""
    return codec.dumps(live.workflow, live.bundle.hash, live.subject)


def unpack(bundle: Definition, state: bytes) -> Live:
    """The instance whose state this is.

    Raises:
        StateError: the bytes are no state of this definition.
    """
    quiet_library()
    engine = FeelEngine()
    workflow = FastWorkflow(
        bundle.process, bundle.subprocesses, script_engine=engine, deserializing=True
    )
    subject = codec.loads(state, bundle.hash, workflow)
    adopt(workflow)
    live = Live(bundle=bundle, workflow=workflow, engine=engine, subject=subject)
    live.remember()
    return live


def _uuid(text: str) -> UUID:
    try:
        return UUID(hex=text.partition(".")[0])
    except ValueError as error:
        raise NotFoundError("element instance", text) from error


def _task(live: Live, id_: str, state: int) -> Any | None:
    task = live.workflow.find(_uuid(id_)) if not live.workflow.completed else None
    return task if task is not None and task._state == state else None


def _call(live: Live, id_: str) -> Any | None:
    task = _task(live, id_, STARTED)
    return task if task is not None and isinstance(task.task_spec, CallActivity) else None


def _wait(live: Live, id_: str) -> tuple[Any, str, Any, dict[str, Any]] | None:
    """Task, slot, definition and what is kept of something waited for."""
    task = _task(live, id_, WAITING)
    for slot, what, _, kept in waits_of(task) if task is not None else ():
        if slot == id_.partition(".")[2]:
            return task, slot, what, kept
    return None
