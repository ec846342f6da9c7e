"""担当を替える: giving a task to one of its candidates, one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.domain import user_task
from engine.domain.access import HEAD, Actor, may_assign
from engine.domain.errors import InvalidError
from engine.domain.user_task import UserTask
from engine.services import notices, people
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import people as person_rows
from engine.storage import tasks as rows
from engine.storage.history import Line


class NoAssigneeError(InvalidError):
    """Nobody was chosen, or somebody who may not act today."""

    code = "no_assignee"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be given a task."""

    id: str
    name: str
    organisation: str


def assign(unit: Unit, task_id: str, person_id: str, actor: Actor) -> UserTask:
    """Give the task to that person; tells the new holder, and the one who had it.

    Raises:
        NoAssigneeError: no such active person.
        and as `user_task.assign`.
    """
    task, _ = rows.get_with_head(unit, task_id)
    to = people.actor(unit, person_id)
    if to is None:
        raise NoAssigneeError(f"nobody to give user task {task_id} to")
    given = user_task.assign(task, to, actor)
    if given is task:
        return task
    rows.save(unit, given)
    line = Line(
        event="task_assigned",
        actor=actor,
        instance_id=task.instance_id,
        element_id=task.element_id,
        element_name=task.name,
        element_kind="userTask",
        element_instance_id=task.id,
        detail={"person_id": to.user_id, "person": to.name, "before_id": task.assignee or ""},
    )
    history.add(unit, line)
    _tell(unit, given, task.assignee, actor, to)
    return given


def _tell(unit: Unit, task: UserTask, before: str | None, by: Actor, to: Actor) -> None:
    told = {"by": by.name, "task": task.name, "to": to.name}
    for person_id, kind in ((to.user_id, "task_assigned"), (before, "task_reassigned")):
        if person_id is not None and person_id != by.user_id:
            notices.notify(
                unit,
                [person_id],
                kind,
                detail=told,
                instance_id=task.instance_id,
                task_id=task.id,
                mail=True,
            )


def candidates(unit: Unit, tasks: Iterable[UserTask], actor: Actor) -> list[Candidate]:
    """Everybody who could be given one of these tasks that the actor may assign, by name."""
    found: dict[str, Candidate] = {}
    asked: set[tuple[frozenset[str], str | None]] = set()
    for task in tasks:
        key = (task.candidate_groups, task.project_id)
        if key in asked or task.is_closed:
            continue
        asked.add(key)
        if may_assign(actor, task.candidate_groups, task.project_id):
            found.update(_members(unit, *key))
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _members(unit: Unit, groups: frozenset[str], project_id: str | None) -> dict[str, Candidate]:
    roles = {group.removesuffix(HEAD) for group in groups}
    return {
        one.id: Candidate(id=one.id, name=one.name, organisation=one.organisation)
        for one in person_rows.holders(unit, roles, project_id, unit.today)
        if one.role in groups or (one.is_head and one.role + HEAD in groups)
    }
