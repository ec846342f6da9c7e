"""Forty diagrams as eight tools write them: what becomes of each, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.execution.importing_notes import WATCHED
from engine.execution.xml import read_diagram
from tests.importing.told import EXPECTED, SAMPLES, imported, told

NAMES = sorted(file.name for file in SAMPLES.glob("*.bpmn"))


def test_there_are_five_of_each_tool() -> None:
    tools = [name.partition("_")[0] for name in NAMES]

    assert {tool: tools.count(tool) for tool in tools} == dict.fromkeys(
        (
            *("activiti", "bizagi", "bpmnio", "camunda7", "camunda8"),
            *("flowable", "jbpm", "signavio"),
        ),
        5,
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_change_and_each_question_is_told(name: str) -> None:
    expected = (EXPECTED / f"{Path(name).stem}.txt").read_text(encoding="utf-8")

    assert told(imported(name)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_other_tools_is_left_in_a_draft(name: str) -> None:
    for draft in imported(name).drafts:
        root = read_diagram(draft.files[f"{draft.key}.bpmn"], name)

        strange = {
            finding.code
            for finding in draft.findings
            if finding.code in ("foreign_extension", "foreign_attribute", "unknown_extension")
        }
        assert strange == set()
        assert root.get("targetNamespace")


@pytest.mark.parametrize("name", NAMES)
def test_what_the_check_is_said_to_watch_it_does_refuse(name: str) -> None:
    for draft in imported(name).drafts:
        refused = {finding.element_id for finding in draft.findings}

        watched = {one.element_id for one in draft.questions if one.code in WATCHED}
        assert watched <= refused
