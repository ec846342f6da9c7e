"""Any process in which completions are taken back and repeated goes the way of one left alone."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.execution import runner
from engine.execution.step import Step
from engine.execution.taking_back import difference
from tests.execution.running import Case, House, draw
from tests.execution.test_random_processes import block, drawn, finish


class Wavering(Case):
    """Takes every other completion back, by chance, and repeats it."""

    def __init__(self, case_of: bytes, seed: int) -> None:
        super().__init__(draw(case_of), House(), reloads=False)
        self._chance = Random(seed)
        self.taken_back = 0

    def complete_id(self, id_: str, /, by: str = "kato", **values: Any) -> Step:
        state = runner.pack(self.live)
        tasks, timers = dict(self.tasks), dict(self.timers)
        step = super().complete_id(id_, by=by, **values)
        if step.ended is not None or self._chance.random() < 0.5:
            return step
        before = runner.unpack(self.bundle, state)
        opened = self._check(before, tasks, timers)
        self.live, self.tasks, self.timers = before, tasks, timers
        self.steps.pop()
        self.taken_back += 1
        again = super().complete_id(id_, by=by, **values)
        assert not opened & {task.id for task in again.opened}, "ids of rows that are there already"
        return again

    def _check(
        self, before: runner.Live, tasks: dict[str, Any], timers: dict[str, Any]
    ) -> set[str]:
        """What is said to come and go leads from here to there; the tasks that go."""
        back = difference(self.live, before)
        assert back is not None
        assert (self.tasks.keys() - set(back.opened)) | set(back.closed) == tasks.keys()
        left = {id_: at for id_, at in self.timers.items() if id_ not in back.step.timers_gone}
        assert {**left, **{one.id: one.due_at for one in back.step.timers}} == timers
        return set(back.opened)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_what_is_taken_back_and_repeated_leaves_no_trace(seed: int) -> None:
    chance = Random(seed)
    content = drawn([block(chance) for _ in range(chance.randint(1, 3))])
    choices = [chance.randint(0, 60) for _ in range(12)]

    plain = finish(Case(draw(content), House(), reloads=False), choices, [False])
    wavering = finish(Wavering(content, seed), choices, [False])

    assert wavering.trace == plain.trace
    assert wavering.cancelled == plain.cancelled
    assert wavering.variables == plain.variables
    assert (wavering.tasks, wavering.timers) == ({}, {})
