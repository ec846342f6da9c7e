"""What means nothing keeps the hash of a model; what means something changes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from engine.domain.errors import RefusedError
from engine.execution.bundle_hash import content_hash

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:x">
  <bpmn:process id="case" isExecutable="true">
    <bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="PJMO">
      <bpmn:flowNodeRef>begin</bpmn:flowNodeRef><bpmn:flowNodeRef>work</bpmn:flowNodeRef>
    </bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="work" name="作業"><bpmn:incoming>f1</bpmn:incoming>
      <bpmn:outgoing>f2</bpmn:outgoing><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="late" attachedToRef="work" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="work">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">a = 1</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="begin" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="plan"><bpmndi:BPMNPlane id="plane" bpmnElement="case">
    <bpmndi:BPMNShape id="work_di" bpmnElement="work">
      <dc:Bounds x="0" y="80" width="100" height="80" /></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="f1_di" bpmnElement="f1"><di:waypoint x="40" y="120" /></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="方式">
  <decision id="mode" name="方式"><decisionTable id="table">
    <input id="in"><inputExpression id="e"><text>件数</text></inputExpression></input>
    <output id="out" name="方式" />
    <rule id="r1"><inputEntry id="c1"><text>&gt; 1</text></inputEntry>
      <outputEntry id="c2"><text>"標準"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
FORM: dict[str, Any] = {
    "type": "default",
    "id": "plan",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "plan_1", "key": "件名", "label": "件名"},
        {
            "type": "group",
            "id": "plan_2",
            "label": "期間",
            "components": [
                {
                    "type": "number",
                    "id": "plan_3",
                    "key": "日数",
                    "label": "日数",
                    "validate": {"min": 0},
                    "properties": {"fieldType": "num"},
                }
            ],
        },
    ],
}
Edit = Callable[[dict[str, Any]], object]


def drawn(text: str) -> str:
    return content_hash({"a.bpmn": text.encode()})


def decided(text: str) -> str:
    return content_hash({"a.dmn": text.encode()})


def formed(edit: Edit = lambda form: None) -> str:
    form = deepcopy(FORM)
    edit(form)
    return content_hash({"a.form.json": json.dumps(form).encode()})


def first(form: dict[str, Any]) -> Any:
    return form["components"][0]


def inner(form: dict[str, Any]) -> Any:
    return form["components"][1]["components"][0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(' id="work" name="作業"', ' name="作業" id="work"', id="order of attributes"),
        pytest.param(
            "<bpmn:outgoing>f2</bpmn:outgoing><bpmn:outgoing>f3</bpmn:outgoing>",
            "<bpmn:outgoing>f3</bpmn:outgoing>",
            id="lists of flows, which name both their ends",
        ),
        pytest.param("<bpmn:incoming>f1</bpmn:incoming>", "", id="incoming flows"),
        pytest.param(
            "<bpmn:flowNodeRef>begin</bpmn:flowNodeRef><bpmn:flowNodeRef>work</bpmn:flowNodeRef>",
            "<bpmn:flowNodeRef>work</bpmn:flowNodeRef> <bpmn:flowNodeRef>begin</bpmn:flowNodeRef>",
            id="order within a lane",
        ),
        pytest.param(' y="80" width="100"', ' y="80.0" width="1e2"', id="spelling of numbers"),
        pytest.param('<dc:Bounds x="0" y', "<dc:Bounds y", id="a coordinate of nought"),
        pytest.param(
            'targetNamespace="urn:x"',
            'targetNamespace="urn:x" exporter="some tool" exporterVersion="3.1"',
            id="the mark of a tool",
        ),
        pytest.param(
            'attachedToRef="work"', 'attachedToRef="work" cancelActivity="true"', id="a default"
        ),
        pytest.param(
            'name="作業">',
            'name="作業"><bpmn:extensionElements> </bpmn:extensionElements>',
            id="a box without content",
        ),
        pytest.param("</bpmndi:BPMNShape>", "<bpmndi:BPMNLabel /></bpmndi:BPMNShape>", id="label"),
        pytest.param("<bpmn:process", "<!-- of the office --><bpmn:process", id="a comment"),
    ],
)
def test_what_a_diagram_can_say_in_two_ways_keeps_the_hash(old: str, new: str) -> None:
    assert old in DIAGRAM

    assert drawn(DIAGRAM.replace(old, new)) == drawn(DIAGRAM)


def test_the_order_of_shapes_and_edges_keeps_the_hash() -> None:
    begin, end = "<bpmndi:BPMNShape", "</bpmndi:BPMNShape>"
    shape = DIAGRAM[DIAGRAM.index(begin) : DIAGRAM.index(end) + len(end)]
    last = "</bpmndi:BPMNEdge>"
    turned = DIAGRAM.replace(shape, "").replace(last, last + shape)

    assert turned.index("f1_di") < turned.index("work_di")
    assert drawn(turned) == drawn(DIAGRAM)


def test_the_order_of_the_elements_of_a_process_changes_the_hash() -> None:
    flow = '<bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="begin" />'
    turned = DIAGRAM.replace(flow, "").replace(
        '<bpmn:sequenceFlow id="f1"', flow + '<bpmn:sequenceFlow id="f1"'
    )

    assert drawn(turned) != drawn(DIAGRAM)


def test_the_prefix_of_a_namespace_keeps_the_hash() -> None:
    other = DIAGRAM.replace("xmlns:bpmn=", "xmlns:semantic=").replace("bpmn:", "semantic:")

    assert drawn(other) == drawn(DIAGRAM)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('name="作業"', 'name="仕事"', id="a name"),
        pytest.param('id="late"', 'id="too_late"', id="an id"),
        pytest.param(">a = 1<", ">a = 2<", id="a condition"),
        pytest.param('sourceRef="begin"', 'sourceRef="late"', id="where a flow begins"),
        pytest.param("<bpmn:flowNodeRef>begin</bpmn:flowNodeRef>", "", id="what stands in a lane"),
        pytest.param(' y="80"', ' y="81"', id="the place of a shape"),
        pytest.param('x="40"', 'x="40.5"', id="a bend"),
        pytest.param('width="100"', 'width="0"', id="a size"),
        pytest.param(
            'attachedToRef="work"', 'attachedToRef="work" cancelActivity="false"', id="no default"
        ),
        pytest.param("bpmn:userTask", "bpmn:manualTask", id="the kind of an element"),
        pytest.param("bpmn:tFormalExpression", "bpmn:tExpression", id="the type of an expression"),
    ],
)
def test_what_a_diagram_means_changes_the_hash(old: str, new: str) -> None:
    assert old in DIAGRAM

    assert drawn(DIAGRAM.replace(old, new)) != drawn(DIAGRAM)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('id="table"', 'id="table" hitPolicy="UNIQUE"', id="the default hit policy"),
        pytest.param("&gt; 1", "<![CDATA[> 1]]>", id="another way to write a sign"),
        pytest.param('name="方式">\n  <dec', 'name="方式" exporter="x">\n  <dec', id="a tool"),
    ],
)
def test_what_a_decision_can_say_in_two_ways_keeps_the_hash(old: str, new: str) -> None:
    assert old in DECISION

    assert decided(DECISION.replace(old, new)) == decided(DECISION)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('id="table"', 'id="table" hitPolicy="FIRST"', id="a hit policy"),
        pytest.param("&gt; 1", "&gt; 2", id="a cell"),
        pytest.param('id="r1"', 'id="r2"', id="the id of a rule, which records name"),
        pytest.param('name="方式" />', 'name="方式" typeRef="string" />', id="a type"),
    ],
)
def test_what_a_decision_means_changes_the_hash(old: str, new: str) -> None:
    assert old in DECISION

    assert decided(DECISION.replace(old, new)) != decided(DECISION)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda form: form.update(exporter={"name": "x"}), id="the mark of a tool"),
        pytest.param(lambda form: form.update(executionPlatform="x"), id="the mark of a platform"),
        pytest.param(lambda form: first(form).update(id="Field_0a1b2c3"), id="a made-up id"),
        pytest.param(
            lambda form: first(form).update(layout={"row": "Row_1x2y3z4", "columns": None}),
            id="a row without width",
        ),
        pytest.param(lambda form: inner(form).update(layout={"row": "Row_1"}), id="an inner row"),
        pytest.param(lambda form: first(form).update(validate={}), id="no rules"),
        pytest.param(lambda form: first(form).update(validate={"required": False}), id="no rule"),
        pytest.param(lambda form: first(form).update(readonly=False), id="not read-only"),
        pytest.param(lambda form: first(form).update(description=None), id="no description"),
        pytest.param(lambda form: inner(form)["validate"].update(min=0.0), id="a number"),
    ],
)
def test_what_only_the_form_editor_writes_keeps_the_hash(edit: Edit) -> None:
    assert formed(edit) == formed()


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda form: form.update(id="plan_b"), id="the id of the form"),
        pytest.param(lambda form: first(form).update(label="題名"), id="a label"),
        pytest.param(lambda form: first(form).update(key="題名"), id="a key"),
        pytest.param(lambda form: first(form).update(readonly=True), id="read-only"),
        pytest.param(
            lambda form: first(form).update(layout={"row": "Row_1", "columns": 8}), id="a width"
        ),
        pytest.param(lambda form: inner(form)["validate"].update(min=0.5), id="a half"),
        pytest.param(lambda form: inner(form)["validate"].update(min="0.5"), id="a text"),
        pytest.param(lambda form: inner(form)["properties"].update(trace="2-01"), id="a property"),
        pytest.param(lambda form: form["components"].reverse(), id="the order of fields"),
        pytest.param(lambda form: first(form).update(validate={"required": True}), id="a rule"),
    ],
)
def test_what_a_form_means_changes_the_hash(edit: Edit) -> None:
    assert formed(edit) != formed()


def test_a_number_is_no_text_with_the_same_digits() -> None:
    number = formed(lambda form: inner(form)["validate"].update(min=0.5))
    text = formed(lambda form: inner(form)["validate"].update(min="0.5"))

    assert number != text


def test_a_form_whose_components_are_no_list_still_has_a_hash() -> None:
    strange = formed(lambda form: form.update(components=["x"]))

    assert strange != formed(lambda form: form.update(components="x"))


def test_labels_keep_entries_that_a_form_would_drop() -> None:
    one, other = ({"a.en.json": json.dumps({"id": name}).encode()} for name in "ab")

    assert content_hash(one) != content_hash(other)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(RefusedError):
        content_hash({"a.form.json": b"{"})
