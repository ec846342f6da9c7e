"""The second lane of the worker: batches, one after the other, beside the jobs.

So neither a long export nor a thousand items hold up a timer or a mail.  It runs in the process
whose worker has the lock, and only there.
"""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from engine.domain.batch import Batch, BatchItem
from engine.domain.errors import EngineError
from engine.jobs.batch_kinds import BATCH_KINDS, EachKind, Progress, StoppedError, WholeKind
from engine.jobs.runner_port import Commands
from engine.services import batches

LONGEST_PAUSE = 1.0  # seconds; another process may have begun a batch
log = structlog.get_logger(__name__)


class BatchLane:
    """Works on open batches until it is stopped."""

    def __init__(self, engine: Commands) -> None:
        self._engine = engine
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="batches", daemon=True)

    def start(self) -> None:
        """Begin; a second call changes nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """End after the item that runs at the moment; the rest goes on in the next process."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                busy = self.run_one()
            except StoppedError:
                return
            except Exception:  # the loop must outlive a database that is away for a while
                log.exception("batches_failed")
                busy = False
            if not busy:
                self._wake.wait(LONGEST_PAUSE)

    def run_one(self) -> bool:
        """Work on the oldest open batch up to its end; False if there is none."""
        batch = self._engine.ask(batches.open_one)
        if batch is None:
            return False
        kind = BATCH_KINDS.get(batch.kind)
        if kind is None:
            self._engine.run(batches.fail, batch, "unknown_kind", batch.kind)
        elif batch.is_exhausted:
            self._engine.run(batches.fail, batch, "given_up", "")
        else:
            log.debug("batch_begin", batch=batch.id, kind=batch.kind)
            self._engine.run(batches.start, batch.id)
            if isinstance(kind, EachKind):
                self._each(kind, batch)
            else:
                self._whole(kind, batch)
            log.debug("batch_end", batch=batch.id)
        return True

    def _each(self, kind: EachKind, batch: Batch) -> None:
        while item := self._engine.ask(batches.next_item, batch.id):
            if self._stopping.is_set():
                raise StoppedError(batch.id)
            self._act(kind, batch, item)
        self._engine.run(batches.finish, batch)

    def _act(self, kind: EachKind, batch: Batch, item: BatchItem) -> None:
        try:
            kind.act(self._engine, batch, item)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next item has its turn
            code, text = _told(error, batch)
            self._engine.run(batches.item_failed, item, code, text)
        else:
            self._engine.run(batches.item_done, item)

    def _whole(self, kind: WholeKind, batch: Batch) -> None:
        with TemporaryDirectory(prefix="unei-batch-") as folder:
            progress = Progress(self._engine, batch.id, Path(folder), self._stopping.is_set)
            try:
                result = kind.make(self._engine, batch, progress)
            except StoppedError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, its maker learns of it
                self._engine.run(batches.fail, batch, *_told(error, batch))
            else:
                self._engine.run(batches.finish, batch, result)


def _told(error: Exception, batch: Batch) -> tuple[str, str]:
    """Code and text of a failure; what nobody has foreseen is told in the log alone."""
    if isinstance(error, EngineError):
        return error.code, str(error)
    log.error("batch_error", batch=batch.id, kind=batch.kind, exc_info=error)
    return "unexpected", type(error).__name__
