"""Acceptance scenarios 1 and 2 through commands, on each database, day after working day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.testing import TestOffice
from tests.acceptance import evidence
from tests.acceptance.at_services import OfficePlayer
from tests.acceptance.go_live import GoLive
from tests.acceptance.outcomes import check_scenario_1, check_scenario_2

THIRD_WORKING_DAY_OF_MAY = datetime(2026, 5, 8, 9, 0, tzinfo=TOKYO)  # behind Golden Week


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    with testing.office(tmp_path, database_url) as made:  # from 1 April 2026 on
        made.deploy_shipped("go_live_preparation", "monitoring")
        yield made


def played(office: TestOffice, *, goes_well: bool) -> GoLive:
    today = tokyo_date(office.clock.moment)
    story = GoLive(today, office.engine.office.calendar, goes_well=goes_well)
    OfficePlayer(office, story).play()
    return story


def test_scenario_1_a_go_live_that_goes_well_up_to_its_first_monitoring(
    office: TestOffice,
) -> None:
    played(office, goes_well=True)

    check_scenario_1(office.engine)
    assert (office.open_tasks(), office.incidents()) == ([], [])
    assert evidence.schedule(office.engine, "T01").next_at == THIRD_WORKING_DAY_OF_MAY

    office.advance(to=THIRD_WORKING_DAY_OF_MAY)

    (case,) = office.cases("monitoring")
    assert office.variables(case)["対象期間"] == "2026年4月"
    assert [task.element_id for task in office.open_tasks()] == ["enter_actuals"]


def test_scenario_2_a_rehearsal_by_exception(office: TestOffice) -> None:
    story = played(office, goes_well=False)

    check_scenario_2(office.engine, story.saw)
    assert office.incidents() == []
    # It ends about the day of the first monitoring: nothing but that may be open.
    assert {task.element_id for task in office.open_tasks()} <= {"enter_actuals"}
