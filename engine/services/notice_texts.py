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
    "task_assigned": ("「%(task)s」の担当になりました", "タスク「%(task)s」の担当になりました。"),
    "mention": ("コメントで宛先に指定されました", "%(by)sさんがコメントであなたを指定しました。"),
    "comment": ("コメントが書かれました", "%(by)sさんがコメントを書きました。"),
    "batch_done": ("「%(name)s」が終わりました", "お申し付けの「%(name)s」が終わりました。"),
    "incident": ("処理停止が起きました", "案件の処理が止まりました。原因を確かめてください。"),
    "delegation_given": ("代理を依頼されました", "%(by)sさんから代理を依頼されました。"),
    "task_withdrawn": (
        "「%(task)s」が引き戻されました",
        "%(by)sさんが「%(task)s」の完了を引き戻しました。",
    ),
    "schedule_failed": (
        "定期起動ができませんでした",
        "定期起動「%(name)s」で起動できませんでした。",
    ),
    "mail_failed": (
        "メールを送れませんでした",
        "送れなかったメールがあります。送信待ちの画面で宛先と理由を確かめてください。",
    ),
}
_OTHER = ("お知らせがあります", "新しいお知らせがあります。")
_PAGES = {"mail_failed": "/admin/outbox", "schedule_failed": "/admin/schedules"}


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
