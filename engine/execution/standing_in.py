"""A process of one task that stands in for a called one: whoever completes it says the result."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.execution.xml import BPMN, SPIFF, child, read_diagram

GROUP = "PJMO"


def standing_in(key: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A folder with a process of that key and interface; its task is called like the process.

    Raises:
        RefusedError: the diagram of the process cannot be read.
    """
    root = read_diagram(files.get(f"{key}.bpmn", b""), f"{key}.bpmn")
    real = next(one for one in root.iter(f"{{{BPMN}}}process") if one.get("id") == key)
    made = etree.Element(_of("definitions"), {"id": "d", "targetNamespace": "urn:unei"})
    process = etree.SubElement(
        made, _of("process"), {"id": key, "name": real.get("name", key), "isExecutable": "true"}
    )
    interface = child(real, "ioSpecification")
    if interface is not None:
        process.append(etree.fromstring(etree.tostring(interface)))
    etree.SubElement(process, _of("startEvent"), {"id": "begin"})
    _task(process, f"{key}_result")
    etree.SubElement(process, _of("endEvent"), {"id": "finish"})
    for number, (source, target) in enumerate(
        [("begin", f"{key}_result"), (f"{key}_result", "finish")]
    ):
        ends = {"id": f"flow_{number}", "sourceRef": source, "targetRef": target}
        etree.SubElement(process, _of("sequenceFlow"), ends)
    return {f"{key}.bpmn": bytes(etree.tostring(made, encoding="UTF-8", xml_declaration=True))}


def _task(process: etree._Element, id_: str) -> None:
    task = etree.SubElement(process, _of("userTask"), {"id": id_, "name": id_})
    extensions = etree.SubElement(task, _of("extensionElements"))
    properties = etree.SubElement(extensions, f"{{{SPIFF}}}properties")
    pair = {"name": "candidateGroups", "value": GROUP}
    etree.SubElement(properties, f"{{{SPIFF}}}property", pair)


def _of(name: str) -> str:
    return f"{{{BPMN}}}{name}"
