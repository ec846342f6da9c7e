"""Kind of batch -> what it does.

`EachKind` runs one command for each item, and every item is done exactly once: its command goes
through `batches.doing`, which marks the item in the same transaction.  `WholeKind` makes one thing,
such as a file; killed in the middle, it is made from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from engine.domain.batch import Batch, BatchItem, MadeFile
from engine.jobs import instance_batches, register_batches
from engine.jobs.runner_port import Commands
from engine.services import (
    batches,
    incidents,
    instance_export,
    messages,
    migrating,
    register_export,
    register_import,
    undelivered,
)

SAID_EVERY = 0.5  # seconds


class StoppedError(Exception):
    """The process ends; the batch goes on in the next one."""


class Progress:
    """How far a batch is.  `folder`: for files on the way, removed at the end."""

    def __init__(
        self, engine: Commands, batch_id: str, folder: Path, is_stopping: Callable[[], bool]
    ) -> None:
        self.folder = folder
        self._engine = engine
        self._batch_id = batch_id
        self._is_stopping = is_stopping
        self._said_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Say it; more often than twice a second is not written.

        Raises:
            StoppedError
        """
        if self._is_stopping():
            raise StoppedError(self._batch_id)
        if done < total and monotonic() - self._said_at < SAID_EVERY:
            return
        self._said_at = monotonic()
        self._engine.run(batches.getting_on, self._batch_id, done, total)


@dataclass(frozen=True)
class EachKind:
    """`act` does one item: `engine.run(batches.doing, item, command, ...)`."""

    act: Callable[[Commands, Batch, BatchItem], object]


@dataclass(frozen=True)
class WholeKind:
    """`make` makes a file, or facts for the page."""

    make: Callable[[Commands, Batch, Progress], MadeFile | Mapping[str, Any]]


BatchKind = EachKind | WholeKind


def _retry(engine: Commands, batch: Batch, item: BatchItem) -> None:
    engine.run(incidents.retry_item, item, engine.ask(batches.maker, batch))


def _set_aside(engine: Commands, batch: Batch, item: BatchItem) -> None:
    actor, reason = engine.ask(batches.maker, batch), str(batch.args["reason"])
    engine.run(batches.doing, item, incidents.set_aside, int(item.ref), reason, actor)


def _redeliver(engine: Commands, batch: Batch, item: BatchItem) -> None:
    """No receiver gets it twice; a killed process leaves at most the mark to be made."""
    actor = engine.ask(batches.maker, batch)
    for delivery in engine.ask(undelivered.offer, item.ref, actor):
        engine.run(messages.deliver, item.ref, delivery)
    engine.ask(undelivered.expect_delivered, item.ref)


def _discard(engine: Commands, batch: Batch, item: BatchItem) -> None:
    actor, reason = engine.ask(batches.maker, batch), str(batch.args["reason"])
    engine.run(batches.doing, item, messages.discard, item.ref, reason, actor)


def _migrate(engine: Commands, batch: Batch, item: BatchItem) -> None:
    actor = engine.ask(batches.maker, batch)
    target = migrating.Target.from_args(batch.args)
    engine.run(batches.doing, item, migrating.migrate, item.ref, target, actor)


def _undo_migration(engine: Commands, batch: Batch, item: BatchItem) -> None:
    actor = engine.ask(batches.maker, batch)
    engine.run(batches.doing, item, migrating.undo, item.ref, actor)


BATCH_KINDS: dict[str, BatchKind] = {
    instance_export.KIND: WholeKind(instance_batches.export),
    register_export.KIND: WholeKind(register_batches.export),
    register_import.KIND: WholeKind(register_batches.import_),
    incidents.RETRY: EachKind(_retry),
    incidents.SET_ASIDE: EachKind(_set_aside),
    migrating.MIGRATE: EachKind(_migrate),
    migrating.UNDO: EachKind(_undo_migration),
    undelivered.REDELIVER: EachKind(_redeliver),
    undelivered.DISCARD: EachKind(_discard),
}
