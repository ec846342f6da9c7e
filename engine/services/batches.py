"""Work on many things, or on a long file, that goes on in the background.

`begin` notes the batch and its items; the worker's second lane does them.  Who has begun a batch
follows it on its page.  Killed in the middle, it goes on, and no item is done twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from engine.domain.access import Actor, may_see_batch
from engine.domain.batch import Batch, BatchItem, BatchState, ItemState, MadeFile
from engine.domain.errors import ConflictError, ForbiddenError, NotFoundError
from engine.services import file_store, people
from engine.services.notices import notify
from engine.services.unit import Unit
from engine.storage import attachments, history
from engine.storage import batches as rows
from engine.storage.history import Line

P = ParamSpec("P")

FILES_KEPT = timedelta(days=7)
BATCHES_KEPT = timedelta(days=90)
MOST_ITEMS = 10_000


class MakerGoneError(ForbiddenError):
    """Who has begun the batch may not sign in any more."""

    code = "maker_gone"


class NothingToRepeatError(ConflictError):
    """The batch still runs, or nothing in it has failed."""

    code = "nothing_to_repeat"


class TooManyItemsError(ConflictError):
    """More things at once than the office works on."""

    code = "too_many_items"


def begin(
    unit: Unit,
    kind: str,
    actor: Actor,
    *,
    args: Mapping[str, Any] | None = None,
    items: Sequence[tuple[str, str]] = (),
    project_id: str | None = None,
) -> str:
    """Begin a batch; its id.  `items`: (id of what it is about, name on the page).

    Whether the actor may do it is asked before; each item's command asks again.
    """
    if len(items) > MOST_ITEMS:
        raise TooManyItemsError(f"{len(items)} items")
    id_ = uuid.uuid4().hex
    batch = Batch(
        id=id_,
        kind=kind,
        person_id=actor.user_id,
        project_id=project_id,
        args=args or {},
        state=BatchState.WAITING,
        total=len(items),
        done=0,
        failed=0,
        created_at=unit.now,
        items=tuple(
            BatchItem(batch_id=id_, position=position, ref=ref, label=label)
            for position, (ref, label) in enumerate(items)
        ),
    )
    rows.add(unit, batch)
    detail = {"kind": kind, "batch_id": id_, "count": len(items)}
    history.add(unit, Line(event="batch_begun", actor=actor, detail=detail))
    unit.wake_worker()
    return id_


def progress(unit: Unit, batch_id: str, actor: Actor, *, page: int = 1, size: int = 50) -> Batch:
    """The batch with one page of its items, failed ones first.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    batch = _seen(unit, batch_id, actor)
    return replace(batch, items=tuple(rows.items(unit, batch_id, (page - 1) * size, size)))


def _seen(unit: Unit, batch_id: str, actor: Actor) -> Batch:
    batch = rows.find(unit, batch_id)
    if batch is None or not may_see_batch(actor, batch.person_id):
        raise NotFoundError("batch", batch_id)
    return batch


def mine(unit: Unit, actor: Actor, *, page: int = 1, size: int = 25) -> list[Batch]:
    """What the actor has begun, newest first."""
    return rows.of_person(unit, actor.user_id, (page - 1) * size, size)


def file_of(unit: Unit, batch_id: str, actor: Actor) -> tuple[Batch, Path]:
    """The batch, and where the content of the file it made lies.

    Raises:
        NotFoundError: no such batch or file, or none any more.
    """
    batch = _seen(unit, batch_id, actor)
    if batch.sha256 is None:
        raise NotFoundError("file", batch_id)
    return batch, unit.office.files / batch.sha256


