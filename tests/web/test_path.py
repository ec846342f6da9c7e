"""Which way an instance went, played again from what it passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.instance import Visit
from web.outline import Flow, Shape
from web.path import Path, path

START = datetime(2026, 4, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def drawn(*flows: str, otherwise: str = "", **kinds: str) -> Shape:
    """A diagram of flows such as `a-b`; nodes are tasks unless `kinds` says more."""
    found = [Flow(id=flow, source=flow.split("-")[0], target=flow.split("-")[1]) for flow in flows]
    nodes = {name for flow in found for name in (flow.source, flow.target)}
    return Shape(
        kinds={name: kinds.get(name, "userTask") for name in nodes},
        flows=tuple(found),
        otherwise={otherwise.split("-", maxsplit=1)[0]: otherwise} if otherwise else {},
    )


def walked(shape: Shape, passed: str, live: Iterable[str] = ()) -> Path:
    """Each letter of `passed` is a visit, a minute after the one before."""
    visits = [Visit(element_id=name, ended_at=at(n)) for n, name in enumerate(passed)]
    work = frozenset(name for name, kind in shape.kinds.items() if kind == "userTask")
    return path(shape, visits, [(name, None) for name in live], {}, work)


CHOICE = drawn("a-x", "x-b", "x-c", "b-d", "c-d", x="exclusiveGateway")
FORK = drawn(
    "a-f", "f-b", "f-c", "b-j", "c-j", "j-d", f="parallelGateway", j="parallelGateway"
)  # fmt: skip
LOOP = drawn("a-b", "b-x", "x-a", "x-c", x="exclusiveGateway")
WAIT = drawn("a-e", "e-m", "e-t", "m-b", "t-c", e="eventBasedGateway")
SEVERAL = drawn(
    "a-o", "o-b", "o-c", "o-j", "b-j", "c-j", otherwise="o-j",
    o="inclusiveGateway", j="inclusiveGateway",
)  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "passed", "live", "flows"),
    [
        pytest.param(CHOICE, "axb", "d", {"a-x", "x-b", "b-d"}, id="one answer of a choice"),
        pytest.param(FORK, "afb", "jc", {"a-f", "f-b", "f-c", "b-j"}, id="one branch is ready"),
        pytest.param(FORK, "afbcj", "d", {f.id for f in FORK.flows}, id="branches meet"),
        pytest.param(LOOP, "abx", "a", {"a-b", "b-x", "x-a"}, id="back again"),
        pytest.param(LOOP, "abxabx", "c", {"a-b", "b-x", "x-a", "x-c"}, id="on at last"),
        pytest.param(WAIT, "aem", "b", {"a-e", "e-m", "m-b"}, id="the event that came"),
        pytest.param(SEVERAL, "aob", "jc", {"a-o", "o-b", "o-c", "b-j"}, id="several answers"),
        pytest.param(SEVERAL, "aoj", "", {"a-o", "o-j"}, id="no answer at all"),
        pytest.param(CHOICE, "", "a", set(), id="at the beginning"),
    ],
)
def test_the_flows_that_were_walked_are_found(
    shape: Shape, passed: str, live: str, flows: set[str]
) -> None:
    assert walked(shape, passed, live).flows == flows


def test_visits_to_work_are_numbered_in_their_order() -> None:
    found = walked(LOOP, "abxabx", "c")

    numbers = [(stay.element_id, stay.number) for stay in found.stays]
    assert numbers == [("a", 1), ("b", 2), ("x", 0), ("a", 3), ("b", 4), ("x", 0), ("c", 0)]


def test_a_stay_begins_where_the_one_before_ended() -> None:
    found = walked(LOOP, "abx", "c")

    assert [stay.began_at for stay in found.of("b")] == [at(0)]
    assert [(stay.began_at, stay.ended_at) for stay in found.of("c")] == [(at(2), None)]


def test_what_was_cancelled_leads_nowhere() -> None:
    visits = [
        Visit(element_id="a", ended_at=at(0)),
        Visit(element_id="x", ended_at=at(1)),
        Visit(element_id="b", ended_at=at(2), is_cancelled=True),
    ]

    found = path(CHOICE, visits, [("d", None)], {}, frozenset())

    assert found.flows == {"a-x", "x-b"}


def test_a_part_of_a_history_is_played_as_far_as_it_goes() -> None:
    found = walked(FORK, "cj", "d")

    assert found.flows == {"c-j", "j-d"}
    assert found.stays[0].began_at is None
