"""How the board and the analysis speak: spans of time, phases, working time, who has a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from engine.domain.office_hours import OFFICE_DAY
from engine.domain.periods import Period
from engine.domain.phase import Phase
from engine.domain.user_task import UserTask
from engine.domain.working_days import fiscal_year
from engine.services import people
from engine.services.instance_list import InstanceFilter
from web import formats, instance_filters
from web.context import clock, engine
from web.i18n import _

HOUR = 3_600
DAY_HOURS = OFFICE_DAY // HOUR
# phase -> drawing of its chip; phases are always grey
PHASES: Mapping[Phase, str] = {
    Phase.PREPARING: "flag",
    Phase.RENEWING: "swap",
    Phase.IMPROVING: "refresh",
    Phase.ENDED: "check",
    Phase.OPERATING: "play",
    Phase.BEFORE: "ring",
}


def phase_names() -> dict[Phase, str]:
    return {
        Phase.PREPARING: _("運営開始準備"),
        Phase.RENEWING: _("更改の検討"),
        Phase.IMPROVING: _("改善"),
        Phase.ENDED: _("運営終了"),
        Phase.OPERATING: _("運営"),
        Phase.BEFORE: _("準備前"),
    }


def board_spans() -> dict[str, str]:
    """The spans of the board: name -> words, of today."""
    year = formats.fiscal_year_name(fiscal_year(clock().today))
    return {"month": _("今月"), "year": year, "twelve": _("過去12か月")}


def analysis_spans() -> dict[str, str]:
    return {
        "last_quarter": _("前四半期"),
        "quarter": _("今四半期"),
        "month": _("今月"),
        "year": _("今年度"),
        "last_year": _("前年度"),
        "twelve": _("過去12か月"),
    }


def working_time(hours: float | None) -> str:
    """2時間13分 or 18分; from a working day on 6.2日."""
    if hours is None:
        return "—"
    if hours >= DAY_HOURS:
        return _("%(days)s日", days=f"{hours / DAY_HOURS:,.1f}")
    whole, minutes = divmod(round(hours * 60), 60)
    if not whole:
        return _("%(minutes)s分", minutes=minutes)
    return _("%(hours)s時間%(minutes)s分", hours=whole, minutes=minutes)


def days_of(hours: float) -> Decimal:
    """Working days with one decimal."""
    return Decimal(str(round(hours / DAY_HOURS, 1)))


def working_days(days: float) -> str:
    """6.2日"""
    return _("%(days)s日", days=f"{days:,.1f}")


def signed(number: int) -> str:
    """＋9, −4, ±0"""
    if number == 0:
        return "±0"
    return f"＋{number:,}" if number > 0 else f"−{-number:,}"


def per_cent(part: int, whole: int) -> str:
    """91.4; empty when there is nothing to take a part of."""
    return f"{100 * part / whole:.1f}" if whole else ""


def cases(**asked: Any) -> str:
    """The list of cases with these conditions."""
    return url_for(instance_filters.LISTING, **instance_filters.query_of(InstanceFilter(**asked)))


def last_day(month: date) -> date:
    """The last day of the month that begins on that day."""
    return Period(month).last_day


def names_of(tasks: Iterable[UserTask]) -> Mapping[str, str]:
    """Id -> name of those who have the tasks."""
    ids = sorted({task.assignee for task in tasks if task.assignee})
    return engine().ask(people.names, ids) if ids else {}


__all__ = [
    "PHASES",
    "analysis_spans",
    "board_spans",
    "cases",
    "days_of",
    "last_day",
    "names_of",
    "per_cent",
    "phase_names",
    "signed",
    "working_days",
    "working_time",
]
