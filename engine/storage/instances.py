"""Process instances: row <-> `InstanceHead` and the packed state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFoundError, StaleError
from engine.domain.instance import InstanceHead, InstanceState
from engine.storage.columns import is_word
from engine.storage.schema import process_definition as definition
from engine.storage.schema import process_instance as table
from engine.storage.schema import submission
from engine.storage.unit_of_work import UnitOfWork

# Labelled, so that the columns of a task may stand beside them in one row.
HEAD = [
    *(column.label(f"head_{column.name}") for column in table.c if column.name != "live"),
    definition.c.key.label("head_key"),
    definition.c.name.label("head_name"),
    definition.c.version.label("head_process_version"),
]
HEADS = sa.select(*HEAD).join(definition)
_HEAD = HEADS.where(table.c.id == sa.bindparam("id"))
_LIVE = sa.select(table.c.version, table.c.live).where(table.c.id == sa.bindparam("id"))
_CHILDREN = HEADS.where(table.c.parent_id == sa.bindparam("id")).order_by(
    table.c.started_at, table.c.business_key
)
_CHILDREN_OF_CALL = HEADS.where(
    table.c.parent_id == sa.bindparam("id"),
    table.c.parent_element_instance_id == sa.bindparam("call"),
)
_INSERT = sa.insert(table)
_UPDATE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        live=sa.bindparam("new_live"),
        state=sa.bindparam("new_state"),
        subject=sa.bindparam("new_subject"),
        ended_at=sa.bindparam("new_ended_at"),
        outcome=sa.bindparam("new_outcome"),
        cancel_reason=sa.bindparam("new_cancel_reason"),
    )
)
_REST = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        suspended_at=sa.bindparam("new_suspended_at"),
        suspended_with=sa.bindparam("new_suspended_with"),
        suspend_reason=sa.bindparam("new_suspend_reason"),
    )
)
# changes nothing: it holds the row, so that nobody resumes the instance at the same moment
_STILL_RESTS = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.suspended_at.is_not(None))
    .values(suspended_at=table.c.suspended_at)
)
_MOVE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(definition_id=sa.bindparam("new_definition_id"))
)
_MOVE_CALLED = (
    sa.update(table)
    .where(
        table.c.parent_id == sa.bindparam("of_id"),
        table.c.parent_element_instance_id == sa.bindparam("of_call"),
    )
    .values(parent_element_id=sa.bindparam("new_element_id"))
)
_RUNNING_OF = (
    HEADS.add_columns(table.c.live)
    .where(table.c.definition_id == sa.bindparam("definition"), is_word(table.c.state, "running"))
    .order_by(table.c.started_at, table.c.business_key)
    .limit(sa.bindparam("most"))
)
_SUBMITTED = sa.select(submission.c.instance_id).where(
    submission.c.submission_key == sa.bindparam("key")
)
_SUBMIT = sa.insert(submission)
_OF_NUMBERS = sa.select(table.c.business_key, table.c.id).where(
    table.c.project_id == sa.bindparam("project"),
    table.c.business_key.in_(sa.bindparam("numbers", expanding=True)),
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a step makes of an instance; `outcome`: code of the error or escalation at its end."""

    state: InstanceState = InstanceState.RUNNING
    subject: str | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    cancel_reason: str = ""


def head_of(row: Any) -> InstanceHead:
    """The head in a row of `HEADS`; `HEAD` may stand anywhere in the row."""
    return InstanceHead(
        id=row.head_id,
        version=row.head_version,
        state=InstanceState(row.head_state),
        definition_id=row.head_definition_id,
        key=row.head_key,
        process_name=row.head_name,
        process_version=row.head_process_version,
        business_key=row.head_business_key,
        subject=row.head_subject,
        project_id=row.head_project_id,
        system_id=row.head_system_id,
        fiscal_year=row.head_fiscal_year,
        started_by=row.head_started_by,
        started_at=row.head_started_at,
        ended_at=row.head_ended_at,
        parent_id=row.head_parent_id,
        parent_element_instance_id=row.head_parent_element_instance_id,
        parent_element_id=row.head_parent_element_id,
        root_id=row.head_root_id,
        depth=row.head_depth,
        cancel_reason=row.head_cancel_reason,
        suspended_at=row.head_suspended_at,
        suspended_with=row.head_suspended_with,
        suspend_reason=row.head_suspend_reason,
    )


def find_head(unit: UnitOfWork, instance_id: str) -> InstanceHead | None:
    row = unit.row(_HEAD, {"id": instance_id})
    return None if row is None else head_of(row)


def get_head(unit: UnitOfWork, instance_id: str) -> InstanceHead:
    head = find_head(unit, instance_id)
    if head is None:
        raise NotFoundError("process_instance", instance_id)
    return head


