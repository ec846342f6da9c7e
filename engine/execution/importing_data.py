"""How do values go into a task and out of it, in the words of other tools and in ours?

Their mappings become assignments before and after the task.  Theirs are local to the task, ours
set data items of the instance; so a name that the process itself has is asked for, not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.execution.importing_expressions import compiled, is_variable, quoted
from engine.execution.importing_foreign import add_line, said
from engine.execution.importing_ids import all_ids, free
from engine.execution.importing_people import assign, date_of, groups, priority
from engine.execution.importing_work import Work
from engine.execution.model import ACTIVITIES
from engine.execution.xml import BPMN, child, children, local, text

_LINKS: Final = ("dataInputAssociation", "dataOutputAssociation")
_DATA: Final = frozenset({"dataObjectReference", "dataStoreReference", "dataObject"})
# What the engine of jBPM itself reads of a task's inputs; forms and pages of it read others.
_SILENT: Final = frozenset({"TaskName", "NodeName", "Skippable", "Comment", "Content", "Locale"})


def translate_data(work: Work) -> None:
    """Mappings of all activities; drawn data associations."""
    for node in work.nodes():
        if local(node) in ACTIVITIES:
            _input_output(work, node)
            _call_mappings(work, node)
            _specification(work, node)
        _drawn_links(work, node)
    for store in work.process.iter(f"{{{BPMN}}}dataStoreReference"):
        work.notes.ask(store, "data_store", store.get("name", ""))


def _input_output(work: Work, node: etree._Element) -> None:
    foreign = work.at(node)
    for block in foreign.entries("inputOutput"):
        for one in block:
            name, side = one.get("name", ""), _side(local(one))
            _map(work, node, side, name, _plain(work, one), said(one))
    for block in foreign.entries("ioMapping"):
        for one in block:
            source = one.get("source", "")
            value = work.language.value(source) if source else None
            if local(one) == "output" and _is_foreign_output(work, node, value or ""):
                work.notes.ask(node, "call_output", said(one))
                continue
            _map(work, node, _side(local(one)), one.get("target", ""), value, said(one))


def _side(kind: str) -> str:
    return "preScript" if kind.startswith("input") else "postScript"


def _plain(work: Work, parameter: etree._Element) -> str | None:
    """The value of a parameter that is one text or expression; lists, maps and scripts are not."""
    return None if len(parameter) else work.language.value(text(parameter))


def _map(
    work: Work, node: etree._Element, side: str, name: str, value: str | None, told: str
) -> None:
    if value is None or not is_variable(name):
        work.notes.ask(node, "mapping", told)
    elif value == name:
        work.notes.repair(node, "same_name", told)
    else:
        line = f"{name} = {value}"
        add_line(node, side, line)
        work.notes.repair(node, "mapping", told, line)


def _call_mappings(work: Work, node: etree._Element) -> None:
    """What a call hands in and gets back."""
    foreign = work.at(node)
    for entry in foreign.entries("in", "out"):
        told = said(entry)
        source = entry.get("source") or entry.get("sourceExpression") or ""
        if entry.get("businessKey"):
            work.notes.repair(node, "business_key", told)
        elif entry.get("variables") == "all" and local(entry) == "in":
            work.notes.repair(node, "same_name", told)
        elif local(entry) == "out" and source not in _handed_back(work, node):
            work.notes.ask(node, "call_output", told)
        else:
            value = work.language.value(source) if work.language.is_marked(source) else source
            fits = value is not None and (value != source or source.isidentifier())
            side = "preScript" if local(entry) == "in" else "postScript"
            _map(work, node, side, entry.get("target", ""), value if fits else None, told)


def _is_foreign_output(work: Work, node: etree._Element, value: str) -> bool:
    """Whether a call takes something that the called process is not known to give."""
    found = compiled(value)
    if local(node) != "callActivity" or found is None:
        return False
    return not found.names <= set(_handed_back(work, node))


def _handed_back(work: Work, node: etree._Element) -> tuple[str, ...]:
    """What the called process is known to give: only that can be taken from it."""
    return work.known.outputs.get(node.get("calledElement", ""), ())


# --- the specification that BPMN itself has for it


def _specification(work: Work, node: etree._Element) -> None:
    """Inputs and outputs of a task, as jBPM writes them."""
    block = child(node, "ioSpecification")
    if block is None:
        return
    names = {e.get("id", ""): e.get("name", "") for e in children(block, "dataInput", "dataOutput")}
    lists = {text(e) for e in node.iter(f"{{{BPMN}}}loopDataInputRef")}
    lists |= {text(e) for e in node.iter(f"{{{BPMN}}}loopDataOutputRef")}
    for link in children(node, *_LINKS):
        ends = [text(child(link, "sourceRef")), text(child(link, "targetRef"))]
        if not lists & set(ends):
            node.remove(link)
            _one_link(work, node, link, names)
    if not lists:
        node.remove(block)
        work.notes.repair(node, "io_specification", ", ".join(sorted(filter(None, names.values()))))


def _one_link(
    work: Work, node: etree._Element, link: etree._Element, names: Mapping[str, str]
) -> None:
    source, target = text(child(link, "sourceRef")), text(child(link, "targetRef"))
    constant = next(link.iter(f"{{{BPMN}}}from"), None)
    if local(link) == "dataInputAssociation" and constant is not None and not source:
        _constant(work, node, names.get(target, target), text(constant))
        return
    source, target = names.get(source, source), names.get(target, target)
    side = "preScript" if local(link) == "dataInputAssociation" else "postScript"
    told = f"{source} → {target}"
    fits = source.isidentifier() and constant is None
    if side == "postScript" and _is_foreign_output(work, node, source):
        work.notes.ask(node, "call_output", told)
        return
    _map(work, node, side, target, source if fits else None, told)


def _constant(work: Work, node: etree._Element, name: str, value: str) -> None:
    """A fixed input: of the task itself if its engine knows the name, else a data item."""
    told = f"{name} = {value}"
    if name == "GroupId" and value:
        groups(work, node, value)
    elif name == "ActorId" and value:
        assign(work, node, value)
    elif name == "Priority" and value:
        priority(work, node, value, is_scaled=False)
    elif name == "DueDate" and value:
        date_of(work, node, "dueDate", value)
    elif name in _SILENT or not value:
        work.notes.repair(node, "removed", told)
    elif work.language.is_marked(value) or not name.isidentifier():
        work.notes.ask(node, "mapping", told)
    else:
        _map(work, node, "preScript", name, quoted(value), told)


# --- lines that are only drawn


def _drawn_links(work: Work, node: etree._Element) -> None:
    """A data association without values is a dotted line: it becomes one, in its old place."""
    if any(child(one, "ioSpecification") is not None for one in (node,)):
        return
    links = children(node, *_LINKS)
    for link in links:
        node.remove(link)
        other = text(child(link, "sourceRef" if local(link) == _LINKS[0] else "targetRef"))
        _draw(work, node, link, other)
    for name in ("ioSpecification", "inputSet", "outputSet", "dataInput", "dataOutput"):
        for rest in children(node, name) if links else ():
            node.remove(rest)
    for placeholder in children(node, "property"):
        if placeholder.get("name", "").startswith("__"):
            node.remove(placeholder)


def _draw(work: Work, node: etree._Element, link: etree._Element, other: str) -> None:
    scope = node.getparent()
    target = next((e for e in work.process.iter() if e.get("id") == other), None)
    if scope is None or target is None or local(target) not in _DATA or len(link) > 2:  # noqa: PLR2004
        work.notes.ask(node, "data_link", f"{local(link)}: {other}")
        return
    ends = (other, node.get("id", ""))
    source, goal = ends if local(link) == _LINKS[0] else ends[::-1]
    made = etree.SubElement(scope, f"{{{BPMN}}}association")
    made.set("id", link.get("id") or free("association_1", all_ids(work.root)))
    made.set("sourceRef", source)
    made.set("targetRef", goal)
    work.notes.repair(node, "data_link", local(link), "association")
