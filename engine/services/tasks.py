"""What people do with user tasks: claim, hand back, complete; drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.domain import user_task
from engine.domain.access import Actor
from engine.domain.user_task import UserTask
from engine.domain.values import storable
from engine.execution import runner
from engine.execution.model import AD_HOC
from engine.forms.accepting import accept
from engine.services import (
    delegations,
    files_in_values,
    register_writing,
    running,
    withdrawing,
)
from engine.services.lookups import OfficeLookups
from engine.services.recording import Cause
from engine.services.running import Running
from engine.services.task_forms import form_of, may_act, scope_of
from engine.services.task_pages import (
    Draft,
    TaskPage,
    page,
)
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import tasks as rows
from engine.storage.history import Line

__all__ = [
    "Completed",
    "Draft",
    "KeptLate",
    "TaskPage",
    "claim",
    "complete",
    "discard_draft",
    "keep_late",
    "page",
    "save_draft",
    "submit",
    "unclaim",
]

Post = Mapping[str, Sequence[str]]
KIND = "userTask"


@dataclass(frozen=True, kw_only=True)
class Completed:
    """`repeated`: the same submission key had completed it before; nothing was done again.

    `undo_until`: until when it may be taken back (引き戻す); None: not at all.
    """

    task: UserTask
    instance_id: str
    repeated: bool = False
    undo_until: datetime | None = None


def claim(unit: Unit, task_id: str, actor: Actor) -> UserTask:
    """Assign the task to the actor.  Rules and errors: `user_task.claim`."""
    task, head = rows.get_with_head(unit, task_id)
    actor = delegations.acting_on(unit, task, head, actor)
    claimed = user_task.claim(task, actor)
    if claimed is not task:
        rows.save(unit, claimed)
        _enter(unit, claimed, actor, "task_claimed")
    return claimed


def unclaim(unit: Unit, task_id: str, actor: Actor) -> UserTask:
    """Hand the task back to its group.  Rules and errors: `user_task.unclaim`."""
    task, head = rows.get_with_head(unit, task_id)
    actor = delegations.acting_on(unit, task, head, actor)
    freed = user_task.unclaim(task, actor)
    if freed is not task:
        rows.save(unit, freed)
        _enter(unit, freed, actor, "task_unclaimed")
    return freed


def _enter(unit: Unit, task: UserTask, actor: Actor, event: str) -> None:
    line = Line(
        event=event,
        actor=actor,
        instance_id=task.instance_id,
        element_id=task.element_id,
        element_name=task.name,
        element_kind=KIND,
        element_instance_id=task.id,
    )
    history.add(unit, line)


def complete(
    unit: Unit,
    task_id: str,
    actor: Actor,
    values: Mapping[str, Any],
    submission_key: str | None = None,
) -> Completed:
    """Finish the task with these values; the process runs on to its next waits.

    The same submission key again gives the same result.  Rules and errors: `user_task.complete`;
    `UnstorableError` for a value no variable may hold.
    """
    task, head = rows.get_with_head(unit, task_id)
    if _is_repeated(task, actor, submission_key):
        return Completed(task=task, instance_id=head.id, repeated=True)
    actor = delegations.acting_on(unit, task, head, actor)
    closed = _closed(unit, task, actor, submission_key)
    taken = running.take(unit, head, actor)
    return _finish(unit, taken, closed, actor, {k: storable(v, k) for k, v in values.items()})


def submit(
    unit: Unit, task_id: str, actor: Actor, post: Post, submission_key: str | None = None
) -> Completed:
    """Finish the task with what was posted by its form.

    Raises:
        FieldErrors: a field cannot be taken; nothing has changed.
        and as `complete`.
    """
    task, head = rows.get_with_head(unit, task_id)
    if _is_repeated(task, actor, submission_key):
        return Completed(task=task, instance_id=head.id, repeated=True)
    actor = delegations.acting_on(unit, task, head, actor)
    closed = _closed(unit, task, actor, submission_key)
    taken = running.take(unit, head, actor)
    form = form_of(taken.bundle.forms, task)
    values: dict[str, Any] = {}
    if form is not None:
        lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
        scope = scope_of(taken.live, taken.host, task)
        try:
            values = accept(form, post, scope, lookups, unit.evaluation())
        except BaseException:
            unit.office.live.put(head.id, head.version, taken.live)  # nothing has touched it
            raise
    return _finish(unit, taken, closed, actor, values)


def _is_repeated(task: UserTask, actor: Actor, submission_key: str | None) -> bool:
    return (
        submission_key is not None
        and task.submission_key == submission_key
        and task.completed_by == actor.user_id
    )


def _closed(unit: Unit, task: UserTask, actor: Actor, submission_key: str | None) -> UserTask:
    closed = user_task.complete(task, actor, unit.now)
    return replace(closed, submission_key=submission_key)


def _finish(
    unit: Unit, taken: Running, closed: UserTask, actor: Actor, values: dict[str, Any]
) -> Completed:
    head = taken.head
    form = form_of(taken.bundle.forms, closed)
    detail: dict[str, Any] | None = {"values": values}
    if form is not None and form.anonymous:
        # what was answered goes to the register alone: no variable, no history, no draft
        properties = taken.bundle.user_tasks[closed.element_id]
        register_writing.write_anonymous(unit, properties.write_registers, head, values)
        values, detail = {}, None
    files_in_values.link(unit, values, actor, head.id, head.project_id)
    who = (actor.user_id, actor.on_behalf_of)
    step = runner.complete(taken.live, closed.id, values, taken.host, *who)
    is_choice = taken.bundle.elements[closed.element_id].kind == AD_HOC
    trail = {} if is_choice else withdrawing.trail(unit, head, step)
    cause = Cause(
        event="choice_ended" if is_choice else "task_completed",
        actor=actor,
        element_id=closed.element_id,
        element_name=closed.name,
        element_kind=KIND,
        element_instance_id=closed.id,
        detail=None if detail is None else {**detail, **trail},
    )
    running.record(unit, taken, step, cause)
    rows.save(unit, closed)
    delegations.tell_holder(unit, closed, actor)
    undo_until = None if is_choice else withdrawing.promised(unit, trail)
    return Completed(task=closed, instance_id=head.id, undo_until=undo_until)


def save_draft(unit: Unit, task_id: str, actor: Actor, post: Post) -> datetime:
    """Keep what was typed; returns when.  Anonymous forms are never kept.

    Raises:
        TaskClosedError: the task is completed or cancelled.
        NotACandidateError, TaskAlreadyClaimedError: it is not the actor's to fill in.
    """
    task, head = rows.get_with_head(unit, task_id)
    actor = delegations.acting_on(unit, task, head, actor)
    user_task.claim(task, actor)
    form = form_of(unit.office.models.bundle(unit, head.definition_id).forms, task)
    if form is None or not form.anonymous:
        rows.save_draft(unit, task.id, actor.stands_for, {k: list(v) for k, v in post.items()})
    return unit.now


@dataclass(frozen=True, kw_only=True)
class KeptLate:
    """What a proxy has sent after the end: whose task it is, and whether it is that one's draft."""

    holder_name: str
    task_name: str
    business_key: str
    is_kept: bool


