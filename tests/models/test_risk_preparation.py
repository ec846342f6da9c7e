"""P08: risks known beforehand, and what is done when one becomes real."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements, enter

KEY = "risk_preparation"
CROWD, STAFF = "問合せが集中する", "要員が足りない"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def identify(office: TestOffice, *risks: str, own: tuple[str, ...] = ()) -> None:
    values = {"リスク": list(risks), "その他のリスク": [{"リスク": one} for one in own]}
    fill(office, "identify_risks", values, by="gyomu1")


def analyse(office: TestOffice, **grades: tuple[int, int]) -> None:
    """Each risk with its effect and likelihood, as its page sends it."""
    case = office.cases(KEY)[-1]
    rows = [
        {
            **row,
            "原因": "経験がない",
            "影響": Decimal(grades[row["リスク"]][0]),
            "発生可能性": Decimal(grades[row["リスク"]][1]),
            "リスク値": None,
            "発現時期": None,
        }
        for row in office.variables(case)["リスク分析"]
    ]
    fill(office, "analyse_risks", {"リスク分析": rows})


def respond(office: TestOffice) -> None:
    case = office.cases(KEY)[-1]
    response = {
        "予防策": "応援を決めておく",
        "顕在時対応": ["一時的な体制強化"],
        "手順": None,
        "発動条件": "待ち人数が20人を超える",
        "発動者": "gyomu_head",
        "連絡先": None,
    }
    rows = [{**row, **response} for row in office.variables(case)["リスク対応"]]
    fill(office, "plan_responses", {"リスク対応": rows})


def played(office: TestOffice, effect: int, likelihood: int) -> Case:
    case = office.start(KEY)
    identify(office, CROWD)
    analyse(office, **{CROWD: (effect, likelihood)})
    respond(office)
    return case


def test_c8_1_30_and_1_31_chosen_and_own_risks_are_analysed_each_on_its_line(
    office: TestOffice,
) -> None:
    case = office.start(KEY)

    identify(office, CROWD, STAFF, own=("停電", CROWD))

    lines = [row["リスク"] for row in office.variables(case)["リスク分析"]]
    assert lines == [CROWD, STAFF, "停電"]
    assert elements(office) == ["analyse_risks"]


@pytest.mark.parametrize(("effect", "likelihood"), [(3, 3), (1, 1)], ids=["medium", "low"])
def test_c8_1_32_a_lesser_risk_is_registered_without_approval(
    office: TestOffice, effect: int, likelihood: int
) -> None:
    case = played(office, effect, likelihood)

    (entry,) = office.register("R16")
    assert office.variables(case)["結果"] == "完了"
    assert (entry.state, entry.values["リスク値"]) == ("対応案あり", effect * likelihood)
    assert entry.values["発動者"] == "gyomu_head"


def test_a_high_risk_needs_approval_first(office: TestOffice) -> None:
    played(office, 4, 3)
    before = office.register("R16")

    approve(office)

    assert before == []
    assert [entry.values["リスク値"] for entry in office.register("R16")] == [12]


def test_the_highest_of_several_risks_decides(office: TestOffice) -> None:
    office.start(KEY)
    identify(office, CROWD, STAFF)
    analyse(office, **{CROWD: (1, 1), STAFF: (5, 5)})

    respond(office)

    assert elements(office) == ["draft_approval"]


def test_c8_1_33_known_risks_are_kept_up_in_the_one_list(office: TestOffice) -> None:
    played(office, 2, 2)

    played(office, 3, 3)

    (entry,) = office.register("R16")
    assert (entry.version, entry.values["リスク値"]) == (2, 9)


def test_sent_back_it_starts_again_from_what_was_written(office: TestOffice) -> None:
    case = played(office, 5, 5)
    decide(office, "差戻し")
    identify(office, CROWD, STAFF)

    first = office.variables(case)["リスク分析"][0]

    assert (first["リスク"], first["原因"], first["予防策"]) == (
        CROWD,
        "経験がない",
        "応援を決めておく",
    )


def test_refused_and_given_up_it_registers_nothing(office: TestOffice) -> None:
    case = played(office, 5, 5)
    decide(office, "否認")

    fill(office, "reconsider_draft", {"取扱い": "取りやめ", "取扱い理由": "中止"})

    assert (office.variables(case)["結果"], office.register("R16")) == ("取りやめ", [])


def test_defects_of_a_rehearsal_come_in_as_risks(office: TestOffice) -> None:
    defects: list[dict[str, Any]] = [{"内容": "照合に時間がかかる"}]

    office.send("msg.rehearsal_result", {"結果": "条件付合格", "不具合": defects})

    (case,) = office.cases(KEY)
    own = office.variables(case)["その他のリスク"]
    assert own == [{"リスク": "リハーサルの不具合 照合に時間がかかる"}]
    assert elements(office) == ["identify_risks"]


def test_a_rehearsal_without_defects_asks_nothing(office: TestOffice) -> None:
    office.send("msg.rehearsal_result", {"結果": "合格", "不具合": []})

    (case,) = office.cases(KEY)
    assert office.trace(case)[-1] == "no_new_risk"
    assert (elements(office), office.undelivered()) == ([], [])


def test_registered_risks_are_at_hand(office: TestOffice) -> None:
    enter(office, ("R16", '[{リスク: "停電", 予防策: "非常用電源"}]'))

    case = office.start(KEY)

    assert [one["予防策"] for one in office.variables(case)["登録済リスク"]] == ["非常用電源"]
