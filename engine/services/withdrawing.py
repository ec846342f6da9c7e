"""引き戻す: taking back a task just completed, until the next person has seen what followed.

The history holds the instance's state after each step; taking back is one more step, to the state
before the last one.  The task is claimed again by the person, with what was entered as a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.domain import access, withdrawal
from engine.domain.access import Actor
from engine.domain.errors import ForbiddenError
from engine.domain.instance import InstanceHead
from engine.domain.user_task import TaskState, UserTask
from engine.domain.withdrawal import NotWithdrawableError, Obstacle, Offer
from engine.execution import runner, taking_back
from engine.execution.step import Step
from engine.execution.taking_back import TakenBack
from engine.forms.reposting import post_of
from engine.forms.showing import show
from engine.services import notices, recording, running
from engine.services.host import CommandHost
from engine.services.lookups import OfficeLookups
from engine.services.recording import Cause
from engine.services.running import Running
from engine.services.task_forms import form_of, scope_of
from engine.services.unit import Unit
from engine.storage import instances
from engine.storage import taking_back as rows
from engine.storage import tasks as task_rows
from engine.storage.instances import Change
from engine.storage.taking_back import PastStep

COMPLETED, WITHDRAWN = "task_completed", "task_withdrawn"
KEPT, SUBJECT = "kept", "subject_before"  # in the detail of a completion
_WRITTEN = {
    "register_entry": Obstacle.REGISTER,
    "register_entry_version": Obstacle.REGISTER,
    "message": Obstacle.MESSAGE,
    "outbox": Obstacle.MAIL,
}


class NotCompletedByActorError(ForbiddenError):
    """Only who has completed a task takes it back."""

    code = "not_completed_by_actor"


@dataclass(frozen=True, kw_only=True)
class _Way:
    """How to get back: the instance as it is, as it was, and what lies between.

    `following`: the tasks that the step has opened, as they were checked: whoever touches one
    later makes the command stale.
    """

    taken: Running
    before: runner.Live
    back: TakenBack
    following: list[UserTask]


def trail(unit: Unit, head: InstanceHead, step: Step) -> dict[str, Any]:
    """What the line of a completion says for whoever wants to take it back.

    To be asked before anything but the process itself has noted rows in the unit.
    """
    written = {_WRITTEN[name] for name in unit.written_tables() if name in _WRITTEN}
    if step.messages or step.signals or step.escalations:
        written.add(Obstacle.MESSAGE)
    if step.calls or step.calls_gone:
        written.add(Obstacle.CALL)
    if step.parked or step.parked_gone:
        written.add(Obstacle.OPERATION)
    if step.ended is not None:
        written.add(Obstacle.ENDED)
    found: dict[str, Any] = {KEPT: sorted(written)}
    return found if step.subject is None else {**found, SUBJECT: head.subject}


def until(unit: Unit, completed_at: datetime) -> datetime:
    """The last moment at which a completion of that moment can be taken back."""
    return completed_at + timedelta(minutes=unit.office.policy.undo_minutes)


def promised(unit: Unit, trail: Mapping[str, Any]) -> datetime | None:
    """Until when a completion of now, with this trail, can be taken back."""
    return until(unit, unit.now) if unit.office.policy.undo_minutes and not trail[KEPT] else None


def offer(unit: Unit, task_id: str, actor: Actor) -> Offer | None:
    """Whether the actor could take the completed task back; None: it was not the actor's."""
    task, head = task_rows.get_with_head(unit, task_id)
    if task.state is not TaskState.COMPLETED or not access.may_take_back(actor, task.completed_by):
        return None
    if not unit.office.policy.undo_minutes or task.completed_at is None:
        return None
    end = until(unit, task.completed_at)
    try:
        _, before = _steps(unit, task, head)
        live = running.peek(unit, head)
        back = _difference(task, live, runner.unpack(live.bundle, before.live))
        _following(unit, task, back, actor)
    except NotWithdrawableError as error:
        return Offer(obstacle=error.obstacle, person_id=error.person_id)
    return Offer(until=end)


