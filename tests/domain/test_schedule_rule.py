"""Periodic starts in calendar words: read, worked out, and refused when they would never fire."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from engine.domain.errors import RefusedError
from engine.domain.schedule_words import RULE, TIME, read_rule
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar, tokyo_date

GOLDEN_WEEK = {date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)}
NEW_YEAR = {date(2026, 12, day) for day in (29, 30, 31)} | {date(2027, 1, 1)}
CALENDAR = Calendar(frozenset(GOLDEN_WEEK | NEW_YEAR))


def coming(text: str, after: str, count: int = 1) -> list[str]:
    start = datetime.fromisoformat(f"{after}T00:00+09:00")
    found = read_rule(text).coming(start, CALENDAR, count)
    return [tokyo_date(planned.at).isoformat() for planned in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("毎営業日", "2026-04-01", id="each working day"),
        pytest.param("毎週月曜日", "2026-04-06", id="each Monday"),
        pytest.param("毎月第3営業日", "2026-04-03", id="3rd working day"),
        pytest.param("毎月末営業日", "2026-04-30", id="last working day"),
        pytest.param("毎月末", "2026-04-30", id="end of the month"),
        pytest.param("毎月末から3営業日", "2026-04-27", id="3rd from the end"),
        pytest.param("毎月末の2営業日前", "2026-04-27", id="2 working days before the end"),
        pytest.param("毎月10日", "2026-04-10", id="a day of the month"),
        pytest.param("毎月25日、10日", "2026-04-10", id="two days of the month"),
        pytest.param("毎年5月3日", "2026-05-07", id="closed day moves on"),
        pytest.param("毎四半期初", "2026-04-01", id="quarter"),
        pytest.param("毎四半期第2営業日", "2026-04-02", id="2nd day of the quarter"),
        pytest.param("毎半期末営業日", "2026-09-30", id="end of the half"),
        pytest.param("毎年度末から3営業日", "2027-03-29", id="end of the fiscal year"),
    ],
)
def test_a_rule_says_its_first_day(text: str, first: str) -> None:
    assert coming(text, "2026-04-01") == [first]


def test_a_closed_day_moves_to_the_next_working_day_and_is_named() -> None:
    after = datetime(2026, 5, 1, tzinfo=TOKYO)

    weekly = read_rule("毎週月曜日").coming(after, CALENDAR, 2)
    monthly = read_rule("毎月10日").coming(after, CALENDAR, 2)

    assert [tokyo_date(one.at) for one in weekly] == [date(2026, 5, 7), date(2026, 5, 11)]
    assert [one.moved_from for one in weekly] == [date(2026, 5, 4), None]
    assert [tokyo_date(one.at) for one in monthly] == [date(2026, 5, 11), date(2026, 6, 10)]
    assert [one.moved_from for one in monthly] == [date(2026, 5, 10), None]


def test_two_days_that_move_to_the_same_day_are_one_start() -> None:
    assert coming("毎月2日、3日", "2026-05-01", 2) == ["2026-05-07", "2026-06-02"]


def test_the_year_end_closure_moves_a_weekly_start_into_the_new_year() -> None:
    assert coming("毎週火曜日", "2026-12-23", 2) == ["2027-01-04", "2027-01-05"]


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ("毎月第3営業日 9:00", "毎月第3営業日", time(9)),
        ("毎月 第３ 営業日　１７：３０", "毎月第3営業日", time(17, 30)),
        ("毎月10日9時", "毎月10日", time(9)),
        ("毎年4月1日,10月1日 8時45分", "毎年4月1日、10月1日", time(8, 45)),
        ("毎営業日", "毎営業日", time(10, 15)),
    ],
)
def test_the_time_may_stand_in_the_words(text: str, words: str, at: time) -> None:
    rule = read_rule(text, "10:15")

    assert (rule.text, rule.at) == (words, at)


@pytest.mark.parametrize(
    "text",
    [
        "毎年2月30日",
        "毎年4月1日、6月31日",
        "毎年13月1日",
        "毎月第23営業日",
        "毎月第0営業日",
        "毎月末の15営業日前",
        "毎月29日",
        "毎月0日",
        "毎週日曜日",
        "毎週",
        "ときどき",
        "",
    ],
)
def test_a_rule_that_would_not_fire_or_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_rule(text)

    [finding] = caught.value.findings
    assert f"「{text}」" in finding.message
    assert finding.code == RULE


@pytest.mark.parametrize("at", ["24:00", "9:60", "朝", "", "9"])
def test_a_time_that_does_not_exist_is_refused(at: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_rule("毎営業日", at)

    [finding] = caught.value.findings
    assert f"「{at}」" in finding.message
    assert finding.code == TIME
