"""Comments: row <-> `Comment`, and the people who might read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.access import OVERSIGHT_ROLES, Actor, Membership
from engine.domain.comment import Comment, Reader
from engine.domain.errors import NotFoundError
from engine.storage.schema import user_task
from engine.storage.schema_cooperation import comment as table
from engine.storage.schema_people import membership, organisation, person
from engine.storage.unit_of_work import UnitOfWork

_COMMENTS = (
    sa.select(
        table,
        person.c.name.label("person_name"),
        organisation.c.name.label("organisation_name"),
        user_task.c.name.label("task_name"),
    )
    .join(person, person.c.id == table.c.person_id)
    .join(organisation, organisation.c.id == person.c.organisation_id, isouter=True)
    .join(user_task, user_task.c.id == table.c.task_id, isouter=True)
)
_OF_INSTANCE = (
    _COMMENTS.where(table.c.instance_id == sa.bindparam("of_instance"))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
_ONE = _COMMENTS.where(table.c.id == sa.bindparam("of_id"))
_INSERT = sa.insert(table)
_UPDATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.withdrawn_at.is_(None))
    .values(
        text=sa.bindparam("new_text"),
        mentions=sa.bindparam("new_mentions", type_=table.c.mentions.type),
        edited_at=sa.bindparam("new_edited_at"),
        withdrawn_at=sa.bindparam("new_withdrawn_at"),
    )
)
_WRITERS = (
    sa.select(table.c.person_id)
    .where(table.c.instance_id == sa.bindparam("of_instance"), table.c.withdrawn_at.is_(None))
    .distinct()
)
# everybody with a role in the project or in all of them; who may read is decided elsewhere
_ROLES = (
    sa.select(
        person.c.id,
        person.c.login,
        person.c.name,
        organisation.c.name.label("organisation_name"),
        membership.c.role,
        membership.c.project_id,
        membership.c.is_head,
    )
    .select_from(person)
    .join(membership, membership.c.person_id == person.c.id)
    .join(organisation, organisation.c.id == person.c.organisation_id, isouter=True)
    .where(
        person.c.is_active,
        membership.c.valid_from_on <= sa.bindparam("on"),
        membership.c.valid_to_on >= sa.bindparam("on"),
        sa.or_(
            membership.c.project_id == sa.bindparam("project"),
            membership.c.project_id.is_(None),
            membership.c.role.in_(sorted(OVERSIGHT_ROLES)),
        ),
    )
    .order_by(person.c.login)
)


def of_instance(unit: UnitOfWork, instance_id: str, most: int) -> list[Comment]:
    """The newest, oldest of them first."""
    found = unit.rows(_OF_INSTANCE, {"of_instance": instance_id, "most": most})
    return [_comment(row) for row in reversed(found)]


def get(unit: UnitOfWork, comment_id: int) -> Comment:
    row = unit.row(_ONE, {"of_id": comment_id})
    if row is None:
        raise NotFoundError("comment", str(comment_id))
    return _comment(row)


def writers(unit: UnitOfWork, instance_id: str) -> list[str]:
    """Ids of those whose comments stand there."""
    return [row.person_id for row in unit.rows(_WRITERS, {"of_instance": instance_id})]


def members(unit: UnitOfWork, project_id: str | None, on: date) -> list[tuple[Reader, Actor]]:
    """Active people with a role in the project or in all, as they act that day."""
    people: dict[str, tuple[Reader, list[Membership]]] = {}
    for row in unit.rows(_ROLES, {"project": project_id, "on": on}):
        reader = Reader(
            id=row.id, login=row.login, name=row.name, office=row.organisation_name or ""
        )
        held = people.setdefault(row.id, (reader, []))[1]
        held.append(
            Membership(
                person_id=row.id, role=row.role, project_id=row.project_id, is_head=row.is_head
            )
        )
    return [
        (reader, Actor(user_id=reader.id, name=reader.name, memberships=tuple(held)))
        for reader, held in people.values()
    ]


def add(unit: UnitOfWork, comment: Comment) -> None:
    """Note a new comment; its id is given by the database."""
    unit.note(
        _INSERT,
        {
            "instance_id": comment.instance_id,
            "task_id": comment.task_id,
            "person_id": comment.person_id,
            "text": comment.text,
            "at": comment.at,
            "mentions": list(comment.mentions),
        },
    )


def save(unit: UnitOfWork, comment: Comment) -> None:
    values = {
        "of_id": comment.id,
        "new_text": comment.text,
        "new_mentions": list(comment.mentions),
        "new_edited_at": comment.edited_at,
        "new_withdrawn_at": comment.withdrawn_at,
    }
    unit.note(_UPDATE, values, "comment")


def _comment(row: Any) -> Comment:
    mentions: Sequence[str] = row.mentions
    return Comment(
        id=row.id,
        instance_id=row.instance_id,
        task_id=row.task_id,
        person_id=row.person_id,
        person_name=row.person_name,
        organisation_name=row.organisation_name or "",
        text=row.text,
        at=row.at,
        edited_at=row.edited_at,
        withdrawn_at=row.withdrawn_at,
        mentions=tuple(mentions),
        task_name=row.task_name or "",
    )