def holders(unit: Unit, task_id: str, actor: Actor) -> tuple[UserTask, ...]:
    """The tasks that are open now in the instance of a task the actor has completed."""
    task, head = task_rows.get_with_head(unit, task_id)
    if not access.may_take_back(actor, task.completed_by):
        return ()
    return tuple(task_rows.open_of(unit, head.id))


def seen(unit: Unit, task_id: str, actor: Actor) -> None:
    """Note that somebody opens the task: who completed the one before can take it back no more.

    Only while that is possible at all; whoever completed it may look at what came of it.
    """
    task, head = task_rows.get_with_head(unit, task_id)
    if not is_fresh(unit, task):
        return
    last = rows.last_steps(unit, head.id, 1)
    if last and last[0].event == COMPLETED and last[0].actor != actor.user_id:
        rows.see(unit, task.id, actor.user_id)


def is_fresh(unit: Unit, task: UserTask) -> bool:
    """Whether the completion that led to this open task could still be taken back, by the clock."""
    if task.is_closed or task.created_at is None:
        return False
    return unit.now <= until(unit, task.created_at)


def withdraw(unit: Unit, task_id: str, actor: Actor) -> UserTask:
    """Take the completed task back; a second press changes nothing.

    Raises:
        NotCompletedByActorError: somebody else has completed it.
        NotWithdrawableError: it is too late, or something has left the instance for good.
    """
    task, head = task_rows.get_with_head(unit, task_id)
    if _is_repeated(unit, task, head, actor):
        return task
    if not access.may_take_back(actor, task.completed_by):
        raise NotCompletedByActorError(f"{actor.user_id} has not completed {task_id}")
    last, before = _steps(unit, task, head)
    way = _way(unit, task, head, actor, before)
    actor = replace(actor, on_behalf_of=task.on_behalf_of)
    freed = _reopened(task)
    _save_instance(unit, way, last, before, actor, freed)
    _save_tasks(unit, way, freed, actor)
    _keep_draft(unit, way, freed, actor, last.detail.get("values", {}))
    return freed


def _is_repeated(unit: Unit, task: UserTask, head: InstanceHead, actor: Actor) -> bool:
    if task.is_closed:
        return False
    last = rows.last_steps(unit, head.id, 1)
    return bool(
        last
        and last[0].event == WITHDRAWN
        and last[0].element_instance_id == task.id
        and last[0].actor == actor.user_id
    )


def _steps(unit: Unit, task: UserTask, head: InstanceHead) -> tuple[PastStep, PastStep]:
    """The completion, which must be the last step and without lasting effects, and the one before.

    Raises:
        NotWithdrawableError
    """
    if head.is_suspended:
        raise NotWithdrawableError(task.id, Obstacle.SUSPENDED)
    if task.completed_at is None or unit.now > until(unit, task.completed_at):
        raise NotWithdrawableError(task.id, Obstacle.LATE)
    found = rows.last_steps(unit, head.id)
    last = found[0]
    if last.event != COMPLETED or last.element_instance_id != task.id:
        raise NotWithdrawableError(task.id, Obstacle.MOVED)
    kept = last.detail.get(KEPT, [Obstacle.UNKNOWN])
    if kept:
        raise NotWithdrawableError(task.id, Obstacle(kept[0]))
    if len(found) == 1 or (last.version, found[1].version) != (head.version, head.version - 1):
        raise NotWithdrawableError(task.id, Obstacle.UNKNOWN)
    return last, found[1]


