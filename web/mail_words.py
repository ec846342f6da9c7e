"""How the mail of the office reads on a page: its state, and why it did not go out."""

from __future__ import annotations

from engine.domain.mail import MailState, fault_of
from web.i18n import _

Chip = tuple[str, str, str]


def states() -> dict[str, str]:
    """State -> name of its list, in the order of the page."""
    return {
        MailState.FAILED: _("送れなかったもの"),
        MailState.WAITING: _("送信待ち"),
        MailState.SENT: _("送ったもの"),
        MailState.DISCARDED: _("破棄したもの"),
    }


def chip(state: str) -> Chip:
    """Kind, picture and word."""
    chips = {
        MailState.FAILED: ("bad", "alert", _("送れませんでした")),
        MailState.WAITING: ("", "clock", _("送信待ち")),
        MailState.SENT: ("ok", "check", _("送りました")),
        MailState.DISCARDED: ("", "x", _("破棄しました")),
    }
    return chips[MailState(state)]


def why(error: str) -> str:
    """What went wrong and what mends it, in one or two sentences."""
    reasons = {
        "unreachable": _(
            "メールサーバーにつながりません。動いているか、設定の mail.host を確かめます。"
        ),
        "not_trusted": _(
            "メールサーバーの証明書を確かめられません。設定の mail.ca_file を確かめます。"
        ),
        "no_access": _(
            "メールサーバーに入れません。設定の mail.user と mail.password を確かめます。"
        ),
        "unable": _(
            "メールサーバーが、設定で求めた方法に対応していません。mail の設定を確かめます。"
        ),
        "sender": _("差出人のアドレスが断られました。設定の mail.sender を確かめます。"),
        "recipient": _("宛先のアドレスが断られました。利用者のメールアドレスを確かめます。"),
        "content": _("メールの内容が断られました。"),
        "no_address": _("宛先のメールアドレスが登録されていません。"),
        "broken": _("宛先のメールアドレスの書き方が正しくありません。"),
        "given_up": _("管理者が破棄しました。"),
    }
    return reasons.get(fault_of(error)[0], _("送れませんでした。")) if error else ""


def said(error: str) -> str:
    """The mail host's own words, or the reason of the person who gave the mail up."""
    return fault_of(error)[1]
