"""What a variable may hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.domain.errors import InvalidError
from engine.domain.values import (
    TOKYO,
    UnstorableError,
    YearsMonths,
    duration_text,
    name,
    number,
    storable,
    to_json,
)


def test_numbers_become_decimals_of_34_digits_at_most():
    assert storable(0.1) == Decimal("0.1")
    assert storable(7) == Decimal(7)
    assert len(storable(Decimal(1) / 3).as_tuple().digits) <= 34
    assert storable(True) is True


def test_a_copy_shares_nothing_with_what_came_in():
    given = {"不具合": [{"内容": "遅い"}]}

    kept = storable(given)
    given["不具合"][0]["内容"] = "変わった"

    assert kept == {"不具合": [{"内容": "遅い"}]}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param(float("nan"), "", id="not a number"),
        pytest.param({"率": [Decimal("Infinity")]}, "率[1]", id="infinity in a list"),
        pytest.param({"表": {1: "x"}}, "表", id="key that is no text"),
        pytest.param({"名": "\ud800"}, "名", id="lone surrogate"),
        pytest.param({"物": object()}, "物", id="any other object"),
        pytest.param({"関数": len}, "関数", id="function"),
        pytest.param({"字": "あ" * 100_001}, "字", id="too long a text"),
        pytest.param({"列": [None] * 10_001}, "列", id="too long a list"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(value, place):
    with pytest.raises(UnstorableError) as caught:
        storable(value)

    assert caught.value.path == place


def test_too_deep_a_nesting_is_refused():
    deep: list = []
    for _ in range(60):
        deep = [deep]

    with pytest.raises(UnstorableError, match="入れ子"):
        storable(deep)


def test_a_moment_without_zone_is_taken_as_tokyo():
    assert storable(datetime(2026, 4, 1, 9, 0)).tzinfo is TOKYO  # noqa: DTZ001 - the point of it


def test_sets_and_tuples_become_lists():
    assert storable((1, 2)) == [Decimal(1), Decimal(2)]


def test_json_for_people_holds_texts_for_numbers_and_times():
    value = {
        "額": Decimal("1E+3"),
        "日": date(2026, 4, 1),
        "時": time(9, 0),
        "瞬": datetime(2026, 4, 1, 0, 0, tzinfo=UTC),
        "間": [timedelta(days=1, hours=2), YearsMonths(14)],
        "無": None,
    }

    assert to_json(value) == {
        "額": "1000",
        "日": "2026-04-01",
        "時": "09:00:00",
        "瞬": "2026-04-01T00:00:00+00:00",
        "間": ["P1DT2H", "P1Y2M"],
        "無": None,
    }


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(days=-1, hours=2), "-PT22H"),
        (timedelta(seconds=61, microseconds=500_000), "PT1M1.5S"),
    ],
)
def test_durations_are_written_in_iso_8601(duration, text):
    assert duration_text(duration) == text


@pytest.mark.parametrize("text", ["", "達成 率", "a-b", "額(円)", "x.y"])
def test_a_name_with_signs_is_refused(text):
    with pytest.raises(InvalidError):
        name(text)


def test_names_are_normalised():
    assert name(" ＰＪＭＯ率 ") == "PJMO率"


@pytest.mark.parametrize("text", ["abc", "", "1e99999", "NaN"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidError):
        number(text)
