"""Any process goes the way the token rules of BPMN 2.0 have it, whatever happens in which order.

`CASES=5000` tries more; a failure tells the smallest process and acts it was found with.
`SEED=7` begins with those of that number.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings
from hypothesis import strategies as st
from lxml import etree

from engine.execution.bundle import Bundle
from engine.execution.step import Outcome, Step
from tests.conformance.blocks import blocks, drawn
from tests.conformance.oracle import Oracle
from tests.execution.running import MORNING, Case, House, draw

CASES = int(os.environ.get("CASES", "150"))
SEED = int(os.environ.get("SEED", "0")) or int.from_bytes(os.urandom(4))
BATCH = 250  # processes of one test
MOST_ELEMENTS = 500  # with the flows
MOST_ACTS, RUSH = 80, 30  # after so many acts every answer leads on
PROCESSES, FEW, MANY = 300, 3, 30
PARTS = st.lists(blocks(), min_size=1, max_size=3)
CHOICES = st.lists(st.integers(0, 99), min_size=1, max_size=30)
Act = tuple[str, str, Decimal]
EVENTS = ("message", "timer", "escalation")
REPEATED = ("", " multiInstanceLoopCharacteristics", " standardLoopCharacteristics")
GATEWAYS = ("exclusive", "inclusive", "parallel", "eventBased", "complex")
EVERY = {
    *("startEvent", "scriptTask", "intermediateThrowEvent"),
    *(f"{kind}{how}" for kind in ("userTask", "subProcess") for how in REPEATED),
    *(f"{kind}Gateway" for kind in GATEWAYS),
    *(f"intermediateCatchEvent {what}EventDefinition" for what in ("message", "timer")),
    "intermediateThrowEvent escalationEventDefinition",
    *(f"boundaryEvent true {what}EventDefinition" for what in (*EVENTS, "error")),
    *(f"boundaryEvent false {what}EventDefinition" for what in EVENTS),
    *("endEvent", "endEvent terminateEventDefinition", "endEvent errorEventDefinition"),
}


def acts(oracle: Oracle, choices: list[int]) -> Iterator[Act]:
    """One of the things that can happen now, and again until the end: what, to whom, the answer."""
    for turn in range(MOST_ACTS):
        if oracle.ended is not None:
            return
        choice = choices[turn % len(choices)]
        found = [("do", name) for name in dict.fromkeys(oracle.open)]
        found += [("send", name) for name in dict.fromkeys(oracle.awaited)]
        found += [("ring", "")] if oracle.due else []
        assert found, "nothing can happen any more"
        what, name = found[(choice + turn) % len(found)]
        value = 0 if turn > RUSH else choice // len(found) % 4
        # Never the same answer twice, or nobody could tell who has given it.
        yield what, name, Decimal(value) - Decimal(turn) / 1000


def play(oracle: Oracle, what: str, name: str, value: Decimal) -> None:
    if what == "do":
        oracle.complete(name, {f"v_{name}": value})
    elif what == "send":
        oracle.send(name)
    else:
        oracle.ring()


class Both:
    """The engine and the oracle on one process, side by side."""

    def __init__(self, xml: bytes, bundle: Bundle, *, reloads: bool) -> None:
        note("reloaded:" if reloads else "kept:")
        self.case = Case(bundle, House(), reloads=reloads).begin({"n": 1})
        self.oracle = Oracle(xml, {"n": 1})

    def act(self, what: str, name: str, value: Decimal) -> None:
        note(f"{what} {name} {value}")
        if what == "do":
            self.case.complete(name, **{f"v_{name}": value})
        elif what == "send":
            self.case.deliver(name)
        else:
            self.case.ring()
        play(self.oracle, what, name, value)

    def compare(self) -> None:
        case, oracle = self.case, self.oracle
        assert case.failures == {}
        assert completed(case.step) == sorted(oracle.said)
        ended = None if case.step.ended is None else str(case.step.ended.kind)
        assert ended == oracle.ended
        assert case.open_tasks() == oracle.open
        assert sorted(name for _, name, _ in case.subscriptions.values()) == oracle.awaited
        if ended in ("completed", "terminated"):
            assert oracle.allows(case.variables), (case.variables, oracle.top.data)
        moments = [MORNING + timedelta(seconds=due) for due in oracle.due]
        assert sorted(case.timers.values()) == moments


def completed(step: Step) -> list[str]:
    return sorted(p.element_id for p in step.passed if p.outcome == Outcome.COMPLETED)


def kind_of(element: etree._Element) -> str:
    """The kind of an element with what it waits for or throws, and how it is repeated."""
    kind, inner = etree.QName(element).localname, [etree.QName(e).localname for e in element]
    more = [name for name in inner if name.endswith(("EventDefinition", "LoopCharacteristics"))]
    manner = [element.get("cancelActivity", "")] if kind == "boundaryEvent" else []
    return " ".join([kind, *manner, *more])


def reached(xml: bytes, said: set[str]) -> set[str]:
    return {kind_of(e) for e in etree.fromstring(xml).iter() if e.get("id") in said}


def agree(parts: list[object], choices: list[int]) -> None:
    """Engine and oracle, with that process and those choices."""
    xml, _ = drawn(parts)
    assume(xml.count(b" id=") < MOST_ELEMENTS)
    bundle = draw(xml)
    for reloads in (False, True):
        both = Both(xml, bundle, reloads=reloads)
        both.compare()
        for act in acts(both.oracle, choices):
            both.act(*act)
            both.compare()


@pytest.mark.parametrize("number", range(ceil(CASES / BATCH)))
def test_an_instance_goes_the_way_of_the_token_rules(number: int) -> None:
    @seed(SEED + number)
    @settings(
        max_examples=min(BATCH, CASES - number * BATCH),
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(parts=PARTS, choices=CHOICES)
    def check(parts: list[object], choices: list[int]) -> None:
        note(f"SEED={SEED + number}")
        agree(parts, choices)

    check()


def test_random_processes_reach_every_construct_and_every_depth() -> None:
    found, depth = Counter[str](), Counter[int]()

    @seed(1)
    @settings(
        max_examples=PROCESSES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(parts=PARTS, choices=CHOICES)
    def look(parts: list[object], choices: list[int]) -> None:
        xml, depths = drawn(parts)
        oracle = Oracle(xml, {"n": 1})
        said = set(oracle.said)
        for act in acts(oracle, choices):
            play(oracle, *act)
            said |= set(oracle.said)
        found.update(reached(xml, said))
        depth[max(depths.get(id_, 0) for id_ in said)] += 1

    look()

    assert {kind for kind, n in found.items() if n >= FEW} == EVERY
    assert depth.total() - sum(depth[n] for n in range(5)) > MANY
