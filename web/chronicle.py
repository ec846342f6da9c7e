"""One line of the history -> a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from engine.domain.instance import HistoryEntry
from web import reason_words
from web.documents import named
from web.formats import shown
from web.i18n import _, data, filled, own
from web.path import CHOICE, SEVERAL

MAX_DETAIL = 120  # letters of one value
# Passing these is told by what comes before or after them, unless it is known why they chose so.
_HIDDEN_KINDS = frozenset(
    {
        "sequenceFlow",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "complexGateway",
        "eventBasedGateway",
        "startEvent",
        "endEvent",
        "scriptTask",
        "subProcess",
    }
)
_HIDDEN_EVENTS = frozenset({"call_ended", "operation_finished"})
_BAD = frozenset({"element_failed", "incident_opened", "operation_failed"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """`is_person`: somebody did it; otherwise it happened by itself.

    `line`: its number in the history.  `represented`: for whom, when a proxy did it.
    """

    at: datetime
    sentence: Markup
    more: Markup
    is_person: bool
    is_bad: bool
    line: int = 0
    represented: str = ""


def told(history: Sequence[HistoryEntry], names: Mapping[str, str]) -> list[Told]:
    """What a reader wants to know, newest first; why a gateway chose its way is part of it.

    `names`: id -> name of people, places and groups.
    """
    return [
        Told(
            at=entry.at,
            sentence=_sentence(entry),
            more=_more(entry, names),
            is_person=_is_person(entry),
            is_bad=entry.event in _BAD,
            line=entry.id,
            represented=_represented(entry, names),
        )
        for entry in kept(history)
    ]


def kept(history: Sequence[HistoryEntry], *, only_people: bool = False) -> list[HistoryEntry]:
    """The lines of which there is something to tell, newest first."""
    wanted = [one for one in history if _is_told(one) and (_is_person(one) or not only_people)]
    return sorted(wanted, key=lambda entry: entry.id, reverse=True)


def _represented(entry: HistoryEntry, names: Mapping[str, str]) -> str:
    if entry.on_behalf_of is None or not _is_person(entry):
        return ""
    return names.get(entry.on_behalf_of, entry.on_behalf_of)


def _is_person(entry: HistoryEntry) -> bool:
    """What a person's command has set off by itself is not the person's doing."""
    by_person = bool(entry.actor) and not entry.actor.startswith("system:")
    return by_person and not entry.event.startswith("element_")


def _is_told(entry: HistoryEntry) -> bool:
    if entry.event in _HIDDEN_EVENTS:
        return False
    if entry.event.startswith("element_"):
        is_worth = entry.element_kind not in _HIDDEN_KINDS or "why" in entry.detail
        return bool(entry.element_name) and is_worth
    return True


def _patterns() -> dict[str, str]:
    return {
        "instance_started": _("%(who)sが案件を始めました。"),
        "instance_ended": _("案件が終わりました。"),
        "instance_cancelled": _("%(who)sが案件を取りやめました。"),
        "instance_suspended": _("%(who)sが案件を一時停止しました。"),
        "instance_rewound": _("%(who)sが案件を前の時点に戻しました。"),
        "instance_moved": _("%(who)sが「%(from)s」の続きを「%(to)s」に移しました。"),
        "variables_changed": _("%(who)sがデータ項目を変えました。"),
        "instance_migrated": _("%(who)sが案件を第%(from)s版から第%(to)s版に切り替えました。"),
        "migration_undone": _("%(who)sが版の切替を取り消し、第%(to)s版に戻しました。"),
        "instance_resumed": _("%(who)sが案件を再開しました。"),
        "element_completed": _("「%(what)s」が終わりました。"),
        "element_cancelled": _("「%(what)s」は取りやめになりました。"),
        "element_failed": _("「%(what)s」の処理が止まりました。"),
        "task_claimed": _("%(who)sが「%(what)s」を引き受けました。"),
        "task_unclaimed": _("%(who)sが「%(what)s」をグループに戻しました。"),
        "task_completed": _("%(who)sが「%(what)s」を完了しました。"),
        "activity_chosen": _("%(who)sが、次の作業として「%(what)s」を始めました。"),
        "choice_ended": _("%(who)sが「%(what)s」を終わりにしました。"),
        "task_withdrawn": _("%(who)sが「%(what)s」の完了を引き戻しました。"),
        "task_assigned": _("%(who)sが「%(what)s」の担当を%(person)sさんに決めました。"),
        "message_sent": _("メッセージ「%(what)s」を送りました。"),
        "message_received": _("メッセージ「%(what)s」を受け取りました。"),
        "timer_fired": _("「%(what)s」の時が来ました。"),
        "task_reminded": _("「%(what)s」の期限を知らせました。"),
        "mail_sent_again": _("%(who)sが、この案件のメールをもう一度送ることにしました。"),
        "mail_discarded": _("%(who)sが、この案件のメールを破棄しました。"),
        "comment_edited": _("%(who)sがコメントを直しました。"),
        "comment_withdrawn": _("%(who)sがコメントを取り消しました。"),
        "incident_opened": _("「%(what)s」で処理が止まりました。管理者が対応します。"),
        "incident_retried": _("%(who)sが「%(what)s」の処理を再び動かしました。"),
        "operation_failed": _("「%(what)s」の自動処理がうまくいきませんでした。"),
        "call_escalated": _("「%(what)s」から知らせが上がりました。"),
    }


def _nameless() -> dict[str, str]:
    """For elements that a diagram leaves without a name."""
    return {
        "timer_fired": _("予定した時刻になりました。"),
        "message_received": _("メッセージを受け取りました。"),
    }


def sentence(entry: HistoryEntry) -> Markup:
    """What happened, also for lines that the history page leaves out."""
    return _sentence(entry)


def _sentence(entry: HistoryEntry) -> Markup:
    what = entry.element_name or str(entry.detail.get("name", ""))
    if not what and entry.event in _nameless():
        return Markup.escape(_nameless()[entry.event])
    pattern = _patterns().get(entry.event, _("「%(what)s」の記録が残りました。"))
    if entry.element_kind in (CHOICE, SEVERAL) and entry.event == "element_completed":
        pattern = _("「%(what)s」の行き先が決まりました。")
    if entry.event == "message_received" and entry.detail.get("kind") == "signal":
        pattern = _("一斉通知「%(what)s」を受け取りました。")
    who = Markup("<b>{}</b>").format(data(entry.actor_name or entry.actor))
    person = data(entry.detail.get("person", ""))
    ends = {name: entry.detail.get(name, "") for name in ("from", "to")}  # versions, or elements
    return Markup.escape(pattern) % {
        "who": who,
        "what": data(what),
        "person": person,
        **{name: data(end) if isinstance(end, str) else end for name, end in ends.items()},
    }


def values(entry: HistoryEntry) -> Mapping[str, Any]:
    """What was entered, if something was."""
    found = entry.detail.get("values")
    return found if isinstance(found, dict) else {}


def _more(entry: HistoryEntry, names: Mapping[str, str]) -> Markup:
    why = entry.detail.get("why")
    if why:
        return Markup("<br>").join(reason_words.lines(why))
    reason = entry.detail.get("reason") or entry.detail.get("text")
    if reason:
        return own(shown(reason)[:MAX_DETAIL])
    if entry.event == "instance_started" and "message" in entry.detail:
        return filled(_("メッセージ「%(name)s」で始まりました。"), name=entry.detail["message"])
    if entry.event == "instance_started" and "signal" in entry.detail:
        return filled(_("一斉通知「%(name)s」で始まりました。"), name=entry.detail["signal"])
    simple = [
        filled(_("%(name)s：%(value)s"), name=name, value=named(value, names)[:MAX_DETAIL])
        for name, value in values(entry).items()
        if value not in (None, "", []) and not isinstance(value, (dict, list))
    ]
    return Markup(_("、")).join(simple[:4])  # noqa: S704  a mark of our own
