"""Making new diagrams: an empty one to begin with, and a copy under another key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from engine.domain.model_draft import Naming
from engine.execution.xml import BPMN, DIAGRAM, SPIFF, child, children, read_xml

_BLANK: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{bpmn}" xmlns:spiffworkflow="{spiff}" \
id="{key}_definitions" targetNamespace="urn:unei:{key}">
  <bpmn:collaboration id="{key}_collaboration">
    <bpmn:participant id="{key}_participant" name={name} processRef="{key}" />
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:extensionElements>
      <spiffworkflow:properties>
        <spiffworkflow:property name="prefix" value={prefix} />
      </spiffworkflow:properties>
    </bpmn:extensionElements>
    <bpmn:laneSet id="{key}_lanes">
      <bpmn:lane id="lane_pjmo" name="PJMO">
        <bpmn:flowNodeRef>{key}_started</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>do_work</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>{key}_ended</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="{key}_started" name="開始">
      <bpmn:outgoing>start_to_work</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="do_work" name="最初のタスク">
      <bpmn:incoming>start_to_work</bpmn:incoming>
      <bpmn:outgoing>work_to_end</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="{key}_ended" name="終了">
      <bpmn:incoming>work_to_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="start_to_work" sourceRef="{key}_started" targetRef="do_work" />
    <bpmn:sequenceFlow id="work_to_end" sourceRef="do_work" targetRef="{key}_ended" />
  </bpmn:process>
</bpmn:definitions>
"""


def blank(naming: Naming) -> str:
    """A diagram with a start, one task and an end, not yet drawn."""
    return _BLANK.format(
        bpmn=BPMN,
        spiff=SPIFF,
        key=naming.key,
        name=quoteattr(naming.name),
        prefix=quoteattr(naming.prefix),
    )


def copied(files: Mapping[str, bytes], key: str, naming: Naming) -> dict[str, bytes]:
    """The files of a process under another name.

    Raises:
        RefusedError: the diagram cannot be read.
    """
    made = {name: content for name, content in files.items() if name != f"{key}.bpmn"}
    return {f"{naming.key}.bpmn": _renamed(files[f"{key}.bpmn"], key, naming), **made}


def _renamed(content: bytes, key: str, naming: Naming) -> bytes:
    root = read_xml(content, f"{key}.bpmn")
    for process in children(root, "process"):
        if process.get("id") == key:
            process.set("id", naming.key)
            process.set("name", naming.name)
            _set_prefix(process, naming.prefix)
    for participant in root.iter(f"{{{BPMN}}}participant"):
        if participant.get("processRef") == key:
            participant.set("processRef", naming.key)
            participant.set("name", naming.name)
    for plane in root.iter(f"{{{DIAGRAM}}}BPMNPlane"):
        if plane.get("bpmnElement") == key:
            plane.set("bpmnElement", naming.key)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _set_prefix(process: etree._Element, prefix: str) -> None:
    own = child(process, "extensionElements")
    for one in () if own is None else own.iter(f"{{{SPIFF}}}property"):
        if one.get("name") == "prefix":
            one.set("value", prefix)
