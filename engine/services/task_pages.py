"""The page of one task, and the worklist (受信箱)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from engine.domain import user_task
from engine.domain.access import Actor, may_see_project
from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO
from engine.execution.bundle import Bundle
from engine.forms.showing import Shown, show
from engine.services import delegations, places, running
from engine.services.delegations import Standing
from engine.services.host import CommandHost
from engine.services.lookups import OfficeLookups
from engine.services.task_forms import form_of, may_act, scope_of
from engine.services.unit import Unit
from engine.storage import people
from engine.storage import tasks as rows
from engine.storage.queries import worklist as queries

COUNTED = ("mine", "group", "waiting")
DUE = ("overdue", "today", "week")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person typed and has not submitted."""

    post: Mapping[str, Sequence[str]]
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """`why`: assignee, candidate, closed, or looking (may see it but not act).

    `shown` is None when the task has no form, or is over; `variables` is empty when it is over.
    """

    task: UserTask
    head: InstanceHead
    documentation: str
    trace: str
    shown: Shown | None = None
    draft: Draft | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    why: str = "looking"
    is_anonymous: bool = False
    completed_by_name: str = ""
    assignee_name: str = ""
    represented_name: str = ""  # for whom it was completed
    standing: Standing | None = None  # for whom the person acts here
    project_name: str = ""
    system_name: str = ""


@dataclass(frozen=True, kw_only=True)
class WorklistRow:
    task: UserTask
    business_key: str
    subject: str
    process_name: str
    process_key: str
    project_name: str
    system_name: str
    has_draft: bool


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """One page; `counts`: view -> number of tasks in mine, group and waiting, at most 1,000."""

    rows: tuple[WorklistRow, ...]
    counts: Mapping[str, int]
    page: int
    has_next: bool


def page(
    unit: Unit,
    task_id: str,
    actor: Actor,
    post: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> TaskPage:
    """All the page of a task shows.  `post`, `errors`: of a submission that was refused.

    Raises:
        NotFoundError: no such task, or the actor may not know of it.
    """
    task, head = rows.get_with_head(unit, task_id)
    standing = delegations.standing_on(unit, task, head, actor)
    actor = actor if standing is None else standing.actor
    why = _why(task, actor)
    bundle = unit.office.models.bundle(unit, head.definition_id)
    form = form_of(bundle.forms, task)
    draft = _draft(unit, task, actor)
    variables: dict[str, Any] = {}
    shown = None
    if not task.is_closed:
        host = CommandHost(unit, head, actor)
        variables = scope_of(running.peek(unit, head), host, task)
        if form is not None:
            lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
            typed = post if post is not None else (draft.post if draft else None)
            shown = show(form, variables, lookups, unit.evaluation(), typed, errors)
    bare = _page(unit, task, head, bundle)
    return replace(bare, shown=shown, draft=draft, variables=variables, why=why, standing=standing)


def _why(task: UserTask, actor: Actor) -> str:
    if task.assignee == actor.stands_for or actor.user_id in (task.completed_by, task.on_behalf_of):
        return "closed" if task.is_closed else "assignee"
    if task.is_closed:
        if not (user_task.may_take(task, actor) or may_see_project(actor, task.project_id)):
            raise NotFoundError("user_task", task.id)
        return "closed"
    if may_act(task, actor):
        return "candidate"
    if not (user_task.may_take(task, actor) or may_see_project(actor, task.project_id)):
        raise NotFoundError("user_task", task.id)
    return "looking"


def _draft(unit: Unit, task: UserTask, actor: Actor) -> Draft | None:
    if task.is_closed:
        return None
    found = rows.find_draft(unit, task.id, actor.stands_for)
    return None if found is None else Draft(post=found[0], saved_at=found[1])


def _page(unit: Unit, task: UserTask, head: InstanceHead, bundle: Bundle) -> TaskPage:
    of = (task.assignee, task.completed_by, task.on_behalf_of)
    names = people.names(unit, filter(None, of))
    project_name, system_name = places.names(unit, head.project_id, head.system_id)
    element = bundle.elements[task.element_id]
    form = form_of(bundle.forms, task)
    return TaskPage(
        task=task,
        head=head,
        documentation=element.documentation,
        trace=", ".join(element.trace),
        is_anonymous=form is not None and form.anonymous,
        completed_by_name=names.get(task.completed_by or "", ""),
        assignee_name=names.get(task.assignee or "", ""),
        represented_name=names.get(task.on_behalf_of or "", ""),
        project_name=project_name,
        system_name=system_name,
    )


def worklist(  # noqa: PLR0913 - what a person can filter by
    unit: Unit,
    actor: Actor,
    view: str = "mine",
    *,
    page: int = 1,
    size: int = 50,
    key: str | None = None,
    system_id: str | None = None,
    due: str = "",
    order: str = "",
) -> Worklist:
    """One page of a view: mine, group, waiting (started by me, others' turn) or done.

    `due`: overdue, today, week (the rest of this week, today included) or all.  `order`:
    priority, arrival, or else the deadline.

    Raises:
        NotFoundError: no such view.
    """
    if view not in (*COUNTED, "done"):
        raise NotFoundError("view", view)
    wanted = _wanted(actor, view, key, system_id, (page - 1) * size, size + 1)
    due_from, due_to = _span(unit, due)
    wanted = replace(wanted, due_from=due_from, due_to=due_to, order=order)
    found = queries.rows(unit, wanted)
    return Worklist(
        rows=tuple(_row(row) for row in found[:size]),
        counts=counts(unit, actor),
        page=page,
        has_next=len(found) > size,
    )


def counts(unit: Unit, actor: Actor) -> dict[str, int]:
    """View -> number of tasks, at most 1,000 each; for the menu."""
    return {view: queries.count(unit, _wanted(actor, view)) for view in COUNTED}


def due_counts(unit: Unit, actor: Actor, view: str) -> dict[str, int]:
    """How many tasks of the view are overdue, due today, and due this week; for quick filters."""
    if view not in COUNTED:
        return dict.fromkeys(DUE, 0)
    found = {}
    for due in DUE:
        due_from, due_to = _span(unit, due)
        wanted = replace(_wanted(actor, view), due_from=due_from, due_to=due_to)
        found[due] = queries.count(unit, wanted)
    return found


def _span(unit: Unit, due: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which a deadline lies; days and weeks (to Sunday) are those of Tokyo."""
    midnight = datetime.combine(unit.today, time(), TOKYO)
    monday = midnight + timedelta(days=7 - midnight.weekday())
    spans: dict[str, tuple[datetime | None, datetime | None]] = {
        "overdue": (None, midnight),
        "today": (midnight, midnight + timedelta(days=1)),
        "week": (midnight, monday),
    }
    return spans.get(due, (None, None))


def _wanted(
    actor: Actor,
    view: str,
    key: str | None = None,
    system_id: str | None = None,
    first: int = 0,
    most: int = 50,
) -> queries.Wanted:
    return queries.Wanted(
        view=view,
        person_id=actor.user_id,
        takes=lambda project, groups: any(actor.holds(group, project) for group in groups),
        key=key,
        system_id=system_id,
        first=first,
        most=most,
    )


def _row(row: queries.Row) -> WorklistRow:
    return WorklistRow(
        task=row.task,
        business_key=row.head.business_key,
        subject=row.head.subject,
        process_name=row.head.process_name,
        process_key=row.head.key,
        project_name=row.project_name,
        system_name=row.system_name,
        has_draft=row.has_draft,
    )
