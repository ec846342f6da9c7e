"""How long something took, as people read it: in working time, and by the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.office_hours import OFFICE_DAY, office_hours
from web.context import Clock
from web.i18n import _

HOUR, MINUTE = 3_600, 60
LONG_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Took:
    """`worked`: seconds of working time; `whole`: seconds by the calendar."""

    worked: int
    whole: int

    def __add__(self, other: Took) -> Took:
        return Took(worked=self.worked + other.worked, whole=self.whole + other.whole)


NOTHING = Took(worked=0, whole=0)


def took(began_at: datetime, ended_at: datetime | None, clock: Clock) -> Took:
    """From the beginning to the end, or to now."""
    until = ended_at or clock.now
    whole = max(int((until - began_at) / timedelta(seconds=1)), 0)
    return Took(worked=office_hours(clock.calendar).seconds(began_at, until), whole=whole)


def worked_text(one: Took) -> str:
    """3.4営業日, 2時間13分, 18分; a working day has nine hours."""
    days = worked_days(one)
    return _("%(days)s営業日", days=days) if days else _short(one.worked)


def worked_days(one: Took) -> str:
    """The number alone; empty for less than a day."""
    return f"{one.worked / OFFICE_DAY:.1f}" if one.worked >= OFFICE_DAY else ""


def whole_text(one: Took) -> str:
    """6.2日, 2時間13分, 18分"""
    if one.whole >= LONG_SECONDS:
        return _("%(days)s日", days=f"{one.whole / LONG_SECONDS:.1f}")
    return _short(one.whole)


def _short(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR)
    minutes = rest // MINUTE
    if not hours:
        return _("%(minutes)s分", minutes=minutes) if minutes else _("1分未満")
    if not minutes:
        return _("%(hours)s時間", hours=hours)
    return _("%(hours)s時間%(minutes)s分", hours=hours, minutes=minutes)
