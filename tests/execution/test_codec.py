"""Every value a variable may hold comes back as it was; nothing else gets in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.values import TOKYO, UnstorableError, YearsMonths
from engine.execution import codec, runner
from engine.execution.bundle import Bundle
from engine.execution.codec import StateError
from engine.execution.sameness import same
from engine.execution.typed_values import TAG
from tests.execution.drawing import line, user_task
from tests.execution.running import Case, House, draw

TWO = line(("one", user_task("one")), ("two", user_task("two")))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return draw(TWO)


def through(bundle: Bundle, value: Any) -> Any:
    """The value after it was stored and read back, once as set and once as inherited."""
    case = Case(bundle, House(), reloads=False).begin({"値": value})
    case.reloads = True
    case.complete("one")
    return runner.variables_of(case.live, case.id_of("two"))["値"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        '文字\n"引用" \\ \u2028 😀',
        Decimal("1.50"),
        Decimal("-0"),
        Decimal("1E+100"),
        Decimal("0.1234567890123456789012345678901234"),
        date(2026, 4, 1),
        time(9, 30, 15, 250),
        time(9, 30, tzinfo=UTC),
        time(9, 30, tzinfo=TOKYO),
        datetime(2026, 4, 1, 9, 0, 0, 123456, tzinfo=TOKYO),
        datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9))),
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")),
        timedelta(days=-1, microseconds=7),
        YearsMonths(-14),
        [],
        {},
        [Decimal(1), [None, {"甲": [date(2026, 1, 1)]}]],
        {TAG: "n1"},
        {TAG + TAG: 1, "値": Decimal(2)},
        {"typename": "UUID", "value": "x"},
        {"f": 1, "t": [], "d": "x"},
        TAG,
        [TAG, {"\\u0000": TAG}],
    ],
    ids=lambda value: f"{type(value).__name__}-{value!r}"[:40].replace("\x00", "NUL"),
)
def test_a_value_comes_back_as_it_was(bundle: Bundle, value: Any) -> None:
    from engine.domain.values import storable

    assert same(through(bundle, value), storable(value))


NAMES = st.text(max_size=6) | st.sampled_from([TAG, TAG + "x", "typename"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.dates()
    | st.timedeltas()
    | st.datetimes(timezones=st.sampled_from([UTC, TOKYO, timezone(timedelta(hours=-3))]))
    | st.integers(-1200, 1200).map(YearsMonths),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=VALUES)
def test_any_value_comes_back_as_it_was(value: Any) -> None:
    from engine.domain.values import storable

    kept = storable(value)
    assert same(through(draw_once(), value), kept)


_DRAWN: list[Bundle] = []


def draw_once() -> Bundle:
    if not _DRAWN:
        _DRAWN.append(draw(TWO))
    return _DRAWN[0]


@pytest.mark.parametrize(
    "value",
    [
        object(),
        float("nan"),
        float("inf"),
        {1: "x"},
        "\ud800",
        b"bytes",
        {"深": [float("nan")]},
        print,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_no_variable_may_hold_is_refused_at_the_boundary(bundle: Bundle, value: Any) -> None:
    case = Case(bundle, House(), reloads=False).begin()

    with pytest.raises(UnstorableError):
        runner.complete(case.live, case.id_of("one"), {"値": value}, case.house, "kato")


def test_tuples_and_sets_are_lists_before_they_are_stored(bundle: Bundle) -> None:
    case = Case(bundle, House(), reloads=False).begin({"組": (1, 2), "集": {3}})

    data = runner.variables_of(case.live, case.id_of("one"))

    assert data == {"組": [Decimal(1), Decimal(2)], "集": [Decimal(3)]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1, True),
        ([1], [True]),
        (Decimal("1.0"), Decimal("1.00")),
        ({"a": [0]}, {"a": [False]}),
        (datetime(2026, 4, 1, 9, tzinfo=TOKYO), datetime(2026, 4, 1, tzinfo=UTC)),
    ],
    ids=["true", "in a list", "digits", "in a context", "time zone"],
)
def test_a_change_to_an_equal_value_of_another_kind_is_kept(
    bundle: Bundle, before: Any, after: Any
) -> None:
    from engine.domain.values import storable

    case = Case(bundle, House(), reloads=True).begin({"値": before})

    case.complete("one", 値=after)

    data = runner.variables_of(case.live, case.id_of("two"))
    assert same(data["値"], storable(after))


def test_a_small_state_is_stored_plainly_and_a_large_one_compressed(bundle: Bundle) -> None:
    small = Case(bundle, House(), reloads=False).begin({"値": "短い"})
    large = Case(bundle, House(), reloads=True).begin({"値": "長い" * 20_000})

    assert runner.pack(small.live)[:1] == codec.PLAIN
    assert len(runner.pack(small.live)) < 700
    assert runner.pack(large.live)[:1] == codec.COMPRESSED
    assert len(runner.pack(large.live)) < 2_000
    large.complete("one")
    large.complete("two")
    assert large.variables == {"値": "長い" * 20_000}


def test_a_state_of_another_definition_or_format_is_refused(bundle: Bundle) -> None:
    state = runner.pack(Case(bundle, House(), reloads=False).begin().live)
    other = draw(line(("one", user_task("one"))))

    with pytest.raises(StateError):
        runner.unpack(other, state)
    with pytest.raises(StateError):
        runner.unpack(bundle, state.replace(b'"f":2', b'"f":9'))
    with pytest.raises(StateError):
        runner.unpack(bundle, b"nothing")


# A stored state of the first release; a reader for it has to stay.
FIRST_FORMAT = (
    b'T{"f":1,"d":"HASH","x":"\xe4\xbb\xb6","h":[{},0,1,0],"t":[[-1,"Start",64,'
    b'"00000000000000000000000000000001",1.5,0,0,0,0],[0,"begin",64,'
    b'"00000000000000000000000000000002",1.5,0,0,{"\xe5\x80\xa4":{"\\u0000":"n1.50"}},0],'
    b'[1,"one",16,"00000000000000000000000000000003",1.5,0,0,0,0],[2,"two",4],'
    b'[3,"finish",4],[4,"case.EndJoin",4],[5,"End",4]],"s":[]}'
)


def test_a_state_of_the_first_format_still_loads(bundle: Bundle) -> None:
    state = FIRST_FORMAT.replace(b"HASH", bundle.hash.encode())
    case = Case(bundle, House(), reloads=True)
    case.live = runner.unpack(bundle, state)

    case.complete_id("00000000000000000000000000000003")
    case.complete("two")

    assert case.variables == {"値": Decimal("1.50")}
