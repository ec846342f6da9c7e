"""An office with indicators, for the tests of the monitoring."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.domain.records import RegisterEntry
from engine.testing import TestOffice
from tests.models.filling import fill

ONLINE, DAYS, UPTIME = "オンライン申請の割合", "交付決定までの日数", "稼働率"
INDICATORS = (
    "["
    f'{{指標: "{ONLINE}", 区分: "プロジェクト目標", 目標値: 60, 単位: "%",'
    ' 方向: "高いほど良い", 頻度: "毎月", 出典: "受付簿"},'
    f'{{指標: "{DAYS}", 区分: "業務面", 目標値: 20, 単位: "日",'
    ' 方向: "低いほど良い", 頻度: "毎月", 出典: "審査記録"},'
    f'{{指標: "{UPTIME}", 区分: "情報システム面", 目標値: 99.5, 単位: "%",'
    ' 方向: "高いほど良い", 頻度: "毎月", 出典: "報告書"}'
    "]"
)
ANALYSIS = {
    "時系列変化": "前の月より少し増えた。",
    "業務への影響": "窓口の待ち時間が短くなった。",
    "将来見込み": "年度末に目標へ届く見込み。",
    "定性情報": "入力が簡単になったという声があった。",
    "リスク管理の見直し要否": False,
}
Figure = float | None


def indicator(office: TestOffice, name: str) -> RegisterEntry:
    (found,) = [one for one in office.register("R20") if one.values["指標"] == name]
    return found


def enter_figures(office: TestOffice, figures: dict[str, Figure], **more: Any) -> None:
    """T1: the table as it was filled in beforehand, with these figures; None is 未収集."""
    rows = office.variables(office.cases("monitoring")[-1])["手入力"]
    rows = [
        row | given(figures[row["指標名"]]) if row["指標名"] in figures else row for row in rows
    ]
    fill(office, "enter_actuals", {"手入力": rows, **more}, by="gyomu1")


def given(figure: Figure) -> dict[str, Any]:
    if figure is None:
        return {"実績値": None, "未収集": True, "備考": "集計中"}
    return {"実績値": Decimal(str(figure)), "未収集": False}


def report_levels(office: TestOffice, figure: Figure, *more: dict[str, Any]) -> None:
    """T2: one figure for all that was asked for."""
    rows = office.variables(office.cases("monitoring")[-1])["サービスレベル"]
    for row in rows:
        row["未収集"] = figure is None
        row["実績"] = None if figure is None else Decimal(str(figure))
        row["未達理由"] = "集計中" if figure is None else None
    fill(office, "report_service_level", {"サービスレベル": [*rows, *more]}, by="ops1")


def analyse(office: TestOffice, by: str = "pjmo1", **more: Any) -> None:
    """T3, without anything to hand on unless it is said."""
    values = {**ANALYSIS, "対応すべきリスク課題": [], "収集困難な指標": []}
    fill(office, "analyse_month", values | more, by=by)
