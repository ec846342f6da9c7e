"""User tasks and drafts: row <-> `UserTask`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.user_task import TaskState, UserTask
from engine.storage import instances
from engine.storage.columns import is_word
from engine.storage.schema import draft, task_candidate
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as instance
from engine.storage.schema import user_task as table
from engine.storage.unit_of_work import UnitOfWork

# Columns of the task come under their own names; those of the instance by their column object.
WITH_HEAD = (
    sa.select(
        *(column.label(f"task_{column.name}") for column in table.c if column.name != "pool"),
        *instances.HEAD,
    )
    .join(instance, table.c.instance_id == instance.c.id)
    .join(definition, instance.c.definition_id == definition.c.id)
)
_WITH_HEAD = WITH_HEAD.where(table.c.id == sa.bindparam("id"))
_HELD_BY = (
    WITH_HEAD.where(is_word(table.c.state, "claimed"), table.c.assignee == sa.bindparam("person"))
    .order_by(table.c.due_at, table.c.id)
    .limit(1_000)
)
TASKS = sa.select(*(column.label(f"task_{column.name}") for column in table.c))
_OPEN_OF = TASKS.where(
    table.c.instance_id == sa.bindparam("id"), table.c.state.in_(["open", "claimed"])
).order_by(table.c.created_at, table.c.id)
_OF_INSTANCE = (
    TASKS.where(table.c.instance_id == sa.bindparam("id"))
    .order_by(table.c.created_at.desc(), table.c.id)
    .limit(1_000)
)
_OF_ROOT = (
    TASKS.join(instance, table.c.instance_id == instance.c.id)
    .where(instance.c.root_id == sa.bindparam("root"))
    .order_by(table.c.created_at.desc())
    .limit(1_000)
)
_REPRESENTED = (
    sa.select(table.c.on_behalf_of)
    .join(instance, table.c.instance_id == instance.c.id)
    .where(
        instance.c.root_id == sa.bindparam("root"),
        table.c.completed_by.in_(sa.bindparam("people", expanding=True)),
        table.c.on_behalf_of.is_not(None),
    )
    .distinct()
)
_INSERT = sa.insert(table)
_UPDATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        state=sa.bindparam("new_state"),
        assignee=sa.bindparam("new_assignee"),
        held_since_at=sa.case(
            (
                table.c.assignee.is_not_distinct_from(sa.bindparam("same_assignee", type_=sa.Text)),
                table.c.held_since_at,
            ),
            else_=sa.bindparam("new_held_since_at", type_=table.c.held_since_at.type),
        ),
        completed_by=sa.bindparam("new_completed_by"),
        completed_at=sa.bindparam("new_completed_at"),
        on_behalf_of=sa.bindparam("new_on_behalf_of"),
        submission_key=sa.bindparam("new_submission_key"),
    )
)
_MOVE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        element_id=sa.bindparam("new_element_id"),
        name=sa.bindparam("new_name"),
        form_key=sa.bindparam("new_form_key"),
    )
)
_CANCEL = (
    sa.update(table)
    # no IN here: it cannot run for many rows at once
    .where(
        table.c.id == sa.bindparam("of_id"),
        sa.or_(table.c.state == TaskState.OPEN, table.c.state == TaskState.CLAIMED),
    )
    .values(
        version=table.c.version + 1,
        state=TaskState.CANCELLED,
        completed_at=sa.bindparam("new_completed_at"),
    )
)
_ADD_CANDIDATE = sa.insert(task_candidate)
_DROP_CANDIDATES = sa.delete(task_candidate).where(task_candidate.c.task_id == sa.bindparam("id"))
_DRAFT = sa.select(draft.c.post, draft.c.saved_at).where(
    draft.c.task_id == sa.bindparam("task_id"), draft.c.person_id == sa.bindparam("person_id")
)
_DROP_DRAFT = sa.delete(draft).where(
    draft.c.task_id == sa.bindparam("of_task"), draft.c.person_id == sa.bindparam("of_person")
)
_ADD_DRAFT = sa.insert(draft)
_STALE_DRAFTS = sa.delete(draft).where(
    sa.exists().where(table.c.id == draft.c.task_id, table.c.state.in_(["completed", "cancelled"]))
)


def pool(project_id: str | None, groups: Iterable[str]) -> str:
    """Project and sorted groups in one text: what the worklist's index is made of."""
    return f"{project_id or ''}|{'+'.join(sorted(groups))}"


def _people(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) if text else frozenset()


def task_of(row: Any) -> UserTask:
    """The task in a row of `TASKS` or `WITH_HEAD`."""
    return UserTask(
        id=row.task_id,
        version=row.task_version,
        instance_id=row.task_instance_id,
        project_id=row.task_project_id,
        element_id=row.task_element_id,
        name=row.task_name,
        form_key=row.task_form_key,
        state=TaskState(row.task_state),
        assignee=row.task_assignee,
        held_since_at=row.task_held_since_at,
        candidate_groups=frozenset(filter(None, row.task_candidate_groups.split("+"))),
        candidate_users=_people(row.task_candidate_users),
        excluded_users=_people(row.task_excluded_users),
        priority=row.task_priority,
        created_at=row.task_created_at,
        due_at=row.task_due_at,
        follow_up_at=row.task_follow_up_at,
        completed_by=row.task_completed_by,
        completed_at=row.task_completed_at,
        on_behalf_of=row.task_on_behalf_of,
        submission_key=row.task_submission_key,
    )


