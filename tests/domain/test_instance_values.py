"""Data items as keys: each kind is compared with its own."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.instance_values import (
    MOST_ITEMS,
    Asked,
    Comparison,
    Spans,
    key_of,
    merged,
    spans_of,
    value_rows,
)

DAY = date(2026, 11, 24)
MOMENT = datetime.fromisoformat("2026-11-24T23:30:00+09:00")


def fits(value: Any, asked: Asked) -> bool:
    """Whether the value fits as the tables would say it."""
    wanted: Spans = spans_of(asked)
    return any(
        (wanted.word and row.key[0] == "t" and wanted.word in (row.text or row.key[1:]))
        or any(low <= row.key <= high for low, high in wanted.spans)
        for row in value_rows({"項目": value})
    )


@pytest.mark.parametrize(
    ("value", "typed", "fit"),
    [
        pytest.param("申請の受付", "受付", True, id="a word inside"),
        pytest.param("ABC 様式", "ａｂｃ", True, id="any width"),
        pytest.param("x" * 150 + "終わり", "終わり", True, id="the end of a long text"),
        pytest.param(Decimal(1200), "1,200円", True, id="a number"),
        pytest.param(Decimal(1200), "12", False, id="no part of a number"),
        pytest.param(True, "はい", True, id="yes"),
        pytest.param(False, "はい", False, id="no is not yes"),
        pytest.param(["受付", "審査"], "審査", True, id="one of a list"),
        pytest.param(time(9, 30), "09:30", True, id="a time"),
    ],
)
def test_a_value_has_what_was_typed(value: Any, typed: str, fit: bool) -> None:
    assert fits(value, Asked(name="項目", typed=typed)) == fit


@pytest.mark.parametrize(
    ("value", "typed", "fit"),
    [
        pytest.param("受付", "受付", True, id="the whole text"),
        pytest.param("受付の審査", "受付", False, id="not its beginning"),
        pytest.param(Decimal("12.50"), "12.5", True, id="a number however written"),
        pytest.param("12", "12", True, id="figures kept as text"),
        pytest.param(Decimal(-3), "−3", True, id="a minus sign"),
    ],
)
def test_a_value_is_what_was_typed(value: Any, typed: str, fit: bool) -> None:
    assert fits(value, Asked(name="項目", comparison=Comparison.IS, typed=typed)) == fit


@pytest.mark.parametrize("value", [DAY, MOMENT], ids=["day", "moment of that day"])
@pytest.mark.parametrize("comparison", list(Comparison))
def test_a_day_fits_itself_and_all_its_moments(value: Any, comparison: Comparison) -> None:
    asked = Asked(name="項目", comparison=comparison, typed="2026-11-24", day=DAY)

    assert fits(value, asked)


@pytest.mark.parametrize(
    ("comparison", "fit"),
    [(Comparison.FROM, [False, True, True]), (Comparison.TO, [True, True, False])],
)
def test_a_range_holds_its_end(comparison: Comparison, fit: list[bool]) -> None:
    numbers = Asked(name="項目", comparison=comparison, typed="10")
    days = Asked(name="項目", comparison=comparison, typed="11/24", day=DAY)

    assert [fits(Decimal(one), numbers) for one in (9, 10, 11)] == fit
    assert [fits(DAY.replace(day=one), days) for one in (23, 24, 25)] == fit


def test_numbers_are_never_compared_with_days_or_texts() -> None:
    at_least = Asked(name="項目", comparison=Comparison.FROM, typed="0")

    assert [fits(value, at_least) for value in (DAY, "9", True)] == [False, False, False]


def test_a_range_from_a_word_fits_nothing() -> None:
    asked = Asked(name="項目", comparison=Comparison.FROM, typed="受付")

    assert spans_of(asked).spans == ()
    assert spans_of(asked).word == ""


def test_nothing_typed_means_any_value() -> None:
    asked = Asked(name="項目")

    assert [fits(value, asked) for value in ("受付", Decimal(0), False, DAY)] == [True] * 4
    nothing: list[Any] = ["", None, []]
    assert [fits(value, asked) for value in nothing] == [False] * 3


def test_an_id_stands_for_a_person_of_that_name() -> None:
    found = spans_of(Asked(name="起案者", typed="鈴木"), ids=["suzuki"])

    assert (key_of("suzuki"), key_of("suzuki")) in found.spans


def test_tables_files_and_the_names_of_the_diagram_are_left_out() -> None:
    file = {"id": "f1", "名前": "計画.pdf", "バイト数": Decimal(3)}

    assert value_rows({"明細": [{"額": Decimal(1)}], "計画書": file, "items": "x", "空": ""}) == []


def test_long_lists_end_somewhere() -> None:
    assert len(value_rows({"対象": [f"部門{n}" for n in range(500)]})) == MOST_ITEMS


def test_two_ranges_of_one_item_are_one() -> None:
    low = spans_of(Asked(name="費用", comparison=Comparison.FROM, typed="10"))
    high = spans_of(Asked(name="費用", comparison=Comparison.TO, typed="20"))
    other = spans_of(Asked(name="数", comparison=Comparison.TO, typed="20"))

    found = merged([low, other, high])

    assert [(one.name, one.spans) for one in found] == [
        ("費用", ((key_of(Decimal(10)), key_of(Decimal(20))),)),
        ("数", other.spans),
    ]


def test_ranges_that_do_not_meet_fit_nothing() -> None:
    low = spans_of(Asked(name="費用", comparison=Comparison.FROM, typed="30"))
    high = spans_of(Asked(name="費用", comparison=Comparison.TO, typed="20"))

    assert merged([low, high]) == (Spans(name="費用"),)
