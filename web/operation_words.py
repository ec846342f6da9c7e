"""The operations of service tasks and what they take, in words of the office."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from web.i18n import _

Words = Mapping[str, str]


def operation(name: str) -> str:
    """`register.write` -> 台帳に登録する; the name itself for one without words."""
    return _operations().get(name, name)


def parameter(name: str) -> str:
    """The label of a value that an operation takes."""
    return _parameters().get(name, name)


def help_of(name: str) -> str:
    """An example of that value; empty where it needs none."""
    return _examples().get(name, "")


def _operations() -> Words:
    return {
        "register.write": _("台帳に登録する"),
        "register.read": _("台帳から読む"),
        "register.count": _("台帳の件数を数える"),
        "people.list": _("役割の人を調べる"),
        "approval.route": _("決裁の経路を決める"),
        "message.send": _("メッセージを送る"),
        "mail.send": _("メールを送る"),
        "indicators.due": _("今月集める指標を調べる"),
        "indicators.read": _("ファイルから実績値を読む"),
        "indicators.trend": _("指標の推移を計算する"),
    }


def _parameters() -> Words:
    return {
        "register": _("台帳"),
        "values": _("登録する項目"),
        "rows": _("登録する行の一覧"),
        "id": _("更新する記録"),
        "filter": _("絞り込む条件"),
        "columns": _("読む列"),
        "limit": _("件数の上限"),
        "roles": _("役割"),
        "drafter": _("起案した人"),
        "name": _("メッセージの名前"),
        "key": _("照合キー"),
        "payload": _("送るデータ"),
        "to": _("あて先"),
        "subject": _("件名"),
        "body": _("本文"),
        "month": _("対象の月"),
        "files": _("ファイル"),
        "figures": _("集めた値"),
    }


def _examples() -> Words:
    example = partial(_, "例：%(code)s")
    return {
        "values": example(code='{件名: 件名, 状態: "対応中"}'),
        "rows": _("複数件を一度に登録するときに、項目の代わりに書きます。"),
        "id": _("空にすると、新しい記録になります。"),
        "filter": example(code='"状態 = \\"対応中\\""'),
        "columns": example(code='["件名", "状態"]'),
        "roles": example(code='["PJMO", "GYOMU:head"]'),
        "to": example(code='["PJMO"]'),
        "subject": example(code='"期限のお知らせ"'),
        "body": example(code='案件.番号 + "の期限が近づいています。"'),
        "payload": example(code="{内容: 内容}"),
        "key": _("空にすると、この案件の情報システムに届きます。"),
    }
