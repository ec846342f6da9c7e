"""What settings, their sources and the rights of roles are called."""

from __future__ import annotations

import json
from typing import Any

from engine.setting_origins import Origin, Setting
from web import formats
from web.i18n import _


def sections() -> dict[str, str]:
    """Section of the file -> words; in the order of the page."""
    return {
        "": _("全体"),
        "database": _("データベース"),
        "server": _("サーバー"),
        "session": _("ログインの続く時間"),
        "sign_in": _("ログインの誤り"),
        "mail": _("メール"),
        "messages": _("メッセージ"),
        "reminders": _("期限の知らせ"),
        "tasks": _("タスク"),
        "jobs": _("予約処理"),
        "cache": _("記憶しておく案件"),
        "files": _("ファイル"),
        "expressions": _("式の計算"),
        "process": _("業務フローが読む設定"),
    }


def origins() -> dict[Origin, tuple[str, str, str]]:
    """Where a value comes from -> kind of chip, picture, words."""
    return {
        Origin.DEFAULT: ("", "minus", _("既定")),
        Origin.SITE: ("info", "file", _("site.toml")),
        Origin.ENVIRONMENT: ("info", "external", _("環境変数")),
    }


def value_words(setting: Setting, value: Any) -> str:
    """A value as it stands in the file; a secret only as whether there is one."""
    if setting.is_secret:
        return _("設定あり（表示しません）") if value else _("設定なし")
    if value in ("", None):
        return _("（空）")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def rights() -> dict[str, str]:
    """What a role may do -> words, in the order of the columns."""
    return {
        "see_project": _("プロジェクトの案件と台帳を見る"),
        "see_all": _("すべてのプロジェクトを見る"),
        "assign": _("担当を替える"),
        "cancel": _("案件を取りやめる"),
        "schedules": _("定期起動を変える"),
        "mend": _("処理停止に対応する"),
        "models": _("業務フローを設計する"),
        "deploy": _("業務フローを公開する"),
        "administer": _("利用者と設定を管理する"),
    }


def year_words(year: int) -> str:
    """令和8年度"""
    return formats.fiscal_year_name(year)
