"""Values are shared between tasks and never changed in place: the proof, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from engine.execution import runner
from engine.execution.loops import RESULTS
from engine.execution.merging import HIDDEN
from engine.execution.runner import Definition, Live


class Untouched:
    """Remembers every list and context of an instance, and what was in it."""

    def __init__(self) -> None:
        self._seen: list[tuple[Any, list[Any]]] = []

    def look(self, live: Live) -> None:
        """All that was seen last is as it was, whether it is still in use or not."""
        for value, entries in self._seen:
            now = _entries(value)
            assert len(now) == len(entries), f"{entries} became {now}"
            assert all(map(is_, now, entries)), f"{entries} became {now}"
        self._seen = [(value, _entries(value)) for value in _containers(live)]


def watch_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at every instance when it has been loaded and before it is stored."""
    pack, unpack = runner.pack, runner.unpack
    watched: WeakKeyDictionary[Any, Untouched] = WeakKeyDictionary()

    def look(live: Live) -> None:
        watched.setdefault(live.workflow, Untouched()).look(live)

    def packed(live: Live) -> bytes:
        look(live)
        state = pack(live)
        look(live)
        return state

    def unpacked(bundle: Definition, state: bytes) -> Live:
        live = unpack(bundle, state)
        look(live)
        return live

    monkeypatch.setattr(runner, "pack", packed)
    monkeypatch.setattr(runner, "unpack", unpacked)


def _entries(value: Any) -> list[Any]:
    return [*value.keys(), *value.values()] if type(value) is dict else list(value)


def _containers(live: Live) -> Iterator[Any]:
    known: set[int] = set()
    waiting = list(_values(live))
    while waiting:
        value = waiting.pop()
        if type(value) in (dict, list) and id(value) not in known:
            known.add(id(value))
            yield value
            waiting.extend(value.values() if type(value) is dict else value)


def _values(live: Live) -> Iterator[Any]:
    """The values of all variables; the mappings that hold them belong to one task each."""
    own: set[int] = set()
    for part in (live.workflow, *live.workflow.subprocesses.values()):
        for task in part.tasks.values():
            assert id(task.data) not in own, f"{task.task_spec.name} shares its variables"
            own.add(id(task.data))
            yield from task.data.values()
            yield from task.internal_data.get(RESULTS, {}).values()
            yield from task.internal_data.get(HIDDEN, {}).values()
        yield from part.data.values()
        yield from part.objects.values()
