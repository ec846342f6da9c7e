"""Work on many things at once, or a file that takes long: begun now, done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

ATTEMPTS = 5  # begun so often without getting on: something in it ends the process


class BatchState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"  # all items were tried; some may have failed
    FAILED = "failed"  # ended before its end


class ItemState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class BatchItem:
    """One thing of a batch.  `ref`: its id; `label`: its name on the page.

    `code` and `error` say why it failed.
    """

    batch_id: str
    position: int
    ref: str
    label: str = ""
    state: ItemState = ItemState.WAITING
    code: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One batch.  `total`, `done`, `failed` count items, or steps of the file being made.

    `items`: one page of them, where they were asked for.  `sha256`: of the file it made.
    """

    id: str
    kind: str
    person_id: str
    args: Mapping[str, Any]
    state: BatchState
    total: int
    done: int
    failed: int
    created_at: datetime
    project_id: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    error: str = ""
    attempts: int = 0
    sha256: str | None = None
    file_name: str = ""
    ended_at: datetime | None = None
    items: tuple[BatchItem, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state in (BatchState.DONE, BatchState.FAILED)

    @property
    def is_exhausted(self) -> bool:
        """Whether it has been begun so often without getting on that it is given up."""
        return self.attempts >= ATTEMPTS


@dataclass(frozen=True, kw_only=True)
class MadeFile:
    """A file a batch has made, to be kept and offered for download; `path` is left alone."""

    path: Path
    name: str
    content_type: str = ""