def _way(unit: Unit, task: UserTask, head: InstanceHead, actor: Actor, before: PastStep) -> _Way:
    taken = running.take(unit, head, actor)
    try:
        live = runner.unpack(taken.bundle, before.live)
        back = _difference(task, taken.live, live)
        following = _following(unit, task, back, actor)
    except BaseException:
        unit.office.live.put(head.id, head.version, taken.live)  # nothing has touched it
        raise
    return _Way(taken=taken, before=live, back=back, following=following)


def _difference(task: UserTask, now: runner.Live, before: runner.Live) -> TakenBack:
    back = taking_back.difference(now, before)
    if back is None:
        raise NotWithdrawableError(task.id, Obstacle.CALL)
    return back


def _following(unit: Unit, task: UserTask, back: TakenBack, actor: Actor) -> list[UserTask]:
    """The tasks that followed.

    Raises:
        NotWithdrawableError: somebody else has touched or opened one.
    """
    if not back.opened:
        return []
    found = rows.many(unit, back.opened)
    held = withdrawal.touched(found, actor.user_id)
    if held is not None:
        person_id = held.assignee or held.completed_by
        raise NotWithdrawableError(task.id, Obstacle.SEEN, person_id)
    other = rows.first_other(unit, back.opened, actor.user_id)
    if other is not None:
        raise NotWithdrawableError(task.id, Obstacle.SEEN, other)
    return found


def _reopened(task: UserTask) -> UserTask:
    return replace(
        task,
        state=TaskState.CLAIMED,
        assignee=task.assignee or task.completed_by,
        completed_by=None,
        completed_at=None,
        on_behalf_of=None,
        submission_key=None,
    )


def _save_instance(
    unit: Unit, way: _Way, last: PastStep, before: PastStep, actor: Actor, task: UserTask
) -> None:
    head = way.taken.head
    subject = last.detail.get(SUBJECT)
    instances.save(unit, head, before.live, Change(subject=subject))
    after = replace(head, version=head.version + 1)
    cause = Cause(
        event=WITHDRAWN,
        actor=actor,
        element_id=task.element_id,
        element_name=task.name,
        element_kind="userTask",
        element_instance_id=task.id,
    )
    recording.rows_of(unit, after, way.back.step, cause)
    recording.lines_of(unit, after, Step(), cause, before.live)
    recording.feed(unit, after, cause)
    unit.after_commit(lambda: unit.office.live.drop(head.id))


def _save_tasks(unit: Unit, way: _Way, freed: UserTask, actor: Actor) -> None:
    """The task is there again, so are those it had ended; those that followed are gone."""
    others = [id_ for id_ in way.back.closed if id_ != freed.id]
    back = [freed, *(_revived(task) for task in rows.many(unit, others))]
    rows.reserve(unit, (task.id for task in way.following), actor.user_id)
    for task in way.following:
        closed = replace(task, state=TaskState.CANCELLED, completed_at=unit.now)
        task_rows.save(unit, closed)
    for task in back:
        task_rows.save(unit, task)
        task_rows.add_candidates(unit, task)
    told = {task.assignee for task in way.following} - {None, actor.user_id, actor.on_behalf_of}
    if told:
        notices.notify(
            unit,
            sorted(filter(None, told)),
            "task_withdrawn",
            detail={"by": actor.name, "task": freed.name},
            instance_id=freed.instance_id,
        )


def _revived(task: UserTask) -> UserTask:
    state = TaskState.OPEN if task.assignee is None else TaskState.CLAIMED
    return replace(task, state=state, completed_at=None)


def _keep_draft(
    unit: Unit, way: _Way, task: UserTask, actor: Actor, values: Mapping[str, Any]
) -> None:
    """What was entered stands in the form again."""
    form = form_of(way.taken.bundle.forms, task)
    if form is None or form.anonymous:
        return
    head = way.taken.head
    known = scope_of(way.before, CommandHost(unit, head, actor), task)
    lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
    shown = show(form, {**known, **values}, lookups, unit.evaluation())
    task_rows.save_draft(unit, task.id, actor.stands_for, post_of(shown, values, known))
