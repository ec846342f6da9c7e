"""How periodic starts are said: rules, planned moments, outcomes and changes, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from engine.domain.errors import RefusedError
from engine.domain.instance import HistoryEntry
from engine.domain.schedule_rule import Planned, Rule, RuleKind
from engine.domain.schedule_run import Outcome
from engine.domain.schedule_words import read_rule
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from web import formats
from web.context import clock
from web.i18n import JAPANESE, _, data, filled, language

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_PERIODS = {"month": "month", "quarter": "quarter", "half": "half-year", "year": "fiscal year"}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def rule_words(rule: Rule) -> str:
    """毎月第3営業日 9時00分; 3rd working day of each month, 09:00"""
    at = datetime(2000, 1, 1, rule.at.hour, rule.at.minute, tzinfo=TOKYO)
    if language() == JAPANESE:
        return f"{rule.text} {formats.clock(at)}"
    return f"{_english(rule)}, {formats.clock(at)}"


def _english(rule: Rule) -> str:
    if rule.kind is RuleKind.DAILY:
        return "Each working day"
    if rule.kind is RuleKind.NTH:
        return f"{_place(rule.nth).capitalize()} working day of each {_PERIODS[rule.period]}"
    if rule.kind is RuleKind.WEEKLY:
        return f"Every {_listed([_DAYS[day] for day in rule.weekdays])}"
    if rule.kind is RuleKind.MONTHLY:
        return f"On the {_listed([_ordinal(day) for day in rule.month_days])} of each month"
    days = [f"{day} {date(1, month, 1):%b}" for month, day in rule.dates]
    return f"On {_listed(days)} each year"


def _place(nth: int) -> str:
    """3rd; last; 2nd last"""
    if nth > 0:
        return _ordinal(nth)
    return "last" if nth == -1 else f"{_ordinal(-nth)} last"


def _ordinal(number: int) -> str:
    ending = "th" if number in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def planned_words(planned: Planned, rule: Rule) -> str:
    """12月3日(木) 9時00分（第3営業日）"""
    day = formats.list_date(tokyo_date(planned.at), clock().today)
    return f"{day} {formats.clock(planned.at)}{_note(planned, rule)}"


def _note(planned: Planned, rule: Rule) -> str:
    if planned.moved_from is not None:
        closed = formats.list_date(planned.moved_from, clock().today)
        return _("（%(day)sが休業日のため、次の営業日）", day=closed)
    if rule.kind is not RuleKind.NTH:
        return ""
    if language() != JAPANESE:
        return f" ({_place(rule.nth)} working day)"
    if rule.nth > 0:
        return f"（第{rule.nth}営業日）"
    return "（最終営業日）" if rule.nth == -1 else f"（末から{-rule.nth}営業日）"


def outcomes() -> dict[Outcome, tuple[str, str, str]]:
    """Outcome -> kind of chip, picture, words."""
    return {
        Outcome.STARTED: ("ok", "check", _("起動した")),
        Outcome.CAUGHT_UP: ("note", "clock", _("遅れて起動した")),
        Outcome.SKIPPED: ("", "minus", _("見送った")),
        Outcome.FAILED: ("bad", "stop", _("起動できなかった")),
        Outcome.BY_HAND: ("info", "user", _("手で始めた")),
    }


def states() -> dict[str, tuple[str, str, str]]:
    """State -> kind of chip, picture, words."""
    return {
        "active": ("ok", "check", _("有効")),
        "paused": ("note", "pause", _("一時停止")),
        "undeployed": ("", "ring", _("業務フロー未公開")),
    }


def policies() -> dict[str, str]:
    """What becomes of missed moments -> words."""
    return {
        "newest": _("後から1件だけ起動する"),
        "skip": _("起動せず、見送ったことを記録する"),
    }


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a schedule's history.  `before`, `after`: what was changed, if it was."""

    at: datetime
    sentence: Markup
    reason: str
    before: str
    after: str
    is_person: bool
    is_bad: bool


def told(changes: Sequence[HistoryEntry]) -> list[Change]:
    """Newest first."""
    return [_told(entry) for entry in changes]


def _told(entry: HistoryEntry) -> Change:
    detail = entry.detail
    return Change(
        at=entry.at,
        sentence=_sentence(entry),
        reason=str(detail.get("reason", "")),
        before=_side(entry, detail.get("before")),
        after=_side(entry, detail.get("after")),
        is_person=not entry.actor.startswith("system:"),
        is_bad=entry.event == "schedule_failed",
    )


def _side(entry: HistoryEntry, value: Any) -> str:
    if value is None:
        return ""
    if entry.event == "schedule_policy_changed":
        return policies().get(value, str(value))
    try:
        return rule_words(read_rule(value))
    except RefusedError:
        return str(value)


def _sentence(entry: HistoryEntry) -> Markup:
    moment = entry.detail.get("planned_at")
    when = "" if moment is None else formats.list_moment(moment, clock().today)
    pattern = _patterns(entry).get(entry.event, _("%(who)sが変更しました。"))
    who = Markup("<b>{}</b>").format(data(entry.actor_name or entry.actor))
    count = str(entry.detail.get("missed", ""))
    return Markup.escape(pattern) % {"who": who, "when": when, "count": count}


def _patterns(entry: HistoryEntry) -> dict[str, str]:
    resumed = _("%(who)sが再開しました。")
    if entry.detail.get("missed"):
        made_up = entry.detail.get("made_up")
        resumed = (
            _("%(who)sが再開し、抜けた予定%(count)s件の分を1件だけ起動しました。")
            if made_up
            else _("%(who)sが再開し、抜けた予定%(count)s件を見送りました。")
        )
    return {
        "schedule_paused": _("%(who)sが一時停止しました。"),
        "schedule_resumed": resumed,
        "schedule_run_by_hand": _("%(who)sが手で始めました。"),
        "schedule_rule_changed": _("%(who)sが規則を変えました。"),
        "schedule_policy_changed": _("%(who)sが抜けた予定の扱いを変えました。"),
        "schedule_skipped": _("%(when)sの予定を見送りました。"),
        "schedule_failed": _("%(when)sの予定で起動できませんでした。"),
    }


def next_words(coming: Planned | None) -> str:
    """次回は12月3日(木) 9時00分です。"""
    if coming is None:
        return _("次の予定はありません。")
    day = formats.list_date(tokyo_date(coming.at), clock().today)
    return _("次回は%(when)sです。", when=f"{day} {formats.clock(coming.at)}")


def restored(name: str) -> Markup:
    return filled(_("「%(name)s」をひな形の規則に戻しました。"), name=name)