def get_with_head(unit: UnitOfWork, task_id: str) -> tuple[UserTask, InstanceHead]:
    row = unit.row(_WITH_HEAD, {"id": task_id})
    if row is None:
        raise NotFoundError("user_task", task_id)
    return task_of(row), instances.head_of(row)


def held_by(unit: UnitOfWork, person_id: str) -> list[tuple[UserTask, InstanceHead]]:
    """What the person has taken and not finished, what is due first at the top."""
    rows = unit.rows(_HELD_BY, {"person": person_id})
    return [(task_of(row), instances.head_of(row)) for row in rows]


def open_of(unit: UnitOfWork, instance_id: str) -> list[UserTask]:
    return [task_of(row) for row in unit.rows(_OPEN_OF, {"id": instance_id})]


def of_instance(unit: UnitOfWork, instance_id: str) -> list[UserTask]:
    """The newest tasks of an instance, also closed ones."""
    return [task_of(row) for row in unit.rows(_OF_INSTANCE, {"id": instance_id})]


def of_root(unit: UnitOfWork, root_id: str) -> list[UserTask]:
    """The newest tasks, also closed ones, of an outermost instance and all it has called."""
    return [task_of(row) for row in unit.rows(_OF_ROOT, {"root": root_id})]


def represented(unit: UnitOfWork, root_id: str, people: Iterable[str]) -> frozenset[str]:
    """For whom these people have completed tasks of an outermost instance and all it has called."""
    rows = unit.rows(_REPRESENTED, {"root": root_id, "people": sorted(people)})
    return frozenset(row.on_behalf_of for row in rows)


def add(unit: UnitOfWork, task: UserTask) -> None:
    unit.note(
        _INSERT,
        {
            "id": task.id,
            "instance_id": task.instance_id,
            "project_id": task.project_id,
            "element_id": task.element_id,
            "name": task.name,
            "form_key": task.form_key,
            "state": task.state,
            "assignee": task.assignee,
            "held_since_at": task.created_at,
            "pool": pool(task.project_id, task.candidate_groups),
            "candidate_groups": "+".join(sorted(task.candidate_groups)),
            "candidate_users": "\n".join(sorted(task.candidate_users)),
            "excluded_users": "\n".join(sorted(task.excluded_users)),
            "priority": task.priority,
            "created_at": task.created_at,
            "due_at": task.due_at,
            "follow_up_at": task.follow_up_at,
        },
    )


def add_candidates(unit: UnitOfWork, task: UserTask) -> None:
    """Note the persons named as candidates, so that their worklists find the task."""
    for person_id in sorted(task.candidate_users):
        unit.note(_ADD_CANDIDATE, {"person_id": person_id, "task_id": task.id})


def save(unit: UnitOfWork, task: UserTask) -> None:
    unit.note(
        _UPDATE,
        {
            "of_id": task.id,
            "of_version": task.version,
            "new_state": task.state,
            "new_assignee": task.assignee,
            "same_assignee": task.assignee,
            "new_held_since_at": unit.now,
            "new_completed_by": task.completed_by,
            "new_completed_at": task.completed_at,
            "new_on_behalf_of": task.on_behalf_of,
            "new_submission_key": task.submission_key,
        },
        "user_task",
    )
    if task.is_closed and task.candidate_users:
        unit.note(_DROP_CANDIDATES, {"id": task.id})


def move(
    unit: UnitOfWork, task: UserTask, element_id: str, name: str, form_key: str | None
) -> None:
    """Note where the task stands in another version of its process; who has it does not change."""
    values = {"new_element_id": element_id, "new_name": name, "new_form_key": form_key}
    unit.note(_MOVE, {"of_id": task.id, "of_version": task.version, **values}, "user_task")


def cancel(unit: UnitOfWork, task_ids: Iterable[str]) -> None:
    """Note that these tasks vanished without being completed."""
    ids = list(task_ids)
    for task_id in ids:
        unit.note(_CANCEL, {"of_id": task_id, "new_completed_at": unit.now})
    for task_id in ids:
        unit.note(_DROP_CANDIDATES, {"id": task_id})


def find_draft(
    unit: UnitOfWork, task_id: str, person_id: str
) -> tuple[Mapping[str, Sequence[str]], datetime] | None:
    row = unit.row(_DRAFT, {"task_id": task_id, "person_id": person_id})
    return None if row is None else (row.post, row.saved_at)


def save_draft(
    unit: UnitOfWork, task_id: str, person_id: str, post: Mapping[str, Sequence[str]]
) -> None:
    drop_draft(unit, task_id, person_id)
    row = {"task_id": task_id, "person_id": person_id, "post": dict(post), "saved_at": unit.now}
    unit.note(_ADD_DRAFT, row, "draft")


def drop_draft(unit: UnitOfWork, task_id: str, person_id: str) -> None:
    unit.note(_DROP_DRAFT, {"of_task": task_id, "of_person": person_id})


def drop_stale_drafts(unit: UnitOfWork) -> None:
    """Remove the drafts of closed tasks; at completion that would cost a statement."""
    unit.note(_STALE_DRAFTS, {})
