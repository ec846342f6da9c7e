"""What the monitoring asks of the registers: what is due, what a file holds, how figures go."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.register import EntryRefusedError
from engine.services import indicator_files, registers
from engine.services.indicator_files import Found
from engine.services.registers import OwnBooks
from engine.services.spreadsheet_reading import read_table
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice
from tests.offices import Watched
from tests.services.test_operations import asked

BOOK = OwnBooks(project_id=PROJECT, system_id=SYSTEM)
RATE = {"指標": "割合", "区分": "業務面", "目標値": Decimal(60), "方向": "高いほど良い"}
WANTED: list[dict[str, Any]] = [
    {"指標": "i1", "管理番号": "指標-R8-0001", "指標名": "割合", "出典": "受付簿"},
    {"指標": "i2", "管理番号": "指標-R8-0002", "指標名": "日数", "出典": None},
]
DECEMBER = "date(2026, 12, 1)"


def enter(office: TestOffice, code: str, **values: Any) -> str:
    return office.engine.run(registers.enter, code, values, BOOK, SETUP).id


def figure(office: TestOffice, period: str, value: int | None, **more: Any) -> str:
    known = {"指標名": "割合", "期間": period, "収集状況": "収集済"}
    number = None if value is None else Decimal(value)
    return enter(office, "R21", **known, 実績値=number, **more)


def taken(text: str) -> Found:
    found = Found([{**one, "期間": "2026年12月"} for one in WANTED])
    indicator_files.take(read_table(text.encode(), "実績.csv"), "実績.csv", found)
    return found


def faults(text: str) -> list[tuple[int | None, str]]:
    return [(row["行"], row["内容"]) for row in taken(text).faults]


# --- what is due


def test_what_the_register_holds_is_given_with_its_source(office: TestOffice) -> None:
    enter(office, "R20", **RATE, 頻度="毎月", 出典="受付簿")
    entry = figure(office, "2026-12", 48, 出典="取込み")

    (row,) = asked(office, "indicators.due", month=DECEMBER)

    assert (row["指標名"], row["期間"], row["実績"], row["出典"]) == (
        "割合",
        "2026年12月",
        48,
        "取込み",
    )
    assert (row["収集状況"], row["記録"]) == ("収集済", entry)


def test_the_newer_of_two_figures_counts_unless_it_is_empty(office: TestOffice) -> None:
    enter(office, "R20", **RATE)
    figure(office, "2026年12月", 40)
    figure(office, "2026年12月", 48)
    figure(office, "2026年12月", None)

    (row,) = asked(office, "indicators.due", month=DECEMBER)

    assert row["実績"] == 48


def test_an_abolished_indicator_is_not_due(office: TestOffice) -> None:
    enter(office, "R20", **RATE, 状態="廃止")

    assert asked(office, "indicators.due", month=DECEMBER) == []


def test_what_is_due_takes_the_same_questions_for_few_and_for_many(office: TestOffice) -> None:
    for number in range(12):
        name = f"指標{number}"
        enter(office, "R20", **{**RATE, "指標": name})
        figure(office, "2026年12月", number, 指標=None)
    office.deploy_shipped("monitoring")

    with Watched(office.engine._database) as watched:
        office.start("monitoring")

    assert watched.words.count("select register_entry") == 2


# --- how figures go


def test_a_given_figure_stands_before_that_of_the_register(office: TestOffice) -> None:
    id_ = enter(office, "R20", **RATE)
    entry = figure(office, "2026年12月", 40)
    given = f'[{{指標: "{id_}", 実績: 50, 出典: "手入力", 備考: null}}]'

    (row,) = asked(office, "indicators.trend", month=DECEMBER, figures=given)

    assert (row["実績"], row["出典"], row["記録"]) == (50, "手入力", entry)


def test_what_came_into_the_register_meanwhile_fills_the_gap(office: TestOffice) -> None:
    id_ = enter(office, "R20", **RATE)
    figure(office, "2026年11月", 32)
    figure(office, "2026年12月", 40)
    given = f'[{{指標: "{id_}", 実績: null, 備考: "集計中"}}]'

    (row,) = asked(office, "indicators.trend", month=DECEMBER, figures=given)

    assert (row["実績"], row["収集状況"], row["備考"]) == (40, "収集済", None)
    assert (row["前月"], row["前月比"]) == (32, 125)


def test_a_gap_stays_a_gap_with_its_reason(office: TestOffice) -> None:
    id_ = enter(office, "R20", **RATE)
    given = f'[{{指標: "{id_}", 実績: null, 備考: "集計中"}}]'

    (row,) = asked(office, "indicators.trend", month=DECEMBER, figures=given)

    assert (row["実績"], row["収集状況"], row["備考"]) == (None, "未収集", "集計中")
    assert row["推移"] == [{"期間": "2026年12月", "実績": None}]


def test_the_run_of_figures_goes_back_a_year_at_most(office: TestOffice) -> None:
    enter(office, "R20", **RATE)
    for month in range(1, 13):
        figure(office, f"2025年{month}月", month)
        figure(office, f"2026年{month}月", 10 * month)

    (row,) = asked(office, "indicators.trend", month=DECEMBER, figures="[]")

    assert (row["推移"][0], len(row["推移"])) == ({"期間": "2025年12月", "実績": 12}, 13)
    assert (row["前年同月"], row["前年同月比"]) == (12, 1000)


# --- files


@pytest.mark.parametrize(
    "text",
    [
        "指標,実績値\n割合,48\n",
        "指標名,実績\n割合,48\n",
        "管理番号,実績値\n指標-R8-0001,48\n",
        "指標,実績値,期間\n割合,48,2026-12\n",
        "\ufeff指標,実績値\n割合,４８%\n",
    ],
    ids=["by name", "other headings", "by number", "with the period", "wide digits"],
)
def test_a_figure_may_be_written_in_several_ways(text: str) -> None:
    found = taken(text)

    assert found.faults == []
    assert found.figures["i1"]["実績値"] == 48
    assert (found.figures["i1"]["出典"], found.figures["i1"]["未収集"]) == ("受付簿", False)


def test_a_row_may_say_why_there_is_no_figure() -> None:
    found = taken("指標,実績値,備考\n割合,,集計中\n")

    assert found.figures["i1"]["未収集"] is True
    assert found.figures["i1"]["備考"] == "集計中"


def test_every_fault_is_told_with_its_row() -> None:
    text = "指標,実績値,期間\n割合,多い,2026年11月\n\n割合,50,\n日数,,\n売上,3,\n"

    assert faults(text) == [
        (2, "期間「2026年11月」が、集める期間「2026年12月」と違います。"),
        (2, "実績値「多い」は数ではありません。"),
        (4, "2行目と同じ指標です。1行にしてください。"),
        (5, "実績値がありません。集められないときは、備考に理由を書いてください。"),
        (6, "「売上」は、この月に集める指標にありません。"),
    ]


def test_a_file_without_the_columns_is_told_so() -> None:
    assert faults("名前,値\n割合,48\n") == [
        (1, "列「指標」「実績値」がありません。1行目に列の名前を書いてください。")
    ]


# --- definitions


@pytest.mark.parametrize("target", [0, -1])
def test_what_should_be_high_needs_a_target_above_zero(office: TestOffice, target: int) -> None:
    with pytest.raises(EntryRefusedError) as refused:
        enter(office, "R20", **{**RATE, "目標値": Decimal(target)})

    assert refused.value.faults == (
        "「目標値」は、方向が高いほど良いのときは0より大きい数にします。",
    )


def test_what_should_be_low_may_aim_at_zero(office: TestOffice) -> None:
    assert enter(office, "R20", **{**RATE, "目標値": Decimal(0), "方向": "低いほど良い"})


def test_the_first_of_april_belongs_to_no_period_of_a_year(office: TestOffice) -> None:
    enter(office, "R20", **RATE, 頻度="年次")

    assert asked(office, "indicators.due", month=f"date({date(2026, 4, 1):%Y, %-m, %-d})") == []
