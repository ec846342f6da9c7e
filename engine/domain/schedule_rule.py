"""When does a schedule fire?  Rules in the office's calendar words.

毎営業日            every working day
毎月第3営業日        the 3rd working day of each month
毎月末から2営業日     the 2nd working day of each month, counted from its end (1 = the last)
毎年4月1日、10月1日   these days; a closed day moves to the next working day
毎四半期初          the first working day of April, July, October and January
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.errors import Finding, RefusedError
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar, tokyo_date

QUARTERS = (1, 4, 7, 10)
MOST_MONTHLY = (
    15  # a month has at least 16 weekdays after long holidays; more would often not exist
)
LEAP_YEAR = 2028
LOOK_AHEAD = timedelta(days=800)
ONE_DAY = timedelta(days=1)

_NTH = re.compile(r"毎月第(\d{1,2})営業日")
_FROM_END = re.compile(r"毎月末から(\d{1,2})営業日")
_DATES = re.compile(r"毎年(\d{1,2}月\d{1,2}日(?:、\d{1,2}月\d{1,2}日)*)")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that was read.  `nth`: working day of the month, negative from its end."""

    text: str
    at: time
    nth: int | None = None
    months: frozenset[int] = frozenset(range(1, 13))
    dates: tuple[tuple[int, int], ...] = ()  # month, day

    def days(self, first: date, last: date, calendar: Calendar) -> Iterator[date]:
        """The days of the rule from `first` to `last`, in order."""
        day = first
        while day <= last:
            if self._falls_on(day, calendar):
                yield day
            day += ONE_DAY

    def _falls_on(self, day: date, calendar: Calendar) -> bool:
        if not calendar.is_working_day(day):
            return False
        if self.dates:
            return self._is_moved_to(day, calendar)
        if self.nth is None:
            return True
        if day.month not in self.months:
            return False
        try:
            return calendar.nth_of_month(day.year, day.month, self.nth) == day
        except ValueError:
            return False

    def _is_moved_to(self, day: date, calendar: Calendar) -> bool:
        while True:
            if (day.month, day.day) in self.dates:
                return True
            day -= ONE_DAY
            if calendar.is_working_day(day):
                return False

    def between(self, after: datetime, until: datetime, calendar: Calendar) -> list[datetime]:
        """The planned moments in (after, until], UTC, oldest first."""
        days = self.days(tokyo_date(after), tokyo_date(until), calendar)
        moments = (datetime.combine(day, self.at, TOKYO).astimezone(UTC) for day in days)
        return [moment for moment in moments if after < moment <= until]

    def next(self, after: datetime, calendar: Calendar, count: int = 1) -> list[datetime]:
        """The next planned moments after `after`, UTC; fewer when the rule is rare."""
        found: list[datetime] = []
        until = after
        while len(found) < count and until - after < LOOK_AHEAD * 6:
            since, until = until, until + LOOK_AHEAD
            found += self.between(since, until, calendar)
        return found[:count]


def read_rule(text: str, at: str = "09:00") -> Rule:
    """The rule in calendar words; `at`: time of day in Tokyo, HH:MM.

    Raises:
        RefusedError: not understood, or it would never fire.
    """
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace(",", "、")
    moment = _time(at)
    if words == "毎営業日":
        return Rule(text=text, at=moment)
    if words == "毎四半期初":
        return Rule(text=text, at=moment, nth=1, months=frozenset(QUARTERS))
    for pattern, sign in ((_NTH, 1), (_FROM_END, -1)):
        if found := pattern.fullmatch(words):
            return Rule(text=text, at=moment, nth=sign * _nth(text, int(found[1])))
    if found := _DATES.fullmatch(words):
        return Rule(text=text, at=moment, dates=tuple(_dates(text, found[1])))
    raise _refused(
        f"定期起動の規則「{text}」を読めません。"
        "毎営業日、毎月第3営業日、毎月末から2営業日、毎年4月1日、毎四半期初 のように書きます。"
    )


def _refused(message: str) -> RefusedError:
    return RefusedError([Finding(code="schedule_rule", message=message)])


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise _refused(f"定期起動の時刻「{text}」を読めません。09:00 のように書きます。") from error


def _nth(text: str, nth: int) -> int:
    if not 1 <= nth <= MOST_MONTHLY:
        raise _refused(
            f"定期起動の規則「{text}」に当たる日がない月があります。1から{MOST_MONTHLY}の数にします。"
        )
    return nth


def _dates(text: str, listed: str) -> Iterator[tuple[int, int]]:
    for month, day in re.findall(r"(\d{1,2})月(\d{1,2})日", listed):
        try:
            date(LEAP_YEAR, int(month), int(day))
        except ValueError as error:
            raise _refused(
                f"定期起動の規則「{text}」の{month}月{day}日は暦にありません。"
                "この規則では一度も起動しません。"
            ) from error
        yield int(month), int(day)
