"""How the cost of one step grows with the instance: each shape at full size and at a tenth of it.

Without a database: the engine with what it stores (`pack`), and with `unpack` where it is reloaded
before every step.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from engine.execution import runner
from engine.execution.bundle import Bundle
from tests.execution.running import House, draw
from tests.execution.shapes import SHAPES, Shape
from web.memory import settle

PART = 10
AGAIN = 5  # the smaller one is soon over: the best of so many


def measure() -> dict[str, dict[str, Any]]:
    """Per shape: CPU of a step at both sizes, cached and reloaded, and whether all ended right."""
    return {name: _shape(shape) for name, shape in SHAPES.items()}


def _shape(shape: Shape) -> dict[str, Any]:
    bundles = {size: draw(shape.draw(size)) for size in (shape.full, shape.full // PART)}
    made: dict[str, Any] = {"size": shape.full, "is_right": True}
    for name, reloads in (("cached", False), ("reloaded", True)):
        large, *small = (
            _Run(shape, bundles[size], size, reloads=reloads)
            for size in (shape.full, *[shape.full // PART] * AGAIN)
        )
        at_tenth = min(run.step_ms for run in small)
        made["is_right"] &= all(run.is_right for run in (large, *small))
        made[name] = {
            "step_ms": round(large.step_ms, 3),
            "step_ms_at_a_tenth": round(at_tenth, 3),
            "growth": round(large.step_ms / at_tenth, 2),
        }
    return made


class _Run:
    """One instance from its start to its end; a step is a visit of an element."""

    def __init__(self, shape: Shape, bundle: Bundle, size: int, *, reloads: bool) -> None:
        settle()  # as the server does
        self._bundle, self._house, self._reloads = bundle, House(), reloads
        started = time.thread_time()
        ended, steps = self._play(shape)
        self.step_ms = (time.thread_time() - started) / steps * 1000
        found = {name: value for name, value in ended.items() if name != "完了者"}
        self.is_right = found == shape.result(size)

    def _play(self, shape: Shape) -> tuple[Mapping[str, Any], int]:
        live, step = runner.start(self._bundle, {}, self._house)
        state, steps, place = runner.pack(live), len(step.passed), 0
        tasks = deque(task.id for task in step.opened)
        while step.ended is None:
            if self._reloads:
                live = runner.unpack(self._bundle, state)
            step = runner.complete(live, tasks.popleft(), shape.values(place), self._house, "pjmo1")
            state, steps, place = runner.pack(live), steps + len(step.passed), place + 1
            tasks.extend(task.id for task in step.opened)
        return step.ended.variables, steps
