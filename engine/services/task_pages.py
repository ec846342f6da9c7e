"""The page of one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.domain import user_task
from engine.domain.access import Actor, may_see_project
from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.execution.bundle import Bundle
from engine.forms.showing import Shown, show
from engine.services import choosing, delegations, places, running
from engine.services.choosing import Offered
from engine.services.delegations import Standing
from engine.services.host import CommandHost
from engine.services.lookups import OfficeLookups
from engine.services.task_forms import form_of, may_act, scope_of
from engine.services.unit import Unit
from engine.storage import people
from engine.storage import tasks as rows


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person typed and has not submitted."""

    post: Mapping[str, Sequence[str]]
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """`why`: assignee, candidate, closed, or looking (may see it but not act).

    `shown` is None when the task has no form, or is over; `variables` is empty when it is over.
    `offered`: of the open choice of an ad hoc sub-process, what can be done next.
    """

    task: UserTask
    head: InstanceHead
    documentation: str
    trace: str
    shown: Shown | None = None
    offered: Offered | None = None
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
    shown = offered = None
    if not task.is_closed:
        host = CommandHost(unit, head, actor)
        live = running.peek(unit, head)
        variables = scope_of(live, host, task)
        offered = choosing.offered(unit, task, head, live, actor)
        if form is not None:
            lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
            typed = post if post is not None else (draft.post if draft else None)
            shown = show(form, variables, lookups, unit.evaluation(), typed, errors)
    bare = _page(unit, task, head, bundle)
    return replace(
        bare,
        shown=shown,
        draft=draft,
        variables=variables,
        why=why,
        standing=standing,
        offered=offered,
    )


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
