"""P11: the figures of the month before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.testing import TestOffice
from tests.models.filling import fill, startable
from tests.models.house import elements, enter

KEY = "monitoring"
THIRD_WORKING_DAY = datetime(2027, 1, 6, 9, 0, tzinfo=TOKYO)
INDICATORS = (
    '[{指標: "オンライン申請の割合", 区分: "プロジェクト目標", 目標値: 60, 単位: "%",'
    ' 方向: "高いほど良い", 出典: "受付簿"}]'
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=THIRD_WORKING_DAY) as made:
        made.deploy(startable(KEY))
        enter(made, ("R20", INDICATORS))
        yield made


def figure(office: TestOffice, **more: Any) -> dict[str, Any]:
    (indicator,) = office.register("R20")
    known = {"指標": indicator.id, "期間": "2026年12月", "出典": "受付簿"}
    return {**known, "実績値": None, "未収集": False, "備考": None, **more}


def test_c8_2_04_it_asks_for_the_month_before_across_the_turn_of_the_year(
    office: TestOffice,
) -> None:
    case = office.start(KEY)

    (row,) = office.variables(case)["実績"]
    (task,) = office.open_tasks()
    assert (row["期間"], row["出典"]) == ("2026年12月", "受付簿")
    assert (task.element_id, task.groups) == ("enter_actuals", {"GYOMU"})
    assert str(task.due_on) == "2027-01-14"  # 5 working days, past 成人の日


def test_c8_2_02_and_2_06_a_figure_is_registered_with_its_source(office: TestOffice) -> None:
    case = office.start(KEY)

    fill(office, "enter_actuals", {"実績": [figure(office, 実績値=Decimal(48))]}, by="gyomu1")

    (entry,) = office.register("R21")
    values = entry.values
    assert (values["指標名"], values["実績値"], values["収集状況"]) == (
        "オンライン申請の割合",
        48,
        "収集済",
    )
    assert office.trace(case)[-1] == "actuals_collected"


def test_a_missing_figure_is_registered_as_missing(office: TestOffice) -> None:
    office.start(KEY)

    fill(
        office, "enter_actuals", {"実績": [figure(office, 未収集=True, 備考="集計中")]}, by="gyomu1"
    )

    (entry,) = office.register("R21")
    assert (entry.values["収集状況"], entry.values["備考"]) == ("未収集", "集計中")


def test_it_reminds_before_the_due_day_and_tells_the_head_after_it(office: TestOffice) -> None:
    case = office.start(KEY)

    office.advance(to=datetime(2027, 1, 12, 9, 0, tzinfo=TOKYO))
    reminded = office.trace(case)
    office.advance(to=datetime(2027, 1, 14, 18, 0, tzinfo=TOKYO))

    assert "actuals_reminded" in reminded
    assert "actuals_escalated" not in reminded
    assert "actuals_escalated" in office.trace(case)
    assert elements(office) == ["enter_actuals"]
