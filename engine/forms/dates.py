"""What people type where a date or a time is asked for -> the date, the time, or what is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

from engine.domain.sentence import Sentence
from engine.domain.working_days import REIWA_YEAR_ZERO

_ERA = r"(?:R|r|令和)\s*(?P<era>\d{1,2}|元)"
_YEAR = rf"(?:{_ERA}|(?P<year>\d{{4}}))"
# \d would also take the digits of other scripts
_WHOLE = re.compile(
    rf"{_YEAR}\s*[年./\-]\s*(?P<month>\d{{1,2}})\s*[月./\-]\s*(?P<day>\d{{1,2}})\s*日?", re.A
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<era>)", re.A)
_ONLY_YEAR = re.compile(rf"{_YEAR}\s*年?", re.A)
_NUMBER = re.compile(r"\d{1,2}", re.A)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s*[:時]\s*(?P<minute>\d{1,2})?\s*分?|(?P<compact>\d{4})", re.A
)


def read_date(label: str, year: str, month: str, day: str) -> date | Sentence:
    """The date of the three fields 年・月・日; a whole date pasted into 年 counts as well.

    Understood: 2026, R8 and 令和8 as a year; R8.11.24, 令和8年11月24日, 2026-11-24, 2026/11/24
    and 20261124 as a whole.  Full-width digits count as digits.
    """
    year, month, day = _plain(year), _plain(month), _plain(day)
    found = None
    if not month and not day:
        found = _WHOLE.fullmatch(year) or _COMPACT.fullmatch(year)
        if found:
            month, day = found["month"], found["day"]
    found = found or _ONLY_YEAR.fullmatch(year)
    if not found or not _NUMBER.fullmatch(month) or not _NUMBER.fullmatch(day):
        return Sentence(
            "%(label)sは年・月・日を数字で入力してください。例：2026年 12月 4日", label=label
        )
    number = _year(found)
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return Sentence(
            "%(label)sの%(year)s年%(month)s月%(day)s日は、暦にない日です。日付を確かめてください。",
            label=label,
            year=number,
            month=int(month),
            day=int(day),
        )


def read_time(label: str, text: str) -> time | Sentence:
    """A time of day: 9:30, 09:30, 9時30分, 9時, 0930."""
    found = _TIME.fullmatch(_plain(text))
    if found:
        compact = found["compact"]
        hour = compact[:2] if compact else found["hour"]
        minute = compact[2:] if compact else found["minute"] or "0"
        if int(hour) <= 23 and int(minute) <= 59:  # noqa: PLR2004
            return time(int(hour), int(minute))
    return Sentence("%(label)sは時刻を数字で入力してください。例：9:30", label=label)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _year(found: re.Match[str]) -> int:
    era = found["era"]
    if era:
        return REIWA_YEAR_ZERO + (1 if era == "元" else int(era))
    return int(found["year"])