def keep_late(
    unit: Unit, task_id: str, actor: Actor, post: Post, opened_at: datetime
) -> KeptLate | None:
    """Keep what a proxy had begun to type before the delegation ended as the holder's draft.

    None if the person did not act for anybody, or still may.  A draft that the holder has saved
    since then is not touched.
    """
    task, head = rows.get_with_head(unit, task_id)
    if may_act(task, delegations.acting_on(unit, task, head, actor)):
        return None
    ended = delegations.ended_since(unit, task, head, actor, opened_at)
    if ended is None:
        return None
    holder_id = ended.actor.stands_for
    form = form_of(unit.office.models.bundle(unit, head.definition_id).forms, task)
    draft = rows.find_draft(unit, task.id, holder_id)
    is_newer = draft is not None and draft[1] > ended.delegations[0].end_at
    is_kept = not is_newer and form is not None and not form.anonymous
    if is_kept:
        rows.save_draft(unit, task.id, holder_id, {k: list(v) for k, v in post.items()})
    return KeptLate(
        holder_name=ended.holder_name,
        task_name=task.name,
        business_key=head.business_key,
        is_kept=is_kept,
    )


def discard_draft(unit: Unit, task_id: str, actor: Actor) -> None:
    """Forget what was typed."""
    task, head = rows.get_with_head(unit, task_id)
    actor = delegations.acting_on(unit, task, head, actor)
    rows.drop_draft(unit, task_id, actor.stands_for)
