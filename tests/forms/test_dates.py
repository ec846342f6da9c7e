from __future__ import annotations

from datetime import date, time

import pytest

from engine.domain.sentence import Sentence
from engine.forms.dates import read_date, read_time

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    [
        ("2026", "11", "24"),
        ("R8", "11", "24"),
        ("令和8", "11", "24"),
        ("２０２６", "１１", "２４"),
        ("R8.11.24", "", ""),
        ("令和8年11月24日", "", ""),
        ("20261124", "", ""),
        ("2026-11-24", "", ""),
        ("2026/11/24", "", ""),
    ],
    ids="-".join,
)
def test_date_is_understood(typed: tuple[str, str, str]) -> None:
    assert read_date("期限", *typed) == DAY


def test_first_year_of_an_era_is_understood() -> None:
    assert read_date("期限", "令和元年5月1日", "", "") == date(2019, 5, 1)


@pytest.mark.parametrize(
    "typed",
    [
        ("2026", "11", ""),
        ("26", "11", "24"),
        ("2026", "十一", "24"),
        ("2026-W48-2", "", ""),
        ("x", "", ""),
    ],
    ids="-".join,
)
def test_date_that_cannot_be_read_gets_an_example(typed: tuple[str, str, str]) -> None:
    said = read_date("期限", *typed)

    assert isinstance(said, Sentence)
    assert "例：" in said


def test_day_that_does_not_exist_is_named() -> None:
    assert read_date("期限", "2026", "11", "31") == (
        "期限の2026年11月31日は、暦にない日です。日付を確かめてください。"
    )


@pytest.mark.parametrize("typed", ["9:30", "09:30", "9時30分", "0930", "９：３０"])
def test_time_is_understood(typed: str) -> None:
    assert read_time("時刻", typed) == time(9, 30)


@pytest.mark.parametrize("typed", ["25:00", "9:60", "朝", "9"])
def test_time_that_cannot_be_read_gets_an_example(typed: str) -> None:
    assert "例：9:30" in str(read_time("時刻", typed))
