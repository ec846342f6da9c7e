"""How a notice reads on the page, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from engine.domain.notice import Notice
from web import batch_words
from web.i18n import _, data, filled


@dataclass(frozen=True, kw_only=True)
class Told:
    """`more`: a second line, perhaps empty.  `address`: of what it is about, perhaps none."""

    notice: Notice
    picture: str
    sentence: Markup
    more: Markup
    address: str


_PICTURES = {
    "task_overdue": "alert",
    "task_due_today": "clock",
    "task_due_soon": "calendar",
    "task_assigned": "user",
    "task_reassigned": "user",
    "task_withdrawn": "undo",
    "incident": "stop",
    "schedule_failed": "stop",
    "mail_failed": "mail",
    "delegation_given": "swap",
    "delegation_set": "swap",
    "completed_by_proxy": "swap",
    "mention": "comment",
    "comment": "comment",
    "batch_done": "check",
}


_PAGES = {
    "mail_failed": "outbox.listing",
    "incident": "incidents.listing",
    "delegation_given": "delegations.listing",
    "delegation_set": "delegations.listing",
}


def names() -> dict[str, str]:
    """The kinds that also come by mail, in the order of the page."""
    return {
        "task_due_soon": _("タスクの期限が近いとき"),
        "task_due_today": _("タスクの期限の日"),
        "task_overdue": _("タスクの期限が過ぎたとき"),
        "task_assigned": _("タスクの担当になったとき"),
        "task_reassigned": _("タスクの担当がほかの人に変わったとき"),
        "mention": _("コメントで指定されたとき"),
        "delegation_given": _("代理を依頼されたとき"),
        "delegation_set": _("代理を決められたとき"),
        "completed_by_proxy": _("代理の人がタスクを完了したとき"),
    }


def told(notice: Notice) -> Told:
    return Told(
        notice=notice,
        picture=_PICTURES.get(notice.kind, "bell"),
        sentence=_sentence(notice),
        more=_more(notice),
        address=_address(notice),
    )


def _sentence(notice: Notice) -> Markup:
    patterns = {
        "task_due_soon": _("「%(task)s」の期限まで、残り%(days)s営業日です。"),
        "task_due_today": _("「%(task)s」の期限は今日です。"),
        "task_overdue": _("「%(task)s」が期限を%(days)s営業日過ぎています。"),
        "task_assigned": _("%(by)sさんの操作で「%(task)s」の担当になりました。"),
        "task_reassigned": _("「%(task)s」の担当が%(to)sさんに変わりました。"),
        "mention": _("%(by)sさんがコメントであなたを指定しました。"),
        "comment": _("%(by)sさんがコメントを書きました。"),
        "batch_done": _("「%(batch)s」が終わりました。"),
        "incident": _("「%(name)s」で処理が止まりました。"),
        "delegation_given": _("%(by)sさんの代理を依頼されました。"),
        "delegation_set": _("%(set_by)sさんが、あなたの代理を%(proxy)sさんに決めました。"),
        "completed_by_proxy": _("%(by)sさんが、%(holder)sさんの代理で「%(task)s」を完了しました。"),
        "task_withdrawn": _("%(by)sさんが「%(task)s」の完了を引き戻しました。"),
        "schedule_failed": _("定期起動「%(name)s」で起動できませんでした。"),
        "mail_failed": _("送れなかったメールがあります。"),
    }
    known = dict.fromkeys(("by", "to", "name", "days", "proxy", "set_by", "holder"), "—")
    known |= {name: str(value) for name, value in notice.detail.items()}
    known["task"] = notice.task_name or known.get("task", "—")
    known["batch"] = batch_words.title(str(notice.detail.get("kind", "")))
    return filled(patterns.get(notice.kind, _("お知らせがあります。")), **known)


def _more(notice: Notice) -> Markup:
    """Who has the task, for those who are told of somebody else's."""
    if not notice.kind.startswith("task_due") and notice.kind != "task_overdue":
        return data(notice.detail.get("excerpt", ""))
    if notice.detail.get("is_doer", True):
        return Markup()
    assignee = notice.detail.get("assignee")
    if not assignee:
        return Markup.escape(_("担当者はまだ決まっていません。"))
    return filled(_("担当者：%(name)s"), name=assignee)


def _address(notice: Notice) -> str:
    about = notice.detail
    if notice.kind == "batch_done":
        return url_for("batches.show", batch_id=about.get("batch_id", ""))
    if notice.kind in _PAGES:
        return url_for(_PAGES[notice.kind], group=about.get("cause"))
    if notice.task_id and notice.kind not in ("mention", "comment"):
        return url_for("tasks.show", task_id=notice.task_id)
    if notice.instance_id is None:
        return ""
    anchor = "comments" if notice.kind in ("mention", "comment") else None
    return url_for("instances.show", instance_id=notice.instance_id, _anchor=anchor)
