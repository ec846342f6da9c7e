"""Any process goes the way the token rules of BPMN 2.0 have it, whatever happens in which order.

`CASES=5000` tries more; a failure tells the smallest process and acts it was found with.
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, note, seed, settings
from hypothesis import strategies as st

from engine.execution.step import Outcome, Step
from tests.conformance.blocks import blocks, drawn
from tests.conformance.oracle import Oracle
from tests.execution.running import MORNING, Case, House, draw

CASES = int(os.environ.get("CASES", "500"))
SEED = int(os.environ.get("SEED", "0")) or int.from_bytes(os.urandom(4))
MOST_ELEMENTS = 500  # with the flows
MOST_ACTS, RUSH = 80, 30  # after so many acts every answer leads on


class Both:
    """The engine and the oracle on one process, side by side."""

    def __init__(self, xml: bytes, *, reloads: bool) -> None:
        self.case = Case(draw(xml), House(), reloads=reloads).begin({"n": 1})
        self.oracle = Oracle(xml, {"n": 1})

    def act(self, choice: int, turn: int) -> None:
        """One of the things that can happen now."""
        oracle = self.oracle
        acts = [("do", name) for name in dict.fromkeys(oracle.open)]
        acts += [("send", name) for name in dict.fromkeys(oracle.awaited)]
        acts += [("ring", "")] if oracle.due else []
        assert acts, "nothing can happen any more"
        what, name = acts[(choice + turn) % len(acts)]
        value = 0 if turn > RUSH else choice // len(acts) % 4
        note(f"{what} {name} {value}")
        if what == "do":
            self.case.complete(name, **{f"v_{name}": value})
            oracle.complete(name, {f"v_{name}": value})
        elif what == "send":
            self.case.deliver(name)
            oracle.send(name)
        else:
            self.case.ring()
            oracle.ring()

    def compare(self) -> None:
        case, oracle = self.case, self.oracle
        assert case.failures == {}
        assert completed(case.step) == sorted(oracle.said)
        ended = None if case.step.ended is None else str(case.step.ended.kind)
        assert ended == oracle.ended
        assert case.open_tasks() == oracle.open
        assert sorted(name for _, name, _ in case.subscriptions.values()) == oracle.awaited
        if ended in ("completed", "terminated"):
            assert case.variables == oracle.top.data
        moments = [MORNING + timedelta(seconds=due) for due in oracle.due]
        assert sorted(case.timers.values()) == moments


def completed(step: Step) -> list[str]:
    return sorted(p.element_id for p in step.passed if p.outcome == Outcome.COMPLETED)


@seed(SEED)
@settings(
    max_examples=CASES,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    parts=st.lists(blocks(), min_size=1, max_size=3),
    choices=st.lists(st.integers(0, 99), min_size=1, max_size=30),
    reloads=st.booleans(),
)
def test_an_instance_goes_the_way_of_the_token_rules(
    parts: list[object], choices: list[int], reloads: bool
) -> None:
    note(f"SEED={SEED}")
    xml = drawn(parts)
    assume(xml.count(b" id=") < MOST_ELEMENTS)
    both = Both(xml, reloads=reloads)
    both.compare()
    for turn in range(MOST_ACTS):
        if both.oracle.ended is not None:
            break
        both.act(choices[turn % len(choices)], turn)
        both.compare()
