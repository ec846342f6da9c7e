"""前の時点に戻す: an instance goes back to where it stood after an earlier step of its history.

Going back is one more step.  Tasks opened since are cancelled, those closed since are open again,
calls begun since are cancelled.  What has left the house stays done, and is told before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.access import Actor, may_rewind, may_see_instance
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.instance import InstanceHead, InstanceState
from engine.domain.user_task import TaskState, UserTask
from engine.execution import rewinding, runner
from engine.execution.codec import StateError
from engine.execution.live import Live
from engine.execution.rewinding import Way
from engine.execution.step import Step
from engine.services import recording, running
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import instances, people
from engine.storage import taking_back as past
from engine.storage import tasks as task_rows
from engine.storage.instances import Change
from engine.storage.queries import rewinding as queries
from engine.storage.queries.rewinding import PastLine

REWOUND = "instance_rewound"
CALL_REASON = "呼び出し元を前の時点に戻したため"


class MayNotRewindError(ForbiddenError):
    """Only the project's PJMO and administrators take an instance back."""

    code = "may_not_rewind"


class NotRewindableError(ConflictError):
    """It cannot stand there again; `obstacle` says why, `elements` where."""

    code = "not_rewindable"

    def __init__(self, obstacle: str, elements: tuple[str, ...] = ()) -> None:
        super().__init__(f"{obstacle}: {', '.join(elements)}")
        self.obstacle = obstacle
        self.elements = elements


class ReasonError(InvalidError):
    """The history needs a reason."""

    code = "reason_missing"


@dataclass(frozen=True, kw_only=True)
class RewindPage:
    """What going back would do.  `obstacle`: why it cannot be; then the rest is empty.

    `lasting`: how many mails, messages, entries, called instances and operations stay done.
    `timers`: (element id, moment) that are waited for again.
    """

    head: InstanceHead
    line: int
    at: datetime
    obstacle: str = ""
    elements: tuple[str, ...] = ()
    closed: tuple[UserTask, ...] = ()
    opened: tuple[UserTask, ...] = ()
    calls: tuple[InstanceHead, ...] = ()
    timers: tuple[tuple[str, datetime], ...] = ()
    lasting: Mapping[str, int] | None = None
    names: Mapping[str, str] | None = None

    @property
    def people(self) -> list[str]:
        return sorted({task.assignee for task in self.opened if task.assignee})


@dataclass(frozen=True, kw_only=True)
class _Plan:
    past: PastLine
    then: Live
    way: Way


def page(unit: Unit, instance_id: str, line: int, actor: Actor) -> RewindPage:
    """What the question shows.

    Raises:
        NotFoundError, MayNotRewindError.
    """
    head = _allowed(unit, instance_id, actor)
    found = _line(unit, head, line)
    try:
        plan = _plan(unit, head, found, running.peek(unit, head))
    except NotRewindableError as error:
        return RewindPage(
            head=head, line=line, at=found.at, obstacle=error.obstacle, elements=error.elements
        )
    bundle = unit.office.models.bundle(unit, head.definition_id)
    return RewindPage(
        head=head,
        line=line,
        at=found.at,
        closed=tuple(past.many(unit, plan.way.closed)),
        opened=tuple(past.many(unit, plan.way.opened)),
        calls=tuple(_called(unit, head, plan.way)),
        timers=tuple((timer.element_id, timer.due_at) for timer in plan.way.step.timers),
        lasting=queries.lasting(unit, head.id, line, found.at),
        names={id_: one.name or id_ for id_, one in bundle.elements.items()},
    )


def rewind(
    unit: Unit, instance_id: str, line: int, version: int, reason: str, actor: Actor
) -> None:
    """Take the instance back to where it stood after that line.  `version`: as the actor saw it.

    Raises:
        NotFoundError, MayNotRewindError, ReasonError.
        NotRewindableError: it cannot stand there again, or has moved on since it was looked at.
    """
    head = _allowed(unit, instance_id, actor)
    if not reason.strip():
        raise ReasonError("a reason is needed")
    if head.version != version:
        raise NotRewindableError("moved")
    found = _line(unit, head, line)
    unit.take_turn(head.id)
    plan = _plan(unit, head, found, running.peek(unit, head))
    instances.save(unit, head, found.live, Change(subject=plan.then.subject))
    after = replace(head, version=head.version + 1, state=InstanceState.RUNNING)
    detail = {"reason": reason.strip(), "line": line, "at": found.at}
    cause = Cause(event=REWOUND, actor=actor, detail=detail)
    recording.rows_of(unit, after, plan.way.step, cause)
    recording.lines_of(unit, after, Step(failures=plan.way.step.failures), cause, found.live)
    recording.feed(unit, after, cause)
    for task in past.many(unit, plan.way.opened):
        _open_again(unit, task)
    for child in _called(unit, head, plan.way):
        running.cancel(unit, child, actor, CALL_REASON)
    unit.after_commit(lambda: unit.office.live.drop(head.id))


def _allowed(unit: Unit, instance_id: str, actor: Actor) -> InstanceHead:
    head = instances.get_head(unit, instance_id)
    if not may_see_instance(actor, head.started_by, head.project_id):
        raise NotFoundError("process_instance", instance_id)
    if not may_rewind(actor, head.project_id):
        raise MayNotRewindError(f"{actor.user_id} may not rewind {instance_id}")
    return head


def _line(unit: Unit, head: InstanceHead, line: int) -> PastLine:
    found = queries.line(unit, head.id, line)
    if found is None:
        raise NotFoundError("step", f"{head.id}/{line}")
    return found


def _plan(unit: Unit, head: InstanceHead, found: PastLine, now: Live) -> _Plan:
    if found.version == head.version:
        raise NotRewindableError("here")
    if head.is_ended and head.parent_id is not None:
        raise NotRewindableError("told_caller")
    try:
        then = runner.unpack(unit.office.models.bundle(unit, head.definition_id), found.live)
    except StateError as error:
        raise NotRewindableError("other_version") from error
    if then.workflow.completed:
        raise NotRewindableError("ended")
    way = rewinding.way(now, then)
    if way.answered:
        raise NotRewindableError("answered", way.answered)
    return _Plan(past=found, then=then, way=way)


def _called(unit: Unit, head: InstanceHead, way: Way) -> list[InstanceHead]:
    """The instances begun since that are not over."""
    found = [child for id_ in way.calls for child in instances.children_of_call(unit, head.id, id_)]
    return [child for child in found if not child.is_ended]


def _open_again(unit: Unit, task: UserTask) -> None:
    """For whoever had it, and with the deadline it had; for its group if that one has gone."""
    holder = task.assignee or task.completed_by
    is_there = holder is not None and people.find(unit, holder) is not None
    opened = replace(
        task,
        state=TaskState.CLAIMED if is_there else TaskState.OPEN,
        assignee=holder if is_there else None,
        completed_by=None,
        completed_at=None,
        on_behalf_of=None,
        submission_key=None,
    )
    task_rows.save(unit, opened)
    task_rows.add_candidates(unit, opened)
