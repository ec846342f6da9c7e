"""What does the monitoring report of a month show?  An entry of R26, laid out for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.domain import periods
from engine.domain.periods import MONTH
from engine.domain.records import RegisterEntry
from engine.services.spreadsheets import Sheet, SheetColumn
from web import charts
from web.i18n import _

REGISTER = "R26"
TEXTS = ("時系列変化", "業務への影響", "将来見込み", "定性情報")
FIGURES = ("目標", "実績")
COMPARED = ("前月", "前年同月", "移動平均", "見込み")
# status -> colour and drawing of its chip
STATUSES: Mapping[str, tuple[str, str]] = {
    "達成": ("ok", "check"),
    "注意": ("note", "info"),
    "未達": ("warn", "alert"),
    "著しく低い": ("bad", "alert"),
    "未収集": ("", "ring"),
}
_COLUMNS: tuple[tuple[str, bool], ...] = (
    ("種類", False),
    ("区分", False),
    ("指標", False),
    ("期間", False),
    ("単位", False),
    ("方向", False),
    ("目標", True),
    ("実績", True),
    ("達成率（％）", True),
    ("判定", False),
    ("前月", True),
    ("前月比（％）", True),
    ("前年同月", True),
    ("前年同月比（％）", True),
    ("移動平均", True),
    ("見込み", True),
    ("収集状況", False),
    ("出典", False),
    ("備考", False),
)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A row of the report with its chart, if it has any value at all."""

    values: Mapping[str, Any]
    points: tuple[tuple[str, Decimal | None], ...]  # name of the period -> value
    chart: charts.Line | None

    @property
    def name(self) -> str:
        return str(self.values.get("指標名") or self.values.get("指標") or "")

    @property
    def unit(self) -> str:
        return str(self.values.get("単位") or "")

    @property
    def status(self) -> str:
        found = str(self.values.get("判定") or "")
        return found if found in STATUSES else "未収集"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One month of one system."""

    period: str
    counts: tuple[tuple[str, int], ...]  # status -> how many indicators
    indicators: tuple[Indicator, ...]
    levels: tuple[Mapping[str, Any], ...]
    texts: tuple[tuple[str, str], ...]
    risks: tuple[Mapping[str, Any], ...]
    hard: tuple[Mapping[str, Any], ...]  # indicators that are hard to collect
    review: bool | None  # whether the way risks are managed has to be looked at


def of(entry: RegisterEntry) -> Report:
    values = entry.values
    indicators = tuple(_indicator(row) for row in _rows(values.get("指標")))
    statuses = [one.status for one in indicators]
    return Report(
        period=str(values.get("期間") or ""),
        counts=tuple((status, statuses.count(status)) for status in STATUSES),
        indicators=indicators,
        levels=tuple(_rows(values.get("サービスレベル"))),
        texts=tuple((name, str(values[name])) for name in TEXTS if values.get(name)),
        risks=tuple(_rows(values.get("対応すべきリスク課題"))),
        hard=tuple(_rows(values.get("収集困難な指標"))),
        review=values.get("リスク管理の見直し要否"),
    )


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    for row in value if isinstance(value, list) else ():
        if isinstance(row, Mapping):
            yield row


def _indicator(row: Mapping[str, Any]) -> Indicator:
    points = tuple(
        (str(one.get("期間") or ""), _number(one.get("実績"))) for one in _rows(row.get("推移"))
    )
    short = [(_short(name), value) for name, value in points]
    return Indicator(values=row, points=points, chart=_chart(short, row.get("目標")))


def _chart(points: Sequence[charts.Point], goal: Any) -> charts.Line | None:
    return charts.line(points, _number(goal))


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return Decimal(str(value))


def _short(name: str) -> str:
    """12月 for 2026年12月: the year stands in the table."""
    period = periods.read(name)
    if period is None or period.months != MONTH:
        return name.partition("年度")[2] or name
    return _("%(month)s月", month=period.end.month)


SHEET = Sheet(
    name="モニタリング報告書",
    columns=tuple(
        SheetColumn(heading=heading, kind="number" if is_number else "text")
        for heading, is_number in _COLUMNS
    ),
)


def rows(report: Report) -> Iterable[list[Any]]:
    """The report as one table: indicators, then service levels."""
    for one in report.indicators:
        get = {**one.values, "種類": "指標", "指標": one.name, "判定": one.status}.get
        yield [get(heading.removesuffix("（％）")) for heading, _is_number in _COLUMNS]
    for level in report.levels:
        get = {**level, "種類": "サービスレベル", "指標": level.get("項目")}.get
        notes = {"備考": level.get("未達理由")}
        yield [
            notes.get(heading) or get(heading.removesuffix("（％）"))
            for heading, _is_number in _COLUMNS
        ]
