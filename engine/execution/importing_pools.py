"""Which processes of a file become drafts, and what of the drawing belongs to each?"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.execution.importing_ids import inner_ids
from engine.execution.importing_notes import Notes
from engine.execution.model import FLOW_NODES
from engine.execution.xml import BPMN, DIAGRAM, children, local


def chosen(root: etree._Element, notes: Notes) -> tuple[list[etree._Element], bool]:
    """The processes that become drafts, and whether the file itself calls them executable.

    If none is executable, those that are drawn are taken: many tools never write the mark.
    """
    processes = children(root, "process")
    marked = [one for one in processes if one.get("isExecutable") == "true"]
    if marked:
        for other in processes:
            if other not in marked and children(other, *FLOW_NODES):
                notes.ask(None, "process_left", other.get("name", "") or other.get("id", ""))
        return marked, True
    drawn = [one for one in processes if children(one, *FLOW_NODES)] or processes
    for one in drawn:
        said = one.get("isExecutable")
        one.set("isExecutable", "true")
        notes.repair(one, "executable", f"isExecutable = {said}" if said else "", "true")
    return drawn, False


def alone(root: etree._Element, key: str, notes: Notes) -> etree._Element:
    """A copy of the file with that process only; pools it talks with stay as black boxes."""
    made = copy.deepcopy(root)
    process = next(one for one in children(made, "process") if one.get("id") == key)
    own = inner_ids(process)
    homes = _homes(made)
    for other in children(made, "process"):
        if other is not process:
            made.remove(other)
    for collaboration in children(made, "collaboration"):
        talks = set(_message_flows(collaboration, own, homes, notes))
        _pools(collaboration, key, talks, notes)
        if not children(collaboration, "participant"):
            made.remove(collaboration)
    _planes(made, process)
    _shapes(made)
    return made


def _homes(root: etree._Element) -> dict[str, str]:
    """Id of an element or pool -> id of the pool it lies in."""
    found: dict[str, str] = {}
    for participant in root.iter(f"{{{BPMN}}}participant"):
        pool = participant.get("id", "")
        found[pool] = pool
        for process in children(root, "process"):
            if process.get("id") == participant.get("processRef"):
                found |= dict.fromkeys(inner_ids(process), pool)
    return found


def _message_flows(
    collaboration: etree._Element, own: set[str], homes: dict[str, str], notes: Notes
) -> Iterator[str]:
    """The pools this process talks with; flows between others go."""
    pools = {p.get("id", ""): p for p in children(collaboration, "participant")}
    mine = {id_ for id_, p in pools.items() if p.get("processRef") in own}
    for flow in children(collaboration, "messageFlow"):
        ends = [flow.get("sourceRef", ""), flow.get("targetRef", "")]
        lie = [homes.get(end, "") for end in ends]
        if not any(end in own or end in mine for end in ends) or not all(lie):
            collaboration.remove(flow)
            continue
        told = " → ".join(_called(pools, pool) for pool in lie)
        notes.outside_of(flow, "message_flow", told)
        for name, end, pool in zip(("sourceRef", "targetRef"), ends, lie, strict=True):
            if end not in own:
                flow.set(name, pool)
        yield from lie


def _called(pools: Mapping[str, etree._Element], pool: str) -> str:
    found = pools.get(pool)
    return pool if found is None else found.get("name", "") or pool


def _pools(collaboration: etree._Element, key: str, talks: set[str], notes: Notes) -> None:
    for participant in children(collaboration, "participant"):
        refers = participant.get("processRef")
        if refers == key:
            continue
        was_black = refers is None
        if not was_black:
            del participant.attrib["processRef"]
        notes.outside_of(participant, "pool", "")
        if not was_black and participant.get("id") not in talks:
            collaboration.remove(participant)


def _planes(root: etree._Element, process: etree._Element) -> None:
    """A plane of a process or collaboration that is gone shows the one that is left."""
    ids = {element.get("id") for element in root.iter(f"{{{BPMN}}}*")}
    top = next(iter(children(root, "collaboration")), process)
    for diagram in list(root.iter(f"{{{DIAGRAM}}}BPMNDiagram")):
        for plane in diagram.iter(f"{{{DIAGRAM}}}BPMNPlane"):
            if plane.get("bpmnElement") not in ids or (
                plane.get("bpmnElement") == process.get("id") and top is not process
            ):
                plane.set("bpmnElement", top.get("id", ""))


def _shapes(root: etree._Element) -> None:
    ids = {element.get("id") for element in root.iter(f"{{{BPMN}}}*")}
    for shape in list(root.iter(f"{{{DIAGRAM}}}BPMNShape", f"{{{DIAGRAM}}}BPMNEdge")):
        parent = shape.getparent()
        if parent is not None and shape.get("bpmnElement") not in ids:
            parent.remove(shape)
    _drop_empty(root)


def _drop_empty(root: etree._Element) -> None:
    """Of several drawings of the same element only one is wanted, and none without shapes."""
    seen: set[str] = set()
    for diagram in list(root.iter(f"{{{DIAGRAM}}}BPMNDiagram")):
        planes = list(diagram.iter(f"{{{DIAGRAM}}}BPMNPlane"))
        shown = planes[0].get("bpmnElement", "") if planes else ""
        parent = diagram.getparent()
        if parent is not None and (not planes or not len(planes[0]) or shown in seen):
            parent.remove(diagram)
        seen.add(shown)


def is_drawn(root: etree._Element) -> bool:
    """Whether every node and every flow of the processes has its place in a drawing."""
    drawn = {
        shape.get("bpmnElement")
        for shape in root.iter(f"{{{DIAGRAM}}}BPMNShape", f"{{{DIAGRAM}}}BPMNEdge")
    }
    for process in children(root, "process"):
        for element in process.iter(f"{{{BPMN}}}*"):
            if local(element) in FLOW_NODES | {"sequenceFlow"} and element.get("id") not in drawn:
                return False
    return True


def undraw(root: etree._Element) -> bool:
    """Take the drawing away; whether there was one."""
    found = list(root.iter(f"{{{DIAGRAM}}}BPMNDiagram"))
    for diagram in found:
        parent = diagram.getparent()
        if parent is not None:
            parent.remove(diagram)
    return bool(found)
