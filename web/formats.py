"""How dates, deadlines, numbers and values read on a page; everything in Tokyo time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import TOKYO, YearsMonths, duration_text
from engine.domain.working_days import Calendar, fiscal_year, tokyo_date
from web.i18n import JAPANESE, _, language, plain

KILO = 1024
COUNT_LIMIT = 1_000
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_JA = "月火水木金土日"
_MONTHS_EN = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_REIWA_ZERO = 2018


def full_date(day: date) -> str:
    """2026年11月23日(月)"""
    if language() == JAPANESE:
        return f"{day.year}年{short_date_body(day)}"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def short_date_body(day: date) -> str:
    if language() == JAPANESE:
        return f"{day.month}月{day.day}日({_WEEKDAYS_JA[day.weekday()]})"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"


def list_date(day: date, today: date) -> str:
    """11月23日(月); with the year outside this and the next fiscal year."""
    near = fiscal_year(day) in (fiscal_year(today), fiscal_year(today) + 1)
    return short_date_body(day) if near else full_date(day)


def clock(moment: datetime) -> str:
    """10時42分"""
    local = moment.astimezone(TOKYO)
    return f"{local.hour}時{local.minute:02d}分" if language() == JAPANESE else f"{local:%H:%M}"


def list_moment(moment: datetime, today: date) -> str:
    """11月20日(金) 16時05分, or 今日 9時20分"""
    day = tokyo_date(moment)
    shown = _("今日") if day == today else list_date(day, today)
    return f"{shown} {clock(moment)}"


def machine_time(moment: datetime) -> str:
    """For the `datetime` attribute: 2026-11-24T10:42+09:00"""
    return moment.astimezone(TOKYO).isoformat(timespec="minutes")


def fiscal_year_name(year: int) -> str:
    """令和8年度"""
    era = year - _REIWA_ZERO
    if language() == JAPANESE:
        return f"令和{'元' if era == 1 else era}年度"
    return f"FY{year}"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A deadline as a chip: `kind` bad, note or plain; `icon`; `text`; the day."""

    kind: str
    icon: str
    text: str
    day: date
    is_over: bool


def deadline(due_at: datetime, now: datetime, calendar: Calendar) -> Deadline:
    """残り3営業日, 今日まで or 3営業日超過.

    The day of the deadline itself counts as 今日まで, also after its hour.
    """
    day, today = tokyo_date(due_at), tokyo_date(now)
    if day == today:
        return Deadline(kind="note", icon="clock", text=_("今日まで"), day=day, is_over=False)
    days = calendar.between(today, day)
    if day < today:
        late = max(-days, 1)
        text = _("1営業日超過") if late == 1 else _("%(days)s営業日超過", days=late)
        return Deadline(kind="bad", icon="alert", text=text, day=day, is_over=True)
    text = _("残り1営業日") if days == 1 else _("残り%(days)s営業日", days=days)
    return Deadline(kind="", icon="calendar", text=text, day=day, is_over=False)


def size(byte_count: int | Decimal) -> str:
    """84 KB, 2.1 MB, 1.4 GB"""
    count = int(byte_count)
    if count < KILO:
        return f"{count} B"
    if count < KILO * KILO:
        return f"{round(count / KILO)} KB"
    if count < KILO * KILO * KILO:
        return f"{count / KILO / KILO:.1f} MB"
    return f"{count / KILO / KILO / KILO:.1f} GB"


def count_text(count: int) -> str:
    """Counts stop at a thousand: nobody needs to know more exactly."""
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"


def number(value: Decimal | int) -> str:
    """1,200; the minus sign is U+2212."""
    text = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.replace("-", "−")


def shown(value: Any, field_type: str = "") -> str:
    """Any value of a variable as text for reading; a list is joined, a context is not laid out."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, (Decimal, int)):
        return number(value) + (_("円") if field_type == "yen" else "")
    if isinstance(value, (Mapping, list)):
        return _composed(value)
    if isinstance(value, str):
        return value
    return _temporal(value)


def _composed(value: Mapping[str, Any] | list[Any]) -> str:
    if isinstance(value, list):
        return _("、").join(plain(shown(item)) for item in value) or "—"
    return str(value.get("名前") or value.get("氏名") or value.get("label") or _("（内訳あり）"))


def _temporal(value: date | time | timedelta | YearsMonths) -> str:
    if isinstance(value, datetime):
        return f"{full_date(tokyo_date(value))} {clock(value)}"
    if isinstance(value, date):
        return full_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return duration_text(value) if isinstance(value, timedelta) else str(value)
