"""Calendar words -> the rule they mean.  What can be written: `schedule_rule`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, time

from engine.domain.errors import Finding, RefusedError
from engine.domain.schedule_rule import Rule, RuleKind

MOST_MONTHLY = (
    15  # a month has at least 16 weekdays after long holidays; more would often not exist
)
LAST_SURE_DAY = 28  # of every month
LEAP_YEAR = 2028
RULE, TIME = "schedule_rule", "schedule_time"  # codes of the findings
EVERY_MONTH = frozenset(range(1, 13))
# word -> name of the period, its first months, its last months
PERIODS: Mapping[str, tuple[str, frozenset[int], frozenset[int]]] = {
    "月": ("month", EVERY_MONTH, EVERY_MONTH),
    "四半期": ("quarter", frozenset({1, 4, 7, 10}), frozenset({3, 6, 9, 12})),
    "半期": ("half", frozenset({4, 10}), frozenset({3, 9})),
    "年度": ("year", frozenset({4}), frozenset({3})),
}
WEEKDAYS = "月火水木金"
_PERIOD = rf"毎({'|'.join(sorted(PERIODS, key=len, reverse=True))})"
_FIRST = re.compile(rf"{_PERIOD}(?:初|第(\d{{1,2}})営業日)")
_LAST = re.compile(rf"{_PERIOD}末(?:営業日|から(\d{{1,2}})営業日|の(\d{{1,2}})営業日前)?")
_WEEKLY = re.compile(rf"毎週([{WEEKDAYS}]曜日(?:、[{WEEKDAYS}]曜日)*)")
_MONTHLY = re.compile(r"毎月(\d{1,2}日(?:、\d{1,2}日)*)")
_YEARLY = re.compile(r"毎年(\d{1,2}月\d{1,2}日(?:、\d{1,2}月\d{1,2}日)*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})時(?:(\d{1,2})分)?")
_WITH_TIME = re.compile(rf"(.*?)((?:{_CLOCK.pattern}))")


def read_rule(text: str, at: str = "09:00") -> Rule:
    """The rule in calendar words.

    `at`: time of day in Tokyo, e.g. 9:00 or 9時00分; one that stands in the text itself wins.

    Raises:
        RefusedError: not understood, or it would never fire; the finding's code is RULE or TIME.
    """
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace(",", "、")
    if found := _WITH_TIME.fullmatch(words):
        words, at = found[1], found[2]
    moment = _time(at)
    for read in (_working_day, _day):
        rule = read(text, words, moment)
        if rule is not None:
            return rule
    raise _refused(
        f"定期起動の規則「{text}」を読めません。"
        "毎営業日、毎週月曜日、毎月10日、毎月第3営業日、毎月末営業日、毎年4月1日、毎四半期初 "
        "のように書きます。"
    )


def _working_day(text: str, words: str, at: time) -> Rule | None:
    """A rule that counts working days."""
    if words == "毎営業日":
        return Rule(text=words, at=at, kind=RuleKind.DAILY)
    if found := _FIRST.fullmatch(words):
        period, months, _ = PERIODS[found[1]]
        nth = _nth(text, int(found[2] or 1))
    elif found := _LAST.fullmatch(words):
        period, _, months = PERIODS[found[1]]
        nth = -_nth(text, int(found[3]) + 1 if found[3] else int(found[2] or 1))
    else:
        return None
    return Rule(text=words, at=at, kind=RuleKind.NTH, nth=nth, period=period, months=months)


def _day(text: str, words: str, at: time) -> Rule | None:
    """A rule that names days."""
    if found := _WEEKLY.fullmatch(words):
        named = tuple(sorted({WEEKDAYS.index(day[0]) for day in found[1].split("、")}))
        return Rule(text=words, at=at, kind=RuleKind.WEEKLY, weekdays=named)
    if found := _MONTHLY.fullmatch(words):
        days = tuple(sorted({_sure_day(text, int(day[:-1])) for day in found[1].split("、")}))
        return Rule(text=words, at=at, kind=RuleKind.MONTHLY, month_days=days)
    if found := _YEARLY.fullmatch(words):
        dates = tuple(_dates(text, found[1]))
        return Rule(text=words, at=at, kind=RuleKind.YEARLY, dates=dates)
    return None


def _refused(message: str, code: str = RULE) -> RefusedError:
    return RefusedError([Finding(code=code, message=message)])


def _time(text: str) -> time:
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = _CLOCK.fullmatch(words)
    try:
        if found is None:
            raise ValueError(text)
        return time(int(found[1] or found[3]), int(found[2] or found[4] or 0))
    except ValueError as error:
        message = f"定期起動の時刻「{text}」を読めません。9:00 のように書きます。"
        raise _refused(message, TIME) from error


def _nth(text: str, nth: int) -> int:
    if not 1 <= nth <= MOST_MONTHLY:
        raise _refused(
            f"定期起動の規則「{text}」に当たる日がない月があります。1から{MOST_MONTHLY}の数にします。"
        )
    return nth


def _sure_day(text: str, day: int) -> int:
    if not 1 <= day <= LAST_SURE_DAY:
        raise _refused(
            f"定期起動の規則「{text}」の{day}日は、ない月があります。"
            f"1日から{LAST_SURE_DAY}日までの日か、毎月末営業日にします。"
        )
    return day


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
