"""The words of a notice that goes out by mail: Japanese, short, with no more data than needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO

WEEKDAYS = "月火水木金土日"
# kind -> (subject, first sentence); `%(task)s` and what stands in the detail fill them
_WORDS: Mapping[str, tuple[str, str]] = {
    "task_assigned": (
        "「%(task)s」の担当になりました",
        "%(by)sさんの操作で「%(task)s」の担当になりました。",
    ),
    "task_reassigned": (
        "「%(task)s」の担当が変わりました",
        "「%(task)s」の担当が%(to)sさんに変わりました。",
    ),
    "mention": ("コメントで指定されました", "%(by)sさんがコメントであなたを指定しました。"),
    "comment": ("コメントが書かれました", "%(by)sさんがコメントを書きました。"),
    "batch_done": ("まとめての処理が終わりました", "お申し付けの処理が終わりました。"),
    "incident": ("処理停止が起きました", "「%(name)s」で処理が止まりました。"),
    "delegation_given": (
        "代理を依頼されました",
        "%(by)sさんの代理を依頼されました（%(from)s〜%(to)s）。",
    ),
    "delegation_set": (
        "あなたの代理が決まりました",
        "%(set_by)sさんが、あなたの代理を%(proxy)sさんに決めました（%(from)s〜%(to)s）。",
    ),
    "completed_by_proxy": (
        "「%(task)s」を代理が完了しました",
        "%(by)sさんが、%(holder)sさんの代理で「%(task)s」を完了しました。",
    ),
    "task_withdrawn": (
        "「%(task)s」が引き戻されました",
        "%(by)sさんが「%(task)s」の完了を引き戻しました。",
    ),
    "schedule_failed": (
        "定期起動ができませんでした",
        "定期起動「%(name)s」で起動できませんでした。",
    ),
}
_OTHER = ("お知らせがあります", "新しいお知らせがあります。")
_PAGES = {
    "delegation_given": "/me/delegations",
    "delegation_set": "/me/delegations",
    "incident": "/admin/incidents",
    "schedule_failed": "/admin/schedules",
}


@dataclass(frozen=True, kw_only=True)
class Text:
    """A mail without its addressee; `business_key` comes before the subject in 【】."""

    subject: str
    body: str
    business_key: str = ""


class _Known(dict[str, str]):
    """What is not known reads as a dash instead of breaking the mail."""

    def __missing__(self, key: str) -> str:
        return "—"


def mail(
    kind: str,
    detail: Mapping[str, Any],
    head: InstanceHead | None,
    task: UserTask | None,
    public_url: str,
) -> Text:
    """The mail of one notice.  `public_url` empty: no links, the reader finds it by its number."""
    known = _Known({name: str(value) for name, value in detail.items()})
    if task is not None:
        known["task"] = task.name
    subject, first = (words % known for words in _WORDS.get(kind, _OTHER))
    path = _PAGES.get(kind, _path(head, task) or "/me/notices")
    body = "\n".join([first, "", *_facts(head, task), *footer(public_url, path)])
    return Text(subject=subject, body=body, business_key=head.business_key if head else "")


def _path(head: InstanceHead | None, task: UserTask | None) -> str:
    if task is not None:
        return f"/tasks/{task.id}"
    return "" if head is None else f"/instances/{head.id}"


def _facts(head: InstanceHead | None, task: UserTask | None) -> list[str]:
    facts = []
    if head is not None:
        facts.append(f"案件：{head.business_key}　{head.subject or head.process_name}")
    if task is not None:
        facts.append(f"タスク：{task.name}")
    if task is not None and task.due_at is not None:
        facts.append(f"期限：{day_text(task)}")
    return [*facts, ""] if facts else []


def day_text(task: UserTask) -> str:
    """2026年11月24日(火)"""
    if task.due_at is None:
        return "なし"
    day = task.due_at.astimezone(TOKYO)
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def footer(public_url: str, path: str) -> list[str]:
    """Where to look, and who has sent this."""
    link = [f"{public_url.rstrip('/')}{path}", ""] if public_url else []
    return [*link, "このメールは Unei 運営 が自動で送りました。返信はできません。"]
