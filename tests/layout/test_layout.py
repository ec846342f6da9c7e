"""The tool gives a diagram to a file that has none, and changes nothing else in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.layout.__main__ import main
from engine.layout.check import check
from engine.layout.drawing import laid_out

BARE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
  <bpmn:collaboration id="c">
    <bpmn:participant id="pool" name="申請の受付" processRef="intake" />
  </bpmn:collaboration>
  <bpmn:process id="intake" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane_window" name="窓口担当者">
        <bpmn:flowNodeRef>received</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>check</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>overdue</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>reminded</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>is_complete</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="lane_office" name="業務実施部門">
        <bpmn:flowNodeRef>decide</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>decided</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="received" name="申請の受付" />
    <bpmn:userTask id="check" name="内容の確認" />
    <bpmn:boundaryEvent id="overdue" name="期限の超過" attachedToRef="check" />
    <bpmn:endEvent id="reminded" name="督促済み" />
    <bpmn:exclusiveGateway id="is_complete" name="書類はそろったか" />
    <bpmn:subProcess id="decide" name="審査">
      <bpmn:startEvent id="deciding" />
      <bpmn:userTask id="examine" name="書類の審査" />
      <bpmn:endEvent id="examined" name="審査の終了" />
      <bpmn:sequenceFlow id="f1" sourceRef="deciding" targetRef="examine" />
      <bpmn:sequenceFlow id="f2" sourceRef="examine" targetRef="examined" />
    </bpmn:subProcess>
    <bpmn:endEvent id="decided" name="審査の終了" />
    <bpmn:sequenceFlow id="f3" sourceRef="received" targetRef="check" />
    <bpmn:sequenceFlow id="f4" sourceRef="check" targetRef="is_complete" />
    <bpmn:sequenceFlow id="f5" sourceRef="overdue" targetRef="reminded" />
    <bpmn:sequenceFlow id="f6" name="はい" sourceRef="is_complete" targetRef="decide" />
    <bpmn:sequenceFlow id="f7" name="いいえ" sourceRef="is_complete" targetRef="check" />
    <bpmn:sequenceFlow id="f8" sourceRef="decide" targetRef="decided" />
  </bpmn:process>
</bpmn:definitions>
"""


@pytest.fixture(scope="module")
def drawn() -> str:
    return laid_out(BARE)


def test_every_plane_is_drawn_without_a_fault(drawn: str) -> None:
    counts = check(drawn)

    assert counts.faults() == []
    assert counts.crossings == 0
    assert counts.loops == 1
    assert counts.flows == 8
    assert drawn.count("<bpmndi:BPMNPlane ") == 2


def test_the_bytes_outside_the_diagram_stay_as_they_are(drawn: str) -> None:
    before, _, rest = drawn.partition("  <bpmndi:BPMNDiagram ")
    after = rest.rpartition("</bpmndi:BPMNDiagram>\n")[2]

    assert before + after == BARE


def test_drawing_again_changes_nothing(drawn: str) -> None:
    again = laid_out(drawn)

    assert again == drawn


def test_a_file_without_a_diagram_has_faults() -> None:
    counts = check(BARE)

    assert counts.missing > 0
    assert "missing" in counts.faults()


def test_a_shape_moved_onto_another_is_a_fault(drawn: str) -> None:
    line = next(row for row in drawn.splitlines() if 'bpmnElement="is_complete"' in row)
    bounds = drawn.split(line)[1].split("\n")[1]
    other = drawn.split('bpmnElement="received">')[1].split("\n")[1]
    spoilt = drawn.replace(bounds, other, 1)

    counts = check(spoilt)

    assert counts.shapes_overlapping == 1


def test_the_command_tells_what_is_out_of_date_and_draws_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "intake.bpmn"
    path.write_text(BARE, encoding="utf-8")

    monkeypatch.setattr("sys.argv", ["layout", "--check", str(path)])
    checked = main()
    unchanged = path.read_text(encoding="utf-8") == BARE
    monkeypatch.setattr("sys.argv", ["layout", str(path)])
    written = main()

    assert (checked, unchanged, written) == (1, True, 0)
    assert check(path.read_text(encoding="utf-8")).faults() == []
    assert capsys.readouterr().out == f"out of date: {path}\ndrawn: {path}\n"
