"""A year of monitoring for two systems on the virtual clock, from its schedule to its reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.person import Place
from engine.domain.records import RegisterEntry
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.services import registers
from engine.services.registers import OwnBooks
from engine.storage import history, people
from engine.storage import registers as register_rows
from engine.testing import PROJECT, SETUP, Case, TestOffice
from tests.acceptance.monitoring_year import DAYS, NONE, PERIODS, YEARS, Indicator, Year
from tests.models.monitoring import ANALYSIS

MORNING, CLOSE = time(9, 0), time(18, 0)
TRIGGER = "msg.trigger_found"
REMINDED = {"actuals_reminded", "report_reminded"}
ESCALATED = {"actuals_escalated", "report_escalated"}
NEVER = 99  # working days
APRIL = datetime(2026, 4, 6, 9, 0, tzinfo=TOKYO)  # its 3rd working day has passed

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    settings = {"messages": {"valid_days": 400}}  # nobody receives them here
    with testing.office(tmp_path, database_url, now=APRIL, settings=settings) as made:
        second = Place(id="s2", name="相談システム", project_id=PROJECT)
        made.engine.run(people.add_place, "system", second)
        made.deploy_shipped("monitoring")
        for year in YEARS:
            define(made, year)
            made.send("msg.operation_started", key=f"{PROJECT}/{year.system}")
        yield made


def define(office: TestOffice, year: Year) -> None:
    for one in year.indicators:
        values = {
            "指標": one.name,
            "区分": one.kind,
            "目標値": Decimal(one.target),
            "方向": one.direction,
            "頻度": one.frequency,
            "出典": "集計表",
        }
        book = OwnBooks(project_id=PROJECT, system_id=year.system)
        office.engine.run(registers.enter, "R20", values, book, SETUP)


def figure(one: Indicator, period: str) -> float | None:
    return dict(zip(one.periods, one.figures, strict=True))[period][0]


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOKYO)


class Months:
    """Plays the months one after the other; remembers the case of each system and month."""

    def __init__(self, office: TestOffice) -> None:
        self.office = office
        self.cases: dict[tuple[str, int], Case] = {}

    def play(self) -> None:
        for month, days in enumerate(DAYS):
            self.office.advance(to=at(days[0], MORNING))
            for case in self.office.cases("monitoring")[-len(YEARS) :]:
                head = self.office.head(case.id)
                self.cases[str(head.system_id), month] = case
            for year in sorted(YEARS, key=lambda one: one.answered[month] or NEVER):
                self._finish(year, month)

    def _finish(self, year: Year, month: int) -> None:
        case = self.cases[year.system, month]
        days = year.answered[month]
        if days is None:
            self.office.advance(to=at(DAYS[month][3], CLOSE))
        else:
            calendar = self.office.engine.office.calendar
            self.office.advance(to=at(calendar.add(DAYS[month][0], days), MORNING))
            self._answer(year, case)
        nothing = {"対応すべきリスク課題": [], "収集困難な指標": [], "決裁に付す": False}
        values = {**ANALYSIS, **nothing}
        self.office.complete("analyse_month", values, by="pjmo1", case=case)

    def _answer(self, year: Year, case: Case) -> None:
        known = self.office.variables(case)
        by_name = {one.name: one for one in year.indicators}
        typed = [self._typed(by_name[row["指標名"]], row) for row in known["手入力"]]
        self.office.complete("enter_actuals", {"手入力": typed}, by="gyomu1", case=case)
        levels = [
            {**row, "実績": Decimal(str(figure(by_name[row["項目"]], known["対象期間"])))}
            for row in known["サービスレベル"]
        ]
        values = {"サービスレベル": levels}
        self.office.complete("report_service_level", values, by="ops1", case=case)

    def _typed(self, one: Indicator, row: dict[str, Any]) -> dict[str, Any]:
        value = figure(one, row["期間"])
        if value is None:
            return {**row, "未収集": True, "備考": "集計が終わらない"}
        return {**row, "実績値": Decimal(str(value))}


def entries(office: TestOffice, code: str, system: str) -> list[RegisterEntry]:
    found = office.engine.ask(register_rows.in_place, code, PROJECT, system, 1_000)
    return [entry for entry in found if entry.system_id == system]


def judgements(reports: list[RegisterEntry], name: str) -> list[tuple[str, str]]:
    """(period, judgement) of one indicator, from all reports."""
    rows = (row for entry in reports for row in entry.values["指標"])
    return [(row["期間"], row["判定"]) for row in rows if row["指標名"] == name]


def moments(office: TestOffice, case: Case, elements: set[str]) -> list[tuple[str, datetime]]:
    """When these elements were reached, in Tokyo."""
    lines = office.engine.ask(history.of_instance, case.id)
    found = [
        (line.element_id, line.at.astimezone(TOKYO))
        for line in lines
        if line.element_id in elements
    ]
    return sorted(found)


def told(case: Case, elements: set[str], day: date, hour: time) -> list[tuple[str, datetime]]:
    return sorted((element, at(day, hour)) for element in elements)


def test_c8_a_year_of_two_systems(office: TestOffice) -> None:
    months = Months(office)

    months.play()

    assert office.incidents() == []
    assert office.open_tasks() == []
    for year in YEARS:
        check_reports(office, year)
        check_figures(office, year)
        check_days(office, year, months)
        check_triggers(office, year)
    check_trend(office)


def check_reports(office: TestOffice, year: Year) -> None:
    """Twelve reports, one for each month, with every judgement of the table."""
    reports = entries(office, "R26", year.system)
    assert [entry.values["期間"] for entry in reports] == list(PERIODS)
    for one in year.indicators:
        expected = [judgement for _, judgement in one.figures]
        assert judgements(reports, one.name) == list(zip(one.periods, expected, strict=True))


def check_figures(office: TestOffice, year: Year) -> None:
    """R21 has one entry for each figure; what is missing is there as 未収集."""
    figures = entries(office, "R21", year.system)
    assert len(figures) == sum(len(one.figures) for one in year.indicators)
    for one in year.indicators:
        missing = [
            entry.values["期間"]
            for entry in figures
            if entry.values["指標名"] == one.name and entry.values["収集状況"] == NONE
        ]
        assert missing == [
            period
            for period, (value, _) in zip(one.periods, one.figures, strict=True)
            if value is None
        ]


def check_days(office: TestOffice, year: Year, months: Months) -> None:
    """Starts, reminders and escalations on the days of the real calendar."""
    for month, (start, reminder, due, _) in enumerate(DAYS):
        case = months.cases[year.system, month]
        days = year.answered[month] or NEVER
        assert tokyo_date(office.head(case.id).started_at) == start
        reminded = told(case, REMINDED, reminder, MORNING) if days > 3 else []
        escalated = told(case, ESCALATED, due, CLOSE) if days > 5 else []
        assert moments(office, case, REMINDED) == reminded
        assert moments(office, case, ESCALATED) == escalated


def check_triggers(office: TestOffice, year: Year) -> None:
    """One message for each month in which something is far below its target."""
    key = f"{PROJECT}/{year.system}"
    found = [
        sorted((row["指標"], row["期間"]) for row in message.payload["根拠"])
        for message in office.undelivered()
        if message.name == TRIGGER and message.key == key
    ]
    expected = {
        "s1": [
            [("オンライン申請の割合", "2026年4月"), ("交付決定までの日数", "2026年4月")],
            [("オンライン申請の割合", "2027年2月")],
        ],
        "s2": [
            [("利用者の満足度", "2026年度第4四半期")],
            [("応答時間", "2026年8月")],
            [("相談の解決率", "2026年4月")],
        ],
    }
    assert sorted(found) == expected[year.system]


def check_trend(office: TestOffice) -> None:
    """August 2026 after 24, 30, 53, 54: 59, worked out by hand."""
    august = entries(office, "R26", "s1")[4].values["指標"]
    (row,) = [one for one in august if one["指標名"] == "オンライン申請の割合"]
    assert row["前月比"] == Decimal("109.3")  # 59 / 54
    assert row["移動平均"] == Decimal("55.33")  # 53, 54 and 59
    assert row["見込み"] == Decimal("72.2")  # 44 + 9.4 * 3
    assert [one["実績"] for one in row["推移"]] == [24, 30, 53, 54, 59]
