from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from engine.domain.working_days import Calendar
from web import formats, i18n

TODAY = date(2026, 11, 24)
CALENDAR = Calendar(frozenset({date(2026, 11, 23)}))


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """A Japanese page without anything else."""
    app = Flask("formats")
    i18n.install(app)
    with app.test_request_context():
        yield


def test_a_date_shows_year_and_weekday() -> None:
    assert formats.full_date(TODAY) == "2026年11月24日(火)"


def test_a_date_is_english_on_an_english_page() -> None:
    with force_locale("en"):
        assert formats.full_date(TODAY) == "Tue 24 Nov 2026"


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2027, 1, 12), "1月12日(火)"),
        (date(2028, 3, 31), "3月31日(金)"),
        (date(2028, 4, 3), "2028年4月3日(月)"),
        (date(2026, 3, 31), "2026年3月31日(火)"),
    ],
)
def test_lists_show_the_year_outside_this_and_the_next_fiscal_year(day: date, shown: str) -> None:
    assert formats.list_date(day, TODAY) == shown


def test_a_moment_of_today_says_so() -> None:
    assert formats.list_moment(datetime(2026, 11, 24, 0, 20, tzinfo=UTC), TODAY) == "今日 9時20分"


def test_a_moment_is_shown_in_tokyo() -> None:
    late = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)

    assert formats.list_moment(late, TODAY) == "11月21日(土) 1時05分"


@pytest.mark.parametrize(
    ("due", "text", "kind"),
    [
        (datetime(2026, 11, 27, 9, tzinfo=UTC), "残り3営業日", ""),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "今日まで", "note"),
        (datetime(2026, 11, 24, 0, tzinfo=UTC), "今日まで", "note"),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "1営業日超過", "bad"),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), "1営業日超過", "bad"),
    ],
    ids=["days left", "today", "this morning", "over a holiday", "on a holiday"],
)
def test_a_deadline_counts_working_days(due: datetime, text: str, kind: str) -> None:
    now = datetime(2026, 11, 24, 1, 42, tzinfo=UTC)

    found = formats.deadline(due, now, CALENDAR)

    assert (found.text, found.kind) == (text, kind)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (True, "はい"),
        (Decimal("12000000"), "12,000,000"),
        (Decimal("-4"), "−4"),
        (Decimal("61.8"), "61.8"),
        (time(9, 5), "09:05"),
        (["甲", "乙"], "甲、乙"),
        ([], "—"),
        ({"id": "a", "名前": "手順書.pdf"}, "手順書.pdf"),
    ],
)
def test_values_are_shown_for_reading(value: Any, text: str) -> None:
    assert formats.shown(value) == text


def test_money_has_its_unit() -> None:
    assert formats.shown(Decimal(1200), "yen") == "1,200円"


@pytest.mark.parametrize(
    ("count", "text"), [(318, "318 B"), (86_000, "84 KB"), (2_202_010, "2.1 MB")]
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert formats.size(count) == text


def test_the_fiscal_year_has_its_era() -> None:
    assert formats.fiscal_year_name(2026) == "令和8年度"
    assert formats.fiscal_year_name(2019) == "令和元年度"
