"""Which months does a figure stand for?  Periods of indicators, by frequency, and their names.

A period is named by its last month and its length.  Longer ones follow the fiscal year: quarters
end with June, September, December and March, halves with September and March, years with March.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTH, QUARTER, HALF, YEAR = 1, 3, 6, 12
LAST_OF_YEAR = 3  # March
LENGTHS: Mapping[str, int] = {
    "四半期": QUARTER,
    "半年": HALF,
    "半期": HALF,
    "年次": YEAR,
    "年": YEAR,
}
_HALVES = ("上期", "下期")
_MONTH = re.compile(r"(\d{4})(?:年|-|/)(\d{1,2})月?")
_PART = re.compile(r"(\d{4})年度(?:第([1-4])四半期|(上期|下期))?")


@dataclass(frozen=True, order=True)
class Period:
    """`end`: first day of the last month; `months`: how many it takes."""

    end: date
    months: int = MONTH

    @property
    def label(self) -> str:
        """`2026年12月`, `2026年度第3四半期`, `2026年度上期` or `2026年度`."""
        if self.months == MONTH:
            return f"{self.end.year}年{self.end.month}月"
        year = f"{self.end.year - (self.end.month <= LAST_OF_YEAR)}年度"
        number = (self.end.month - LAST_OF_YEAR - 1) % YEAR // self.months
        if self.months == QUARTER:
            return f"{year}第{number + 1}四半期"
        return year if self.months == YEAR else year + _HALVES[number]

    @property
    def first_day(self) -> date:
        return months_before(self.end, self.months - 1)

    @property
    def last_day(self) -> date:
        return months_before(self.end, -1) - timedelta(days=1)

    def before(self, count: int = 1) -> Period:
        """The period of the same length, `count` periods earlier."""
        return Period(months_before(self.end, self.months * count), self.months)

    @property
    def a_year_before(self) -> Period:
        return Period(months_before(self.end, YEAR), self.months)


def months_before(day: date, count: int) -> date:
    """The first day of the month `count` months before that of `day`."""
    years, month = divmod(day.year * YEAR + day.month - 1 - count, YEAR)
    return date(years, month + 1, 1)


def containing(day: date, months: int) -> Period:
    """The period of that length in which the day lies, by the fiscal year.

    Example: with 3 for a day in May, April to June.
    """
    month = day.replace(day=1)
    left = (LAST_OF_YEAR - month.month) % months
    return Period(months_before(month, -left), months)


def length_of(frequency: str | None) -> int:
    """Months between two values of that frequency; daily, weekly and unknown ones count monthly."""
    words = unicodedata.normalize("NFKC", frequency or "").removeprefix("毎").removesuffix("ごと")
    return LENGTHS.get(words, MONTH)


def ending_with(month: date, frequency: str | None) -> Period | None:
    """The period of that frequency that ends with the month; None when none does.

    Example: quarterly figures are due for December, and not for November.
    """
    length = length_of(frequency)
    if (month.month - LAST_OF_YEAR) % length:
        return None
    return Period(month.replace(day=1), length)


def read(text: str | None) -> Period | None:
    """The period of a name as `label` writes it, or `2026-12` and `2026/12`; None if it is none."""
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))
    if found := _MONTH.fullmatch(words):
        year, month = int(found[1]), int(found[2])
        return Period(date(year, month, 1)) if year and 1 <= month <= YEAR else None
    found = _PART.fullmatch(words)
    if found is None or not int(found[1]):
        return None
    start = date(int(found[1]), LAST_OF_YEAR + 1, 1)
    if found[2]:
        return Period(months_before(start, 1 - QUARTER * int(found[2])), QUARTER)
    if found[3]:
        return Period(months_before(start, 1 - HALF * (_HALVES.index(found[3]) + 1)), HALF)
    return Period(months_before(start, 1 - YEAR), YEAR)
