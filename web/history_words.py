"""One line of the whole history -> a sentence, with what was changed and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from engine.domain.access import HEAD
from engine.domain.instance import HistoryEntry
from engine.services.people import SYSTEM_NAMES
from web import chronicle, formats, schedule_words
from web.context import clock
from web.i18n import _, data

IDS = ("person_id", "proxy_id", "holder_id")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that was changed; `label` empty where the sentence names it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Told:
    at: datetime
    who: Markup
    represented: str
    sentence: Markup
    changes: tuple[Change, ...]
    reason: str
    is_person: bool
    is_bad: bool


def kinds() -> dict[str, str]:
    """Kind of happening -> words."""
    return {
        "instances": _("案件"),
        "tasks": _("タスクとコメント"),
        "messages": _("メッセージとメール"),
        "trouble": _("処理停止"),
        "models": _("業務フローの公開"),
        "schedules": _("定期起動"),
        "registers": _("台帳とまとめての処理"),
        "people": _("利用者と権限"),
        "places": _("プロジェクトと組織"),
        "automatic": _("自動で進んだ要素"),
    }


def ids_in(entries: Iterable[HistoryEntry]) -> list[str]:
    """People whom the lines name by their id."""
    found = {str(entry.detail[name]) for entry in entries for name in IDS if entry.detail.get(name)}
    found |= {entry.on_behalf_of for entry in entries if entry.on_behalf_of}
    return sorted(found)


def told(entries: Sequence[HistoryEntry], names: Mapping[str, str]) -> list[Told]:
    """In the order given.  `names`: id -> name of people, projects and organisations, role code
    -> name.
    """
    return [_told(_named(entry), names) for entry in entries]


def _named(entry: HistoryEntry) -> HistoryEntry:
    """With a name for what acts by itself."""
    return replace(entry, actor_name=entry.actor_name or SYSTEM_NAMES.get(entry.actor, ""))


def _told(entry: HistoryEntry, names: Mapping[str, str]) -> Told:
    sentence, changes = _said(entry, names)
    by_person = not entry.actor.startswith("system:") and not entry.event.startswith("element_")
    return Told(
        at=entry.at,
        who=data(entry.actor_name or entry.actor),
        represented=names.get(entry.on_behalf_of or "", ""),
        sentence=sentence,
        changes=changes,
        reason=str(entry.detail.get("reason") or ""),
        is_person=by_person,
        is_bad=entry.event in ("incident_opened", "operation_failed", "schedule_failed"),
    )


def _said(entry: HistoryEntry, names: Mapping[str, str]) -> tuple[Markup, tuple[Change, ...]]:
    if entry.event.startswith("schedule_"):
        [one] = schedule_words.told([entry])
        side = Change(label="", before=one.before, after=one.after)
        return one.sentence, (side,) if one.before else ()
    pattern = _patterns().get(entry.event)
    if pattern is None or (entry.element_name and entry.event.startswith("message_")):
        found = chronicle.told([entry], names)
        return (found[0].sentence if found else _passed(entry)), ()
    return _filled(pattern, entry, names), tuple(_changes(entry, names))


def _passed(entry: HistoryEntry) -> Markup:
    """What the page of an instance leaves out, such as passing a gateway."""
    name = entry.element_name or entry.element_id
    return Markup.escape(_("「%(what)s」を通りました。")) % {"what": data(name)}


def _filled(pattern: str, entry: HistoryEntry, names: Mapping[str, str]) -> Markup:
    detail = entry.detail
    who = Markup("<b>{}</b>").format(data(entry.actor_name or entry.actor))
    person_id = str(detail.get("person_id", ""))
    what = next((detail[name] for name in WHAT if detail.get(name)), "")
    return Markup.escape(pattern) % {
        "who": who,
        "whom": data(names.get(person_id) or detail.get("name") or person_id),
        "proxy": data(names.get(str(detail.get("proxy_id", "")), "")),
        "what": Markup('<span translate="no">{}</span>').format(
            data(_models(detail) if "models" in detail else what)
        ),
        "role": _role(detail, names),
    }


WHAT = ("number", "subject", "model", "message", "file", "text", "name", "register")


def _models(detail: Mapping[str, Any]) -> str:
    return "、".join(str(key) for key in detail["models"])


def _role(detail: Mapping[str, Any], names: Mapping[str, str]) -> Markup:
    """PJMOの長（助成金オンライン化プロジェクト、2026年4月1日から）"""
    code = str(detail.get("role", ""))
    name = data(names.get(code, code))
    if detail.get("is_head") or code.endswith(HEAD):
        name = Markup.escape(_("%(role)sの長")) % {"role": name}
    project = str(detail.get("project_id") or "")
    place = data(names.get(project, project)) if project else Markup.escape(_("すべて"))
    days = _days(detail)
    return Markup.escape(_("%(role)s（%(place)s%(days)s）")) % {
        "role": name,
        "place": place,
        "days": f"{_('、')}{days}" if days else "",
    }


def _days(detail: Mapping[str, Any]) -> str:
    """4月1日(水)〜9月30日(水)"""
    sides = [detail.get("from"), detail.get("to") or detail.get("on")]
    first, last = (formats.list_date(_date(one), clock().today) if one else "" for one in sides)
    return f"{first}〜{last}" if first or last else ""


def _date(text: Any) -> date:
    return text if isinstance(text, date) else date.fromisoformat(str(text))


def _changes(entry: HistoryEntry, names: Mapping[str, str]) -> Iterable[Change]:
    before = entry.detail.get("before")
    if entry.event == "membership_changed" and isinstance(before, Mapping):
        yield Change(
            label="",
            before=str(
                _role({**entry.detail, "from": None, "to": None, **before}, names).striptags()
            ),
            after=str(_role(entry.detail, names).striptags()),
        )
    for name, sides in (entry.detail.get("changes") or {}).items():
        yield Change(
            label=_labels().get(name, name),
            before=_value(name, sides.get("before"), names),
            after=_value(name, sides.get("after"), names),
        )


def _value(name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("閉じている") if value else _("開いている")
    if value in (None, ""):
        return _("（なし）")
    if name.endswith("_on"):
        return formats.full_date(_date(value))
    return names.get(str(value), str(value))


def _labels() -> dict[str, str]:
    return {
        "login": _("利用者ID"),
        "name": _("氏名・名称"),
        "reading": _("よみ"),
        "organisation_id": _("組織"),
        "email": _("メールアドレス"),
        "is_closed": _("状態"),
        "valid_from_on": _("運営開始日"),
        "valid_to_on": _("運営終了日"),
    }


def _patterns() -> dict[str, str]:
    return {
        "person_added": _("%(who)sが%(whom)sさんを利用者に加えました。"),
        "person_changed": _("%(who)sが%(whom)sさんの登録を変えました。"),
        "person_deactivated": _("%(who)sが%(whom)sさんの利用を止めました。"),
        "person_activated": _("%(who)sが%(whom)sさんの利用を再開しました。"),
        "password_changed": _("%(who)sが%(whom)sさんのパスワードを変えました。"),
        "sign_in_released": _("%(who)sが%(whom)sさんのログインの停止を解きました。"),
        "membership_added": _("%(who)sが%(whom)sさんに役割を付けました：%(role)s"),
        "membership_changed": _("%(who)sが%(whom)sさんの役割を変えました。"),
        "membership_ended": _("%(who)sが%(whom)sさんの役割を終えました：%(role)s"),
        "membership_withdrawn": _(
            "%(who)sが%(whom)sさんの始まっていない役割を取り消しました：%(role)s"
        ),
        "delegation_given": _("%(who)sが%(whom)sさんの代理を%(proxy)sさんに依頼しました。"),
        "delegation_ended": _("%(who)sが%(proxy)sさんによる%(whom)sさんの代理を終えました。"),
        "mail_chosen": _("%(who)sがメールで受け取るお知らせを選びました。"),
        **_places(),
        **_model_files(),
        "register_entered": _("%(who)sが記録「%(what)s」を登録しました。"),
        "register_edited": _("%(who)sが記録「%(what)s」を直しました。"),
        "register_imported": _("%(who)sが台帳にファイル「%(what)s」を取り込みました。"),
        "batch_begun": _("%(who)sがまとめての処理を始めました。"),
        "incident_set_aside": _("%(who)sが処理停止を済んだことにしました：%(what)s"),
        "message_sent": _("メッセージ「%(what)s」を送りました。"),
        "message_received": _("メッセージ「%(what)s」を受け取りました。"),
        "message_discarded": _("%(who)sがメッセージ「%(what)s」を破棄しました。"),
        "mail_sent_again": _("%(who)sがメール「%(what)s」をもう一度送ることにしました。"),
        "mail_discarded": _("%(who)sがメール「%(what)s」を破棄しました。"),
    }


def _model_files() -> dict[str, str]:
    return {
        "deployed": _("%(who)sが業務フローを公開しました：%(what)s"),
        "model_draft_opened": _("%(who)sが「%(what)s」の下書きを作りました。"),
        "model_draft_taken_over": _("%(who)sが「%(what)s」の編集を引き継ぎました。"),
        "model_draft_discarded": _("%(who)sが「%(what)s」の下書きを破棄しました。"),
        "model_file_removed": _("%(who)sが「%(what)s」の下書きからファイルを除きました。"),
        "import_question_settled": _(
            "%(who)sが「%(what)s」の取込みで決めることを1つ済みにしました。"
        ),
        "import_question_reopened": _(
            "%(who)sが「%(what)s」の取込みで決めることを1つ、まだに戻しました。"
        ),
        "model_imported": _("%(who)sが「%(what)s」の下書きにファイルを取り込みました。"),
    }


def _places() -> dict[str, str]:
    return {
        "organisation_added": _("%(who)sが組織「%(what)s」を加えました。"),
        "organisation_changed": _("%(who)sが組織「%(what)s」の登録を変えました。"),
        "project_added": _("%(who)sがプロジェクト「%(what)s」を加えました。"),
        "project_changed": _("%(who)sがプロジェクト「%(what)s」の登録を変えました。"),
        "system_added": _("%(who)sが情報システム「%(what)s」を加えました。"),
        "system_changed": _("%(who)sが情報システム「%(what)s」の登録を変えました。"),
    }
