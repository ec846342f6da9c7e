"""Indicators (R20) and their figures (R21), as the monitoring of a month works with them.

Figures may come into R21 by any road: from earlier months, by import or from another system.  Two
for the same indicator and period count as one, the newer before the older.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.domain import periods, trends
from engine.domain.instance import InstanceHead
from engine.domain.periods import Period
from engine.domain.records import RegisterEntry
from engine.services.operation import BadParameterError, Call
from engine.services.unit import Unit
from engine.storage import registers

INDICATORS, FIGURES = "R20", "R21"
ENDED = "廃止"
COLLECTED, MISSING = "収集済", "未収集"
MOST_INDICATORS = 500
MOST_FIGURES = 2_000  # newest first: more than 12 months of 150 indicators
SHOWN_PERIODS = 13  # this one and a year before it

Known = Mapping[Period, RegisterEntry]
Figures = Mapping[str, Known]


def due(call: Call) -> list[dict[str, Any]]:
    """The indicators with a period that ends with `month` (its first day), and what R21 has there.

    Frequency and period: `domain.periods`.  実績 is null where a figure is still to be collected.
    """
    return [_row(indicator, period, known.get(period)) for indicator, period, known in _due(call)]


def _due(call: Call) -> Iterator[tuple[RegisterEntry, Period, Known]]:
    """Indicators with a period that ends with the month, that period, and their figures."""
    month = call.params.get("month")
    if not isinstance(month, date):
        raise BadParameterError("操作の項目 month は日付にします。")
    indicators = [one for one in _entries(call.unit, call.head) if one.state != ENDED]
    known = _figures(call.unit, call.head, indicators)
    for one in indicators:
        period = periods.ending_with(month, one.values.get("頻度"))
        if period is not None:
            yield one, period, known[one.id]


def _entries(unit: Unit, place: InstanceHead) -> list[RegisterEntry]:
    """All indicators, by number."""
    found = registers.in_place(unit, INDICATORS, place.project_id, place.system_id, MOST_INDICATORS)
    return sorted(found, key=lambda entry: entry.number)


def _figures(unit: Unit, place: InstanceHead, indicators: Sequence[RegisterEntry]) -> Figures:
    """Indicator id -> period -> entry of R21, which names it by id, number or name."""
    found: dict[str, dict[Period, RegisterEntry]] = {one.id: {} for one in indicators}
    ids = names_of((one.id, one.number, one.values.get("指標")) for one in indicators)
    newest = registers.newest_in_place(
        unit, FIGURES, place.project_id, place.system_id, MOST_FIGURES
    )
    for entry in newest:
        values = entry.values
        id_ = ids.get(values.get("指標")) or ids.get(values.get("指標名"))
        period = periods.read(values.get("期間"))
        if id_ is None or period is None:
            continue
        have = found[id_].get(period)
        if have is None or (have.values.get("実績値") is None and values.get("実績値") is not None):
            found[id_][period] = entry
    return found


def names_of(indicators: Any) -> dict[Any, str]:
    """Every word for an indicator -> its id; a name that two of them bear stands for the first."""
    known: dict[Any, str] = {}
    for id_, *words in indicators:
        for word in (id_, *words):
            if word:
                known.setdefault(word, id_)
    return known


def _row(entry: RegisterEntry, period: Period, figure: RegisterEntry | None) -> dict[str, Any]:
    indicator = entry.values
    known = {} if figure is None else figure.values
    return {
        "指標": entry.id,
        "管理番号": entry.number,
        "指標名": indicator.get("指標"),
        "区分": indicator.get("区分"),
        "頻度": indicator.get("頻度"),
        "単位": indicator.get("単位"),
        "方向": indicator.get("方向"),
        "期間": period.label,
        "目標": indicator.get("目標値"),
        "実績": known.get("実績値"),
        "収集状況": MISSING if known.get("実績値") is None else COLLECTED,
        "出典": known.get("出典") or indicator.get("出典"),
        "備考": known.get("備考"),
        "記録": None if figure is None else figure.id,
    }


def trend(call: Call) -> list[dict[str, Any]]:
    """The rows of `due` with what has been collected since, each beside the figures before it.

    `figures`: {指標, 実績, 出典, 備考} as people gave them; one of R21 stands where they gave none.
    Added are 前月, 前年同月 (the period before, and the same one of last year) with their ratios,
    移動平均, 見込み and 推移; how they are worked out: `domain.trends`.
    """
    given = {str(one.get("指標")): one for one in call.contexts("figures")}
    made = []
    for indicator, period, known in _due(call):
        row = _row(indicator, period, known.get(period))
        row |= _taken(row, given.get(indicator.id, {}))
        past = {one: entry.values.get("実績値") for one, entry in known.items() if one < period}
        made.append(row | summary({**past, period: row["実績"]}, period))
    return made


def _taken(row: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a person gave for the row; a remark alone counts only where there is no figure."""
    if given.get("実績") is None and row["実績"] is not None:
        return {}
    value = given.get("実績")
    return {
        "実績": value,
        "収集状況": MISSING if value is None else COLLECTED,
        "出典": given.get("出典") or row["出典"],
        "備考": given.get("備考") or row["備考"],
    }


def summary(figures: Mapping[Period, Decimal | None], period: Period) -> dict[str, Any]:
    """What the figures of one indicator say at that period."""
    run = [period.before(count) for count in reversed(range(SHOWN_PERIODS))]
    first = next((n for n, one in enumerate(run) if one in figures), len(run) - 1)
    run = run[first:]
    values = [figures.get(one) for one in run]
    now, then = figures.get(period), figures.get(period.before())
    last_year = figures.get(period.a_year_before)
    return {
        "前月": then,
        "前月比": trends.ratio(now, then),
        "前年同月": last_year,
        "前年同月比": trends.ratio(now, last_year),
        "移動平均": trends.moving_average(values),
        "見込み": trends.forecast(values),
        "推移": [
            {"期間": one.label, "実績": value} for one, value in zip(run, values, strict=True)
        ],
    }
