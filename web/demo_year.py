"""A year of monitoring that the demo office has behind it: indicators, their figures, the reports.

Nothing of it is played: the entries are made as the process would have made them, with the same
trends and the decision that is in service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.bootstrap import Engine
from engine.domain.access import Actor
from engine.domain.periods import Period, ending_with, months_before
from engine.domain.records import RegisterEntry
from engine.domain.values import storable
from engine.services import decisions, indicators, registers
from engine.services.indicators import COLLECTED, MISSING
from engine.services.registers import OwnBooks
from engine.services.unit import Unit

JUDGE = "d13_indicator_status"
COUNTED = ("達成", "注意", "未達", "著しく低い", "未収集")
NO_FIGURE = "集計できませんでした。"
Figures = Mapping[Period, Decimal | None]


class PastYear:
    """What `config/demo/monitoring.toml` says, entered into R20, R21 and R26."""

    def __init__(self, engine: Engine, written: Mapping[str, Any], actor: Actor) -> None:
        self._engine = engine
        self._written = written
        self._actor = actor
        self._book = OwnBooks(project_id=written["project"], system_id=written["system"])

    def enter(self) -> None:
        """All of it, up to the month before this one."""
        today = self._engine.ask(_today)
        count = int(self._written["months"])
        months = [months_before(today, back) for back in range(count, 0, -1)]
        known = [self._indicator(one, months) for one in self._written["indicator"]]
        for month, report in zip(months, self._written["report"], strict=False):
            rows = [
                row
                for indicator, one, figures in known
                for row in self._row(indicator, one, figures, month)
            ]
            for row in rows:
                self._enter("R21", _figure(row))
            self._enter("R26", {**_report(report), **_sum(rows, month)})
        for indicator, one, figures in known:
            for row in self._row(indicator, one, figures, months[-1]):
                if row["実績"] is not None:
                    self._enter("R21", _figure({**row, "判定": None, "達成率": None}))

    def _enter(self, code: str, values: Mapping[str, Any]) -> RegisterEntry:
        return self._engine.run(registers.enter, code, values, self._book, self._actor)

    def _indicator(
        self, one: Mapping[str, Any], months: Sequence[date]
    ) -> tuple[RegisterEntry, Mapping[str, Any], Figures]:
        """Enter the definition; with it, the figures by period."""
        values = {
            "指標": one["name"],
            "区分": one["kind"],
            "目標値": storable(one["target"]),
            "単位": one["unit"],
            "方向": one["direction"],
            "頻度": one["frequency"],
            "収集方法": one["method"],
            "出典": one["source"],
        }
        figures: dict[Period, Decimal | None] = {}
        for month, figure in zip(months, one["figures"], strict=False):
            period = ending_with(month, one["frequency"])
            if period is not None:
                figures[period] = None if figure == MISSING else storable(figure)
        return self._enter("R20", values), one, figures

    def _row(
        self, indicator: RegisterEntry, one: Mapping[str, Any], figures: Figures, month: date
    ) -> Iterator[dict[str, Any]]:
        """The row of a report, if the indicator was due in the month."""
        period = ending_with(month, one["frequency"])
        if period is None:
            return
        figure = figures.get(period)
        asked = {
            "目標": storable(one["target"]),
            "実績": figure,
            "方向": one["direction"],
        }
        known = {past: value for past, value in figures.items() if past <= period}
        yield {
            "指標": indicator.id,
            "指標名": one["name"],
            "区分": one["kind"],
            "頻度": one["frequency"],
            "単位": one["unit"],
            "期間": period.label,
            "収集状況": MISSING if figure is None else COLLECTED,
            "出典": one["source"],
            "備考": NO_FIGURE if figure is None else None,
            **asked,
            **self._engine.ask(decisions.answer, JUDGE, asked),
            **indicators.summary(known, period),
        }


def _today(unit: Unit) -> date:
    return unit.today


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of R21."""
    same = (
        "指標",
        "指標名",
        "期間",
        "収集状況",
        "出典",
        "備考",
        "目標",
        "実績",
        "単位",
        "判定",
        "達成率",
    )
    return {**{name: row[name] for name in same}, "実績値": row["実績"]}


def _report(written: Mapping[str, Any]) -> dict[str, Any]:
    """What people wrote of a month."""
    return {
        "状態": "作成済",
        "時系列変化": written["trend"],
        "業務への影響": written["effect"],
        "将来見込み": written["outlook"],
        "定性情報": written["voices"],
        "リスク管理の見直し要否": written.get("risk", False),
        "対応すべきリスク課題": [
            {"内容": one["text"], "支障の有無": one["harm"], "緊急度": one["urgency"]}
            for one in written.get("issues", [])
        ],
        "収集困難な指標": [
            {"指標名": one["name"], "問題": one["problem"], "内容": one["text"]}
            for one in written.get("hard", [])
        ],
    }


def _sum(rows: Sequence[Mapping[str, Any]], month: date) -> dict[str, Any]:
    """What the figures of a month add to it."""
    judged = [row["判定"] for row in rows]
    return {
        "期間": Period(month).label,
        "対象月": month,
        **{name: Decimal(judged.count(name)) for name in COUNTED},
        "指標": list(rows),
        "サービスレベル": [
            {
                "項目": row["指標名"],
                "目標": row["目標"],
                "実績": row["実績"],
                "単位": row["単位"],
                "収集状況": row["収集状況"],
                "未達理由": None,
            }
            for row in rows
            if row["区分"] == "情報システム面"
        ],
    }
