"""The mail that reminds of deadlines: one for each person, listing all that is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.services.notice_texts import Text, day_text, footer

MOST_LISTED = 50


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """One task a person is reminded of.

    `days`: working days left, 0 on the day, negative after.  `is_doer`: it is theirs to do; others
    hear who has it (`assignee`, empty while nobody).
    """

    task: UserTask
    head: InstanceHead
    days: int
    is_doer: bool
    assignee: str


def mail(about: Sequence[Reminded], public_url: str) -> Text:
    """`about`: at least one.  `public_url` empty: no links."""
    lines: list[str] = []
    for one in about[:MOST_LISTED]:
        lines += [*_lines(one, public_url), ""]
    if len(about) > MOST_LISTED:
        lines += [f"ほか{len(about) - MOST_LISTED}件は受信箱で確かめてください。", ""]
    subject, number = f"期限のお知らせ（{len(about)}件）", ""
    if len(about) == 1:
        subject, number = f"「{about[0].task.name}」{_how(about[0])}", about[0].head.business_key
    text = ["期限の近いタスク、または期限を過ぎたタスクがあります。", "", *lines]
    return Text(subject=subject, body="\n".join([*text, *footer("", "")]), business_key=number)


def _lines(one: Reminded, public_url: str) -> list[str]:
    lines = [
        f"・「{one.task.name}」{_how(one)}",
        f"　案件：{one.head.business_key}　{one.head.subject or one.head.process_name}",
        f"　期限：{day_text(one.task)}",
    ]
    if not one.is_doer:
        lines.append(f"　担当者：{one.assignee or '決まっていません'}")
    if public_url:
        lines.append(f"　{public_url.rstrip('/')}/tasks/{one.task.id}")
    return lines


def _how(one: Reminded) -> str:
    if one.days == 0:
        return "の期限は今日です"
    if one.days > 0:
        return f"の期限まで、残り{one.days}営業日です"
    return f"が期限を{-one.days}営業日過ぎています"
