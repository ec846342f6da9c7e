"""Batches and their items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import typed_json
from engine.domain.batch import Batch, BatchItem, BatchState, ItemState
from engine.storage.columns import is_word
from engine.storage.schema_cooperation import batch as table
from engine.storage.schema_cooperation import batch_item as item
from engine.storage.unit_of_work import UnitOfWork

_INSERT = sa.insert(table)
_INSERT_ITEM = sa.insert(item)
_ONE = sa.select(table).where(table.c.id == sa.bindparam("id"))
_OPEN = (
    sa.select(table)
    .where(table.c.ended_at.is_(None))
    .order_by(table.c.created_at, table.c.id)
    .limit(1)
)
_OF_PERSON = (
    sa.select(table)
    .where(table.c.person_id == sa.bindparam("of_person"))
    .order_by(table.c.created_at.desc(), table.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_NEXT_ITEM = (
    sa.select(item)
    .where(item.c.batch_id == sa.bindparam("of_batch"), is_word(item.c.state, "waiting"))
    .order_by(item.c.position)
    .limit(1)
)
_ITEM = sa.select(item).where(
    item.c.batch_id == sa.bindparam("of_batch"), item.c.position == sa.bindparam("of_position")
)
# what failed first: it is what a reader of the result looks for
_ITEMS = (
    sa.select(item)
    .where(item.c.batch_id == sa.bindparam("of_batch"))
    .order_by(
        sa.case((item.c.state == "failed", 0), (item.c.state == "waiting", 1), else_=2),
        item.c.position,
    )
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("first"))
)
_NOT_DONE = (
    sa.select(item)
    .where(item.c.batch_id == sa.bindparam("of_batch"), item.c.state != "done")
    .order_by(item.c.position)
)
_DONE = (
    sa.select(item)
    .where(item.c.batch_id == sa.bindparam("of_batch"), is_word(item.c.state, "done"))
    .order_by(item.c.position)
)
_BEGIN = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.ended_at.is_(None))
    .values(state=BatchState.RUNNING, attempts=table.c.attempts + 1)
)
_MARK = (
    sa.update(item)
    .where(
        item.c.batch_id == sa.bindparam("of_batch"),
        item.c.position == sa.bindparam("of_position"),
        is_word(item.c.state, "waiting"),
    )
    .values(
        state=sa.bindparam("new_state"),
        code=sa.bindparam("new_code"),
        error=sa.bindparam("new_error"),
    )
)
_COUNT = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(
        done=table.c.done + sa.bindparam("more_done"),
        failed=table.c.failed + sa.bindparam("more_failed"),
        attempts=0,
    )
)
_PROGRESS = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.ended_at.is_(None))
    .values(done=sa.bindparam("new_done"), total=sa.bindparam("new_total"))
)
_END = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.ended_at.is_(None))
    .values(
        state=sa.bindparam("new_state"),
        code=sa.bindparam("new_code"),
        error=sa.bindparam("new_error"),
        result=sa.bindparam("new_result", type_=table.c.result.type),
        sha256=sa.bindparam("new_sha256"),
        file_name=sa.bindparam("new_file_name"),
        ended_at=sa.bindparam("new_at"),
    )
)
_OLD_FILES = (
    sa.select(table.c.id, table.c.sha256)
    .where(table.c.sha256.is_not(None), table.c.ended_at < sa.bindparam("before"))
    .order_by(table.c.ended_at)
    .limit(500)
)
_DROP_FILE = sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(sha256=None)
_OF_CONTENT = sa.select(sa.func.count()).where(table.c.sha256 == sa.bindparam("sha256"))
_old = sa.select(table.c.id).where(table.c.ended_at < sa.bindparam("before"))
_DROP_ITEMS = sa.delete(item).where(item.c.batch_id.in_(_old))
_DROP = sa.delete(table).where(table.c.ended_at < sa.bindparam("before"))


def add(unit: UnitOfWork, batch: Batch) -> None:
    """Note a new batch and its items."""
    row = {
        "id": batch.id,
        "kind": batch.kind,
        "person_id": batch.person_id,
        "project_id": batch.project_id,
        "args": typed_json.encode(batch.args),
        "total": batch.total,
        "result": {},
        "created_at": unit.now,
    }
    unit.note(_INSERT, row)
    for one in batch.items:
        values = {"batch_id": batch.id, "position": one.position}
        unit.note(_INSERT_ITEM, {**values, "ref": one.ref, "label": one.label})


def find(unit: UnitOfWork, batch_id: str) -> Batch | None:
    row = unit.row(_ONE, {"id": batch_id})
    return None if row is None else _batch(row)


def next_open(unit: UnitOfWork) -> Batch | None:
    """The oldest batch that is not over."""
    row = unit.row(_OPEN)
    return None if row is None else _batch(row)


def of_person(unit: UnitOfWork, person_id: str, first: int, most: int) -> list[Batch]:
    """Newest first."""
    values = {"of_person": person_id, "first": first, "most": most}
    return [_batch(row) for row in unit.rows(_OF_PERSON, values)]


def next_item(unit: UnitOfWork, batch_id: str) -> BatchItem | None:
    row = unit.row(_NEXT_ITEM, {"of_batch": batch_id})
    return None if row is None else _item(row)


def find_item(unit: UnitOfWork, batch_id: str, position: int) -> BatchItem | None:
    row = unit.row(_ITEM, {"of_batch": batch_id, "of_position": position})
    return None if row is None else _item(row)


def items(unit: UnitOfWork, batch_id: str, first: int, most: int) -> list[BatchItem]:
    """Failed ones first, then those that wait."""
    values = {"of_batch": batch_id, "first": first, "most": most}
    return [_item(row) for row in unit.rows(_ITEMS, values)]


def not_done(unit: UnitOfWork, batch_id: str) -> list[BatchItem]:
    return [_item(row) for row in unit.rows(_NOT_DONE, {"of_batch": batch_id})]


def done(unit: UnitOfWork, batch_id: str) -> list[BatchItem]:
    return [_item(row) for row in unit.rows(_DONE, {"of_batch": batch_id})]


def begin(unit: UnitOfWork, batch_id: str) -> None:
    unit.note(_BEGIN, {"of_id": batch_id})


def mark(unit: UnitOfWork, one: BatchItem, state: ItemState, code: str, error: str) -> None:
    """Note how an item went; it is stale when that is known already."""
    values = {"of_batch": one.batch_id, "of_position": one.position, "new_state": state}
    unit.note(_MARK, {**values, "new_code": code, "new_error": error}, "batch_item")
    is_done = state is ItemState.DONE
    counts = {"more_done": int(is_done), "more_failed": int(not is_done)}
    unit.note(_COUNT, {"of_id": one.batch_id, **counts})


def progress(unit: UnitOfWork, batch_id: str, done: int, total: int) -> None:
    unit.note(_PROGRESS, {"of_id": batch_id, "new_done": done, "new_total": total})


def end(unit: UnitOfWork, batch: Batch, result: Mapping[str, Any]) -> None:
    """Note the end as it stands in `batch`."""
    unit.note(
        _END,
        {
            "of_id": batch.id,
            "new_state": batch.state,
            "new_code": batch.code,
            "new_error": batch.error,
            "new_result": typed_json.encode(result),
            "new_sha256": batch.sha256,
            "new_file_name": batch.file_name,
            "new_at": unit.now,
        },
    )


def old_files(unit: UnitOfWork, before: datetime) -> Sequence[tuple[str, str]]:
    """(batch id, SHA-256) of files that nobody is offered any more."""
    return [(row.id, row.sha256) for row in unit.rows(_OLD_FILES, {"before": before})]


def drop_file(unit: UnitOfWork, batch_id: str) -> None:
    unit.note(_DROP_FILE, {"of_id": batch_id})


def uses_of(unit: UnitOfWork, sha256: str) -> int:
    """How many batches offer this content."""
    row = unit.row(_OF_CONTENT, {"sha256": sha256})
    return 0 if row is None else int(row[0])


def drop(unit: UnitOfWork, before: datetime) -> None:
    """Note the end of the rows of batches that ended before that moment."""
    unit.note(_DROP_ITEMS, {"before": before})
    unit.note(_DROP, {"before": before})


def _batch(row: Any) -> Batch:
    return Batch(
        id=row.id,
        kind=row.kind,
        person_id=row.person_id,
        project_id=row.project_id,
        args=typed_json.decode(row.args),
        state=BatchState(row.state),
        total=row.total,
        done=row.done,
        failed=row.failed,
        result=typed_json.decode(row.result),
        code=row.code,
        error=row.error,
        attempts=row.attempts,
        sha256=row.sha256,
        file_name=row.file_name,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _item(row: Any) -> BatchItem:
    return BatchItem(
        batch_id=row.batch_id,
        position=row.position,
        ref=row.ref,
        label=row.label,
        state=ItemState(row.state),
        code=row.code,
        error=row.error,
    )
