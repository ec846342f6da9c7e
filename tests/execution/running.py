"""Run small diagrams with a house that is made up, cached or reloaded after every step.

Reloaded, every step also proves that the stored state reads back as the very same state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import zstandard

from engine.dmn.model import Model
from engine.domain.working_days import Calendar
from engine.execution import runner
from engine.execution.bundle import Bundle
from engine.execution.host import Place
from engine.execution.runner import Live
from engine.execution.step import (
    Ended,
    EndKind,
    Failure,
    OpenedTask,
    Outcome,
    StartedCall,
    Step,
)
from engine.feel.evaluation import Limits
from tests.execution.drawing import KNOWN, read
from tests.execution.untouched import Untouched

MORNING = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo, a Wednesday


@dataclass
class House:
    """A host whose operations and decisions are handed in."""

    now: datetime = MORNING
    calendar: Calendar = field(default_factory=lambda: Calendar(frozenset()))
    limits: Limits = field(default_factory=Limits)
    settings: Mapping[str, Any] = field(default_factory=lambda: {"期間": {"標準": 5}})
    facts: Mapping[str, Any] = field(default_factory=lambda: {"番号": "試験-R8-0001"})
    correlation_key: str = "p1/s1"
    operations: dict[str, Callable[..., Any]] = field(default_factory=dict)
    decisions: dict[str, Model] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def operate(self, operation: str, params: Mapping[str, Any], place: Place) -> Any:
        self.asked.append((operation, dict(params)))
        return self.operations[operation](**params)

    def runs_inside(self, operation: str) -> bool:
        return operation != "test.echo"

    def decision(self, decision_id: str) -> tuple[str, Model]:
        return "version-1", self.decisions[decision_id]


class Case:
    """One instance, driven by element ids; remembers what its steps said."""

    def __init__(self, bundle: Bundle, house: House, *, reloads: bool) -> None:
        self.bundle, self.house, self.reloads = bundle, house, reloads
        self.live: Live
        self.steps: list[Step] = []
        self.tasks: dict[str, OpenedTask] = {}
        self.timers: dict[str, datetime] = {}
        self.subscriptions: dict[str, tuple[str, str, str]] = {}
        self.calls: dict[str, StartedCall] = {}
        self.failures: dict[str, Failure] = {}
        self.untouched = Untouched()

    @property
    def step(self) -> Step:
        return self.steps[-1]

    def begin(self, variables: Mapping[str, Any] | None = None, message: str | None = None) -> Case:
        self.live, step = runner.start(
            self.bundle, variables or {}, self.house, start_message=message
        )
        self.take(step)
        return self

    def take(self, step: Step | None) -> Step:
        assert step is not None
        self.steps.append(step)
        self.tasks.update({task.id: task for task in step.opened})
        for id_ in [*step.closed, *(p.id for p in step.passed)]:
            self.tasks.pop(id_, None)
        for id_ in step.timers_gone:
            del self.timers[id_]
        self.timers.update({timer.id: timer.due_at for timer in step.timers})
        for id_ in step.subscriptions_gone:
            del self.subscriptions[id_]
        self.subscriptions.update({s.id: (s.kind, s.name, s.key) for s in step.subscriptions})
        for id_ in step.calls_gone:
            del self.calls[id_]
        self.calls.update({call.id: call for call in step.calls})
        for id_ in step.failures_gone:
            del self.failures[id_]
        self.failures.update({failure.id: failure for failure in step.failures})
        self.untouched.look(self.live)
        if self.reloads:
            self.reload()
            self.untouched.look(self.live)
        return step

    def reload(self) -> None:
        state = runner.pack(self.live)
        again = runner.unpack(self.bundle, state)
        assert unpacked(runner.pack(again)) == unpacked(state)
        assert {k: w.sign for k, w in again.known.items()} == {
            k: w.sign for k, w in self.live.known.items()
        }
        self.live = again

    def open_tasks(self) -> list[str]:
        return sorted(task.element_id for task in self.tasks.values())

    def id_of(self, element_id: str) -> str:
        return next(id_ for id_, task in self.tasks.items() if task.element_id == element_id)

    def tasks_of(self, element_id: str) -> list[str]:
        """Ids of the open tasks of that element, oldest first."""
        return [id_ for id_, task in self.tasks.items() if task.element_id == element_id]

    def complete(self, element_id: str, /, by: str = "kato", **values: Any) -> Step:
        return self.complete_id(self.id_of(element_id), by=by, **values)

    def complete_id(self, id_: str, /, by: str = "kato", **values: Any) -> Step:
        step = runner.complete(self.live, id_, values, self.house, by)
        self.tasks.pop(id_, None)
        return self.take(step)

    def ring(self) -> Step:
        """Let the next timer ring at its moment."""
        id_, due_at = min(self.timers.items(), key=lambda timer: timer[1])
        del self.timers[id_]
        self.house.now = max(self.house.now, due_at)
        return self.take(runner.fire_timer(self.live, id_, due_at, self.house))

    def deliver(self, name: str, payload: Any = None) -> Step:
        id_ = next(id_ for id_, waits in self.subscriptions.items() if waits[1] == name)
        step = runner.deliver(self.live, id_, payload, self.house)
        if step is not None and id_ not in {w.id for w in self.live.known.values()}:
            del self.subscriptions[id_]
        return self.take(step)

    def resume(self, called: str, outcome: Ended | None = None, **outputs: Any) -> Step:
        id_ = next(id_ for id_, call in self.calls.items() if call.called == called)
        del self.calls[id_]
        outcome = outcome or Ended(kind=EndKind.COMPLETED, variables=outputs)
        return self.take(runner.resume_call(self.live, id_, outcome, self.house))

    def retry(self) -> Step:
        return self.take(runner.retry(self.live, next(iter(self.failures)), self.house))

    def wait(self, **length: float) -> None:
        self.house.now += timedelta(**length)

    @property
    def trace(self) -> list[str]:
        """Elements completed so far, in order."""
        return [
            p.element_id for s in self.steps for p in s.passed if p.outcome == Outcome.COMPLETED
        ]

    @property
    def cancelled(self) -> list[str]:
        return [
            p.element_id for s in self.steps for p in s.passed if p.outcome == Outcome.CANCELLED
        ]

    @property
    def ended(self) -> Ended:
        assert self.step.ended is not None
        return self.step.ended

    @property
    def variables(self) -> dict[str, Any]:
        """The data at the end, without the name of the last person."""
        return {n: v for n, v in self.ended.variables.items() if n != "完了者"}


def unpacked(state: bytes) -> Any:
    """A state as JSON; the order of variables does not count."""
    if state[:1] == b"Z":
        state = zstandard.ZstdDecompressor().decompress(state[1:])
    return state[:1], orjson.loads(state[1:])


def draw(content: bytes, **forms: bytes) -> Bundle:
    return read(content, KNOWN, **forms)


def is_empty(step: Step) -> bool:
    """True if the step says nothing."""
    return all(not getattr(step, f.name) for f in fields(step))