def again(unit: Unit, batch_id: str, actor: Actor) -> str:
    """Begin a new batch with what this one has not done; its id.

    Raises:
        NotFoundError: somebody else's.
        NothingToRepeatError
    """
    batch = rows.find(unit, batch_id)
    if batch is None or batch.person_id != actor.user_id:
        raise NotFoundError("batch", batch_id)
    left = [(one.ref, one.label) for one in rows.not_done(unit, batch_id)]
    if not batch.is_over or not (left or batch.state is BatchState.FAILED):
        raise NothingToRepeatError(f"batch {batch_id} is {batch.state}")
    return begin(unit, batch.kind, actor, args=batch.args, items=left, project_id=batch.project_id)


# What the lane asks and commands


def open_one(unit: Unit) -> Batch | None:
    """The batch to work on now: the oldest that is not over."""
    return rows.next_open(unit)


def start(unit: Unit, batch_id: str) -> None:
    """Say that work on the batch begins, perhaps again."""
    rows.begin(unit, batch_id)


def maker(unit: Unit, batch: Batch) -> Actor:
    """Who has begun the batch, with the rights of today.

    Raises:
        MakerGoneError
    """
    actor = people.actor(unit, batch.person_id)
    if actor is None:
        raise MakerGoneError(f"{batch.person_id} is not active")
    return actor


def next_item(unit: Unit, batch_id: str) -> BatchItem | None:
    return rows.next_item(unit, batch_id)


def doing(
    unit: Unit,
    item: BatchItem,
    command: Callable[Concatenate[Unit, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Run the command and mark the item done, in one transaction; a second time changes nothing."""
    if is_open(unit, item):
        command(unit, *args, **kwargs)
        rows.mark(unit, item, ItemState.DONE, "", "")


def is_open(unit: Unit, item: BatchItem) -> bool:
    """Whether the item still waits; a command that was run before finds it settled."""
    found = rows.find_item(unit, item.batch_id, item.position)
    return found is not None and found.state is ItemState.WAITING


def item_done(unit: Unit, item: BatchItem) -> None:
    """Mark the item done, unless its command has."""
    if is_open(unit, item):
        rows.mark(unit, item, ItemState.DONE, "", "")


def item_failed(unit: Unit, item: BatchItem, code: str, error: str) -> None:
    if is_open(unit, item):
        rows.mark(unit, item, ItemState.FAILED, code, error)


def getting_on(unit: Unit, batch_id: str, done: int, total: int) -> None:
    """Say how far a file is."""
    rows.progress(unit, batch_id, done, total)


def finish(unit: Unit, batch: Batch, result: Mapping[str, Any] | MadeFile | None = None) -> None:
    """End the batch well, with what it has made; a file is kept in the file store."""
    ended = replace(batch, state=BatchState.DONE, code="", error="")
    if isinstance(result, MadeFile):
        with result.path.open("rb") as stream:
            sha256, count = file_store.keep(unit.office.files, stream)
        ended = replace(ended, sha256=sha256, file_name=result.name)
        result = {"content_type": result.content_type, "byte_count": count}
    _end(unit, ended, result or {})


def fail(unit: Unit, batch: Batch, code: str, error: str) -> None:
    """End the batch before its end."""
    _end(unit, replace(batch, state=BatchState.FAILED, code=code, error=error), {})


def _end(unit: Unit, batch: Batch, result: Mapping[str, Any]) -> None:
    rows.end(unit, batch, result)
    detail = {"batch_id": batch.id, "kind": batch.kind, "state": batch.state}
    notify(unit, [batch.person_id], "batch_done", detail=detail, key=f"batch {batch.id}")


def tidy(unit: Unit) -> None:
    """Daily: files of a week ago and batches of a season ago."""
    folder = unit.office.files
    free = set()
    for batch_id, sha256 in rows.old_files(unit, unit.now - FILES_KEPT):
        rows.drop_file(unit, batch_id)
        if rows.uses_of(unit, sha256) == 1 and not attachments.uses_of(unit, sha256):
            free.add(sha256)
    rows.drop(unit, unit.now - BATCHES_KEPT)

    def remove() -> None:
        for sha256 in free:
            (folder / sha256).unlink(missing_ok=True)

    unit.after_commit(remove)
