"""Why a gateway and a decision came out as they did stands in the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.instance import HistoryEntry
from engine.storage import history
from engine.testing import Case, TestOffice
from tests.bench.language import table
from tests.diagrams import extensions, folder, node, script

GIVEN = '達成率 = 42\n区分 = "甲"\n申請 = {名前: "助成", 明細: [1, 2]}'
ASKED = "達成率 < 50 and 申請.名前 != null and count(申請.明細) > 0"


def rule_task(id_: str, decision: str) -> str:
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    return node("businessRuleTask", id_, extensions(called))


def gateway(kind: str, *ways: str, labels: tuple[str, ...] = ()) -> dict[str, dict[str, bytes]]:
    """A gateway with these conditions, one way each, and a way for all other cases.

    `labels`: what stands at the ways, the one for all other cases last.
    """
    ends = [f"end_{number}" for number in range(len(ways))]
    nodes = [
        node("startEvent", "begin"),
        script("given", GIVEN),
        node(kind, "choose", default="choose_to_rest"),
        *(node("endEvent", end) for end in [*ends, "rest"]),
    ]
    flows: list[tuple[str, ...]] = [("begin", "given"), ("given", "choose")]
    named = labels or ("",) * (len(ways) + 1)
    ways_out = zip([*ends, "rest"], [*ways, ""], named, strict=True)
    return folder("probe", nodes, [*flows, *(("choose", *way) for way in ways_out)])


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    with testing.office(tmp_path, database_url) as made:
        yield made


def why(office: TestOffice, case: Case, element_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = line_of(office, case, element_id).detail["why"]
    return found


def line_of(office: TestOffice, case: Case, element_id: str) -> HistoryEntry:
    [line] = [
        one
        for one in office.engine.ask(history.of_instance, case.id)
        if one.element_id == element_id
    ]
    return line


def test_the_condition_that_held_is_kept_with_what_it_saw(office: TestOffice) -> None:
    office.deploy(gateway("exclusiveGateway", "達成率 > 90", ASKED, "達成率 < 10"))

    case = office.start("probe")

    values = {"達成率": "42", "申請.名前": "助成"}
    assert why(office, case, "choose") == {
        "conditions": [{"text": ASKED, "values": values}],
        "otherwise": False,
    }


def test_the_default_keeps_all_conditions_that_did_not_hold(office: TestOffice) -> None:
    office.deploy(gateway("exclusiveGateway", "達成率 > 90", "区分 = null"))

    case = office.start("probe")

    found = why(office, case, "choose")
    assert found["otherwise"]
    assert [one["values"] for one in found["conditions"]] == [{"達成率": "42"}, {"区分": "甲"}]


def test_an_inclusive_gateway_keeps_each_condition_that_held(office: TestOffice) -> None:
    office.deploy(gateway("inclusiveGateway", "達成率 > 1", "達成率 > 50", '区分 = "甲"'))

    case = office.start("probe")

    found = why(office, case, "choose")
    assert not found["otherwise"]
    assert [one["text"] for one in found["conditions"]] == ["達成率 > 1", '区分 = "甲"']


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_the_name_of_the_flow_is_kept_with_its_condition(office: TestOffice, kind: str) -> None:
    office.deploy(gateway(kind, "達成率 > 90", ASKED, labels=("いいえ", "はい", "その他")))

    case = office.start("probe")

    found = why(office, case, "choose")
    assert [(one["label"], one["text"]) for one in found["conditions"]] == [("はい", ASKED)]
    assert "label" not in found


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_the_name_of_the_default_flow_is_kept(office: TestOffice, kind: str) -> None:
    office.deploy(gateway(kind, "達成率 > 90", labels=("はい", "いいえ")))

    case = office.start("probe")

    assert why(office, case, "choose")["label"] == "いいえ"


def test_a_decision_keeps_the_rules_that_applied(office: TestOffice) -> None:
    given = '金額 = 120\n区分 = "甲"\n緊急 = true\n件数 = 5'
    nodes = [
        node("startEvent", "begin"),
        script("given", given),
        rule_task("decide", "route"),
        node("endEvent", "end"),
    ]
    flows = [("begin", "given"), ("given", "decide"), ("decide", "end")]
    office.deploy({**folder("probe", nodes, flows), "_decisions": {"route.dmn": table()}})

    case = office.start("probe")

    [rule] = why(office, case, "decide")["rules"]
    assert rule["index"] == "3"
    assert rule["conditions"][0] == {"label": "金額", "value": "120", "test": "[100..149]"}


def test_a_gateway_without_a_question_needs_no_reason(office: TestOffice) -> None:
    office.deploy(gateway("exclusiveGateway"))

    case = office.start("probe")

    assert line_of(office, case, "choose").detail == {}
