"""A form between two posts: rows added and removed, and two people's values side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.user_task import UserTask
from engine.forms.posts import Post, rearranged
from engine.forms.schema import Form
from engine.forms.showing import Shown, show
from engine.services import running, task_pages
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
    lookups = OfficeLookups(unit, actor, head.project_id, head.system_id)
    stored = _completed_values(unit, task)
    if not task.is_closed:
        stored = scope_of(running.peek(unit, head), CommandHost(unit, head, actor), task)
    return _shown(unit, form, stored, lookups), _shown(unit, form, stored, lookups, post)


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
        is_same = entry.element_id == task.element_id and entry.at == task.completed_at
        if entry.event == "task_completed" and is_same:
            values = entry.detail.get("values", {})
            return values if isinstance(values, Mapping) else {}
    return {}
