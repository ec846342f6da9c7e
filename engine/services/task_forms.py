"""The form of a task and what its expressions see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import user_task
from engine.domain.access import Actor
from engine.domain.user_task import UserTask
from engine.execution import runner
from engine.execution.runner import Live
from engine.forms.schema import Form
from engine.services.host import CommandHost


def form_of(forms: Mapping[str, Form], task: UserTask) -> Form | None:
    return None if task.form_key is None else forms.get(task.form_key)


def scope_of(live: Live, host: CommandHost, task: UserTask) -> dict[str, Any]:
    """What expressions of the task's form see: variables, 案件 and 設定."""
    variables = runner.variables_of(live, task.id)
    return {**variables, "案件": host.facts, "設定": host.settings}


def may_act(task: UserTask, actor: Actor) -> bool:
    """Whether the actor could complete the task now."""
    if task.is_closed:
        return False
    if task.assignee is not None:
        is_barred = actor.on_behalf_of is not None and user_task.is_barred(task, actor)
        return task.assignee == actor.stands_for and not is_barred
    return user_task.may_take(task, actor)