def live_state(unit: UnitOfWork, head: InstanceHead) -> bytes:
    """The packed state that belongs to the head.

    Raises:
        StaleError: the instance has moved on since the head was read.
    """
    row = unit.row(_LIVE, {"id": head.id})
    if row is None or row.version != head.version:
        raise StaleError("process_instance", head.id)
    return bytes(row.live)


def children(unit: UnitOfWork, instance_id: str) -> list[InstanceHead]:
    return [head_of(row) for row in unit.rows(_CHILDREN, {"id": instance_id})]


def children_of_call(unit: UnitOfWork, instance_id: str, call_id: str) -> list[InstanceHead]:
    rows = unit.rows(_CHILDREN_OF_CALL, {"id": instance_id, "call": call_id})
    return [head_of(row) for row in rows]


def add(unit: UnitOfWork, head: InstanceHead, live: bytes, change: Change) -> InstanceHead:
    """Note a new instance as it stands after its first step."""
    new = replace(
        head,
        state=change.state,
        subject=change.subject or head.subject,
        ended_at=change.ended_at,
    )
    unit.note(
        _INSERT,
        {
            "id": new.id,
            "version": new.version,
            "state": new.state,
            "definition_id": new.definition_id,
            "business_key": new.business_key,
            "subject": new.subject,
            "project_id": new.project_id,
            "system_id": new.system_id,
            "fiscal_year": new.fiscal_year,
            "started_by": new.started_by,
            "started_at": new.started_at,
            "ended_at": new.ended_at,
            "parent_id": new.parent_id,
            "parent_element_instance_id": new.parent_element_instance_id,
            "parent_element_id": new.parent_element_id,
            "root_id": new.root_id,
            "depth": new.depth,
            "outcome": change.outcome,
            "cancel_reason": change.cancel_reason,
            "live": live,
        },
    )
    return new


def save(unit: UnitOfWork, head: InstanceHead, live: bytes, change: Change) -> None:
    unit.note(
        _UPDATE,
        {
            "of_id": head.id,
            "of_version": head.version,
            "new_live": live,
            "new_state": change.state,
            "new_subject": head.subject if change.subject is None else change.subject,
            "new_ended_at": change.ended_at,
            "new_outcome": change.outcome,
            "new_cancel_reason": change.cancel_reason,
        },
        "process_instance",
    )


def move(unit: UnitOfWork, instance_id: str, definition_id: str) -> None:
    """Note that the instance belongs to another version now; to be noted with `save`."""
    unit.note(_MOVE, {"of_id": instance_id, "new_definition_id": definition_id})


def move_called(unit: UnitOfWork, instance_id: str, call_id: str, element_id: str) -> None:
    """Note which element of the caller an instance was called by."""
    values = {"of_id": instance_id, "of_call": call_id, "new_element_id": element_id}
    unit.note(_MOVE_CALLED, values)


def running_of(unit: UnitOfWork, definition_id: str, most: int) -> list[tuple[InstanceHead, bytes]]:
    """The running instances of a version with their states, oldest first."""
    rows = unit.rows(_RUNNING_OF, {"definition": definition_id, "most": most})
    return [(head_of(row), bytes(row.live)) for row in rows]


def suspend(unit: UnitOfWork, head: InstanceHead, of: str, reason: str) -> None:
    """Note that the instance rests, because `of` was suspended; nothing else of it changes."""
    _rest(unit, head, unit.now, of, reason)


def resume(unit: UnitOfWork, head: InstanceHead) -> None:
    _rest(unit, head, None, None, "")


def _rest(
    unit: UnitOfWork, head: InstanceHead, at: datetime | None, of: str | None, reason: str
) -> None:
    unit.note(
        _REST,
        {
            "of_id": head.id,
            "of_version": head.version,
            "new_suspended_at": at,
            "new_suspended_with": of,
            "new_suspend_reason": reason,
        },
        "process_instance",
    )


def expect_suspended(unit: UnitOfWork, instance_id: str) -> None:
    """Make the command stale if somebody resumes the instance before it is written."""
    unit.note(_STILL_RESTS, {"of_id": instance_id}, "process_instance")


def ids_of_numbers(
    unit: UnitOfWork, project_id: str | None, numbers: Iterable[str]
) -> dict[str, str]:
    """管理番号 -> id, of those the project has."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    rows = unit.rows(_OF_NUMBERS, {"project": project_id, "numbers": wanted})
    return {row.business_key: row.id for row in rows}


def submitted(unit: UnitOfWork, submission_key: str) -> str | None:
    """The instance that an earlier post with this key has started."""
    row = unit.row(_SUBMITTED, {"key": submission_key})
    return None if row is None else str(row.instance_id)


def add_submission(unit: UnitOfWork, submission_key: str, instance_id: str) -> None:
    row = {"submission_key": submission_key, "instance_id": instance_id, "at": unit.now}
    unit.note(_SUBMIT, row, "submission")
