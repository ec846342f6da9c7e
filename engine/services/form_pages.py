"""A form between two posts: rows added and removed, and two people's values side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.user_task import UserTask
from engine.forms.posts import Post, rearranged
from engine.forms.schema import Form
from engine.forms.showing import Shown, ShownField, show
from engine.services import delegations, running, task_pages
from engine.services.host import CommandHost
from engine.services.lookups import OfficeLookups
from engine.services.task_forms import form_of, scope_of
from engine.services.unit import Unit
from engine.storage import definitions, history
from engine.storage import tasks as rows


def of_task(unit: Unit, task_id: str, actor: Actor, post: Post, action: str) -> Post:
    """The post after `action` (add:, copy:, remove: a row); unchanged by any other."""
    page = task_pages.page(unit, task_id, actor, post)
    form = form_of(unit.office.models.bundle(unit, page.head.definition_id).forms, page.task)
    return post if form is None else rearranged(form, post, action) or post


def of_start(unit: Unit, key: str, post: Post, action: str) -> Post:
    """The same for the start form of the newest version."""
    found = definitions.versions(unit, key)
    if not found:
        raise NotFoundError("process", key)
    bundle = unit.office.models.bundle(unit, found[0].id)
    form = None if bundle.start_form is None else bundle.forms[bundle.start_form]
    return post if form is None else rearranged(form, post, action) or post


def two_sides(
    unit: Unit, task_id: str, actor: Actor, post: Post
) -> tuple[Shown | None, Shown | None]:
    """The task's form as it stands, and as the actor sent it; None without a form.

    For a completed task the first holds what was completed, as the history has it.
    """
    task, head = rows.get_with_head(unit, task_id)
    form = form_of(unit.office.models.bundle(unit, head.definition_id).forms, task)
    if form is None or form.anonymous:
        return None, None
    actor = delegations.acting_on(unit, task, head, actor)
    lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
    stored = _completed_values(unit, task)
    if not task.is_closed:
        stored = scope_of(running.peek(unit, head), CommandHost(unit, head, actor), task)
    return _shown(unit, form, stored, lookups), _shown(unit, form, stored, lookups, post)


def completed(unit: Unit, task_id: str, actor: Actor) -> Shown | None:
    """What was entered when the task was completed.

    None without a form, and where nobody may know who answered.  What the form only showed is left
    out: it may have changed since.

    Raises:
        NotFoundError: no such task, or the actor may not know of it.
    """
    page = task_pages.page(unit, task_id, actor)
    form = form_of(unit.office.models.bundle(unit, page.head.definition_id).forms, page.task)
    if form is None or form.anonymous:
        return None
    stored = _completed_values(unit, page.task)
    if not stored:
        return None
    lookups = OfficeLookups(unit, actor, page.head.project_id, page.head.system_id)
    host = CommandHost(unit, page.head, actor)
    scope = {**stored, "案件": host.facts, "設定": host.settings}
    shown = _shown(unit, form, scope, lookups)
    return replace(shown, fields=tuple(_entered(shown.fields)))


def _entered(fields: Iterable[ShownField]) -> Iterator[ShownField]:
    for field in fields:
        if field.is_input:
            yield field
        elif field.fields:
            yield replace(field, fields=tuple(_entered(field.fields)))


def _shown(
    unit: Unit,
    form: Form,
    values: Mapping[str, Any],
    lookups: OfficeLookups,
    post: Post | None = None,
) -> Shown:
    return show(form, values, lookups, unit.evaluation(), post)


def _completed_values(unit: Unit, task: UserTask) -> Mapping[str, Any]:
    for entry in history.of_instance(unit, task.instance_id):
        by_same = entry.actor == task.completed_by and entry.at == task.completed_at
        if entry.event == "task_completed" and entry.element_id == task.element_id and by_same:
            values = entry.detail.get("values", {})
            return values if isinstance(values, Mapping) else {}
    return {}
