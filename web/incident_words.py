"""How an incident reads: of what kind it is, what happened, and what to do next."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from engine.domain.incident_group import may_be_set_aside
from engine.domain.records import Incident
from web.i18n import _, data

Kind = tuple[str, str]  # picture and word
HOUR, DAY = 3600, 86400
OPERATION = frozenset({"operation_failed", "bad_parameter"})
DECISION = frozenset(
    {"no_rule_matched", "several_rules_matched", "input_not_allowed", "decision_failed"}
)
CALL = frozenset({"call_failed", "call_cancelled"})
TIME = frozenset({"no_time", "not_a_time"})
VALUE = frozenset(
    {
        "unknown_name",
        "expression_budget",
        "expression_syntax",
        "no_condition",
        "condition_not_boolean",
        "no_correlation_key",
        "not_a_list",
        "not_a_count",
        "too_many_items",
        "bad_property",
    }
)


def kind(incident: Incident) -> Kind:
    if incident.kind == "schedule":
        return "calendar", _("定期起動")
    if incident.kind == "job":
        return "clock", _("予約処理")
    kinds: tuple[tuple[frozenset[str], Kind], ...] = (
        (OPERATION, ("external", _("自動処理"))),
        (DECISION, ("table", _("判断表"))),
        (CALL, ("right", _("呼び出し"))),
        (TIME, ("clock", _("期限"))),
        (VALUE, ("pen", _("データ項目"))),
    )
    found = (shown for codes, shown in kinds if incident.code in codes)
    return next(found, ("stop", _("業務フロー")))


def what(incident: Incident) -> Markup | str:
    """What happened, in one sentence."""
    said = {
        "unknown_name": _("式にあるデータ項目がありません。"),
        "expression_budget": _("式の計算が上限を超えました。"),
        "expression_syntax": _("式の書き方に誤りがあります。"),
        "bad_parameter": _("自動処理に渡す値が正しくありません。"),
        "operation_failed": _("外部への処理が繰り返しうまくいきませんでした。"),
        "no_rule_matched": _("判断表に当てはまる行がありません。"),
        "several_rules_matched": _("判断表の複数の行に当てはまりました。"),
        "input_not_allowed": _("判断表の入力に、決められた範囲にない値があります。"),
        "decision_failed": _("判断表を計算できませんでした。"),
        "no_condition": _("どの分岐の条件にも当てはまりません。"),
        "condition_not_boolean": _("分岐の条件が、はい・いいえで答えられません。"),
        "no_correlation_key": _("メッセージの照合キーが空です。"),
        "no_time": _("タイマーの日時が空です。"),
        "not_a_time": _("タイマーの値が日時でも期間でもありません。"),
        "not_a_list": _("繰り返しの元になる値が一覧ではありません。"),
        "not_a_count": _("繰り返しの回数が0以上の整数ではありません。"),
        "too_many_items": _("繰り返しの件数が上限を超えました。"),
        "too_deep": _("サブプロセスの入れ子が深すぎます。"),
        "join_stuck": _("合流が、来ない流れを待っています。"),
        "call_failed": _("呼び出した業務フローがエラーで終わりました。"),
        "call_cancelled": _("呼び出した案件が取りやめになりました。"),
        "bad_property": _("要素に書かれた値が使えません。"),
        "job_failed": _("予約処理が繰り返しうまくいきませんでした。"),
        "schedule_failed": _("定期起動で業務を始められませんでした。"),
        "engine_failed": _("処理を続けられません。"),
    }
    return said.get(incident.code) or data(incident.text)


def next_step(incident: Incident) -> str:
    """What to do before it is tried again."""
    if incident.kind == "schedule":
        return _(
            "次の予定を確かめ、必要なら業務を手で始めてください。済んだら、理由を書いて閉じます。"
        )
    if incident.kind == "job":
        return _(
            "一時的な理由なら、再実行すると続きから動きます。繰り返すときは、技術の記録を添えて開発者に相談してください。"
        )
    if incident.code in OPERATION:
        return _(
            "つなぎ先と渡した値を確かめ、直ってから再実行してください。済んだ処理は繰り返しません。"
        )
    if incident.code in CALL:
        return _(
            "呼び出した案件の画面で理由を確かめてください。再実行すると、呼び出す案件を新しく始めます。"
        )
    if incident.code in DECISION | TIME | VALUE:
        return _(
            "入力された値と業務フローを確かめてください。値が同じなら、再実行しても同じところで止まります。業務フローを直したときは、案件を取りやめて始め直します。"
        )
    return _(
        "一度、再実行してください。再び止まるときは、技術の記録を添えて開発者に相談してください。"
    )


def may_close(incident: Incident) -> bool:
    return may_be_set_aside(incident)


def elapsed(since: datetime, now: datetime) -> str:
    """2時間13分, 18分, 3日4時間"""
    seconds = max(int((now - since).total_seconds()), 0)
    minutes = seconds % HOUR // 60
    if seconds < HOUR:
        return _("%(minutes)s分", minutes=minutes)
    if seconds < DAY:
        return _("%(hours)s時間%(minutes)s分", hours=seconds // HOUR, minutes=minutes)
    return _("%(days)s日%(hours)s時間", days=seconds // DAY, hours=seconds % DAY // HOUR)
