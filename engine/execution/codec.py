"""A live instance <-> the bytes that are stored.

    first byte   P plain, T holds typed values, Z compressed (followed by one of the others)
    then JSON    {"f": format, "d": definition, "x": subject, "h": head, "t": rows, "s": scopes}
    short row    [parent index, spec name, state]        predicted and untouched; new id on load
    full row     [parent, spec name, state, id, changed at, triggered, internal data, set, unset]

A head ends with data objects and their states where the scope declares any.

Rows are in preorder, so a parent precedes its children and is named by its index (-1: the root).
Data are kept as the difference to what stands above (unset 1: nothing of it): the data of the
parent, of the first task of a sub-process those of its owner; where the first task holds nothing
(see `compaction`), the owner's count for the next one as well.  0 stands for "nothing" where a
container may be empty.  The specification is named by its hash only.  For a new format, add a
reader; the old ones stay.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.execution.sameness import same
from engine.execution.typed_values import WRITTEN, escape, restore, to_tagged
from engine.execution.workflow import FastSubWorkflow, FastWorkflow

FORMAT: Final = 2
COMPRESS_ABOVE: Final = 2_000  # bytes; below, zstd saves bytes but no time
ALL: Final = 1  # in place of the names to unset: none of the parent's data
PLAIN, TYPED, COMPRESSED = b"P", b"T", b"Z"
NOT_REACHED = TaskState.PREDICTED_MASK | TaskState.FUTURE
OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
)
Restore = Callable[[Any], Any]
_zstd = threading.local()  # a compressor may not be shared between threads


class StateError(ValueError):
    """Stored bytes are no state of this definition."""


def dumps(workflow: FastWorkflow, definition: str, subject: str | None) -> bytes:
    """The state of an instance.

    Raises:
        TypeError: the data hold something that is no value of a variable.
    """
    state = {
        "f": FORMAT,
        "d": definition,
        "x": subject,
        "h": _head(workflow),
        "t": _rows(workflow),
        "s": [
            [owner.hex, part.spec.name, _head(part), _rows(part)]
            for owner, part in workflow.subprocesses.items()
        ],
    }
    return _compressed(_encode(state))


def _compressed(body: bytes) -> bytes:
    if len(body) <= COMPRESS_ABOVE:
        return body
    if not hasattr(_zstd, "compressor"):
        _zstd.compressor = zstandard.ZstdCompressor(level=1)
    return COMPRESSED + bytes(_zstd.compressor.compress(body))


def _encode(state: Any) -> bytes:
    count = 0

    def tagged(value: Any) -> Any:
        nonlocal count
        if isinstance(value, dict):  # a subclass
            return dict(value)
        count += 1
        return to_tagged(value)

    body = orjson.dumps(state, default=tagged, option=OPTIONS)
    if body.count(WRITTEN) == count:
        return (TYPED if count else PLAIN) + body
    # A user's key or text holds the tag: escape all keys that begin with it.
    return TYPED + orjson.dumps(escape(state), default=tagged, option=OPTIONS)


def loads(stored: bytes, definition: str, workflow: FastWorkflow) -> str | None:
    """Fill an empty workflow of that definition with its state; returns the subject.

    Raises:
        StateError: another definition, an unknown format, or no state at all.
    """
    kind, state = opened(stored)
    if state["d"] != definition:
        raise StateError(f"the state belongs to definition {state['d']}, not {definition}")
    READERS[state["f"]](state, workflow, restore if kind == TYPED else _as_it_is)
    subject: str | None = state["x"]
    return subject


def opened(stored: bytes) -> tuple[bytes, dict[str, Any]]:
    """A state as JSON, with the first byte it is written with; typed values stay as written.

    Raises:
        StateError: an unknown format, or no state at all.
    """
    if stored[:1] == COMPRESSED:
        if not hasattr(_zstd, "decompressor"):
            _zstd.decompressor = zstandard.ZstdDecompressor()
        stored = _zstd.decompressor.decompress(stored[1:])
    if stored[:1] not in (PLAIN, TYPED):
        raise StateError("no state of an instance")
    state: dict[str, Any] = orjson.loads(memoryview(stored)[1:])
    if state["f"] not in READERS:
        raise StateError(f"state format {state['f']} needs a newer version")
    return stored[:1], state


def closed(kind: bytes, state: dict[str, Any]) -> bytes:
    """The reverse of `opened`."""
    return _compressed(kind + orjson.dumps(state))


def definition_of(stored: bytes) -> str:
    """The hash of the definition a state belongs to."""
    return str(opened(stored)[1]["d"])


def _as_it_is(value: Any) -> Any:
    return value


def _head(part: Any) -> list[Any]:
    last = part.last_task.id.hex if part.last_task is not None else 0
    head = [part.data, last, int(part.success), int(part.completed)]
    if part.objects:
        return [*head, list(part.completions), part.objects, part.object_states]
    return [*head, list(part.completions)] if part.completions else head


def _rows(part: Any) -> list[Any]:
    rows: list[Any] = []
    stack: list[tuple[Any, int, dict[str, Any]]] = [(part.task_tree, -1, _outside(part))]
    while stack:
        task, parent, base = stack.pop()
        here = len(rows)
        state = task._state
        if state & NOT_REACHED and not (task.internal_data or task.triggered or task.data):
            rows.append((parent, task.task_spec.name, state))
        else:
            put, unset = _difference(base, task.data)
            rows.append(
                (
                    parent,
                    task.task_spec.name,
                    state,
                    task.id.hex,
                    task.last_state_change,
                    int(task.triggered),
                    task.internal_data or 0,
                    put,
                    unset,
                )
            )
        if task._children:
            held = task.data or (base if parent < 0 else {})
            stack.extend((child, here, held) for child in reversed(task.children))
    return rows


def _outside(part: Any) -> dict[str, Any]:
    """What stands above the data of the first task."""
    data: dict[str, Any] = {} if part.owner is None else part.owner.data
    return data


def _difference(base: dict[str, Any], own: dict[str, Any]) -> tuple[Any, Any]:
    """What to set and what to unset to turn a copy of `base` into `own`.

    What is the same becomes the very same, so that it need not be compared again next time: values
    are never changed in place.
    """
    if own is base:
        return 0, 0
    if base and not own:
        return 0, ALL
    put, unset = dict(own), []
    for name, value in base.items():
        if name not in own:
            unset.append(name)
        elif same(own[name], value):
            own[name] = value
            del put[name]
    return put or 0, sorted(unset) or 0


def _read_1(state: dict[str, Any], workflow: FastWorkflow, restore: Restore) -> None:
    """As format 2, but nothing stands above the first task of a sub-process."""
    _read(state, workflow, restore, is_first=True)


def _read_2(state: dict[str, Any], workflow: FastWorkflow, restore: Restore) -> None:
    _read(state, workflow, restore, is_first=False)


def _read(
    state: dict[str, Any], workflow: FastWorkflow, restore: Restore, *, is_first: bool
) -> None:
    _load_part(workflow, state["h"], state["t"], restore, {})
    entries = state["s"]
    while entries:  # an owner may live in another sub-process: repeat until all are placed
        later = [entry for entry in entries if not _place(workflow, entry, restore, is_first)]
        if len(later) == len(entries):
            raise StateError("a sub-process has no owner")
        entries = later


def _place(workflow: FastWorkflow, entry: list[Any], restore: Restore, is_first: bool) -> bool:  # noqa: FBT001
    owner_id = UUID(hex=entry[0])
    parts = [workflow, *workflow.subprocesses.values()]
    owner = next((part.tasks[owner_id] for part in parts if owner_id in part.tasks), None)
    if owner is None:
        return False
    spec = workflow.subprocess_specs[entry[1]]
    part = FastSubWorkflow(spec, owner, workflow, deserializing=True)
    workflow.subprocesses[owner_id] = part
    _load_part(part, entry[2], entry[3], restore, {} if is_first else owner.data)
    part.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)
    return True


def _load_part(
    part: Any, head: list[Any], rows: list[Any], restore: Restore, outside: dict[str, Any]
) -> None:
    specs = part.spec.task_specs
    made: list[Any] = []
    for row in rows:
        parent = made[row[0]] if row[0] >= 0 else None
        full = len(row) > 3  # noqa: PLR2004
        task = Task(part, specs[row[1]], parent, row[2], UUID(hex=row[3]) if full else None)
        made.append(task)
        if full:
            above = outside if parent is None else parent.data
            if parent is not None and row[0] == 0 and not above:
                above = outside
            _fill(task, {} if row[8] == ALL else dict(above), row, restore)
    part.task_tree = made[0]
    data, last, success, completed, *kept = head
    part.completions = restore(kept[0]) if kept else ()
    objects, states = kept[1:] or ({}, {})
    part.adopting = frozenset(part.objects) - objects.keys()
    part.objects.update(restore(objects))
    part.object_states = restore(states)
    part.data, part.success, part.completed = restore(data), bool(success), bool(completed)
    part.last_task = part.tasks.get(UUID(hex=last)) if last else None


def _fill(task: Any, data: dict[str, Any], row: list[Any], restore: Restore) -> None:
    task.last_state_change, task.triggered = row[4], bool(row[5])
    if row[6]:
        task.internal_data = restore(row[6])
    if row[7]:
        data |= restore(row[7])
    for name in row[8] if isinstance(row[8], list) else ():
        data.pop(name, None)
    task.data = data


READERS: Final[dict[int, Callable[[dict[str, Any], FastWorkflow, Restore], None]]] = {
    1: _read_1,
    2: _read_2,
}
